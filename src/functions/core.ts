// Columns, literals and SQL text; calls by name; hints.

import { ArgumentError } from "../errors.js";
import { awaitHint, shown } from "../value-kind.js";
import { Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import type { DataFrame } from "../dataframe/dataframe.js";
import type { LiteralValue } from "../dataframe/typing/literal-value.js";
import type { TypedLiteral } from "../dataframe/typing/typed-literal.js";
import { callFunction, columnReference, expressionString } from "../plan/expression.js";
import { expressionOf, literal } from "../plan/literal.js";
import type { DataType } from "../types/data-type.js";
import { dataTypeFromDdl } from "../types/parse-ddl.js";
import type { ObjectRow } from "../types/row.js";

/**
 * Marks a DataFrame as small enough to send it whole to each executor in a join.
 *
 * @example
 * people.join(broadcast(cities), "city").select("name", "country").orderBy("name");
 * // [ { name: 'Ann', country: 'CH' }, { name: 'Bob', country: 'IT' }, { name: 'Eve', country: 'CH' } ]
 */
export function broadcast<R extends ObjectRow>(df: DataFrame<R>): DataFrame<R> {
  // JavaScript callers may pass any type.
  if (typeof (df as DataFrame | undefined)?.hint !== "function") {
    throw new ArgumentError(
      "df",
      `broadcast() takes a DataFrame, got ${shown(df)}.${awaitHint(df)}`,
    );
  }
  return df.hint("broadcast");
}
/**
 * The column with this name; `*` is all columns. Write a name with dots or spaces in backticks.
 *
 * @example
 * // x: 5, 6
 * col("x").plus(1); // [ 6n, 7n ]
 */
export function col(name: string): Column {
  return new Column(columnReference(name));
}
/**
 * The column with this name; the same as col.
 *
 * @example
 * // x: 5, 6
 * column("x").plus(1); // [ 6n, 7n ]
 */
export function column(name: string): Column {
  return col(name);
}
/**
 * A value as a column. An integer becomes INT or BIGINT, another number DOUBLE, a bigint BIGINT, a Date TIMESTAMP,
 * a Uint8Array BINARY, an array ARRAY, a Map MAP, a plain object STRUCT. Interval and Temporal objects get their own
 * types. A Column stays unchanged.
 *
 * @throws {ArgumentError} the value has no literal form
 * @example lit([1, 2, 3]); // [ 1, 2, 3 ]
 */
export function lit<const V>(value: V): Column<LiteralValue<V>>;
/**
 * A value as a column of the given type, for a value that does not determine its type:
 * `lit("2024-05-01", "date")`, `lit("1.50", "decimal(5,2)")`, `lit([], "array<int>")`, `lit(null, "string")`.
 *
 * @param value can have every form that createDataFrame accepts, and is never rounded
 * @param type the literal's type, as DDL or DataType. Default: the value determines it
 * @throws {ArgumentError} the value has no literal form, or does not fit the type
 */
export function lit<const V, const D extends DataType | string>(
  value: V,
  type: D | undefined,
): Column<TypedLiteral<V, D>>;
export function lit(value: unknown, type?: DataType | string): Column {
  if (type !== undefined)
    return new Column(literal(value, typeof type === "string" ? dataTypeFromDdl(type) : type));
  return value instanceof Column ? (value as Column) : new Column(expressionOf(value));
}
/**
 * A column from SQL text: `expr("price * 2")`.
 *
 * @example
 * // x: 5, 6
 * expr("x * 2"); // [ 10n, 12n ]
 */
export function expr(text: string): Column {
  return new Column(expressionString(text));
}
/**
 * Calls a function by name: built in, registered in the session, or in a catalog.
 *
 * @example
 * // x: 5, 6
 * call_function("abs", "x"); // [ 5n, 6n ]
 */
export function call_function(name: string, ...columns: readonly ColumnOrName[]): Column {
  return new Column(callFunction(name, columns.map(toExpression)));
}
