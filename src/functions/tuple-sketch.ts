// Functions that read and combine tuple sketches, made by aggregate-sketch.ts: sets of keys, each with a value.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument, given } from "./column-arguments.js";
import { columnCall, expressionCall, valueCall } from "./call.js";

/** Roughly how many keys a tuple sketch of DOUBLE values stands for, as DOUBLE. Spark 4.2 or newer. */
export function tuple_sketch_estimate_double(sketch: ColumnOrName): Column {
  return columnCall("tuple_sketch_estimate_double", sketch);
}

/** Roughly how many keys a tuple sketch of INT values stands for, as DOUBLE. Spark 4.2 or newer. */
export function tuple_sketch_estimate_integer(sketch: ColumnOrName): Column {
  return columnCall("tuple_sketch_estimate_integer", sketch);
}

/** Share of all keys that a tuple sketch of DOUBLE values keeps, 1 while it keeps all. Spark 4.2 or newer. */
export function tuple_sketch_theta_double(sketch: ColumnOrName): Column {
  return columnCall("tuple_sketch_theta_double", sketch);
}

/** Share of all keys that a tuple sketch of INT values keeps, 1 while it keeps all. Spark 4.2 or newer. */
export function tuple_sketch_theta_integer(sketch: ColumnOrName): Column {
  return columnCall("tuple_sketch_theta_integer", sketch);
}

/**
 * The values of all keys in a tuple sketch of DOUBLE values as one. Spark 4.2 or newer.
 *
 * @param mode how they become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_sketch_summary_double(sketch: ColumnOrName, mode?: Column | string): Column {
  return valueCall("tuple_sketch_summary_double", sketch, ...given(mode));
}

/**
 * The values of all keys in a tuple sketch of INT values as one. Spark 4.2 or newer.
 *
 * @param mode how they become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_sketch_summary_integer(sketch: ColumnOrName, mode?: Column | string): Column {
  return valueCall("tuple_sketch_summary_integer", sketch, ...given(mode));
}

/**
 * A tuple sketch of the keys in one of DOUBLE values or in another. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_union_double(
  left: ColumnOrName,
  right: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column {
  return combined("tuple_union_double", left, right, lgNomEntries, mode);
}

/**
 * A tuple sketch of the keys in one of INT values or in another. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_union_integer(
  left: ColumnOrName,
  right: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column {
  return combined("tuple_union_integer", left, right, lgNomEntries, mode);
}

/**
 * A tuple sketch of the keys in one of DOUBLE values or in a theta sketch. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_union_theta_double(
  left: ColumnOrName,
  right: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column {
  return combined("tuple_union_theta_double", left, right, lgNomEntries, mode);
}

/**
 * A tuple sketch of the keys in one of INT values or in a theta sketch. Spark 4.2 or newer.
 *
 * @param lgNomEntries base-2 logarithm of its size, 4 to 26; default 12
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_union_theta_integer(
  left: ColumnOrName,
  right: ColumnOrName,
  lgNomEntries: Column | number = 12,
  mode: Column | string = "sum",
): Column {
  return combined("tuple_union_theta_integer", left, right, lgNomEntries, mode);
}

/**
 * A tuple sketch of the keys both in one of DOUBLE values and in another. Spark 4.2 or newer.
 *
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_intersection_double(
  left: ColumnOrName,
  right: ColumnOrName,
  mode?: Column | string,
): Column {
  return combined("tuple_intersection_double", left, right, ...given(mode));
}

/**
 * A tuple sketch of the keys both in one of INT values and in another. Spark 4.2 or newer.
 *
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_intersection_integer(
  left: ColumnOrName,
  right: ColumnOrName,
  mode?: Column | string,
): Column {
  return combined("tuple_intersection_integer", left, right, ...given(mode));
}

/**
 * A tuple sketch of the keys both in one of DOUBLE values and in a theta sketch. Spark 4.2 or newer.
 *
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_intersection_theta_double(
  left: ColumnOrName,
  right: ColumnOrName,
  mode?: Column | string,
): Column {
  return combined("tuple_intersection_theta_double", left, right, ...given(mode));
}

/**
 * A tuple sketch of the keys both in one of INT values and in a theta sketch. Spark 4.2 or newer.
 *
 * @param mode how a key's values become one: `sum`, the default, `min`, `max` or `alwaysone`
 */
export function tuple_intersection_theta_integer(
  left: ColumnOrName,
  right: ColumnOrName,
  mode?: Column | string,
): Column {
  return combined("tuple_intersection_theta_integer", left, right, ...given(mode));
}

/** A tuple sketch of the keys in one of DOUBLE values that the other lacks. Spark 4.2 or newer. */
export function tuple_difference_double(left: ColumnOrName, right: ColumnOrName): Column {
  return columnCall("tuple_difference_double", left, right);
}

/** A tuple sketch of the keys in one of INT values that the other lacks. Spark 4.2 or newer. */
export function tuple_difference_integer(left: ColumnOrName, right: ColumnOrName): Column {
  return columnCall("tuple_difference_integer", left, right);
}

/** A tuple sketch of the keys in one of DOUBLE values that a theta sketch lacks. Spark 4.2 or newer. */
export function tuple_difference_theta_double(left: ColumnOrName, right: ColumnOrName): Column {
  return columnCall("tuple_difference_theta_double", left, right);
}

/** A tuple sketch of the keys in one of INT values that a theta sketch lacks. Spark 4.2 or newer. */
export function tuple_difference_theta_integer(left: ColumnOrName, right: ColumnOrName): Column {
  return columnCall("tuple_difference_theta_integer", left, right);
}

function combined(
  name: string,
  left: ColumnOrName,
  right: ColumnOrName,
  ...options: readonly (Column | number | string)[]
): Column {
  return expressionCall(
    name,
    columnArgument(name, left),
    columnArgument(name, right),
    ...options.map(expressionOf),
  );
}
