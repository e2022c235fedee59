import type { DataFrame } from "../../dataframe/dataframe.js";
import { ArgumentError } from "../../errors.js";
import type { ObjectRow } from "../../types/row.js";

/** The third argument of a foreachBatch callback. */
export interface ForeachBatchContext {
  /** The query's id, which stays the same across restarts from one checkpoint. */
  readonly queryId: string;
  /** The id of this run. */
  readonly runId: string;
  /**
   * Aborts when the query stops or ends, its session is lost, or the lease could not be renewed in time.
   * Spark calls in the callback abort with it automatically. Pass it to other work of the callback.
   */
  readonly signal: AbortSignal;
  /**
   * Options that make a Delta write of this batch happen once, even if the batch runs several times. Each
   * write of a batch to the same table needs a different name.
   *
   * @throws {ArgumentError} the name was already used in this batch
   */
  readonly txn: (name?: string) => Record<string, string>;
}

/**
 * A function that this process calls for each batch. The batch is done when the function resolves. If it
 * throws, the query fails with the error's message and stack. A batch may run again after a failure.
 */
export type ForeachBatchCallback<R extends ObjectRow = ObjectRow> = (
  batch: DataFrame<R>,
  batchId: bigint,
  context: ForeachBatchContext,
) => void | Promise<void>;

/**
 * Delta's writer options for a write that happens once. Delta stores the highest version of each
 * application in the table, and silently skips a write if its version is not higher. A query with a new
 * checkpoint needs a new `appId`, because its batch ids start at 0 again.
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
        `txn(${JSON.stringify(name)}) was already used in this batch, so Delta would silently skip the second write. Give each write its own name.`,
      );
    }
    used.add(name);
    return txnOptions(`${queryId}/${name}`, batchId);
  };
}
