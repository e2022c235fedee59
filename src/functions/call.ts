import { Column, type ColumnOrName } from "../dataframe/column.js";
import { call, type Expression } from "../plan/expression.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument } from "./column-arguments.js";

/** A Spark function of columns; names stand for columns, as in PySpark. */
export function columnCall(name: string, ...columns: readonly ColumnOrName[]): Column {
  return listCall(name, columns);
}

/** A Spark function of columns in a list, which may have more items than a call can have arguments. */
export function listCall(name: string, columns: readonly ColumnOrName[]): Column {
  // Unlike map(), from() also passes the holes of a sparse array to the check.
  const expressions = Array.from(columns, (column) => columnArgument(name, column));
  return new Column(call(name, expressions));
}

/** A Spark function of one column and plain values or Columns after it. */
export function valueCall(
  name: string,
  column: ColumnOrName,
  ...values: readonly unknown[]
): Column {
  return new Column(call(name, [columnArgument(name, column), ...values.map(expressionOf)]));
}

/** A Spark function of expressions already made. */
export function expressionCall(name: string, ...args: readonly Expression[]): Column {
  return new Column(call(name, args));
}

/** A Spark aggregate over distinct values; names stand for columns. */
export function distinctCall(name: string, ...columns: readonly ColumnOrName[]): Column {
  const args = columns.map((column) => columnArgument(name, column));
  return new Column(call(name, args, { isDistinct: true }));
}

/** A plain value, or a Column, as an argument that is no column name. */
export function valueArgument(value: unknown): Expression {
  return expressionOf(value);
}
