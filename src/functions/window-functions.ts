// Functions of a row's place among others: each needs `.over(window)`.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { expressionOf } from "../plan/literal.js";
import { given } from "./column-arguments.js";
import { columnCall, expressionCall, valueCall } from "./call.js";

/** Number of the row in its window partition, from 1. */
export function row_number(): Column {
  return expressionCall("row_number");
}

/** Rank of the row from 1; equal rows share one, and as many ranks are left out after them. */
export function rank(): Column {
  return expressionCall("rank");
}

/** Rank of the row from 1; equal rows share one, and none is left out. */
export function dense_rank(): Column {
  return expressionCall("dense_rank");
}

/** Rank of the row from 0 to 1: `(rank - 1) / (rows - 1)`. */
export function percent_rank(): Column {
  return expressionCall("percent_rank");
}

/** Share of the window partition's rows that are not behind this one, above 0 up to 1. */
export function cume_dist(): Column {
  return expressionCall("cume_dist");
}

/** Number from 1 to `n` of the row's part, of `n` parts as equal as can be. */
export function ntile(n: number): Column {
  return expressionCall("ntile", expressionOf(n));
}

/**
 * The column's value `offset` rows before this one.
 *
 * @param offset default 1
 * @param defaultValue a literal, texts too, or a Column, where there is no such row; default null
 */
export function lag(column: ColumnOrName, offset = 1, defaultValue?: unknown): Column {
  return valueCall("lag", column, offset, ...given(defaultValue ?? undefined));
}

/**
 * The column's value `offset` rows after this one.
 *
 * @param offset default 1
 * @param defaultValue a literal, texts too, or a Column, where there is no such row; default null
 */
export function lead(column: ColumnOrName, offset = 1, defaultValue?: unknown): Column {
  return valueCall("lead", column, offset, ...given(defaultValue ?? undefined));
}

/**
 * The column's value in the window frame's row number `offset`, from 1; null when it has fewer rows.
 *
 * @param ignoreNulls counts only rows where the column is not null; default false
 */
export function nth_value(column: ColumnOrName, offset: number, ignoreNulls = false): Column {
  return valueCall("nth_value", column, offset, ignoreNulls);
}

/**
 * How much a counter that only grows has grown since the row before; null in the first row and where
 * the counter was set back, which a lesser value or a later `startTime` shows. Spark 4.3 or newer.
 *
 * @param startTime timestamp at which the counter was 0
 */
export function counter_diff(value: ColumnOrName, startTime?: ColumnOrName): Column {
  return columnCall("counter_diff", value, ...given(startTime));
}
