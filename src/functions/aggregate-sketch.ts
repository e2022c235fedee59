// Aggregate functions that make or merge sketches: small binaries that summarize many values. The functions that
// read sketches are in sketch.ts and tuple-sketch.ts.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnArgument, given } from "./column-arguments.js";
import { expressionOf } from "../plan/literal.js";
import { columnCall, expressionCall, valueCall } from "./call.js";
import { randomSeed } from "./seed.js";

/**
 * A count-min sketch of the values' frequencies. No SQL function reads it; Spark's class CountMinSketch does.
 *
 * @param eps allowed relative error, above 0
 * @param confidence probability that the error stays in this limit, above 0 and below 1
 * @param seed default: a new random seed
 * @example
 * // x: 1, 2, 1
 * length(count_min_sketch("x", 0.5, 0.5, 1)); // 60
 */
export function count_min_sketch(
  column: ColumnOrName,
  eps: Column | number,
  confidence: Column | number,
  seed?: Column | number | bigint,
): Column<Uint8Array> {
  return valueCall("count_min_sketch", column, eps, confidence, seed ?? randomSeed());
}

/**
 * A HyperLogLog sketch of the values, for counting distinct values.
 *
 * @param lgConfigK base-2 logarithm of the sketch's size, 4 to 21. Default: 12
 * @example
 * // x: 1, 1, 2, 2, 3
 * hll_sketch_estimate(hll_sketch_agg("x", 12)); // 3n
 */
export function hll_sketch_agg(
  column: ColumnOrName,
  lgConfigK?: Column | number,
): Column<Uint8Array> {
  return valueCall("hll_sketch_agg", column, ...given(lgConfigK));
}

/**
 * Merges HyperLogLog sketches.
 *
 * @param allowDifferentLgConfigK whether sketches may differ in size. With false, the default, that is an error
 * @example
 * // g: 1, 1, 2, 2; k: 1, 2, 2, 3
 * const sketches = df.groupBy("g").agg(hll_sketch_agg("k").alias("s"));
 * sketches.select(hll_sketch_estimate(hll_union_agg("s")).alias("keys")); // [ { keys: 3n } ]
 */
export function hll_union_agg(
  column: ColumnOrName,
  allowDifferentLgConfigK?: Column | boolean,
): Column<Uint8Array> {
  return valueCall("hll_union_agg", column, ...given(allowDifferentLgConfigK));
}

/**
 * A KLL sketch of integers, for quantiles and ranks. Spark 4.1 or newer.
 *
 * @param k 8 to 65535. A larger k makes the sketch more exact and larger. Default: 200
 * @example
 * // x: 1, 2, 3, 4, 5
 * kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint("x"), lit(0.5)); // 3n
 */
export function kll_sketch_agg_bigint(
  column: ColumnOrName,
  k?: Column | number,
): Column<Uint8Array> {
  return valueCall("kll_sketch_agg_bigint", column, ...given(k));
}

/**
 * A KLL sketch of DOUBLE or FLOAT values, for quantiles and ranks. Spark 4.1 or newer.
 *
 * @param k 8 to 65535. A larger k makes the sketch more exact and larger. Default: 200
 * @example
 * // x: 1.5, 2.5, 3.5, 4.5, 5.5
 * kll_sketch_get_quantile_double(kll_sketch_agg_double("x"), lit(0.5)); // 3.5
 */
export function kll_sketch_agg_double(
  column: ColumnOrName,
  k?: Column | number,
): Column<Uint8Array> {
  return valueCall("kll_sketch_agg_double", column, ...given(k));
}

/**
 * A KLL sketch of FLOAT values, for quantiles and ranks. Spark 4.1 or newer.
 *
 * @param k 8 to 65535. A larger k makes the sketch more exact and larger. Default: 200
 * @example
 * // x: 1, 2, 3, 4, 5
 * kll_sketch_get_quantile_float(kll_sketch_agg_float(col("x").cast("float")), lit(0.5)); // 3
 */
