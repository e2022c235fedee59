// Functions that read and combine HyperLogLog, KLL and theta sketches from aggregate-sketch.ts.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { EachOf } from "../dataframe/typing/aggregate-value.js";
import type { NullIn, ValueOf } from "../dataframe/typing/column-value.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument, given } from "./column-arguments.js";
import { columnCall, expressionCall } from "./call.js";

/**
 * Approximate number of distinct values in a HyperLogLog sketch, as BIGINT.
 *
 * @example
 * // x: 1, 1, 2, 2, 3
 * hll_sketch_estimate(hll_sketch_agg("x")); // 3n
 */
export function hll_sketch_estimate<C extends ColumnOrName>(column: C): Column<bigint | NullIn<C>> {
  return columnCall("hll_sketch_estimate", column);
}

/**
 * Merges two HyperLogLog sketches.
 *
 * @param allowDifferentLgConfigK whether sketches may differ in size. With false, the default, that is an error
 * @example
 * // x: 1, 1, 2, 2, 3; y: 4, 4, 5, 5, 1
 * hll_sketch_estimate(hll_union(hll_sketch_agg("x"), hll_sketch_agg("y"))); // 5n
 */
export function hll_union<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
  allowDifferentLgConfigK?: boolean,
): Column<Uint8Array | NullIn<L | R>> {
  return combined("hll_union", left, right, ...given(allowDifferentLgConfigK));
}

function combined<T>(
  name: string,
  left: ColumnOrName,
  right: ColumnOrName,
  ...options: readonly unknown[]
): Column<T> {
  return expressionCall(
    name,
    columnArgument(name, left),
    columnArgument(name, right),
    ...options.map(expressionOf),
  );
}

/**
 * Number of values in a KLL sketch of integers , as BIGINT. Spark 4.1 or newer.
 *
 * @example
 * // x: 1, 2, 3, 4, 5
 * kll_sketch_get_n_bigint(kll_sketch_agg_bigint("x")); // 5n
 */
export function kll_sketch_get_n_bigint<C extends ColumnOrName>(
  sketch: C,
): Column<bigint | NullIn<C>> {
  return columnCall("kll_sketch_get_n_bigint", sketch);
}

/**
 * Number of values in a KLL sketch of DOUBLE values , as BIGINT. Spark 4.1 or newer.
 *
 * @example
 * // x: 1.5, 2.5, 3.5, 4.5, 5.5
 * kll_sketch_get_n_double(kll_sketch_agg_double("x")); // 5n
 */
export function kll_sketch_get_n_double<C extends ColumnOrName>(
  sketch: C,
): Column<bigint | NullIn<C>> {
  return columnCall("kll_sketch_get_n_double", sketch);
}

/**
 * Number of values in a KLL sketch of FLOAT values , as BIGINT. Spark 4.1 or newer.
 *
 * @example
 * // x: 1, 2, 3, 4, 5
 * kll_sketch_get_n_float(kll_sketch_agg_float(col("x").cast("float"))); // 5n
 */
export function kll_sketch_get_n_float<C extends ColumnOrName>(
  sketch: C,
): Column<bigint | NullIn<C>> {
  return columnCall("kll_sketch_get_n_float", sketch);
}

/**
 * The value at a rank in a KLL sketch of integers. Spark 4.1 or newer.
 *
 * @param rank a constant from 0 to 1, or an array of ranks for an array of values
 * @example
 * // x: 1, 2, 3, 4, 5
 * kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint("x"), lit(0.5)); // 3n
 */
export function kll_sketch_get_quantile_bigint<S extends ColumnOrName, R extends ColumnOrName>(
  sketch: S,
  rank: R,
): Column<EachOf<ValueOf<R>, bigint> | NullIn<S | R>> {
  return columnCall("kll_sketch_get_quantile_bigint", sketch, rank);
}

/**
 * The value at a rank in a KLL sketch of DOUBLE values. Spark 4.1 or newer.
 *
 * @param rank a constant from 0 to 1, or an array of ranks for an array of values
 * @example
 * // x: 1.5, 2.5, 3.5, 4.5, 5.5
 * kll_sketch_get_quantile_double(kll_sketch_agg_double("x"), lit(0.5)); // 3.5
 */
