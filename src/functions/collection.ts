// Functions that accept both arrays and maps. Those with a lambda are in higher-order.ts.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, valueCall } from "./call.js";

/** Number of elements of an array or map. For null it is null, or -1 if ANSI mode is off. */
export function size(column: ColumnOrName): Column {
  return columnCall("size", column);
}

/** Number of elements of an array or map; the same as size. */
export function cardinality(column: ColumnOrName): Column {
  return columnCall("cardinality", column);
}

/** Concatenates texts, binaries or arrays. Null if one of them is null. */
export function concat(...columns: readonly ColumnOrName[]): Column {
  return columnCall("concat", ...columns);
}

/** A text or array in reverse order. */
export function reverse(column: ColumnOrName): Column {
  return columnCall("reverse", column);
}

/**
 * Element of an array at a position, or value of a key of a map. Positions start at 1; negative ones count from the
 * end. A missing key returns null. Position 0 is an error; in ANSI mode so is any position outside the array.
 *
 * @param extraction a literal, even if it is a string, or a Column
 */
export function element_at(column: ColumnOrName, extraction: unknown): Column {
  return valueCall("element_at", column, extraction);
}

/** Like element_at, but null for a position outside the array. A string names a column. */
export function try_element_at(column: ColumnOrName, extraction: ColumnOrName): Column {
  return columnCall("try_element_at", column, extraction);
}
