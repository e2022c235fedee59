// Statistical aggregate functions. They ignore rows with a null. Without any other row all functions return null,
// except regr_count.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type {
  Averaged,
  EachOf,
  ExistingPercentile,
  Percentile,
} from "../dataframe/typing/aggregate-value.js";
import type { LiteralValue } from "../dataframe/typing/literal-value.js";
import { columnCall, valueCall } from "./call.js";

/** Standard deviation of the sample; null for a single value. */
export function stddev(column: ColumnOrName): Column<number | null> {
  return columnCall("stddev", column);
}

/** Standard deviation of the sample; the same as stddev. */
export function std(column: ColumnOrName): Column<number | null> {
  return columnCall("std", column);
}

/** Standard deviation of the sample; the same as stddev. */
export function stddev_samp(column: ColumnOrName): Column<number | null> {
  return columnCall("stddev_samp", column);
}

/** Standard deviation of the population. */
export function stddev_pop(column: ColumnOrName): Column<number | null> {
  return columnCall("stddev_pop", column);
}

/** Variance of the sample; null for a single value. */
export function variance(column: ColumnOrName): Column<number | null> {
  return columnCall("variance", column);
}

/** Variance of the sample; the same as variance. */
export function var_samp(column: ColumnOrName): Column<number | null> {
  return columnCall("var_samp", column);
}

/** Variance of the population. */
export function var_pop(column: ColumnOrName): Column<number | null> {
  return columnCall("var_pop", column);
}

/** Skewness of the values. */
export function skewness(column: ColumnOrName): Column<number | null> {
  return columnCall("skewness", column);
}

/** Excess kurtosis of the values: 0 for a normal distribution. */
export function kurtosis(column: ColumnOrName): Column<number | null> {
  return columnCall("kurtosis", column);
}

/** Median of the values. */
export function median<C extends ColumnOrName>(column: C): Column<Percentile<C> | null> {
  return columnCall("median", column);
}

/** Pearson correlation of two columns. */
export function corr(column: ColumnOrName, other: ColumnOrName): Column<number | null> {
  return columnCall("corr", column, other);
}

/** Covariance of the population. */
export function covar_pop(column: ColumnOrName, other: ColumnOrName): Column<number | null> {
  return columnCall("covar_pop", column, other);
}

/** Covariance of the sample. */
export function covar_samp(column: ColumnOrName, other: ColumnOrName): Column<number | null> {
  return columnCall("covar_samp", column, other);
}

/**
 * Exact percentile, interpolated between values.
 *
 * @param percentage from 0 to 1, or several percentages for an array of results
 * @param frequency how many times each row counts. Default: 1
 */
export function percentile<
  C extends ColumnOrName,
  const P extends Column | number | readonly number[],
>(
  column: C,
  percentage: P,
  frequency: Column | number = 1,
): Column<EachOf<LiteralValue<P>, Percentile<C>> | null> {
  return valueCall("percentile", column, percentage, frequency);
}

/**
 * Approximate percentile, which is always an existing value.
 *
 * @param percentage from 0 to 1, or several percentages for an array of results
 * @param accuracy a larger value is more exact and needs more memory. Default: 10000
 */
export function percentile_approx<
  C extends ColumnOrName,
  const P extends Column | number | readonly number[],
>(
  column: C,
  percentage: P,
  accuracy: Column | number = 10_000,
): Column<EachOf<LiteralValue<P>, ExistingPercentile<C>> | null> {
  return valueCall("percentile_approx", column, percentage, accuracy);
}

/**
 * Approximate percentile; the same as percentile_approx.
 *
 * @param percentage from 0 to 1, or several percentages for an array of results
 * @param accuracy a larger value is more exact and needs more memory. Default: 10000
 */
export function approx_percentile<
  C extends ColumnOrName,
  const P extends Column | number | readonly number[],
>(
  column: C,
  percentage: P,
  accuracy: Column | number = 10_000,
): Column<EachOf<LiteralValue<P>, ExistingPercentile<C>> | null> {
  return valueCall("approx_percentile", column, percentage, accuracy);
}

/** Mean of `x`, over rows in which neither column is null. */
export function regr_avgx<X extends ColumnOrName>(
  y: ColumnOrName,
  x: X,
): Column<Averaged<X> | null> {
  return columnCall("regr_avgx", y, x);
}

/** Mean of `y`, over rows in which neither column is null. */
export function regr_avgy<Y extends ColumnOrName>(
  y: Y,
  x: ColumnOrName,
): Column<Averaged<Y> | null> {
  return columnCall("regr_avgy", y, x);
}

/** Number of rows in which neither column is null. */
export function regr_count(y: ColumnOrName, x: ColumnOrName): Column<bigint> {
  return columnCall("regr_count", y, x);
}

/** Intercept of the regression line: its `y` at `x = 0`, over rows in which neither column is null. */
export function regr_intercept(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_intercept", y, x);
}

/** Coefficient of determination of the regression, over rows in which neither column is null. */
export function regr_r2(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_r2", y, x);
}

/** Slope of the regression line, over rows in which neither column is null. */
export function regr_slope(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_slope", y, x);
}

/** Sum of squares of `x` about its mean, over rows in which neither column is null. */
export function regr_sxx(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_sxx", y, x);
}

/** Sum of products of `x` and `y` about their means, over rows in which neither column is null. */
export function regr_sxy(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_sxy", y, x);
}

/** Sum of squares of `y` about its mean, over rows in which neither column is null. */
export function regr_syy(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_syy", y, x);
}
