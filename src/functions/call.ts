import { Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import { call, type Expression } from "../plan/expression.js";
import { expressionOf } from "../plan/literal.js";

/** A Spark function of columns; names stand for columns, as in PySpark. */
export function columnCall(name: string, ...columns: readonly ColumnOrName[]): Column {
  return new Column(call(name, columns.map(toExpression)));
}

/** A Spark function of expressions already made. */
export function expressionCall(name: string, ...args: readonly Expression[]): Column {
  return new Column(call(name, args));
}

/** A plain value, or a Column, as an argument that is no column name. */
export function valueArgument(value: unknown): Expression {
  return expressionOf(value);
}