export function kll_sketch_agg_float(
  column: ColumnOrName,
  k?: Column | number,
): Column<Uint8Array> {
  return valueCall("kll_sketch_agg_float", column, ...given(k));
}

/**
 * Merges KLL sketches of integers. Spark 4.1.2 or newer.
 *
 * @param k see kll_sketch_agg_bigint. Default: k of the first sketch
 * @example
 * // g: 1, 1, 2, 2; k: 1, 2, 2, 3
 * const sketches = df.groupBy("g").agg(kll_sketch_agg_bigint("k").alias("s"));
 * sketches.select(kll_sketch_get_n_bigint(kll_merge_agg_bigint("s")).alias("n")); // [ { n: 4n } ]
 */
export function kll_merge_agg_bigint(
  column: ColumnOrName,
  k?: Column | number,
): Column<Uint8Array> {
  return valueCall("kll_merge_agg_bigint", column, ...given(k));
}

/**
 * Merges KLL sketches of DOUBLE values. Spark 4.1.2 or newer.
 *
 * @param k see kll_sketch_agg_double. Default: k of the first sketch
 * @example
 * // g: 1, 1, 2, 2; k: 1, 2, 2, 3
 * const sketches = df.groupBy("g").agg(kll_sketch_agg_double(col("k").cast("double")).alias("s"));
 * sketches.select(kll_sketch_get_n_double(kll_merge_agg_double("s")).alias("n")); // [ { n: 4n } ]
 */
export function kll_merge_agg_double(
  column: ColumnOrName,
  k?: Column | number,
): Column<Uint8Array> {
  return valueCall("kll_merge_agg_double", column, ...given(k));
}

/**
 * Merges KLL sketches of FLOAT values. Spark 4.1.2 or newer.
 *
 * @param k see kll_sketch_agg_float. Default: k of the first sketch
 * @example
 * // g: 1, 1, 2, 2; k: 1, 2, 2, 3
 * const sketches = df.groupBy("g").agg(kll_sketch_agg_float(col("k").cast("float")).alias("s"));
 * sketches.select(kll_sketch_get_n_float(kll_merge_agg_float("s")).alias("n")); // [ { n: 4n } ]
 */
export function kll_merge_agg_float(column: ColumnOrName, k?: Column | number): Column<Uint8Array> {
  return valueCall("kll_merge_agg_float", column, ...given(k));
}

/**
 * A theta sketch of the values, for counting distinct values of sets. Spark 4.1 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @example
 * // x: 1, 1, 2, 2, 3
 * theta_sketch_estimate(theta_sketch_agg("x", 12)); // 3n
 */
export function theta_sketch_agg(
  column: ColumnOrName,
  lgNomEntries?: Column | number,
): Column<Uint8Array> {
  return valueCall("theta_sketch_agg", column, ...given(lgNomEntries));
}

/**
 * The union of theta sketches. Spark 4.1 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @example
 * // g: 1, 1, 2, 2; k: 1, 2, 2, 3
 * const sketches = df.groupBy("g").agg(theta_sketch_agg("k").alias("s"));
 * sketches.select(theta_sketch_estimate(theta_union_agg("s")).alias("keys")); // [ { keys: 3n } ]
 */
export function theta_union_agg(
  column: ColumnOrName,
  lgNomEntries?: Column | number,
): Column<Uint8Array> {
  return valueCall("theta_union_agg", column, ...given(lgNomEntries));
}

/**
 * The intersection of theta sketches. Spark 4.1 or newer.
 *
 * @example
 * // g: 1, 1, 2, 2; k: 1, 2, 2, 3
 * const sketches = df.groupBy("g").agg(theta_sketch_agg("k").alias("s"));
 * sketches.select(theta_sketch_estimate(theta_intersection_agg("s")).alias("keys")); // [ { keys: 1n } ]
 */
