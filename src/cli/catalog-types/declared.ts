import type { StructType } from "../../index.js";

/** A table, view or source with the schema that the file declares for it. */
export interface Declared {
  readonly kind: "table" | "source";
  /** The names for spark.table() or format(). The first name identifies the entry. */
  readonly names: readonly [string, ...string[]];
  /** The parts from which the name of the TypeScript type is made. */
  readonly parts: readonly string[];
  readonly comment: string | undefined;
  readonly schema: StructType;
}

/** Orders texts by their code units. The order is the same in every locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
