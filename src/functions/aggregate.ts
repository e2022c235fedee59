// Aggregate functions: one value for each group. Nulls are left out unless it says otherwise.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnArgument, given } from "./column-arguments.js";
import { columnCall, distinctCall, expressionCall, valueCall } from "./call.js";
import { expressionOf } from "../plan/literal.js";

/**
 * Number of rows where the column is not null; `count("*")` and `count(col("*"))` count all rows.
 */
export function count(column: ColumnOrName): Column {
  const counted = columnArgument("count", column);
  const isStar = typeof column !== "string" && counted.exprType.case === "unresolvedStar";
  return expressionCall("count", isStar ? expressionOf(1) : counted);
}

/** Number of distinct rows of these columns, those with a null left out. */
export function count_distinct(column: ColumnOrName, ...others: readonly ColumnOrName[]): Column {
  return distinctCall("count", column, ...others);
}

/**
 * Number of distinct rows of these columns.
 *
 * @deprecated Use count_distinct.
 */
export function countDistinct(column: ColumnOrName, ...others: readonly ColumnOrName[]): Column {
  return count_distinct(column, ...others);
}

/** Number of rows where the condition is true. */
export function count_if(condition: ColumnOrName): Column {
  return columnCall("count_if", condition);
}

/**
 * Roughly how many distinct values there are.
 *
 * @param rsd relative standard deviation to allow; default 0.05
 */
export function approx_count_distinct(column: ColumnOrName, rsd?: Column | number): Column {
  return valueCall("approx_count_distinct", column, ...given(rsd));
}

/**
 * Roughly how many distinct values there are.
 *
 * @deprecated Use approx_count_distinct.
 */
export function approxCountDistinct(column: ColumnOrName, rsd?: Column | number): Column {
  return approx_count_distinct(column, rsd);
}

/** Sum of the values; null when there are none. In ANSI mode an overflow is an error. */
export function sum(column: ColumnOrName): Column {
  return columnCall("sum", column);
}

/** Sum of the distinct values. */
export function sum_distinct(column: ColumnOrName): Column {
  return distinctCall("sum", column);
}

/**
 * Sum of the distinct values.
 *
 * @deprecated Use sum_distinct.
 */
export function sumDistinct(column: ColumnOrName): Column {
  return sum_distinct(column);
}

/** Sum of the values; null when it overflows. */
export function try_sum(column: ColumnOrName): Column {
  return columnCall("try_sum", column);
}

/** Product of the values, as DOUBLE. */
export function product(column: ColumnOrName): Column {
  return columnCall("product", column);
}

/** Mean of the values; null when there are none. */
export function avg(column: ColumnOrName): Column {
  return columnCall("avg", column);
}

/** Mean of the values; the same as avg. */
export function mean(column: ColumnOrName): Column {
  return avg(column);
}

/** Mean of the values; null when their sum overflows. */
export function try_avg(column: ColumnOrName): Column {
  return columnCall("try_avg", column);
}

/** Least value. */
export function min(column: ColumnOrName): Column {
  return columnCall("min", column);
}

/** Greatest value; NaN is greater than any number. */
export function max(column: ColumnOrName): Column {
  return columnCall("max", column);
}

/**
 * The first column's value where the second is least.
 *
 * @param k gives an array of the values of so many rows; Spark 4.2 or newer
 */
export function min_by(column: ColumnOrName, order: ColumnOrName, k?: number): Column {
  const args = [column, order].map((each) => columnArgument("min_by", each));
  return expressionCall("min_by", ...args, ...given(k).map(expressionOf));
}

/**
 * The first column's value where the second is greatest.
 *
 * @param k gives an array of the values of so many rows; Spark 4.2 or newer
 */
export function max_by(column: ColumnOrName, order: ColumnOrName, k?: number): Column {
  const args = [column, order].map((each) => columnArgument("max_by", each));
  return expressionCall("max_by", ...args, ...given(k).map(expressionOf));
}

/**
 * First value of the group; which one that is depends on the order of rows.
 *
 * @param ignoreNulls takes the first that is not null; default false
 */
export function first(column: ColumnOrName, ignoreNulls = false): Column {
  return valueCall("first", column, ignoreNulls);
}

/**
 * Last value of the group; which one that is depends on the order of rows.
 *
 * @param ignoreNulls takes the last that is not null; default false
 */
export function last(column: ColumnOrName, ignoreNulls = false): Column {
  return valueCall("last", column, ignoreNulls);
}

/**
 * First value of the group; which one that is depends on the order of rows.
 *
 * @param ignoreNulls takes one that is not null; default false
 */
export function first_value(column: ColumnOrName, ignoreNulls?: Column | boolean): Column {
  return valueCall("first_value", column, ...given(ignoreNulls));
}

/**
 * Last value of the group; which one that is depends on the order of rows.
 *
 * @param ignoreNulls takes one that is not null; default false
 */
export function last_value(column: ColumnOrName, ignoreNulls?: Column | boolean): Column {
  return valueCall("last_value", column, ...given(ignoreNulls));
}

/**
 * Some value of the group; which one that is depends on the order of rows.
 *
 * @param ignoreNulls takes one that is not null; default false
 */
export function any_value(column: ColumnOrName, ignoreNulls?: Column | boolean): Column {
  return valueCall("any_value", column, ...given(ignoreNulls));
}

/**
 * Most frequent value; null when there is none.
 *
 * @param deterministic takes the least of several, instead of any; default false
 */
export function mode(column: ColumnOrName, deterministic = false): Column {
  return valueCall("mode", column, deterministic);
}

/** Whether all values are true. */
export function bool_and(column: ColumnOrName): Column {
  return columnCall("bool_and", column);
}

/** Whether all values are true; the same as bool_and. */
export function every(column: ColumnOrName): Column {
  return columnCall("every", column);
}

/** Whether one value is true. */
export function bool_or(column: ColumnOrName): Column {
  return columnCall("bool_or", column);
}

/** Whether one value is true; the same as bool_or. */
export function some(column: ColumnOrName): Column {
  return columnCall("some", column);
}

/** Bitwise AND of the values. */
export function bit_and(column: ColumnOrName): Column {
  return columnCall("bit_and", column);
}

/** Bitwise OR of the values. */
export function bit_or(column: ColumnOrName): Column {
  return columnCall("bit_or", column);
}

/** Bitwise exclusive OR of the values. */
export function bit_xor(column: ColumnOrName): Column {
  return columnCall("bit_xor", column);
}

/**
 * 1 where the column is no part of the row's grouping set, else 0; for rollup, cube and grouping sets.
 */
export function grouping(column: ColumnOrName): Column {
  return columnCall("grouping", column);
}

/**
 * The bits of grouping() of each column as one number. The columns are those grouped by, all of them
 * and in their order, or none.
 */
export function grouping_id(...columns: readonly ColumnOrName[]): Column {
  return columnCall("grouping_id", ...columns);
}
