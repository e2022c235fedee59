import { Column, type ColumnOrName } from "../dataframe/column.js";
import { call, type Expression } from "../plan/expression.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument } from "./column-arguments.js";

/** A call of a Spark function of columns. Strings are column names, as in PySpark. */
export function columnCall<T = unknown>(
  name: string,
  ...columns: readonly ColumnOrName[]
): Column<T> {
  return listCall(name, columns);
}

/** A call of a Spark function of a list of columns. The list can be longer than JavaScript allows for arguments. */
export function listCall<T = unknown>(name: string, columns: readonly ColumnOrName[]): Column<T> {
  // Unlike map(), from() also visits the holes of a sparse array, so that the check refuses them.
  const expressions = Array.from(columns, (column) => columnArgument(name, column));
  return new Column<T>(call(name, expressions));
}

/** A call of a Spark function of one column, followed by plain values or Columns. */
export function valueCall<T = unknown>(
  name: string,
  column: ColumnOrName,
  ...values: readonly unknown[]
): Column<T> {
  return new Column<T>(call(name, [columnArgument(name, column), ...values.map(expressionOf)]));
}

/** A call of a Spark function of expressions. */
export function expressionCall<T = unknown>(
  name: string,
  ...args: readonly Expression[]
): Column<T> {
  return new Column<T>(call(name, args));
}

/** A call of a Spark aggregate over distinct values. Strings are column names. */
export function distinctCall<T = unknown>(
  name: string,
  ...columns: readonly ColumnOrName[]
): Column<T> {
  const args = columns.map((column) => columnArgument(name, column));
  return new Column<T>(call(name, args, { isDistinct: true }));
}

/** A plain value or a Column as an argument. A string is a value, not a column name. */
export function valueArgument(value: unknown): Expression {
  return expressionOf(value);
}
