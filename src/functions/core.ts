// Columns, literals and SQL text; calls by name; hints.

import { Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import type { DataFrame } from "../dataframe/dataframe.js";
import { callFunction, columnReference, expressionString } from "../plan/expression.js";
import { expressionOf, literal } from "../plan/literal.js";
import type { DataType } from "../types/data-type.js";
import { dataTypeFromDdl } from "../types/parse-ddl.js";

/** The DataFrame, small enough to be sent whole to each executor when it is joined. */
export function broadcast(df: DataFrame): DataFrame {
  return df.hint("broadcast");
}
/** The column of this name; `*` is all columns. A name with dots or spaces is quoted in backticks. */
export function col(name: string): Column {
  return new Column(columnReference(name));
}
/** The column of this name; the same as col. */
export function column(name: string): Column {
  return col(name);
}
/**
 * A value as a column: an integral number is INT or BIGINT, another DOUBLE; bigint is BIGINT; Date
 * TIMESTAMP; Uint8Array BINARY; the interval classes and Temporal's objects their own types; an array
 * ARRAY, a Map MAP, a plain object STRUCT. A Column stays itself.
 *
 * @param type the literal's type, as DDL or DataType, for what the value does not say:
 * `lit("2024-05-01", "date")`, `lit("1.50", "decimal(5,2)")`, `lit([], "array<int>")`, `lit(null, "string")`.
 * Values are taken in the forms that createDataFrame takes; nothing is rounded
 * @throws {ArgumentError} the value has no literal form, or does not fit the type
 */
export function lit(value: unknown, type?: DataType | string): Column {
  if (type !== undefined)
    return new Column(literal(value, typeof type === "string" ? dataTypeFromDdl(type) : type));
  return value instanceof Column ? value : new Column(expressionOf(value));
}
/** A column as SQL text: `expr("price * 2")`. */
export function expr(text: string): Column {
  return new Column(expressionString(text));
}
/** A function by its name: built in, registered in the session, or in a catalog. */
export function call_function(name: string, ...columns: readonly ColumnOrName[]): Column {
  return new Column(callFunction(name, columns.map(toExpression)));
}
