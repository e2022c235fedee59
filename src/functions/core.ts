// Columns, literals and SQL text; calls by name; hints.

import { Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import type { DataFrame } from "../dataframe/dataframe.js";
import { callFunction, columnReference, expressionString } from "../plan/expression.js";
import { expressionOf } from "../plan/literal.js";

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
 * TIMESTAMP; Uint8Array BINARY; an array ARRAY. A Column stays itself.
 *
 * @throws {ArgumentError} the value has no literal form
 */
export function lit(value: unknown): Column {
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
