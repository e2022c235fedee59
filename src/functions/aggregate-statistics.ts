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

/**
 * Standard deviation of the sample; null for a single value.
 *
 * @example
 * // x: 1, 2, 3
 * stddev("x"); // 1
 */
export function stddev(column: ColumnOrName): Column<number | null> {
  return columnCall("stddev", column);
}

/**
 * Standard deviation of the sample; the same as stddev.
 *
 * @example
 * // x: 1, 2, 3
 * std("x"); // 1
 */
export function std(column: ColumnOrName): Column<number | null> {
  return columnCall("std", column);
}

/**
 * Standard deviation of the sample; the same as stddev.
 *
 * @example
 * // x: 1, 2, 3
 * stddev_samp("x"); // 1
 */
export function stddev_samp(column: ColumnOrName): Column<number | null> {
  return columnCall("stddev_samp", column);
}

/**
 * Standard deviation of the population.
 *
 * @example
 * // x: 1, 2, 3
 * stddev_pop("x"); // 0.816496580927726
 */
export function stddev_pop(column: ColumnOrName): Column<number | null> {
  return columnCall("stddev_pop", column);
}

/**
 * Variance of the sample; null for a single value.
 *
 * @example
 * // x: 1, 2, 3
 * variance("x"); // 1
 */
export function variance(column: ColumnOrName): Column<number | null> {
  return columnCall("variance", column);
}

/**
 * Variance of the sample; the same as variance.
 *
 * @example
 * // x: 1, 2, 3
 * var_samp("x"); // 1
 */
export function var_samp(column: ColumnOrName): Column<number | null> {
  return columnCall("var_samp", column);
}

/**
 * Variance of the population.
 *
 * @example
 * // x: 1, 2, 3
 * var_pop("x"); // 0.6666666666666666
 */
export function var_pop(column: ColumnOrName): Column<number | null> {
  return columnCall("var_pop", column);
}

/**
 * Skewness of the values.
 *
 * @example
 * // x: -10, -20, 100, 1000
 * skewness("x"); // 1.1135657469022011
 */
export function skewness(column: ColumnOrName): Column<number | null> {
  return columnCall("skewness", column);
}

/**
 * Excess kurtosis of the values: 0 for a normal distribution.
 *
 * @example
 * // x: -10, -20, 100, 1000
 * kurtosis("x"); // -0.7014368047529627
 */
export function kurtosis(column: ColumnOrName): Column<number | null> {
  return columnCall("kurtosis", column);
}

/**
 * Median of the values.
 *
 * @example
 * // x: 0, 1, 2, 10
 * median("x"); // 1.5
 */
export function median<C extends ColumnOrName>(column: C): Column<Percentile<C> | null> {
  return columnCall("median", column);
}

/**
 * Pearson correlation of two columns.
 *
 * @example
 * // x: 3, 3, 6; y: 2, 3, 4
 * corr("x", "y"); // 0.8660254037844387
 */
export function corr(column: ColumnOrName, other: ColumnOrName): Column<number | null> {
  return columnCall("corr", column, other);
}

/**
 * Covariance of the population.
 *
 * @example
 * // x: 3, 3, 6; y: 2, 3, 4
 * covar_pop("x", "y"); // 1
 */
export function covar_pop(column: ColumnOrName, other: ColumnOrName): Column<number | null> {
  return columnCall("covar_pop", column, other);
}

/**
 * Covariance of the sample.
 *
 * @example
 * // x: 3, 3, 6; y: 2, 3, 4
 * covar_samp("x", "y"); // 1.5
 */
export function covar_samp(column: ColumnOrName, other: ColumnOrName): Column<number | null> {
  return columnCall("covar_samp", column, other);
}

/**
 * Exact percentile, interpolated between values.
 *
 * @param percentage from 0 to 1, or several percentages for an array of results
 * @param frequency how many times each row counts. Default: 1
 * @example
 * // x: 0, 1, 2, 10
 * percentile("x", 0.3); // 0.8999999999999999
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
 * @example
 * // x: 0, 1, 2, 10
 * percentile_approx("x", [0.5, 0.9]); // [ 1n, 10n ]
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
 * @example
 * // x: 0, 1, 2, 10
 * approx_percentile("x", 0.5); // 1n
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

/**
 * Mean of `x`, over rows in which neither column is null.
 *
 * @example
 * // y: 1, 2, 2, 2; x: 2, 2, 3, 4
 * regr_avgx("y", "x"); // 2.75
 */
export function regr_avgx<X extends ColumnOrName>(
  y: ColumnOrName,
  x: X,
): Column<Averaged<X> | null> {
  return columnCall("regr_avgx", y, x);
}

/**
 * Mean of `y`, over rows in which neither column is null.
 *
 * @example
 * // y: 1, 2, 2, 2; x: 2, 2, 3, 4
 * regr_avgy("y", "x"); // 1.75
 */
export function regr_avgy<Y extends ColumnOrName>(
  y: Y,
  x: ColumnOrName,
): Column<Averaged<Y> | null> {
  return columnCall("regr_avgy", y, x);
}

/**
 * Number of rows in which neither column is null.
 *
 * @example
 * // y: 1, 2, 2, 2; x: 2, 2, 3, 4
 * regr_count("y", "x"); // 4n
 */
export function regr_count(y: ColumnOrName, x: ColumnOrName): Column<bigint> {
  return columnCall("regr_count", y, x);
}

/**
 * Intercept of the regression line: its `y` at `x = 0`, over rows in which neither column is null.
 *
 * @example
 * // y: 1, 2, 2, 2; x: 2, 2, 3, 4
 * regr_intercept("y", "x"); // 1
 */
export function regr_intercept(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_intercept", y, x);
}

/**
 * Coefficient of determination of the regression, over rows in which neither column is null.
 *
 * @example
 * // y: 1, 2, 2, 2; x: 2, 2, 3, 4
 * regr_r2("y", "x"); // 0.2727272727272727
 */
export function regr_r2(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_r2", y, x);
}

/**
 * Slope of the regression line, over rows in which neither column is null.
 *
 * @example
 * // y: 1, 2, 2, 2; x: 2, 2, 3, 4
 * regr_slope("y", "x"); // 0.2727272727272727
 */
export function regr_slope(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_slope", y, x);
}

/**
 * Sum of squares of `x` about its mean, over rows in which neither column is null.
 *
 * @example
 * // y: 1, 2, 2, 2; x: 2, 2, 3, 4
 * regr_sxx("y", "x"); // 2.75
 */
export function regr_sxx(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_sxx", y, x);
}

/**
 * Sum of products of `x` and `y` about their means, over rows in which neither column is null.
 *
 * @example
 * // y: 1, 2, 2, 2; x: 2, 2, 3, 4
 * regr_sxy("y", "x"); // 0.75
 */
export function regr_sxy(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_sxy", y, x);
}

/**
 * Sum of squares of `y` about its mean, over rows in which neither column is null.
 *
 * @example
 * // y: 1, 2, 2, 2; x: 2, 2, 3, 4
 * regr_syy("y", "x"); // 0.75
 */
export function regr_syy(y: ColumnOrName, x: ColumnOrName): Column<number | null> {
  return columnCall("regr_syy", y, x);
}
