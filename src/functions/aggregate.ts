// Aggregate functions: one value for each group. They ignore nulls, unless the function's comment says otherwise.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { Averaged, Best, IntegerOf, Summed } from "../dataframe/typing/aggregate-value.js";
import type { ValueOf } from "../dataframe/typing/column-value.js";
import { columnArgument, given } from "./column-arguments.js";
import { columnCall, distinctCall, expressionCall, valueCall } from "./call.js";
import { expressionOf } from "../plan/literal.js";

/**
 * Number of rows in which the column is not null. `count("*")` and `count(col("*"))` count all rows.
 */
export function count(column: ColumnOrName): Column<bigint> {
  const counted = columnArgument("count", column);
  const isStar = typeof column !== "string" && counted.exprType.case === "unresolvedStar";
  return expressionCall("count", isStar ? expressionOf(1) : counted);
}

/** Number of distinct rows of these columns, without rows that contain a null. */
export function count_distinct(
  column: ColumnOrName,
  ...others: readonly ColumnOrName[]
): Column<bigint> {
  return distinctCall("count", column, ...others);
}

/**
 * Number of distinct rows of these columns.
 *
 * @deprecated Use count_distinct.
 */
export function countDistinct(
  column: ColumnOrName,
  ...others: readonly ColumnOrName[]
): Column<bigint> {
  return count_distinct(column, ...others);
}

/** Number of rows for which the condition is true. */
export function count_if(condition: ColumnOrName): Column<bigint> {
  return columnCall("count_if", condition);
}

/**
 * Approximate number of distinct values.
 *
 * @param rsd allowed relative standard deviation. Default: 0.05
 */
export function approx_count_distinct(column: ColumnOrName, rsd?: Column | number): Column<bigint> {
  return valueCall("approx_count_distinct", column, ...given(rsd));
}

/**
 * Approximate number of distinct values.
 *
 * @deprecated Use approx_count_distinct.
 */
export function approxCountDistinct(column: ColumnOrName, rsd?: Column | number): Column<bigint> {
  return approx_count_distinct(column, rsd);
}

/** Sum of the values; null without values. In ANSI mode an overflow is an error. */
export function sum<C extends ColumnOrName>(column: C): Column<Summed<C> | null> {
  return columnCall("sum", column);
}

/** Sum of the distinct values. */
export function sum_distinct<C extends ColumnOrName>(column: C): Column<Summed<C> | null> {
  return distinctCall("sum", column);
}

/**
 * Sum of the distinct values.
 *
 * @deprecated Use sum_distinct.
 */
export function sumDistinct<C extends ColumnOrName>(column: C): Column<Summed<C> | null> {
  return sum_distinct(column);
}

/** Sum of the values; null if it overflows. */
export function try_sum<C extends ColumnOrName>(column: C): Column<Summed<C> | null> {
  return columnCall("try_sum", column);
}

/** Product of the values, as DOUBLE. */
export function product(column: ColumnOrName): Column<number | null> {
  return columnCall("product", column);
}

/** Mean of the values; null without values. */
export function avg<C extends ColumnOrName>(column: C): Column<Averaged<C> | null> {
  return columnCall("avg", column);
}

/** Mean of the values; the same as avg. */
export function mean<C extends ColumnOrName>(column: C): Column<Averaged<C> | null> {
  return avg(column);
}

/** Mean of the values; null if their sum overflows. */
export function try_avg<C extends ColumnOrName>(column: C): Column<Averaged<C> | null> {
  return columnCall("try_avg", column);
}

/** Smallest value. */
export function min<C extends ColumnOrName>(column: C): Column<ValueOf<C> | null> {
  return columnCall("min", column);
}

/** Largest value. NaN is larger than any number. */
export function max<C extends ColumnOrName>(column: C): Column<ValueOf<C> | null> {
  return columnCall("max", column);
}

/**
 * The value of the first column in the row with the smallest value of the second.
 *
 * @param k returns an array with the values of the best `k` rows instead. Spark 4.2 or newer
 */
export function min_by<C extends ColumnOrName, K extends number | undefined = undefined>(
  column: C,
  order: ColumnOrName,
  k?: K,
): Column<Best<C, K>> {
  const args = [column, order].map((each) => columnArgument("min_by", each));
  return expressionCall("min_by", ...args, ...given(k).map(expressionOf));
}

