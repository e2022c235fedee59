// Functions of VARIANT values. A path, such as `$.a[0]`, is a literal or a Column.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullIn } from "../dataframe/typing/column-value.js";
import type { ParsedValue } from "../dataframe/typing/parsed-value.js";
import { ArgumentError } from "../errors.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument } from "./column-arguments.js";
import { columnCall, expressionCall, valueCall } from "./call.js";

/**
 * Parses JSON text to a variant. Text that is not JSON is an error.
 *
 * @example parse_json(lit('{"a":1,"b":0.8}')); // { a: 1, b: 0.8 }
 */
export function parse_json(column: ColumnOrName): Column {
  return columnCall("parse_json", column);
}

/**
 * Like parse_json, but null for text that is not JSON.
 *
 * @example try_parse_json(lit('{"a":1,')); // null
 */
export function try_parse_json(column: ColumnOrName): Column {
  return columnCall("try_parse_json", column);
}

/**
 * An array, map or struct as a variant. Maps and structs become objects with sorted keys.
 *
 * @example to_variant_object(struct(lit(1).alias("a"), lit(2).alias("b"))); // { a: 1, b: 2 }
 */
export function to_variant_object(column: ColumnOrName): Column {
  return columnCall("to_variant_object", column);
}

/**
 * Whether the value is a variant null. False for SQL's null.
 *
 * @example is_variant_null(parse_json(lit("null"))); // true
 */
export function is_variant_null(column: ColumnOrName): Column<boolean> {
  return columnCall("is_variant_null", column);
}

/**
 * Whether a variant's bytes are well formed; null for null. Spark 4.2 or newer.
 *
 * @example is_valid_variant(parse_json(lit("null"))); // true
 */
export function is_valid_variant<C extends ColumnOrName>(column: C): Column<boolean | NullIn<C>> {
  return columnCall("is_valid_variant", column);
}

/**
 * The schema of the variant as text, such as `OBJECT<a: BIGINT>`.
 *
 * @example schema_of_variant(parse_json(lit('[{"b":true,"a":0}]'))); // 'ARRAY<OBJECT<a: BIGINT, b: BOOLEAN>>'
 */
export function schema_of_variant<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("schema_of_variant", column);
}

/**
 * The common schema of all variants of a group, in the form of schema_of_variant.
 *
 * @example
 * // x: "1", "2.5"
 * schema_of_variant_agg(parse_json("x")); // 'DECIMAL(21,1)'
 */
export function schema_of_variant_agg(column: ColumnOrName): Column<string> {
  return columnCall("schema_of_variant_agg", column);
}

/**
 * The value at the path, cast to a type in DDL. Null if the path does not exist; an error if the cast
 * fails.
 *
 * @example variant_get(parse_json(lit('{"a": 1}')), "$.a", "int"); // 1
 */
export function variant_get<const D extends string>(
  column: ColumnOrName,
  path: Column | string,
  targetType: D,
): Column<ParsedValue<D> | null> {
  return valueCall("variant_get", column, path, targetType);
}

/**
 * Like variant_get, but null if the cast fails.
 *
 * @example try_variant_get(parse_json(lit('{"a": "hello"}')), "$.a", "int"); // null
 */
export function try_variant_get<const D extends string>(
  column: ColumnOrName,
  path: Column | string,
  targetType: D,
): Column<ParsedValue<D> | null> {
  return valueCall("try_variant_get", column, path, targetType);
}

function edited(
  name: string,
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
  ...flags: readonly boolean[]
): Column {
  return expressionCall(
    name,
    columnArgument(name, column),
    expressionOf(path),
    columnArgument(name, value),
    ...flags.map(expressionOf),
  );
}

/**
 * Appends the value to the array at the path. Does nothing if the path does not exist; an error if it is not an
 * array. Spark 4.3 or newer.
 *
 * @param value a string names a column
 * @example variant_array_append(parse_json(lit("[1, 2]")), "$", lit(3)); // [ 1, 2, 3 ]
 */
export function variant_array_append(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
): Column {
  return edited("variant_array_append", column, path, value);
}

/**
 * Like variant_array_append, but null instead of an error. Spark 4.3 or newer.
 *
 * @example try_variant_array_append(parse_json(lit('{"a": 1}')), "$.a", lit(3)); // null
 */
export function try_variant_array_append(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
): Column {
  return edited("try_variant_array_append", column, path, value);
}

/**
 * Inserts the value at the path, as a new field or a new element. Later elements move. Creates missing fields on the
 * path. An error if the field exists. Spark 4.3 or newer.
 *
 * @param value a string names a column
 * @example variant_insert(parse_json(lit('{"a": 1}')), "$.b", lit(2)); // { a: 1, b: 2 }
 */
export function variant_insert(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
): Column {
  return edited("variant_insert", column, path, value);
}

/**
 * Like variant_insert, but null instead of an error. Spark 4.3 or newer.
 *
 * @example try_variant_insert(parse_json(lit('{"a": 1}')), "$.a", lit(2)); // null
 */
export function try_variant_insert(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
): Column {
  return edited("try_variant_insert", column, path, value);
}

/**
 * Replaces the value at the path. Spark 4.3 or newer.
 *
 * @param value a string names a column
 * @param createIfMissing creates missing fields. With false, such a variant stays unchanged. Default: true
 * @example variant_set(parse_json(lit('{"a": 1}')), "$.a", lit(2)); // { a: 2 }
 */
export function variant_set(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
  createIfMissing = true,
): Column {
  return edited("variant_set", column, path, value, createIfMissing);
}

/**
 * Like variant_set, but null instead of an error. Spark 4.3 or newer.
 *
 * @example try_variant_set(parse_json(lit('{"a": 1}')), "$.a.b", lit(2)); // null
 */
export function try_variant_set(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
  createIfMissing = true,
): Column {
  return edited("try_variant_set", column, path, value, createIfMissing);
}

/**
 * Deletes the values at the paths, one after the other. Ignores paths that do not exist, and null paths. Spark 4.3 or
 * newer.
 *
 * @throws {ArgumentError} there are no paths
 * @example variant_delete(parse_json(lit('{"a": 1, "b": 2}')), "$.a"); // { b: 2 }
 */
export function variant_delete(
  column: ColumnOrName,
  ...paths: readonly (Column | string)[]
): Column {
  if (paths.length === 0) {
    throw new ArgumentError("paths", "variant_delete needs at least one path, such as $.field.");
  }
  return valueCall("variant_delete", column, ...paths);
}

/**
 * Removes fields and elements that are null, at any depth. Spark 4.3 or newer.
 *
 * @param includeArrays false keeps nulls in arrays. Default: true
 * @example variant_strip_nulls(parse_json(lit('{"a": 1, "b": null}'))); // { a: 1 }
 */
export function variant_strip_nulls(column: ColumnOrName, includeArrays = true): Column {
  return valueCall("variant_strip_nulls", column, includeArrays);
}
