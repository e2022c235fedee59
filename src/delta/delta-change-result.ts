import { ProtocolError } from "../errors.js";
import type { ObjectRow } from "../types/row.js";

/** What a delete, update or merge did. */
export interface DeltaChangeResult {
  readonly numAffectedRows: bigint;
  /**
   * True where Delta wrote nothing because the session's `txnAppId` and `txnVersion` say that this was
   * committed before; the counts are 0.
   */
  readonly isSkipped: boolean;
}

/** Reads the row that Delta answers a change with; it answers with none when it skips the change. */
export function changeResult(row: ObjectRow | undefined): DeltaChangeResult {
  return { numAffectedRows: count(row, "num_affected_rows"), isSkipped: row === undefined };
}

/**
 * A count in the row; 0 where there is no row.
 *
 * @throws {ProtocolError} the row lacks it
 */
export function count(row: ObjectRow | undefined, name: string): bigint {
  if (row === undefined) return 0n;
  const value = row[name];
  if (typeof value === "bigint") return value;
  throw new ProtocolError("NO_ANSWER", `Delta answered a change without ${name}.`);
}
