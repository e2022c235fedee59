import { ArgumentError } from "../errors.js";
import type { Expression } from "../plan/expression.js";
import { Column, toExpression, type ColumnOrName } from "./column.js";

/** Columns or their names, one by one or as one array. */
export type ColumnList = readonly ColumnOrName[] | readonly [readonly ColumnOrName[]];

/** Names of columns, one by one or as one array. */
export type NameList = readonly string[] | readonly [readonly string[]];

/** The items of a list, passed one by one or as one array. */
export function listed<T>(list: readonly T[] | readonly [readonly T[]]): readonly T[] {
  const [first] = list;
  return list.length === 1 && Array.isArray(first)
    ? (first as readonly T[])
    : (list as readonly T[]);
}

/**
 * The expressions of columns.
 *
 * @throws {ArgumentError} an item is neither a Column nor a name
 */
export function toExpressions(columns: ColumnList, argument = "columns"): Expression[] {
  // Unlike map(), Array.from() also visits the holes of a sparse array.
  return Array.from(listed<ColumnOrName>(columns), (column) => checkedExpression(column, argument));
}

/**
 * The expression of a column.
 *
 * @throws {ArgumentError} the value is neither a Column nor a name
 */
export function checkedExpression(column: ColumnOrName, argument: string): Expression {
  // JavaScript callers may pass any type.
  const given: unknown = column;
  if (typeof given === "string" || given instanceof Column) return toExpression(column);
  throw new ArgumentError(
    argument,
    `${argument} must be a Column or a column name, got ${given === null ? "null" : typeof given}.`,
  );
}
