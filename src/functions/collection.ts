// Functions of arrays and maps alike; those that take a lambda are in higher-order.ts.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, valueCall } from "./call.js";

/** Number of elements of an array or map; null of null, unless ANSI mode is off, then -1. */
export function size(column: ColumnOrName): Column {
  return columnCall("size", column);
}

/** Number of elements of an array or map; the same as size. */
export function cardinality(column: ColumnOrName): Column {
  return columnCall("cardinality", column);
}

/** Texts, binaries or arrays put one after the other; null when one of them is null. */
export function concat(...columns: readonly ColumnOrName[]): Column {
  return columnCall("concat", ...columns);
}

/** A text or array back to front. */
export function reverse(column: ColumnOrName): Column {
  return columnCall("reverse", column);
}

/**
 * Element of an array at a position from 1, from the end when negative, or the value of a map's key;
 * null without such a key. In ANSI mode a position outside the array is an error, and 0 always is.
 *
 * @param extraction a literal, texts too, or a Column
 */
export function element_at(column: ColumnOrName, extraction: unknown): Column {
  return valueCall("element_at", column, extraction);
}

/** Like element_at, but null for a position outside the array; a text names a column. */
export function try_element_at(column: ColumnOrName, extraction: ColumnOrName): Column {
  return columnCall("try_element_at", column, extraction);
}
