// Functions of JSON text. They accept the options of Spark's JSON reader and writer.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { ParsedValue } from "../dataframe/typing/parsed-value.js";
import { ArgumentError } from "../errors.js";
import { expressionOf } from "../plan/literal.js";
import type { DataType } from "../types/data-type.js";
import { columnArgument, optionsArgument, type FunctionOptions } from "./column-arguments.js";
import { columnCall, expressionCall, valueCall } from "./call.js";
import { schemaArgument } from "./schema-argument.js";

/**
 * Parses JSON text to a struct, array or map. Values that do not fit the schema become null, or an error if `mode` is
 * FAILFAST.
 *
 * @param schema DDL, a StructType, ArrayType or MapType, or a Column, for example from schema_of_json
 * @example from_json(lit('{"a":1, "b":0.8}'), "a INT, b DOUBLE"); // { a: 1, b: 0.8 }
 */
export function from_json<const D extends DataType | Column | string>(
  column: ColumnOrName,
  schema: D,
  options?: FunctionOptions,
): Column<ParsedValue<D> | null> {
  return expressionCall(
    "from_json",
    columnArgument("from_json", column),
    schemaArgument(schema),
    ...optionsArgument(options),
  );
}

/**
 * The value at a JSON path in JSON text, as text; null if the path does not exist. The path is a literal.
 *
 * @example get_json_object(lit('[{"a":"b"},{"a":"c"}]'), "$[0].a"); // 'b'
 */
export function get_json_object(column: ColumnOrName, path: string): Column<string | null> {
  return valueCall("get_json_object", column, path);
}

/**
 * Number of elements of the outermost JSON array; null for any other JSON.
 *
 * @example json_array_length(lit("[1,2,3,4]")); // 4
 */
export function json_array_length(column: ColumnOrName): Column<number | null> {
  return columnCall("json_array_length", column);
}

/**
 * Keys of the outermost JSON object as an array; null for any other JSON.
 *
 * @example json_object_keys(lit('{"f1":"abc","f2":{"f3":"a"}}')); // [ 'f1', 'f2' ]
 */
export function json_object_keys(column: ColumnOrName): Column<(string | null)[] | null> {
  return columnCall("json_object_keys", column);
}

/**
 * Fields of a JSON object as text in columns `c0`, `c1` …. The names of the fields are literals.
 *
 * @throws {ArgumentError} there are no field names
 * @example spark.range(1).select(json_tuple(lit('{"a":1, "b":2}'), "a", "b")); // [ { c0: '1', c1: '2' } ]
 */
export function json_tuple<const F extends readonly string[]>(
  column: ColumnOrName,
  ...fields: F
): Column<F extends readonly [string] ? string | null : unknown> {
  if (fields.length === 0) {
    throw new ArgumentError("fields", "json_tuple needs the name of at least one field.");
  }
  return valueCall("json_tuple", column, ...fields);
}

/**
 * The schema of an example of JSON, as DDL. The example is a literal or a constant Column.
 *
 * @example schema_of_json('[{"col":0}]'); // 'ARRAY<STRUCT<col: BIGINT>>'
 */
export function schema_of_json(json: Column | string, options?: FunctionOptions): Column<string> {
  return expressionCall("schema_of_json", expressionOf(json), ...optionsArgument(options));
}

/**
 * A struct, array, map or variant as JSON text. Omits fields of structs that are null.
 *
 * @example to_json(struct(lit(1).alias("a"), lit(2).alias("b"))); // '{"a":1,"b":2}'
 */
export function to_json(column: ColumnOrName, options?: FunctionOptions): Column<string | null> {
  return expressionCall("to_json", columnArgument("to_json", column), ...optionsArgument(options));
}
