// Functions of arrays. A value an array is asked for is a literal, texts too, unless it is a Column.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument, columnList, given, numberArgument } from "./column-arguments.js";
import { columnCall, expressionCall, listCall, valueCall } from "./call.js";
import { randomSeed } from "./seed.js";

/** The columns' values as an array, columns one by one or as one array. */
export function array(
  ...columns: readonly ColumnOrName[] | readonly [readonly ColumnOrName[]]
): Column {
  return listCall("array", columnList(columns));
}

/** The array with the value behind its last element; null for a null array. */
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

/** Whether the array holds the value; null when it does not but holds a null. */
export function array_contains(column: ColumnOrName, value: unknown): Column {
  return valueCall("array_contains", column, value);
}

/** The array without duplicates, in the order of their first occurrence. */
export function array_distinct(column: ColumnOrName): Column {
  return columnCall("array_distinct", column);
}

/** Elements of the first array that the second lacks, without duplicates. */
export function array_except(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("array_except", column, other);
}

/** Elements of both arrays, without duplicates. */
export function array_intersect(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("array_intersect", column, other);
}

/** Elements of either array, without duplicates. */
export function array_union(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("array_union", column, other);
}

/**
 * The array with the value at a position from 1, from the end when negative; 0 is an error. A position
 * beyond the array fills up with nulls.
 *
 * @param position a number is a literal, a text names a column
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
 * The elements as one text with `delimiter` between.
 *
 * @param nullReplacement stands for nulls; default: they are left out
 */
export function array_join(
  column: ColumnOrName,
  delimiter: string,
  nullReplacement?: string,
): Column {
  return valueCall("array_join", column, delimiter, ...given(nullReplacement));
}

/** Greatest element, nulls left out; NaN is greater than any number. */
export function array_max(column: ColumnOrName): Column {
  return columnCall("array_max", column);
}

/** Least element, nulls left out. */
export function array_min(column: ColumnOrName): Column {
  return columnCall("array_min", column);
}

/** Position from 1 of the first element equal to the value, as BIGINT; 0 when there is none. */
export function array_position(column: ColumnOrName, value: unknown): Column {
  return valueCall("array_position", column, value);
}

/** The array without the elements equal to the value. */
export function array_remove(column: ColumnOrName, element: unknown): Column {
  return valueCall("array_remove", column, element);
}

/**
 * An array of the column's value so many times.
 *
 * @param count a number is a literal, a text names a column
 */
export function array_repeat(column: ColumnOrName, count: ColumnOrName | number): Column {
  return expressionCall(
    "array_repeat",
    columnArgument("array_repeat", column),
    numberArgument("array_repeat", count),
  );
}

/** Number of elements of an array; null of null. */
export function array_size(column: ColumnOrName): Column {
  return columnCall("array_size", column);
}

/** Whether the arrays share an element that is not null; null when they do not but one holds a null. */
export function arrays_overlap(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("arrays_overlap", column, other);
}

/** An array of structs: the arrays' first elements, their second ones …; nulls for what is missing. */
export function arrays_zip(...columns: readonly ColumnOrName[]): Column {
  return columnCall("arrays_zip", ...columns);
}

/** An array of arrays as one array, one level only; null when one of them is null. */
export function flatten(column: ColumnOrName): Column {
  return columnCall("flatten", column);
}

/**
 * Element of an array at a position from 0; null when there is none.
 *
 * @param index a number is a literal, a text names a column
 */
export function get(column: ColumnOrName, index: ColumnOrName | number): Column {
  return expressionCall("get", columnArgument("get", column), numberArgument("get", index));
}

/**
 * The integers, dates or timestamps from `start` to `stop`, both included.
 *
 * @param step default: 1 or -1, by which of the two is greater, for dates one day
 */
export function sequence(start: ColumnOrName, stop: ColumnOrName, step?: ColumnOrName): Column {
  return columnCall("sequence", start, stop, ...given(step));
}

/**
 * The elements in random order.
 *
 * @param seed the same seed gives the same order over the same rows; default: drawn anew
 */
export function shuffle(column: ColumnOrName, seed?: Column | number | bigint): Column {
  return valueCall("shuffle", column, seed ?? randomSeed());
}

/**
 * `length` elements from `start`, which counts from 1, from the end when negative; 0 is an error.
 * Numbers are literals, a text names a column.
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
 * The array sorted by its elements' own order.
 *
 * @param ascending true, the default: nulls first; false: descending, nulls last
 */
export function sort_array(column: ColumnOrName, ascending = true): Column {
  return valueCall("sort_array", column, ascending);
}