export function kll_sketch_get_quantile_double<S extends ColumnOrName, R extends ColumnOrName>(
  sketch: S,
  rank: R,
): Column<EachOf<ValueOf<R>, number> | NullIn<S | R>> {
  return columnCall("kll_sketch_get_quantile_double", sketch, rank);
}

/**
 * The value at a rank in a KLL sketch of FLOAT values. Spark 4.1 or newer.
 *
 * @param rank a constant from 0 to 1, or an array of ranks for an array of values
 * @example
 * // x: 1, 2, 3, 4, 5
 * kll_sketch_get_quantile_float(kll_sketch_agg_float(col("x").cast("float")), lit(0.5)); // 3
 */
export function kll_sketch_get_quantile_float<S extends ColumnOrName, R extends ColumnOrName>(
  sketch: S,
  rank: R,
): Column<EachOf<ValueOf<R>, number> | NullIn<S | R>> {
  return columnCall("kll_sketch_get_quantile_float", sketch, rank);
}

/**
 * The rank of a value, from 0 to 1, in a KLL sketch of integers. Spark 4.1 or newer.
 *
 * @param quantile the value, a constant, or an array of values for an array of ranks
 * @example
 * // x: 1, 2, 3, 4, 5
 * kll_sketch_get_rank_bigint(kll_sketch_agg_bigint("x"), lit(3)); // 0.6
 */
export function kll_sketch_get_rank_bigint<S extends ColumnOrName, Q extends ColumnOrName>(
  sketch: S,
  quantile: Q,
): Column<EachOf<ValueOf<Q>, number> | NullIn<S | Q>> {
  return columnCall("kll_sketch_get_rank_bigint", sketch, quantile);
}

/**
 * The rank of a value, from 0 to 1, in a KLL sketch of DOUBLE values. Spark 4.1 or newer.
 *
 * @param quantile the value, a constant, or an array of values for an array of ranks
 * @example
 * // x: 1.5, 2.5, 3.5, 4.5, 5.5
 * kll_sketch_get_rank_double(kll_sketch_agg_double("x"), lit(3.5)); // 0.6
 */
export function kll_sketch_get_rank_double<S extends ColumnOrName, Q extends ColumnOrName>(
  sketch: S,
  quantile: Q,
): Column<EachOf<ValueOf<Q>, number> | NullIn<S | Q>> {
  return columnCall("kll_sketch_get_rank_double", sketch, quantile);
}

/**
 * The rank of a value, from 0 to 1, in a KLL sketch of FLOAT values. Spark 4.1 or newer.
 *
 * @param quantile the value, a constant, or an array of values for an array of ranks
 * @example
 * // x: 1, 2, 3, 4, 5
 * kll_sketch_get_rank_float(kll_sketch_agg_float(col("x").cast("float")), lit(3).cast("float")); // 0.6
 */
export function kll_sketch_get_rank_float<S extends ColumnOrName, Q extends ColumnOrName>(
  sketch: S,
  quantile: Q,
): Column<EachOf<ValueOf<Q>, number> | NullIn<S | Q>> {
  return columnCall("kll_sketch_get_rank_float", sketch, quantile);
}

/**
 * Merges two KLL sketches of integers. Spark 4.1 or newer.
 *
 * @example
 * // x: 1, 2, 3, 4, 5
 * kll_sketch_get_n_bigint(
 *   kll_sketch_merge_bigint(kll_sketch_agg_bigint("x"), kll_sketch_agg_bigint("x")),
 * ); // 10n
 */
export function kll_sketch_merge_bigint<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
): Column<Uint8Array | NullIn<L | R>> {
  return columnCall("kll_sketch_merge_bigint", left, right);
}

/**
 * Merges two KLL sketches of DOUBLE values. Spark 4.1 or newer.
 *
 * @example
 * // x: 1.5, 2.5, 3.5, 4.5, 5.5
 * kll_sketch_get_n_double(
 *   kll_sketch_merge_double(kll_sketch_agg_double("x"), kll_sketch_agg_double("x")),
 * ); // 10n
 */
