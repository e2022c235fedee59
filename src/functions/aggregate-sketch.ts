// Aggregate functions that make or merge sketches: small binaries that stand for many values. What reads
// them is in sketch.ts and tuple-sketch.ts.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnArgument, given } from "./column-arguments.js";
import { expressionOf } from "../plan/literal.js";
import { columnCall, expressionCall, valueCall } from "./call.js";
import { randomSeed } from "./seed.js";

/**
 * A count-min sketch of the values' frequencies. No SQL function reads it: Spark's CountMinSketch does.
 *
 * @param eps relative error to allow, above 0
 * @param confidence that the error is kept, above 0 and below 1
 * @param seed default: drawn anew
 */
export function count_min_sketch(
  column: ColumnOrName,
  eps: Column | number,
  confidence: Column | number,
  seed?: Column | number | bigint,
): Column {
  return valueCall("count_min_sketch", column, eps, confidence, seed ?? randomSeed());
}

/**
 * A HyperLogLog sketch of the values, to count distinct ones.
 *
 * @param lgConfigK base-2 logarithm of its size, 4 to 21; default 12
 */
export function hll_sketch_agg(column: ColumnOrName, lgConfigK?: Column | number): Column {
  return valueCall("hll_sketch_agg", column, ...given(lgConfigK));
}

/**
 * HyperLogLog sketches as one.
 *
 * @param allowDifferentLgConfigK whether their sizes may differ, else that is an error; default false
 */
export function hll_union_agg(
  column: ColumnOrName,
  allowDifferentLgConfigK?: Column | boolean,
): Column {
  return valueCall("hll_union_agg", column, ...given(allowDifferentLgConfigK));
}

/**
 * A KLL sketch of integers, to read quantiles and ranks from. Spark 4.1 or newer.
 *
 * @param k the greater, the more exact and the larger, 8 to 65535; default 200
 */
export function kll_sketch_agg_bigint(column: ColumnOrName, k?: Column | number): Column {
  return valueCall("kll_sketch_agg_bigint", column, ...given(k));
}

/**
 * A KLL sketch of DOUBLE or FLOAT values, to read quantiles and ranks from. Spark 4.1 or newer.
 *
 * @param k the greater, the more exact and the larger, 8 to 65535; default 200
 */
export function kll_sketch_agg_double(column: ColumnOrName, k?: Column | number): Column {
  return valueCall("kll_sketch_agg_double", column, ...given(k));
}

/**
 * A KLL sketch of FLOAT values, to read quantiles and ranks from. Spark 4.1 or newer.
 *
 * @param k the greater, the more exact and the larger, 8 to 65535; default 200
 */
export function kll_sketch_agg_float(column: ColumnOrName, k?: Column | number): Column {
  return valueCall("kll_sketch_agg_float", column, ...given(k));
}

/**
 * KLL sketches of integers as one. Spark 4.1.2 or newer.
 *
 * @param k as of kll_sketch_agg_bigint; default: the first sketch's
 */
export function kll_merge_agg_bigint(column: ColumnOrName, k?: Column | number): Column {
  return valueCall("kll_merge_agg_bigint", column, ...given(k));
}

/**
 * KLL sketches of DOUBLE values as one. Spark 4.1.2 or newer.
 *
 * @param k as of kll_sketch_agg_double; default: the first sketch's
 */
export function kll_merge_agg_double(column: ColumnOrName, k?: Column | number): Column {
  return valueCall("kll_merge_agg_double", column, ...given(k));
}

/**
 * KLL sketches of FLOAT values as one. Spark 4.1.2 or newer.
 *
 * @param k as of kll_sketch_agg_float; default: the first sketch's
 */
export function kll_merge_agg_float(column: ColumnOrName, k?: Column | number): Column {
  return valueCall("kll_merge_agg_float", column, ...given(k));
}

/**
 * A theta sketch of the values, to count distinct ones of sets. Spark 4.1 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 */
export function theta_sketch_agg(column: ColumnOrName, lgNomEntries?: Column | number): Column {
  return valueCall("theta_sketch_agg", column, ...given(lgNomEntries));
}

/**
 * A theta sketch of what is in any of the sketches. Spark 4.1 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 */
export function theta_union_agg(column: ColumnOrName, lgNomEntries?: Column | number): Column {
  return valueCall("theta_union_agg", column, ...given(lgNomEntries));
}

/** A theta sketch of what is in all of the sketches. Spark 4.1 or newer. */
export function theta_intersection_agg(column: ColumnOrName): Column {
  return columnCall("theta_intersection_agg", column);
}

/**
 * A tuple sketch of keys, each with DOUBLE values summed up to one. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_sketch_agg_double(
  key: ColumnOrName,
  summary: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column {
  return expressionCall(
    "tuple_sketch_agg_double",
    columnArgument("tuple_sketch_agg_double", key),
    columnArgument("tuple_sketch_agg_double", summary),
    expressionOf(lgNomEntries),
    expressionOf(mode),
  );
}

/**
 * A tuple sketch of keys, each with INT values summed up to one. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_sketch_agg_integer(
  key: ColumnOrName,
  summary: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column {
  return expressionCall(
    "tuple_sketch_agg_integer",
    columnArgument("tuple_sketch_agg_integer", key),
    columnArgument("tuple_sketch_agg_integer", summary),
    expressionOf(lgNomEntries),
    expressionOf(mode),
  );
}

/**
 * A tuple sketch of the keys in any of the sketches, with DOUBLE values. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_union_agg_double(
  column: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column {
  return valueCall("tuple_union_agg_double", column, lgNomEntries, mode);
}

/**
 * A tuple sketch of the keys in any of the sketches, with INT values. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_union_agg_integer(
  column: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column {
  return valueCall("tuple_union_agg_integer", column, lgNomEntries, mode);
}

/**
 * A tuple sketch of the keys in all of the sketches, with DOUBLE values. Spark 4.2 or newer.
 *
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_intersection_agg_double(
  column: ColumnOrName,
  mode?: Column | string,
): Column {
  return valueCall("tuple_intersection_agg_double", column, ...given(mode));
}

/**
 * A tuple sketch of the keys in all of the sketches, with INT values. Spark 4.2 or newer.
 *
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_intersection_agg_integer(
  column: ColumnOrName,
  mode?: Column | string,
): Column {
  return valueCall("tuple_intersection_agg_integer", column, ...given(mode));
}
