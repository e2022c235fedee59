// Aggregate functions: one value for each group. They ignore nulls, unless the function's comment says otherwise.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { Averaged, Best, IntegerOf, Summed } from "../dataframe/typing/aggregate-value.js";
import type { ValueOf } from "../dataframe/typing/column-value.js";
import { columnArgument, given } from "./column-arguments.js";
import { columnCall, distinctCall, expressionCall, valueCall } from "./call.js";
import { expressionOf } from "../plan/literal.js";

/**
 * Number of rows in which the column is not null. `count("*")` and `count(col("*"))` count all rows.
 *
 * @example
 * // x: null, 5, 5, 20
 * count("x"); // 3n
 */
export function count(column: ColumnOrName): Column<bigint> {
  const counted = columnArgument("count", column);
  const isStar = typeof column !== "string" && counted.exprType.case === "unresolvedStar";
  return expressionCall("count", isStar ? expressionOf(1) : counted);
}

/**
 * Number of distinct rows of these columns, without rows that contain a null.
 *
 * @example
 * // x: 1, 1, 2, 2, 3
 * count_distinct("x"); // 3n
 */
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
 * @example
 * // x: 1, 1, 2, 2, 3
 * countDistinct("x"); // 3n
 */
export function countDistinct(
  column: ColumnOrName,
  ...others: readonly ColumnOrName[]
): Column<bigint> {
  return count_distinct(column, ...others);
}

/**
 * Number of rows for which the condition is true.
 *
 * @example
 * // x: null, 5, 5, 20
 * count_if(col("x").eq(5)); // 2n
 */
export function count_if(condition: ColumnOrName): Column<bigint> {
  return columnCall("count_if", condition);
}

/**
 * Approximate number of distinct values.
 *
 * @param rsd allowed relative standard deviation. Default: 0.05
 * @example
 * // x: 1, 1, 2, 2, 3
 * approx_count_distinct("x"); // 3n
 */
export function approx_count_distinct(column: ColumnOrName, rsd?: Column | number): Column<bigint> {
  return valueCall("approx_count_distinct", column, ...given(rsd));
}

/**
 * Approximate number of distinct values.
 *
 * @deprecated Use approx_count_distinct.
 * @example
 * // x: 1, 1, 2, 2, 3
 * approxCountDistinct("x"); // 3n
 */
export function approxCountDistinct(column: ColumnOrName, rsd?: Column | number): Column<bigint> {
  return approx_count_distinct(column, rsd);
}

/**
 * Sum of the values; null without values. In ANSI mode an overflow is an error.
 *
 * @example
 * // x: 1, 2, 3
 * sum("x"); // 6n
 */
export function sum<C extends ColumnOrName>(column: C): Column<Summed<C> | null> {
  return columnCall("sum", column);
}

/**
 * Sum of the distinct values.
 *
 * @example
 * // x: 1, 1, 2, 2, 3
 * sum_distinct("x"); // 6n
 */
export function sum_distinct<C extends ColumnOrName>(column: C): Column<Summed<C> | null> {
  return distinctCall("sum", column);
}

/**
 * Sum of the distinct values.
 *
 * @deprecated Use sum_distinct.
 * @example
 * // x: 1, 1, 2, 2, 3
 * sumDistinct("x"); // 6n
 */
export function sumDistinct<C extends ColumnOrName>(column: C): Column<Summed<C> | null> {
  return sum_distinct(column);
}

/**
 * Sum of the values; null if it overflows.
 *
 * @example
 * // x: 1, 2, 3
 * try_sum("x"); // 6n
 */
export function try_sum<C extends ColumnOrName>(column: C): Column<Summed<C> | null> {
  return columnCall("try_sum", column);
}

/**
 * Product of the values, as DOUBLE.
 *
 * @example
 * // x: 1, 2, 3
 * product("x"); // 6
 */
export function product(column: ColumnOrName): Column<number | null> {
  return columnCall("product", column);
}

/**
 * Mean of the values; null without values.
 *
 * @example
 * // x: 1, 2, 3
 * avg("x"); // 2
 */
export function avg<C extends ColumnOrName>(column: C): Column<Averaged<C> | null> {
  return columnCall("avg", column);
}

/**
 * Mean of the values; the same as avg.
 *
 * @example
 * // x: 1, 2, 3
 * mean("x"); // 2
 */
export function mean<C extends ColumnOrName>(column: C): Column<Averaged<C> | null> {
  return avg(column);
}

/**
 * Mean of the values; null if their sum overflows.
 *
 * @example
 * // x: 1, 2, 3
 * try_avg("x"); // 2
 */
