// Functions of VARIANT values. A path, such as `$.a[0]`, is a literal, or a Column.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { ArgumentError } from "../errors.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument } from "./column-arguments.js";
import { columnCall, expressionCall, valueCall } from "./call.js";

/** JSON text as a variant; text that is no JSON is an error. */
export function parse_json(column: ColumnOrName): Column {
  return columnCall("parse_json", column);
}

/** Like parse_json, but null for text that is no JSON. */
export function try_parse_json(column: ColumnOrName): Column {
  return columnCall("try_parse_json", column);
}

/** An array, map or struct as a variant; maps and structs become objects, with their keys sorted. */
export function to_variant_object(column: ColumnOrName): Column {
  return columnCall("to_variant_object", column);
}

/** Whether the value is a variant's null, which SQL's null is not. */
export function is_variant_null(column: ColumnOrName): Column {
  return columnCall("is_variant_null", column);
}

/** Whether a variant's bytes are well formed; null for null. Spark 4.2 or newer. */
export function is_valid_variant(column: ColumnOrName): Column {
  return columnCall("is_valid_variant", column);
}

/** The variant's own schema as text, such as `OBJECT<a: BIGINT>`. */
export function schema_of_variant(column: ColumnOrName): Column {
  return columnCall("schema_of_variant", column);
}

/** The schema that all variants of a group fit, as schema_of_variant writes it. */
export function schema_of_variant_agg(column: ColumnOrName): Column {
  return columnCall("schema_of_variant_agg", column);
}

/**
 * What is at the path, as a type given in DDL; null when there is nothing, an error when it cannot be
 * cast.
 */
export function variant_get(
  column: ColumnOrName,
  path: Column | string,
  targetType: string,
): Column {
  return valueCall("variant_get", column, path, targetType);
}

/** Like variant_get, but null when it cannot be cast. */
export function try_variant_get(
  column: ColumnOrName,
  path: Column | string,
  targetType: string,
): Column {
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
 * The variant with the value behind the last element of the array at the path; unchanged when the path
 * leads nowhere, an error when it leads to no array. Spark 4.3 or newer.
 *
 * @param value a text names a column
 */
export function variant_array_append(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
): Column {
  return edited("variant_array_append", column, path, value);
}

/** Like variant_array_append, but null instead of an error. Spark 4.3 or newer. */
export function try_variant_array_append(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
): Column {
  return edited("try_variant_array_append", column, path, value);
}

/**
 * The variant with the value at the path: a new field, an error when there is one, or a new element,
 * those behind it moved. Fields on the way that are missing are made. Spark 4.3 or newer.
 *
 * @param value a text names a column
 */
export function variant_insert(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
): Column {
  return edited("variant_insert", column, path, value);
}

/** Like variant_insert, but null instead of an error. Spark 4.3 or newer. */
export function try_variant_insert(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
): Column {
  return edited("try_variant_insert", column, path, value);
}

/**
 * The variant with the value at the path, in place of what is there. Spark 4.3 or newer.
 *
 * @param value a text names a column
 * @param createIfMissing makes what is missing, the default; false leaves such a variant as it is
 */
export function variant_set(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
  createIfMissing = true,
): Column {
  return edited("variant_set", column, path, value, createIfMissing);
}

/** Like variant_set, but null instead of an error. Spark 4.3 or newer. */
export function try_variant_set(
  column: ColumnOrName,
  path: Column | string,
  value: ColumnOrName,
  createIfMissing = true,
): Column {
  return edited("try_variant_set", column, path, value, createIfMissing);
}

/**
 * The variant without what is at the paths, one after the other; paths that lead nowhere, or are null,
 * change nothing. Spark 4.3 or newer.
 *
 * @throws {ArgumentError} no path is given
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
 * The variant without fields and elements that are null, at any depth. Spark 4.3 or newer.
 *
 * @param includeArrays false keeps the nulls of arrays; default true
 */
export function variant_strip_nulls(column: ColumnOrName, includeArrays = true): Column {
  return valueCall("variant_strip_nulls", column, includeArrays);
}