export function theta_intersection_agg(column: ColumnOrName): Column<Uint8Array> {
  return columnCall("theta_intersection_agg", column);
}

/**
 * A tuple sketch of keys, with one DOUBLE value for each key. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 1, 2; x: 1.5, 2.5, 3.5
 * tuple_sketch_summary_double(tuple_sketch_agg_double("k", "x")); // 7.5
 */
export function tuple_sketch_agg_double(
  key: ColumnOrName,
  summary: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column<Uint8Array> {
  return expressionCall(
    "tuple_sketch_agg_double",
    columnArgument("tuple_sketch_agg_double", key),
    columnArgument("tuple_sketch_agg_double", summary),
    expressionOf(lgNomEntries),
    expressionOf(mode),
  );
}

/**
 * A tuple sketch of keys, with one INT value for each key. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 1, 2; x: 1, 2, 3
 * tuple_sketch_summary_integer(tuple_sketch_agg_integer("k", col("x").cast("int"))); // 6n
 */
export function tuple_sketch_agg_integer(
  key: ColumnOrName,
  summary: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column<Uint8Array> {
  return expressionCall(
    "tuple_sketch_agg_integer",
    columnArgument("tuple_sketch_agg_integer", key),
    columnArgument("tuple_sketch_agg_integer", summary),
    expressionOf(lgNomEntries),
    expressionOf(mode),
  );
}

/**
 * The union of tuple sketches with DOUBLE values. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // g: 1, 1, 2, 2; k: 1, 2, 2, 3
 * const sketches = df.groupBy("g").agg(tuple_sketch_agg_double("k", lit(1.5)).alias("s"));
 * sketches.select(tuple_sketch_estimate_double(tuple_union_agg_double("s")).alias("keys")); // [ { keys: 3 } ]
 */
export function tuple_union_agg_double(
  column: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column<Uint8Array> {
  return valueCall("tuple_union_agg_double", column, lgNomEntries, mode);
}

/**
 * The union of tuple sketches with INT values. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // g: 1, 1, 2, 2; k: 1, 2, 2, 3
 * const sketches = df.groupBy("g").agg(tuple_sketch_agg_integer("k", lit(1)).alias("s"));
 * sketches.select(tuple_sketch_estimate_integer(tuple_union_agg_integer("s")).alias("keys")); // [ { keys: 3 } ]
 */
export function tuple_union_agg_integer(
  column: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column<Uint8Array> {
  return valueCall("tuple_union_agg_integer", column, lgNomEntries, mode);
}

/**
 * The intersection of tuple sketches with DOUBLE values. Spark 4.2 or newer.
 *
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // g: 1, 1, 2, 2; k: 1, 2, 2, 3
 * const sketches = df.groupBy("g").agg(tuple_sketch_agg_double("k", lit(1.5)).alias("s"));
 * sketches.select(tuple_sketch_estimate_double(tuple_intersection_agg_double("s")).alias("keys")); // [ { keys: 1 } ]
 */
export function tuple_intersection_agg_double(
  column: ColumnOrName,
  mode?: Column | string,
): Column<Uint8Array> {
  return valueCall("tuple_intersection_agg_double", column, ...given(mode));
}

/**
 * The intersection of tuple sketches with INT values. Spark 4.2 or newer.
 *
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // g: 1, 1, 2, 2; k: 1, 2, 2, 3
 * const sketches = df.groupBy("g").agg(tuple_sketch_agg_integer("k", lit(1)).alias("s"));
 * sketches.select(tuple_sketch_estimate_integer(tuple_intersection_agg_integer("s")).alias("keys"));
 * // [ { keys: 1 } ]
 */
export function tuple_intersection_agg_integer(
  column: ColumnOrName,
  mode?: Column | string,
): Column<Uint8Array> {
  return valueCall("tuple_intersection_agg_integer", column, ...given(mode));
}
