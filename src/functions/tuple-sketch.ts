// Functions that read and combine tuple sketches from aggregate-sketch.ts. A tuple sketch is a set of keys with values.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullIn } from "../dataframe/typing/column-value.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument, given } from "./column-arguments.js";
import { columnCall, expressionCall, valueCall } from "./call.js";

/**
 * Approximate number of keys in a tuple sketch of DOUBLE values, as DOUBLE. Spark 4.2 or newer.
 *
 * @example
 * // k: 1, 1, 2; x: 1.5, 2.5, 3.5
 * tuple_sketch_estimate_double(tuple_sketch_agg_double("k", "x")); // 2
 */
export function tuple_sketch_estimate_double<C extends ColumnOrName>(
  sketch: C,
): Column<number | NullIn<C>> {
  return columnCall("tuple_sketch_estimate_double", sketch);
}

/**
 * Approximate number of keys in a tuple sketch of INT values, as DOUBLE. Spark 4.2 or newer.
 *
 * @example
 * // k: 1, 1, 2; x: 1, 2, 3
 * tuple_sketch_estimate_integer(tuple_sketch_agg_integer("k", col("x").cast("int"))); // 2
 */
export function tuple_sketch_estimate_integer<C extends ColumnOrName>(
  sketch: C,
): Column<number | NullIn<C>> {
  return columnCall("tuple_sketch_estimate_integer", sketch);
}

/**
 * Share of the keys that a tuple sketch of DOUBLE values keeps; 1 if it keeps all keys. Spark 4.2 or newer.
 *
 * @example
 * // k: 1, 1, 2; x: 1.5, 2.5, 3.5
 * tuple_sketch_theta_double(tuple_sketch_agg_double("k", "x")); // 1
 */
export function tuple_sketch_theta_double<C extends ColumnOrName>(
  sketch: C,
): Column<number | NullIn<C>> {
  return columnCall("tuple_sketch_theta_double", sketch);
}

/**
 * Share of the keys that a tuple sketch of INT values keeps; 1 if it keeps all keys. Spark 4.2 or newer.
 *
 * @example
 * // k: 1, 1, 2; x: 1, 2, 3
 * tuple_sketch_theta_integer(tuple_sketch_agg_integer("k", col("x").cast("int"))); // 1
 */
export function tuple_sketch_theta_integer<C extends ColumnOrName>(
  sketch: C,
): Column<number | NullIn<C>> {
  return columnCall("tuple_sketch_theta_integer", sketch);
}

/**
 * Combines the values of all keys in a tuple sketch of DOUBLE values. Spark 4.2 or newer.
 *
 * @param mode how to combine the values: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 1, 2; x: 1.5, 2.5, 3.5
 * tuple_sketch_summary_double(tuple_sketch_agg_double("k", "x"), "max"); // 4
 */
export function tuple_sketch_summary_double<C extends ColumnOrName>(
  sketch: C,
  mode?: Column | string,
): Column<number | NullIn<C>> {
  return valueCall("tuple_sketch_summary_double", sketch, ...given(mode));
}

/**
 * Combines the values of all keys in a tuple sketch of INT values. Spark 4.2 or newer.
 *
 * @param mode how to combine the values: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 1, 2; x: 1, 2, 3
 * tuple_sketch_summary_integer(tuple_sketch_agg_integer("k", col("x").cast("int")), "max"); // 3n
 */
export function tuple_sketch_summary_integer<C extends ColumnOrName>(
  sketch: C,
  mode?: Column | string,
): Column<bigint | NullIn<C>> {
  return valueCall("tuple_sketch_summary_integer", sketch, ...given(mode));
}

/**
 * The union of two tuple sketches of DOUBLE values. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_double("k", lit(1.5));
 * const others = tuple_sketch_agg_double("other", lit(1.5));
 * tuple_sketch_estimate_double(tuple_union_double(keys, others)); // 4
 */
export function tuple_union_double<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column<Uint8Array | NullIn<L | R>> {
  return combined("tuple_union_double", left, right, lgNomEntries, mode);
}

/**
 * The union of two tuple sketches of INT values. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_integer("k", lit(1));
 * const others = tuple_sketch_agg_integer("other", lit(1));
 * tuple_sketch_estimate_integer(tuple_union_integer(keys, others)); // 4
 */
export function tuple_union_integer<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column<Uint8Array | NullIn<L | R>> {
  return combined("tuple_union_integer", left, right, lgNomEntries, mode);
}

/**
 * The union of a tuple sketch of DOUBLE values and a theta sketch. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_double("k", lit(1.5));
 * tuple_sketch_estimate_double(tuple_union_theta_double(keys, theta_sketch_agg("other"))); // 4
 */
export function tuple_union_theta_double<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column<Uint8Array | NullIn<L | R>> {
  return combined("tuple_union_theta_double", left, right, lgNomEntries, mode);
}

