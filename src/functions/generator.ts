// Functions that return several rows for one input row. A select can contain only one of them.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { Exploded, ExplodedOuter } from "../dataframe/typing/collection-value.js";
import { columnCall } from "./call.js";

/**
 * One row for each element of an array, in column `col`, or each pair of a map, in `key` and `value`.
 *
 * @example spark.range(1).select(explode(lit([10, 20]))); // [ { col: 10 }, { col: 20 } ]
 */
export function explode<C extends ColumnOrName>(column: C): Exploded<C> {
  return columnCall("explode", column) as Exploded<C>;
}

/**
 * Like explode, with a row of nulls for an empty or null array or map.
 *
 * @example spark.range(1).select(explode_outer(lit([], "array<int>"))); // [ { col: null } ]
 */
export function explode_outer<C extends ColumnOrName>(column: C): ExplodedOuter<C> {
  return columnCall("explode_outer", column) as ExplodedOuter<C>;
}

/**
 * Like explode, with the position, from 0, in the first column `pos`.
 *
 * @example spark.range(1).select(posexplode(lit([10, 20]))); // [ { pos: 0, col: 10 }, { pos: 1, col: 20 } ]
 */
export function posexplode(column: ColumnOrName): Column {
  return columnCall("posexplode", column);
}

/**
 * Like posexplode, with a row of nulls for an empty or null array or map.
 *
 * @example spark.range(1).select(posexplode_outer(lit([], "array<int>"))); // [ { pos: null, col: null } ]
 */
export function posexplode_outer(column: ColumnOrName): Column {
  return columnCall("posexplode_outer", column);
}

/**
 * One row for each struct of an array, with one column for each field.
 *
 * @example
 * spark.range(1).select(inline(array(struct(lit(1).alias("id"), lit("a").alias("name")))));
 * // [ { id: 1, name: 'a' } ]
 */
export function inline(column: ColumnOrName): Column {
  return columnCall("inline", column);
}

/**
 * Like inline, with a row of nulls for an empty or null array.
 *
 * @example
 * spark.range(1).select(inline_outer(lit([], "array<struct<id:int,name:string>>")));
 * // [ { id: null, name: null } ]
 */
export function inline_outer(column: ColumnOrName): Column {
  return columnCall("inline_outer", column);
}

/**
 * Splits the columns after the first into a number of rows. The first column is that number: `stack(lit(2), …)`.
 *
 * @example
 * spark.range(1).select(stack(lit(2), lit(1), lit(2), lit(3), lit(4)));
 * // [ { col0: 1, col1: 2 }, { col0: 3, col1: 4 } ]
 */
export function stack(...columns: readonly ColumnOrName[]): Column {
  return columnCall("stack", ...columns);
}
