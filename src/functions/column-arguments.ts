import { columnHint } from "../dataframe/column-hint.js";
import { Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import { ArgumentError } from "../errors.js";
import { call, type Expression } from "../plan/expression.js";
import { expressionOf } from "../plan/literal.js";

/** Options of a function, by their names in Spark. The client sends every value as text. */
export type FunctionOptions = Readonly<Record<string, string | number | boolean>>;

/** The kind of a value, for an error: its class or its type. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? value.constructor.name : typeof value;
}

/** A column, or the column with this name. */
export function columnArgument(functionName: string, column: ColumnOrName): Expression {
  // A caller in JavaScript can pass anything, and the plan would silently lack it.
  const given: unknown = column;
  if (typeof given === "string" || given instanceof Column) return toExpression(column);
  const hint = given === undefined ? columnHint(given) : " Write lit(…) for a plain value.";
  throw new ArgumentError(
    "column",
    `${functionName} takes a Column or a column name here, not ${kindOf(given)}.${hint}`,
  );
}

/** A number as a literal, a column, or the column with this name. */
export function numberArgument(functionName: string, value: ColumnOrName | number): Expression {
  return typeof value === "number" ? expressionOf(value) : columnArgument(functionName, value);
}

/** Columns passed one by one or as one array. */
export function columnList(
  columns: readonly ColumnOrName[] | readonly [readonly ColumnOrName[]],
): readonly ColumnOrName[] {
  const [first] = columns;
  const isOneArray =
    columns.length === 1 && typeof first === "object" && !(first instanceof Column);
  return (isOneArray ? first : columns) as readonly ColumnOrName[];
}

/** An optional argument as a list, because PySpark sends the argument only if it is given. */
export function given<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** Options as a map of texts; empty without options. */
export function optionsArgument(options: FunctionOptions | undefined): readonly Expression[] {
  if (options === undefined) return [];
  const entries = Object.entries(options).flatMap(([key, value]) => [key, String(value)]);
  return [call("map", entries.map(expressionOf))];
}