/**
 * The union of a tuple sketch of INT values and a theta sketch. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of the sketch's size, 4 to 26. Default: 12
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_integer("k", lit(1));
 * tuple_sketch_estimate_integer(tuple_union_theta_integer(keys, theta_sketch_agg("other"))); // 4
 */
export function tuple_union_theta_integer<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column<Uint8Array | NullIn<L | R>> {
  return combined("tuple_union_theta_integer", left, right, lgNomEntries, mode);
}

/**
 * The intersection of two tuple sketches of DOUBLE values. Spark 4.2 or newer.
 *
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_double("k", lit(1.5));
 * const others = tuple_sketch_agg_double("other", lit(1.5));
 * tuple_sketch_estimate_double(tuple_intersection_double(keys, others)); // 2
 */
export function tuple_intersection_double<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
  mode?: Column | string,
): Column<Uint8Array | NullIn<L | R>> {
  return combined("tuple_intersection_double", left, right, ...given(mode));
}

/**
 * The intersection of two tuple sketches of INT values. Spark 4.2 or newer.
 *
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_integer("k", lit(1));
 * const others = tuple_sketch_agg_integer("other", lit(1));
 * tuple_sketch_estimate_integer(tuple_intersection_integer(keys, others)); // 2
 */
export function tuple_intersection_integer<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
  mode?: Column | string,
): Column<Uint8Array | NullIn<L | R>> {
  return combined("tuple_intersection_integer", left, right, ...given(mode));
}

/**
 * The intersection of a tuple sketch of DOUBLE values and a theta sketch. Spark 4.2 or newer.
 *
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_double("k", lit(1.5));
 * tuple_sketch_estimate_double(tuple_intersection_theta_double(keys, theta_sketch_agg("other"))); // 2
 */
export function tuple_intersection_theta_double<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
  mode?: Column | string,
): Column<Uint8Array | NullIn<L | R>> {
  return combined("tuple_intersection_theta_double", left, right, ...given(mode));
}

/**
 * The intersection of a tuple sketch of INT values and a theta sketch. Spark 4.2 or newer.
 *
 * @param mode how to combine the values of a key: `sum` (the default), `min`, `max` or `alwaysone`
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_integer("k", lit(1));
 * tuple_sketch_estimate_integer(tuple_intersection_theta_integer(keys, theta_sketch_agg("other"))); // 2
 */
export function tuple_intersection_theta_integer<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
  mode?: Column | string,
): Column<Uint8Array | NullIn<L | R>> {
  return combined("tuple_intersection_theta_integer", left, right, ...given(mode));
}

/**
 * The keys of a tuple sketch of DOUBLE values that are not in another one. Spark 4.2 or newer.
 *
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_double("k", lit(1.5));
 * const others = tuple_sketch_agg_double("other", lit(1.5));
 * tuple_sketch_estimate_double(tuple_difference_double(keys, others)); // 1
 */
export function tuple_difference_double<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
): Column<Uint8Array | NullIn<L | R>> {
  return columnCall("tuple_difference_double", left, right);
}

/**
 * The keys of a tuple sketch of INT values that are not in another one. Spark 4.2 or newer.
 *
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_integer("k", lit(1));
 * const others = tuple_sketch_agg_integer("other", lit(1));
 * tuple_sketch_estimate_integer(tuple_difference_integer(keys, others)); // 1
 */
export function tuple_difference_integer<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
): Column<Uint8Array | NullIn<L | R>> {
  return columnCall("tuple_difference_integer", left, right);
}

/**
 * The keys of a tuple sketch of DOUBLE values that are not in a theta sketch. Spark 4.2 or newer.
 *
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_double("k", lit(1.5));
 * tuple_sketch_estimate_double(tuple_difference_theta_double(keys, theta_sketch_agg("other"))); // 1
 */
export function tuple_difference_theta_double<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
): Column<Uint8Array | NullIn<L | R>> {
  return columnCall("tuple_difference_theta_double", left, right);
}

/**
 * The keys of a tuple sketch of INT values that are not in a theta sketch. Spark 4.2 or newer.
 *
 * @example
 * // k: 1, 2, 3; other: 2, 3, 4
 * const keys = tuple_sketch_agg_integer("k", lit(1));
 * tuple_sketch_estimate_integer(tuple_difference_theta_integer(keys, theta_sketch_agg("other"))); // 1
 */
export function tuple_difference_theta_integer<L extends ColumnOrName, R extends ColumnOrName>(
  left: L,
  right: R,
): Column<Uint8Array | NullIn<L | R>> {
  return columnCall("tuple_difference_theta_integer", left, right);
}

function combined<T>(
  name: string,
  left: ColumnOrName,
  right: ColumnOrName,
  ...options: readonly (Column | number | string)[]
): Column<T> {
  return expressionCall(
    name,
    columnArgument(name, left),
    columnArgument(name, right),
    ...options.map(expressionOf),
  );
}
