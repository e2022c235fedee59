// Functions of arrays. A value or element argument is a literal, even a string, unless it is a Column.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument, columnList, given, numberArgument } from "./column-arguments.js";
import { columnCall, expressionCall, listCall, valueCall } from "./call.js";
import { randomSeed } from "./seed.js";

/** The columns' values as an array. Pass the columns one by one or as one array. */
export function array(
  ...columns: readonly ColumnOrName[] | readonly [readonly ColumnOrName[]]
): Column {
  return listCall("array", columnList(columns));
}

/** The array with the value after its last element; null for a null array. */
export function array_append(column: ColumnOrName, value: unknown): Column {
  return valueCall("array_append", column, value);
}

/** The array with the value before its first element; null for a null array. */
export function array_prepend(column: ColumnOrName, value: unknown): Column {
  return valueCall("array_prepend", column, value);
}

/** The array without its nulls. */
export function array_compact(column: ColumnOrName): Column {
  return columnCall("array_compact", column);
}

/** Whether the array contains the value. Null if it does not, but contains a null. */
export function array_contains(column: ColumnOrName, value: unknown): Column {
  return valueCall("array_contains", column, value);
}

/** The array without duplicates, in the order of first occurrence. */
export function array_distinct(column: ColumnOrName): Column {
  return columnCall("array_distinct", column);
}

/** Elements of the first array that are not in the second, without duplicates. */
export function array_except(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("array_except", column, other);
}

/** Elements that are in both arrays, without duplicates. */
export function array_intersect(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("array_intersect", column, other);
}

/** Elements of either array, without duplicates. */
export function array_union(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("array_union", column, other);
}

/**
 * The array with the value inserted at a position. Positions start at 1; negative ones count from the end; 0 is an
 * error. A position after the end adds nulls between.
 *
 * @param position a number is a literal, a string names a column
 */
export function array_insert(
  column: ColumnOrName,
  position: ColumnOrName | number,
  value: unknown,
): Column {
  return expressionCall(
    "array_insert",
    columnArgument("array_insert", column),
    numberArgument("array_insert", position),
    expressionOf(value),
  );
}

/**
 * Joins the elements to one text, with `delimiter` between them.
 *
 * @param nullReplacement text to write for nulls. Default: nulls are ignored
 */
export function array_join(
  column: ColumnOrName,
  delimiter: string,
  nullReplacement?: string,
): Column {
  return valueCall("array_join", column, delimiter, ...given(nullReplacement));
}

/** Largest element, ignoring nulls. NaN is larger than any number. */
export function array_max(column: ColumnOrName): Column {
  return columnCall("array_max", column);
}

/** Smallest element, ignoring nulls. */
export function array_min(column: ColumnOrName): Column {
  return columnCall("array_min", column);
}

/** Position, from 1, of the first element equal to the value, as BIGINT; 0 if no element is equal. */
export function array_position(column: ColumnOrName, value: unknown): Column {
  return valueCall("array_position", column, value);
}

/** The array without the elements that are equal to the value. */
export function array_remove(column: ColumnOrName, element: unknown): Column {
  return valueCall("array_remove", column, element);
}

/**
 * An array that contains the column's value `count` times.
 *
 * @param count a number is a literal, a string names a column
 */
export function array_repeat(column: ColumnOrName, count: ColumnOrName | number): Column {
  return expressionCall(
    "array_repeat",
    columnArgument("array_repeat", column),
    numberArgument("array_repeat", count),
  );
}

/** Number of elements of an array; null for null. */
export function array_size(column: ColumnOrName): Column {
  return columnCall("array_size", column);
}

/** Whether the arrays have a common non-null element. Null if they do not, but one contains a null. */
export function arrays_overlap(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("arrays_overlap", column, other);
}

/** An array of structs: the arrays' first elements, then their second elements …; null for missing elements. */
export function arrays_zip(...columns: readonly ColumnOrName[]): Column {
  return columnCall("arrays_zip", ...columns);
}

/** Joins an array of arrays to one array, one level only. Null if one of the arrays is null. */
export function flatten(column: ColumnOrName): Column {
  return columnCall("flatten", column);
}

/**
 * Element of an array at a position from 0; null outside the array.
 *
 * @param index a number is a literal, a string names a column
 */
export function get(column: ColumnOrName, index: ColumnOrName | number): Column {
  return expressionCall("get", columnArgument("get", column), numberArgument("get", index));
}

/**
 * An array of the integers, dates or timestamps from `start` to `stop`, including both.
 *
 * @param step default: 1 or -1, towards `stop`; one day for dates
 */
export function sequence(start: ColumnOrName, stop: ColumnOrName, step?: ColumnOrName): Column {
  return columnCall("sequence", start, stop, ...given(step));
}

/**
 * The elements in random order.
 *
 * @param seed the same seed returns the same order for the same rows. Default: a new random seed
 */
export function shuffle(column: ColumnOrName, seed?: Column | number | bigint): Column {
  return valueCall("shuffle", column, seed ?? randomSeed());
}

/**
 * `length` elements from `start` on. `start` counts from 1; a negative one counts from the end; 0 is an error.
 * A number is a literal, a string names a column.
 */
export function slice(
  column: ColumnOrName,
  start: ColumnOrName | number,
  length: ColumnOrName | number,
): Column {
  return expressionCall(
    "slice",
    columnArgument("slice", column),
    numberArgument("slice", start),
    numberArgument("slice", length),
  );
}

/**
 * The array sorted by the natural order of its elements.
 *
 * @param ascending true, the default: ascending, nulls first. false: descending, nulls last
 */
export function sort_array(column: ColumnOrName, ascending = true): Column {
  return valueCall("sort_array", column, ascending);
}
