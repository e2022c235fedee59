import { Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import { ArgumentError } from "../errors.js";
import { call, type Expression } from "../plan/expression.js";
import { expressionOf } from "../plan/literal.js";

/** Options of a function by their names in Spark; every value is sent as text. */
export type FunctionOptions = Readonly<Record<string, string | number | boolean>>;

/** What a value is, for an error: its class, or its type. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? value.constructor.name : typeof value;
}

/** A column, or the column of this name. */
export function columnArgument(functionName: string, column: ColumnOrName): Expression {
  // A caller without types may give anything, and a plan would silently lack it.
  const given: unknown = column;
  if (typeof given === "string" || given instanceof Column) return toExpression(column);
  throw new ArgumentError(
    "column",
    `${functionName} takes a Column or the name of one here, not ${kindOf(given)}; write lit(…) for a plain value.`,
  );
}

/** A number as literal; a column, or the column of this name. */
export function numberArgument(functionName: string, value: ColumnOrName | number): Expression {
  return typeof value === "number" ? expressionOf(value) : columnArgument(functionName, value);
}

/** Columns given one by one, or as one array. */
export function columnList(
  columns: readonly ColumnOrName[] | readonly [readonly ColumnOrName[]],
): readonly ColumnOrName[] {
  const [first] = columns;
  const isOneArray =
    columns.length === 1 && typeof first === "object" && !(first instanceof Column);
  return (isOneArray ? first : columns) as readonly ColumnOrName[];
}

/** An optional argument as PySpark sends it: only when given. */
export function given<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** Options as a map of texts; none when left out. */
export function optionsArgument(options: FunctionOptions | undefined): readonly Expression[] {
  if (options === undefined) return [];
  const entries = Object.entries(options).flatMap(([key, value]) => [key, String(value)]);
  return [call("map", entries.map(expressionOf))];
}
