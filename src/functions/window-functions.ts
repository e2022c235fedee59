// Functions of a row's position in its window. Each needs `.over(window)`.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { ValueOf } from "../dataframe/typing/column-value.js";
import type { Neighbor } from "../dataframe/typing/window-value.js";
import { expressionOf } from "../plan/literal.js";
import { given } from "./column-arguments.js";
import { columnCall, expressionCall, valueCall } from "./call.js";

/**
 * Number of the row in its window partition, from 1.
 *
 * @example
 * // k: "a", "a", "a", "b"; x: 1, 1, 2, 3
 * row_number().over(Window.partitionBy("k").orderBy("x")); // [ 1, 2, 3, 1 ]
 */
export function row_number(): Column<number> {
  return expressionCall("row_number");
}

/**
 * Rank of the row, from 1. Equal rows have the same rank, and the ranks after them are skipped.
 *
 * @example
 * // k: "a", "a", "a", "b"; x: 1, 1, 2, 3
 * rank().over(Window.partitionBy("k").orderBy("x")); // [ 1, 1, 3, 1 ]
 */
export function rank(): Column<number> {
  return expressionCall("rank");
}

/**
 * Rank of the row, from 1. Equal rows have the same rank, and no rank is skipped.
 *
 * @example
 * // k: "a", "a", "a", "b"; x: 1, 1, 2, 3
 * dense_rank().over(Window.partitionBy("k").orderBy("x")); // [ 1, 1, 2, 1 ]
 */
export function dense_rank(): Column<number> {
  return expressionCall("dense_rank");
}

/**
 * Rank of the row from 0 to 1: `(rank - 1) / (rows - 1)`.
 *
 * @example
 * // k: "a", "a", "a", "b"; x: 1, 1, 2, 3
 * percent_rank().over(Window.partitionBy("k").orderBy("x")); // [ 0, 0, 1, 0 ]
 */
export function percent_rank(): Column<number> {
  return expressionCall("percent_rank");
}

/**
 * Share of the window partition's rows that are before or equal to this row: above 0, at most 1.
 *
 * @example
 * // k: "a", "a", "a", "b"; x: 1, 1, 2, 3
 * cume_dist().over(Window.partitionBy("k").orderBy("x")); // [ 0.6666666666666666, 0.6666666666666666, 1, 1 ]
 */
export function cume_dist(): Column<number> {
  return expressionCall("cume_dist");
}

/**
 * Splits the window partition into `n` parts of about equal size, and returns the number of the row's part, from 1.
 *
 * @example
 * // k: "a", "a", "a", "b"; x: 1, 1, 2, 3
 * ntile(2).over(Window.partitionBy("k").orderBy("x")); // [ 1, 1, 2, 1 ]
 */
export function ntile(n: number): Column<number> {
  return expressionCall("ntile", expressionOf(n));
}

/**
 * The column's value `offset` rows before this one.
 *
 * @param offset default 1
 * @param defaultValue value if that row does not exist: a literal, even a string, or a Column. Default: null
 * @example
 * // k: "a", "a", "a", "b"; x: 1, 1, 2, 3
 * lag("x").over(Window.partitionBy("k").orderBy("x")); // [ null, 1n, 1n, null ]
 */
export function lag<C extends ColumnOrName, const D = undefined>(
  column: C,
  offset = 1,
  defaultValue?: D,
): Column<Neighbor<C, D>> {
  return valueCall("lag", column, offset, ...given(defaultValue ?? undefined));
}

/**
 * The column's value `offset` rows after this one.
 *
 * @param offset default 1
 * @param defaultValue value if that row does not exist: a literal, even a string, or a Column. Default: null
 * @example
 * // k: "a", "a", "a", "b"; x: 1, 1, 2, 3
 * lead("x").over(Window.partitionBy("k").orderBy("x")); // [ 1n, 2n, null, null ]
 */
export function lead<C extends ColumnOrName, const D = undefined>(
  column: C,
  offset = 1,
  defaultValue?: D,
): Column<Neighbor<C, D>> {
  return valueCall("lead", column, offset, ...given(defaultValue ?? undefined));
}

/**
 * The column's value in row number `offset` of the window frame, from 1. Null if the frame has fewer rows.
 *
 * @param ignoreNulls counts only rows in which the column is not null. Default: false
 * @example
 * // k: "a", "a", "a", "b"; x: 1, 1, 2, 3
 * nth_value("x", 2).over(Window.partitionBy("k").orderBy("x")); // [ 1n, 1n, 1n, null ]
 */
export function nth_value<C extends ColumnOrName>(
  column: C,
  offset: number,
  ignoreNulls = false,
): Column<ValueOf<C> | null> {
  return valueCall("nth_value", column, offset, ignoreNulls);
}

/**
 * The increase of a growing counter since the row before. Null in the first row and after a reset, which a smaller
 * value or a later `startTime` shows. Spark 4.3 or newer.
 *
 * @param startTime timestamp at which the counter was 0
 * @example
 * // t: 1, 2, 3, 4; x: 10, 15, 3, 8
 * counter_diff("x").over(Window.orderBy("t")); // [ null, 5n, null, 5n ]
 */
export function counter_diff<V extends ColumnOrName>(
  value: V,
  startTime?: ColumnOrName,
): Column<ValueOf<V> | null> {
  return columnCall("counter_diff", value, ...given(startTime));
}
