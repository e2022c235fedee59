// Functions that return several rows for one input row. A select can contain only one of them.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { Exploded, ExplodedOuter } from "../dataframe/typing/collection-value.js";
import { columnCall } from "./call.js";

/** One row for each element of an array, in column `col`, or each pair of a map, in `key` and `value`. */
export function explode<C extends ColumnOrName>(column: C): Exploded<C> {
  return columnCall("explode", column) as Exploded<C>;
}

/** Like explode, with a row of nulls for an empty or null array or map. */
export function explode_outer<C extends ColumnOrName>(column: C): ExplodedOuter<C> {
  return columnCall("explode_outer", column) as ExplodedOuter<C>;
}

/** Like explode, with the position, from 0, in the first column `pos`. */
export function posexplode(column: ColumnOrName): Column {
  return columnCall("posexplode", column);
}

/** Like posexplode, with a row of nulls for an empty or null array or map. */
export function posexplode_outer(column: ColumnOrName): Column {
  return columnCall("posexplode_outer", column);
}

/** One row for each struct of an array, with one column for each field. */
export function inline(column: ColumnOrName): Column {
  return columnCall("inline", column);
}

/** Like inline, with a row of nulls for an empty or null array. */
export function inline_outer(column: ColumnOrName): Column {
  return columnCall("inline_outer", column);
}

/** Splits the columns after the first into a number of rows. The first column is that number: `stack(lit(2), …)`. */
export function stack(...columns: readonly ColumnOrName[]): Column {
  return columnCall("stack", ...columns);
}
