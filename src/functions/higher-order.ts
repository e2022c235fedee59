// Functions with a lambda: a TypeScript function of Columns. The client calls it once, when it builds the plan.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnArgument, given } from "./column-arguments.js";
import { columnCall, expressionCall } from "./call.js";
import { lambda } from "./lambda.js";

/** Applies the lambda to each element. The lambda can also accept the position, from 0. */
export function transform(
  column: ColumnOrName,
  f: (element: Column, index: Column) => Column,
): Column {
  const elements = columnArgument("transform", column);
  return expressionCall("transform", elements, lambda("transform", f, 1, 2));
}

/** The elements for which the lambda is true. The lambda can also accept the position, from 0. */
export function filter(
  column: ColumnOrName,
  f: (element: Column, index: Column) => Column,
): Column {
  return expressionCall("filter", columnArgument("filter", column), lambda("filter", f, 1, 2));
}

/** Whether the lambda is true for an element. Null if it is true for no element, but null for one. */
export function exists(column: ColumnOrName, f: (element: Column) => Column): Column {
  return expressionCall("exists", columnArgument("exists", column), lambda("exists", f, 1));
}

/** Whether the lambda is true for every element; true for an empty array. */
export function forall(column: ColumnOrName, f: (element: Column) => Column): Column {
  return expressionCall("forall", columnArgument("forall", column), lambda("forall", f, 1));
}

/**
 * Reduces an array to one value. `merge` receives the value so far, at first `initialValue`, and the next element.
 * It must return the type of the initial value.
 *
 * @param initialValue a string names a column; write lit(…) for a plain value
 * @param finish converts the final value
 */
export function aggregate(
  column: ColumnOrName,
  initialValue: ColumnOrName,
  merge: (accumulated: Column, element: Column) => Column,
  finish?: (accumulated: Column) => Column,
): Column {
  return folded("aggregate", column, initialValue, merge, finish);
}

/** Reduces an array to one value; the same as aggregate. */
export function reduce(
  column: ColumnOrName,
  initialValue: ColumnOrName,
  merge: (accumulated: Column, element: Column) => Column,
  finish?: (accumulated: Column) => Column,
): Column {
  return folded("reduce", column, initialValue, merge, finish);
}

function folded(
  name: string,
  column: ColumnOrName,
  initialValue: ColumnOrName,
  merge: (accumulated: Column, element: Column) => Column,
  finish?: (accumulated: Column) => Column,
): Column {
  return expressionCall(
    name,
    columnArgument(name, column),
    columnArgument(name, initialValue),
    lambda(name, merge, 2),
    ...given(finish).map((last) => lambda(name, last, 1)),
  );
}

/**
 * Sorts the array, with nulls last, or by a comparator. The comparator returns an INT: negative if `left` comes
 * first, 0 if both are equal, otherwise positive. It must not return null.
 */
export function array_sort(
  column: ColumnOrName,
  comparator?: (left: Column, right: Column) => Column,
): Column {
  if (comparator === undefined) return columnCall("array_sort", column);
  const elements = columnArgument("array_sort", column);
  return expressionCall("array_sort", elements, lambda("array_sort", comparator, 2));
}

/** Combines two arrays pair by pair. The shorter array is extended with nulls. */
export function zip_with(
  left: ColumnOrName,
  right: ColumnOrName,
  f: (left: Column, right: Column) => Column,
): Column {
  return expressionCall(
    "zip_with",
    columnArgument("zip_with", left),
    columnArgument("zip_with", right),
    lambda("zip_with", f, 2),
  );
}

/** Applies the lambda to the keys of a map. A null key or a duplicate key is an error. */
export function transform_keys(
  column: ColumnOrName,
  f: (key: Column, value: Column) => Column,
): Column {
  const map = columnArgument("transform_keys", column);
  return expressionCall("transform_keys", map, lambda("transform_keys", f, 2));
}

/** Applies the lambda to the values of a map. */
export function transform_values(
  column: ColumnOrName,
  f: (key: Column, value: Column) => Column,
): Column {
  const map = columnArgument("transform_values", column);
  return expressionCall("transform_values", map, lambda("transform_values", f, 2));
}

/** The pairs of a map for which the lambda is true. */
export function map_filter(
  column: ColumnOrName,
  f: (key: Column, value: Column) => Column,
): Column {
  const map = columnArgument("map_filter", column);
  return expressionCall("map_filter", map, lambda("map_filter", f, 2));
}

/** Combines two maps key by key. The value is null for a map that lacks the key. */
export function map_zip_with(
  map1: ColumnOrName,
  map2: ColumnOrName,
  f: (key: Column, value1: Column, value2: Column) => Column,
): Column {
  return expressionCall(
    "map_zip_with",
    columnArgument("map_zip_with", map1),
    columnArgument("map_zip_with", map2),
    lambda("map_zip_with", f, 3),
  );
}