export function try_avg<C extends ColumnOrName>(column: C): Column<Averaged<C> | null> {
  return columnCall("try_avg", column);
}

/**
 * Smallest value.
 *
 * @example
 * // x: 1, 2, 3
 * min("x"); // 1n
 */
export function min<C extends ColumnOrName>(column: C): Column<ValueOf<C> | null> {
  return columnCall("min", column);
}

/**
 * Largest value. NaN is larger than any number.
 *
 * @example
 * // x: 1, 2, 3
 * max("x"); // 3n
 */
export function max<C extends ColumnOrName>(column: C): Column<ValueOf<C> | null> {
  return columnCall("max", column);
}

/**
 * The value of the first column in the row with the smallest value of the second.
 *
 * @param k returns an array with the values of the best `k` rows instead. Spark 4.2 or newer
 * @example
 * // x: "a", "b", "c"; y: 10, 50, 20
 * min_by("x", "y"); // 'a'
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
 * @example
 * // x: "a", "b", "c"; y: 10, 50, 20
 * max_by("x", "y"); // 'b'
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
 * @example
 * // x: null, 5, 5, 20
 * first("x", true); // 5n
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
 * @example
 * // x: null, 5, 5, 20
 * last("x"); // 20n
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
 * @example
 * // x: null, 5, 5, 20
 * first_value("x", true); // 5n
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
 * @example
 * // x: null, 5, 5, 20
 * last_value("x"); // 20n
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
 * @example
 * // x: null, 5, 5, 20
 * any_value("x", true); // 5n
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
 * @example
 * // x: null, 5, 5, 20
 * mode("x"); // 5n
 */
export function mode<C extends ColumnOrName>(
  column: C,
  deterministic = false,
): Column<ValueOf<C> | null> {
  return valueCall("mode", column, deterministic);
}

/**
 * Whether all values are true.
 *
 * @example
 * // x: true, false, true
 * bool_and("x"); // false
 */
export function bool_and(column: ColumnOrName): Column<boolean | null> {
  return columnCall("bool_and", column);
}

/**
 * Whether all values are true; the same as bool_and.
 *
 * @example
 * // x: true, false, true
 * every("x"); // false
 */
export function every(column: ColumnOrName): Column<boolean | null> {
  return columnCall("every", column);
}

/**
 * Whether at least one value is true.
 *
 * @example
 * // x: true, false, true
 * bool_or("x"); // true
 */
export function bool_or(column: ColumnOrName): Column<boolean | null> {
  return columnCall("bool_or", column);
}

/**
 * Whether at least one value is true; the same as bool_or.
 *
 * @example
 * // x: true, false, true
 * some("x"); // true
 */
export function some(column: ColumnOrName): Column<boolean | null> {
  return columnCall("some", column);
}

/**
 * Bitwise AND of the values.
 *
 * @example
 * // x: 3, 5
 * bit_and("x"); // 1n
 */
export function bit_and<C extends ColumnOrName>(column: C): Column<IntegerOf<C> | null> {
  return columnCall("bit_and", column);
}

/**
 * Bitwise OR of the values.
 *
 * @example
 * // x: 3, 5
 * bit_or("x"); // 7n
 */
export function bit_or<C extends ColumnOrName>(column: C): Column<IntegerOf<C> | null> {
  return columnCall("bit_or", column);
}

/**
 * Bitwise exclusive OR of the values.
 *
 * @example
 * // x: 3, 5
 * bit_xor("x"); // 6n
 */
export function bit_xor<C extends ColumnOrName>(column: C): Column<IntegerOf<C> | null> {
  return columnCall("bit_xor", column);
}

/**
 * 0 if the column is part of the row's grouping set, otherwise 1. For rollup, cube and grouping sets.
 *
 * @example
 * // k: "a", "b"
 * df.cube("k").agg(grouping("k").alias("total")).orderBy("k");
 * // [ { k: null, total: 1 }, { k: 'a', total: 0 }, { k: 'b', total: 0 } ]
 */
export function grouping(column: ColumnOrName): Column<number> {
  return columnCall("grouping", column);
}

/**
 * The results of grouping() for all columns, as the bits of one number. Pass all grouping columns in their order,
 * or no columns.
 *
 * @example
 * // k: "a", "b"
 * df.cube("k").agg(grouping_id().alias("id")).orderBy("k");
 * // [ { k: null, id: 1n }, { k: 'a', id: 0n }, { k: 'b', id: 0n } ]
 */
export function grouping_id(...columns: readonly ColumnOrName[]): Column<bigint> {
  return columnCall("grouping_id", ...columns);
}
