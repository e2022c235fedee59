import { ProtocolError } from "../errors.js";
import type { ObjectRow } from "../types/row.js";

/** The result of a delete, update or merge. */
export interface DeltaChangeResult {
  readonly numAffectedRows: bigint;
  /**
   * True if Delta wrote nothing, because it has already committed the session's `txnAppId` and `txnVersion`.
   * The counts are then 0.
   */
  readonly isSkipped: boolean;
}

/** Reads Delta's answer to a change. Delta answers without a row if it skips the change. */
export function changeResult(row: ObjectRow | undefined): DeltaChangeResult {
  return { numAffectedRows: count(row, "num_affected_rows"), isSkipped: row === undefined };
}

/**
 * A count in the row; 0 without a row.
 *
 * @throws {ProtocolError} the row does not have the count
 */
export function count(row: ObjectRow | undefined, name: string): bigint {
  if (row === undefined) return 0n;
  const value = row[name];
  if (typeof value === "bigint") return value;
  throw new ProtocolError("NO_ANSWER", `Delta answered a change without ${name}.`);
}