/**
 * The value of the first column in the row with the largest value of the second.
 *
 * @param k returns an array with the values of the best `k` rows instead. Spark 4.2 or newer
 */
export function max_by<C extends ColumnOrName, K extends number | undefined = undefined>(
  column: C,
  order: ColumnOrName,
  k?: K,
): Column<Best<C, K>> {
  const args = [column, order].map((each) => columnArgument("max_by", each));
  return expressionCall("max_by", ...args, ...given(k).map(expressionOf));
}

/**
 * First value of the group, in the order of the rows, which is not deterministic.
 *
 * @param ignoreNulls ignores nulls. Default: false
 */
export function first<C extends ColumnOrName>(
  column: C,
  ignoreNulls = false,
): Column<ValueOf<C> | null> {
  return valueCall("first", column, ignoreNulls);
}

/**
 * Last value of the group, in the order of the rows, which is not deterministic.
 *
 * @param ignoreNulls ignores nulls. Default: false
 */
export function last<C extends ColumnOrName>(
  column: C,
  ignoreNulls = false,
): Column<ValueOf<C> | null> {
  return valueCall("last", column, ignoreNulls);
}

/**
 * First value of the group, in the order of the rows, which is not deterministic.
 *
 * @param ignoreNulls ignores nulls. Default: false
 */
export function first_value<C extends ColumnOrName>(
  column: C,
  ignoreNulls?: Column | boolean,
): Column<ValueOf<C> | null> {
  return valueCall("first_value", column, ...given(ignoreNulls));
}

/**
 * Last value of the group, in the order of the rows, which is not deterministic.
 *
 * @param ignoreNulls ignores nulls. Default: false
 */
export function last_value<C extends ColumnOrName>(
  column: C,
  ignoreNulls?: Column | boolean,
): Column<ValueOf<C> | null> {
  return valueCall("last_value", column, ...given(ignoreNulls));
}

/**
 * Any value of the group. Which one depends on the order of the rows.
 *
 * @param ignoreNulls ignores nulls. Default: false
 */
export function any_value<C extends ColumnOrName>(
  column: C,
  ignoreNulls?: Column | boolean,
): Column<ValueOf<C> | null> {
  return valueCall("any_value", column, ...given(ignoreNulls));
}

/**
 * Most frequent value; null without values.
 *
 * @param deterministic chooses the smallest of equally frequent values, not just any of them. Default: false
 */
export function mode<C extends ColumnOrName>(
  column: C,
  deterministic = false,
): Column<ValueOf<C> | null> {
  return valueCall("mode", column, deterministic);
}

/** Whether all values are true. */
export function bool_and(column: ColumnOrName): Column<boolean | null> {
  return columnCall("bool_and", column);
}

/** Whether all values are true; the same as bool_and. */
export function every(column: ColumnOrName): Column<boolean | null> {
  return columnCall("every", column);
}

/** Whether at least one value is true. */
export function bool_or(column: ColumnOrName): Column<boolean | null> {
  return columnCall("bool_or", column);
}

/** Whether at least one value is true; the same as bool_or. */
export function some(column: ColumnOrName): Column<boolean | null> {
  return columnCall("some", column);
}

/** Bitwise AND of the values. */
export function bit_and<C extends ColumnOrName>(column: C): Column<IntegerOf<C> | null> {
  return columnCall("bit_and", column);
}

/** Bitwise OR of the values. */
export function bit_or<C extends ColumnOrName>(column: C): Column<IntegerOf<C> | null> {
  return columnCall("bit_or", column);
}

/** Bitwise exclusive OR of the values. */
export function bit_xor<C extends ColumnOrName>(column: C): Column<IntegerOf<C> | null> {
  return columnCall("bit_xor", column);
}

/**
 * 0 if the column is part of the row's grouping set, otherwise 1. For rollup, cube and grouping sets.
 */
export function grouping(column: ColumnOrName): Column<number> {
  return columnCall("grouping", column);
}

/**
 * The results of grouping() for all columns, as the bits of one number. Pass all grouping columns in their order,
 * or no columns.
 */
export function grouping_id(...columns: readonly ColumnOrName[]): Column<bigint> {
  return columnCall("grouping_id", ...columns);
}
