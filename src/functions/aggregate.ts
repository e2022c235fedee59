// Aggregate functions: one value for each group.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall } from "./call.js";

/** Number of rows where the column is not null; `count("*")` counts all rows. */
export function count(column: ColumnOrName): Column {
  return columnCall("count", column);
}

/** Sum of the values; null when there are none. */
export function sum(column: ColumnOrName): Column {
  return columnCall("sum", column);
}

/** Mean of the values; null when there are none. */
export function avg(column: ColumnOrName): Column {
  return columnCall("avg", column);
}

/** Mean of the values; the same as avg. */
export function mean(column: ColumnOrName): Column {
  return columnCall("mean", column);
}

/** Least value; nulls are passed over. */
export function min(column: ColumnOrName): Column {
  return columnCall("min", column);
}

/** Greatest value; nulls are passed over. */
export function max(column: ColumnOrName): Column {
  return columnCall("max", column);
}

/** The first column's value where the second is least. */
export function min_by(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("min_by", column, other);
}

/** The first column's value where the second is greatest. */
export function max_by(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("max_by", column, other);
}

/** First value of the group, null or not; which one depends on the order of rows. */
export function first(column: ColumnOrName): Column {
  return columnCall("first", column);
}

/** Last value of the group, null or not; which one depends on the order of rows. */
export function last(column: ColumnOrName): Column {
  return columnCall("last", column);
}

/** The values as an array, duplicates kept, nulls left out. */
export function collect_list(column: ColumnOrName): Column {
  return columnCall("collect_list", column);
}

/** The distinct values as an array, nulls left out. */
export function collect_set(column: ColumnOrName): Column {
  return columnCall("collect_set", column);
}

/** Roughly how many distinct values there are. */
export function approx_count_distinct(column: ColumnOrName): Column {
  return columnCall("approx_count_distinct", column);
}

/** Standard deviation of the sample. */
export function stddev(column: ColumnOrName): Column {
  return columnCall("stddev", column);
}

/** Standard deviation of the population. */
export function stddev_pop(column: ColumnOrName): Column {
  return columnCall("stddev_pop", column);
}

/** Variance of the sample. */
export function variance(column: ColumnOrName): Column {
  return columnCall("variance", column);
}

/** Variance of the population. */
export function var_pop(column: ColumnOrName): Column {
  return columnCall("var_pop", column);
}

/** Skewness of the values. */
export function skewness(column: ColumnOrName): Column {
  return columnCall("skewness", column);
}

/** Excess kurtosis of the values. */
export function kurtosis(column: ColumnOrName): Column {
  return columnCall("kurtosis", column);
}

/** Pearson correlation of two columns. */
export function corr(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("corr", column, other);
}

/** Whether all values are true. */
export function bool_and(column: ColumnOrName): Column {
  return columnCall("bool_and", column);
}

/** Whether one value is true. */
export function bool_or(column: ColumnOrName): Column {
  return columnCall("bool_or", column);
}

/** Median of the values. */
export function median(column: ColumnOrName): Column {
  return columnCall("median", column);
}

/** Most frequent value. */
export function mode(column: ColumnOrName): Column {
  return columnCall("mode", column);
}
