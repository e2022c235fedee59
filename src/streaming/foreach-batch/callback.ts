import type { DataFrame } from "../../dataframe/dataframe.js";
import { ArgumentError } from "../../errors.js";

/** What a callback is told beside its batch. */
export interface ForeachBatchContext {
  /** The query's id: the same over restarts from one checkpoint. */
  readonly queryId: string;
  /** This run's id. */
  readonly runId: string;
  /**
   * Aborts when the query stops or ends, its session is lost, or the lease is in doubt. Spark calls
   * made in the callback end with it by themselves; pass it to whatever else the callback does.
   */
  readonly signal: AbortSignal;
  /**
   * Options that make a Delta write of this batch happen once, however often the batch is run. Each
   * write of a batch to one table needs a name of its own.
   *
   * @throws {ArgumentError} the name was used in this batch already
   */
  readonly txn: (name?: string) => Record<string, string>;
}

/**
 * Called in this process with each batch. When it resolves the batch is done; when it throws the
 * query fails with the error's message and stack. A batch may be run again after a failure.
 */
export type ForeachBatchCallback = (
  batch: DataFrame,
  batchId: bigint,
  context: ForeachBatchContext,
) => void | Promise<void>;

/**
 * Delta's writer options for a write that happens once: Delta remembers the greatest version of each
 * application in the table, and skips a write whose version is not greater, in silence. For a query
 * started on a new checkpoint choose a new `appId`: its batch ids start at 0 again.
 *
 * @see io.delta DeltaOptions.TXN_APP_ID, TXN_VERSION
 */
export function txnOptions(appId: string, batchId: bigint | number): Record<string, string> {
  if (appId.trim() === "") throw new ArgumentError("appId", "appId must not be empty.");
  return { txnAppId: appId, txnVersion: String(batchId) };
}

/** The `txn` of one batch's context. */
export function batchTxn(queryId: string, batchId: bigint): ForeachBatchContext["txn"] {
  const used = new Set<string>();
  return (name = "default") => {
    if (used.has(name)) {
      throw new ArgumentError(
        "name",
        `txn(${JSON.stringify(name)}) was used in this batch already: Delta would skip the second write in silence. Give each write its own name.`,
      );
    }
    used.add(name);
    return txnOptions(`${queryId}/${name}`, batchId);
  };
}
