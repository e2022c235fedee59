// Functions that make several rows of one. One of them is allowed in a select.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall } from "./call.js";

/** One row for each element of an array, in `col`, or pair of a map, in `key` and `value`. */
export function explode(column: ColumnOrName): Column {
  return columnCall("explode", column);
}

/** Like explode, with a row of nulls for an empty or null array or map. */
export function explode_outer(column: ColumnOrName): Column {
  return columnCall("explode_outer", column);
}

/** Like explode, with the position from 0 before it, in `pos`. */
export function posexplode(column: ColumnOrName): Column {
  return columnCall("posexplode", column);
}

/** Like posexplode, with a row of nulls for an empty or null array or map. */
export function posexplode_outer(column: ColumnOrName): Column {
  return columnCall("posexplode_outer", column);
}

/** One row for each struct of an array, one column for each of its fields. */
export function inline(column: ColumnOrName): Column {
  return columnCall("inline", column);
}

/** Like inline, with a row of nulls for an empty or null array. */
export function inline_outer(column: ColumnOrName): Column {
  return columnCall("inline_outer", column);
}

/** The columns after the first laid out in as many rows as the first says: `stack(lit(2), …)`. */
export function stack(...columns: readonly ColumnOrName[]): Column {
  return columnCall("stack", ...columns);
}