export function kll_sketch_merge_double<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
): Column<Uint8Array | NullIn<L | R>> {
  return columnCall("kll_sketch_merge_double", left, right);
}

/**
 * Merges two KLL sketches of FLOAT values. Spark 4.1 or newer.
 *
 * @example
 * // x: 1, 2, 3, 4, 5
 * const sketch = kll_sketch_agg_float(col("x").cast("float"));
 * kll_sketch_get_n_float(kll_sketch_merge_float(sketch, sketch)); // 10n
 */
export function kll_sketch_merge_float<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
): Column<Uint8Array | NullIn<L | R>> {
  return columnCall("kll_sketch_merge_float", left, right);
}

/**
 * A KLL sketch of integers as readable text. Spark 4.1 or newer.
 *
 * @example
 * // x: 1, 2, 3, 4, 5
 * contains(kll_sketch_to_string_bigint(kll_sketch_agg_bigint("x")), lit("Kll")); // true
 */
export function kll_sketch_to_string_bigint<C extends ColumnOrName>(
  sketch: C,
): Column<string | NullIn<C>> {
  return columnCall("kll_sketch_to_string_bigint", sketch);
}

/**
 * A KLL sketch of DOUBLE values as readable text. Spark 4.1 or newer.
 *
 * @example
 * // x: 1.5, 2.5, 3.5, 4.5, 5.5
 * contains(kll_sketch_to_string_double(kll_sketch_agg_double("x")), lit("Kll")); // true
 */
export function kll_sketch_to_string_double<C extends ColumnOrName>(
  sketch: C,
): Column<string | NullIn<C>> {
  return columnCall("kll_sketch_to_string_double", sketch);
}

/**
 * A KLL sketch of FLOAT values as readable text. Spark 4.1 or newer.
 *
 * @example
 * // x: 1, 2, 3, 4, 5
 * contains(kll_sketch_to_string_float(kll_sketch_agg_float(col("x").cast("float"))), lit("Kll")); // true
 */
export function kll_sketch_to_string_float<C extends ColumnOrName>(
  sketch: C,
): Column<string | NullIn<C>> {
  return columnCall("kll_sketch_to_string_float", sketch);
}

/**
 * Approximate number of distinct values in a theta sketch, as BIGINT. Spark 4.1 or newer.
 *
 * @example
 * // x: 1, 1, 2, 2, 3
 * theta_sketch_estimate(theta_sketch_agg("x")); // 3n
 */
export function theta_sketch_estimate<C extends ColumnOrName>(
  sketch: C,
): Column<bigint | NullIn<C>> {
  return columnCall("theta_sketch_estimate", sketch);
}

/**
 * The union of two theta sketches. Spark 4.1 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @example
 * // x: 1, 1, 2, 2, 3; y: 4, 4, 5, 5, 1
 * theta_sketch_estimate(theta_union(theta_sketch_agg("x"), theta_sketch_agg("y"))); // 5n
 */
export function theta_union<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
  lgNomEntries?: Column | number,
): Column<Uint8Array | NullIn<L | R>> {
  return combined("theta_union", left, right, ...given(lgNomEntries));
}

/**
 * The intersection of two theta sketches. Spark 4.1 or newer.
 *
 * @example
 * // x: 1, 1, 2, 2, 3; y: 4, 4, 5, 5, 1
 * theta_sketch_estimate(theta_intersection(theta_sketch_agg("x"), theta_sketch_agg("y"))); // 1n
 */
export function theta_intersection<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
): Column<Uint8Array | NullIn<L | R>> {
  return columnCall("theta_intersection", left, right);
}

/**
 * The difference of two theta sketches: the values that are only in the first. Spark 4.1 or newer.
 *
 * @example
 * // x: 1, 1, 2, 2, 3; y: 4, 4, 5, 5, 1
 * theta_sketch_estimate(theta_difference(theta_sketch_agg("x"), theta_sketch_agg("y"))); // 2n
 */
export function theta_difference<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
): Column<Uint8Array | NullIn<L | R>> {
  return columnCall("theta_difference", left, right);
}
