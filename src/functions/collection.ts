// Functions of arrays, maps, structs and JSON.

import { type Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument } from "./call.js";

/** The columns' values as an array. */
export function array(...columns: readonly ColumnOrName[]): Column {
  return columnCall("array", ...columns);
}

/** The columns as a struct with their names. */
export function struct(...columns: readonly ColumnOrName[]): Column {
  return columnCall("struct", ...columns);
}

/** A map of keys and values given in turn. */
export function create_map(...columns: readonly ColumnOrName[]): Column {
  return columnCall("map", ...columns);
}

/** Number of elements of an array or map. */
export function size(column: ColumnOrName): Column {
  return columnCall("size", column);
}

/** One row for each element of an array, or pair of a map. */
export function explode(column: ColumnOrName): Column {
  return columnCall("explode", column);
}

/** Like explode, with a null row for an empty or null array. */
export function explode_outer(column: ColumnOrName): Column {
  return columnCall("explode_outer", column);
}

/** Like explode, with the position. */
export function posexplode(column: ColumnOrName): Column {
  return columnCall("posexplode", column);
}

/** Whether the array holds the value. */
export function array_contains(column: ColumnOrName, value: unknown): Column {
  return expressionCall("array_contains", toExpression(column), valueArgument(value));
}

/** Without duplicates. */
export function array_distinct(column: ColumnOrName): Column {
  return columnCall("array_distinct", column);
}

/** Greatest element. */
export function array_max(column: ColumnOrName): Column {
  return columnCall("array_max", column);
}

/** Least element. */
export function array_min(column: ColumnOrName): Column {
  return columnCall("array_min", column);
}

/** Sorted; descending when the second argument is false. */
export function sort_array(column: ColumnOrName, ascending?: unknown): Column {
  return ascending === undefined
    ? expressionCall("sort_array", toExpression(column))
    : expressionCall("sort_array", toExpression(column), valueArgument(ascending));
}

/** Elements as one text with `delimiter` between. */
export function array_join(column: ColumnOrName, delimiter: unknown): Column {
  return expressionCall("array_join", toExpression(column), valueArgument(delimiter));
}

/** An array of arrays as one array. */
export function flatten(column: ColumnOrName): Column {
  return columnCall("flatten", column);
}

/** `length` elements from `start`, which counts from 1. */
export function slice(column: ColumnOrName, start: unknown, length: unknown): Column {
  return expressionCall("slice", toExpression(column), valueArgument(start), valueArgument(length));
}

/** Element at a position from 1, or of a key. */
export function element_at(column: ColumnOrName, key: unknown): Column {
  return expressionCall("element_at", toExpression(column), valueArgument(key));
}

/** The map's keys. */
export function map_keys(column: ColumnOrName): Column {
  return columnCall("map_keys", column);
}

/** The map's values. */
export function map_values(column: ColumnOrName): Column {
  return columnCall("map_values", column);
}

/** A map of two arrays. */
export function map_from_arrays(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("map_from_arrays", column, other);
}

/** What the JSON path finds, as text. */
export function get_json_object(column: ColumnOrName, path: unknown): Column {
  return expressionCall("get_json_object", toExpression(column), valueArgument(path));
}

/** The schema of a JSON example, as DDL. */
export function schema_of_json(example: unknown): Column {
  return expressionCall("schema_of_json", valueArgument(example));
}

/** The integers or dates from the first to the second. */
export function sequence(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("sequence", column, other);
}
