// Functions of vectors: arrays of FLOAT. All vectors of one call have the same length. Spark 4.3 or newer.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { given } from "./column-arguments.js";
import { columnCall } from "./call.js";

/**
 * Cosine of the angle between two vectors, from -1 to 1. Spark 4.3 or newer.
 *
 * @example
 * vector_cosine_similarity(lit([1, 2, 3], "array<float>"), lit([4, 5, 6], "array<float>"));
 * // 0.9746318459510803
 */
export function vector_cosine_similarity(
  left: ColumnOrName,
  right: ColumnOrName,
): Column<number | null> {
  return columnCall("vector_cosine_similarity", left, right);
}

/**
 * Inner product of two vectors. Spark 4.3 or newer.
 *
 * @example vector_inner_product(lit([1, 2, 3], "array<float>"), lit([4, 5, 6], "array<float>")); // 32
 */
export function vector_inner_product(
  left: ColumnOrName,
  right: ColumnOrName,
): Column<number | null> {
  return columnCall("vector_inner_product", left, right);
}

/**
 * Euclidean distance between two vectors. Spark 4.3 or newer.
 *
 * @example vector_l2_distance(lit([1, 2, 3], "array<float>"), lit([4, 5, 6], "array<float>")); // 5.196152210235596
 */
export function vector_l2_distance(left: ColumnOrName, right: ColumnOrName): Column<number | null> {
  return columnCall("vector_l2_distance", left, right);
}

/**
 * A vector's norm. Spark 4.3 or newer.
 *
 * @param degree a FLOAT: 1, 2 or infinity, for example `lit(1).cast("float")`. Default: 2
 * @example vector_norm(lit([3, 4], "array<float>")); // 5
 */
export function vector_norm(vector: ColumnOrName, degree?: ColumnOrName): Column<number | null> {
  return columnCall("vector_norm", vector, ...given(degree));
}

/**
 * The vector divided by its norm. Spark 4.3 or newer.
 *
 * @param degree a FLOAT: 1, 2 or infinity, for example `lit(1).cast("float")`. Default: 2
 * @example vector_normalize(lit([3, 4], "array<float>")); // [ 0.6000000238418579, 0.800000011920929 ]
 */
export function vector_normalize(
  vector: ColumnOrName,
  degree?: ColumnOrName,
): Column<(number | null)[] | null> {
  return columnCall("vector_normalize", vector, ...given(degree));
}

/**
 * Mean of a group's vectors, element by element. Spark 4.3 or newer.
 *
 * @example
 * // x: [1, 2], [3, 4]
 * vector_avg(col("x").cast("array<float>")); // [ 2, 3 ]
 */
export function vector_avg(column: ColumnOrName): Column<(number | null)[] | null> {
  return columnCall("vector_avg", column);
}

/**
 * Sum of a group's vectors, element by element. Spark 4.3 or newer.
 *
 * @example
 * // x: [1, 2], [3, 4]
 * vector_sum(col("x").cast("array<float>")); // [ 4, 6 ]
 */
export function vector_sum(column: ColumnOrName): Column<(number | null)[] | null> {
  return columnCall("vector_sum", column);
}
