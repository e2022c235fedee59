// Functions that read and combine HyperLogLog, KLL and theta sketches, made by aggregate-sketch.ts.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument, given } from "./column-arguments.js";
import { columnCall, expressionCall } from "./call.js";

/** Roughly how many distinct values a HyperLogLog sketch stands for, as BIGINT. */
export function hll_sketch_estimate(column: ColumnOrName): Column {
  return columnCall("hll_sketch_estimate", column);
}

/**
 * Two HyperLogLog sketches as one.
 *
 * @param allowDifferentLgConfigK whether their sizes may differ, else that is an error; default false
 */
export function hll_union(
  left: ColumnOrName,
  right: ColumnOrName,
  allowDifferentLgConfigK?: boolean,
): Column {
  return combined("hll_union", left, right, ...given(allowDifferentLgConfigK));
}

function combined(
  name: string,
  left: ColumnOrName,
  right: ColumnOrName,
  ...options: readonly unknown[]
): Column {
  return expressionCall(
    name,
    columnArgument(name, left),
    columnArgument(name, right),
    ...options.map(expressionOf),
  );
}

/** How many values a KLL sketch of integers has seen, as BIGINT. Spark 4.1 or newer. */
export function kll_sketch_get_n_bigint(sketch: ColumnOrName): Column {
  return columnCall("kll_sketch_get_n_bigint", sketch);
}

/** How many values a KLL sketch of DOUBLE values has seen, as BIGINT. Spark 4.1 or newer. */
export function kll_sketch_get_n_double(sketch: ColumnOrName): Column {
  return columnCall("kll_sketch_get_n_double", sketch);
}

/** How many values a KLL sketch of FLOAT values has seen, as BIGINT. Spark 4.1 or newer. */
export function kll_sketch_get_n_float(sketch: ColumnOrName): Column {
  return columnCall("kll_sketch_get_n_float", sketch);
}

/**
 * The value at a rank in a KLL sketch of integers. Spark 4.1 or newer.
 *
 * @param rank constant, from 0 to 1, or an array of them for an array of values
 */
export function kll_sketch_get_quantile_bigint(sketch: ColumnOrName, rank: ColumnOrName): Column {
  return columnCall("kll_sketch_get_quantile_bigint", sketch, rank);
}

/**
 * The value at a rank in a KLL sketch of DOUBLE values. Spark 4.1 or newer.
 *
 * @param rank constant, from 0 to 1, or an array of them for an array of values
 */
export function kll_sketch_get_quantile_double(sketch: ColumnOrName, rank: ColumnOrName): Column {
  return columnCall("kll_sketch_get_quantile_double", sketch, rank);
}

/**
 * The value at a rank in a KLL sketch of FLOAT values. Spark 4.1 or newer.
 *
 * @param rank constant, from 0 to 1, or an array of them for an array of values
 */
export function kll_sketch_get_quantile_float(sketch: ColumnOrName, rank: ColumnOrName): Column {
  return columnCall("kll_sketch_get_quantile_float", sketch, rank);
}

/**
 * The rank of a value, from 0 to 1, in a KLL sketch of integers. Spark 4.1 or newer.
 *
 * @param quantile the value, constant, or an array of them for an array of ranks
 */
export function kll_sketch_get_rank_bigint(sketch: ColumnOrName, quantile: ColumnOrName): Column {
  return columnCall("kll_sketch_get_rank_bigint", sketch, quantile);
}

/**
 * The rank of a value, from 0 to 1, in a KLL sketch of DOUBLE values. Spark 4.1 or newer.
 *
 * @param quantile the value, constant, or an array of them for an array of ranks
 */
export function kll_sketch_get_rank_double(sketch: ColumnOrName, quantile: ColumnOrName): Column {
  return columnCall("kll_sketch_get_rank_double", sketch, quantile);
}

/**
 * The rank of a value, from 0 to 1, in a KLL sketch of FLOAT values. Spark 4.1 or newer.
 *
 * @param quantile the value, constant, or an array of them for an array of ranks
 */
export function kll_sketch_get_rank_float(sketch: ColumnOrName, quantile: ColumnOrName): Column {
  return columnCall("kll_sketch_get_rank_float", sketch, quantile);
}

/** Two KLL sketches of integers as one. Spark 4.1 or newer. */
export function kll_sketch_merge_bigint(left: ColumnOrName, right: ColumnOrName): Column {
  return columnCall("kll_sketch_merge_bigint", left, right);
}

/** Two KLL sketches of DOUBLE values as one. Spark 4.1 or newer. */
export function kll_sketch_merge_double(left: ColumnOrName, right: ColumnOrName): Column {
  return columnCall("kll_sketch_merge_double", left, right);
}

/** Two KLL sketches of FLOAT values as one. Spark 4.1 or newer. */
export function kll_sketch_merge_float(left: ColumnOrName, right: ColumnOrName): Column {
  return columnCall("kll_sketch_merge_float", left, right);
}

/** A KLL sketch of integers described for people. Spark 4.1 or newer. */
export function kll_sketch_to_string_bigint(sketch: ColumnOrName): Column {
  return columnCall("kll_sketch_to_string_bigint", sketch);
}

/** A KLL sketch of DOUBLE values described for people. Spark 4.1 or newer. */
export function kll_sketch_to_string_double(sketch: ColumnOrName): Column {
  return columnCall("kll_sketch_to_string_double", sketch);
}

/** A KLL sketch of FLOAT values described for people. Spark 4.1 or newer. */
export function kll_sketch_to_string_float(sketch: ColumnOrName): Column {
  return columnCall("kll_sketch_to_string_float", sketch);
}

/** Roughly how many distinct values a theta sketch stands for, as BIGINT. Spark 4.1 or newer. */
export function theta_sketch_estimate(sketch: ColumnOrName): Column {
  return columnCall("theta_sketch_estimate", sketch);
}

/**
 * A theta sketch of what is in either sketch. Spark 4.1 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 */
export function theta_union(
  left: ColumnOrName,
  right: ColumnOrName,
  lgNomEntries?: Column | number,
): Column {
  return combined("theta_union", left, right, ...given(lgNomEntries));
}

/** A theta sketch of what is in both sketches. Spark 4.1 or newer. */
export function theta_intersection(left: ColumnOrName, right: ColumnOrName): Column {
  return columnCall("theta_intersection", left, right);
}

/** A theta sketch of what is in the first sketch alone. Spark 4.1 or newer. */
export function theta_difference(left: ColumnOrName, right: ColumnOrName): Column {
  return columnCall("theta_difference", left, right);
}
