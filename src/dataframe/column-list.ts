import { requireObject } from "../argument-kind.js";
import { ArgumentError } from "../errors.js";
import type { Expression } from "../plan/expression.js";
import type { ObjectRow } from "../types/row.js";
import { shown } from "../value-kind.js";
import { Column, toExpression, type ColumnOrName } from "./column.js";
import { columnHint } from "./column-hint.js";
import {
  callbackExpression,
  callbackEntries,
  callbackExpressions,
  type CallbackSource,
} from "./column-callback.js";
import type { ColumnItem, ColumnName } from "./typing/row-names.js";

/** Columns or their names, one by one or as one array. */
export type ColumnList = readonly ColumnOrName[] | readonly [readonly ColumnOrName[]];

/** Columns of rows of the type `Row`, one by one or as one array: names, Columns or callbacks. */
export type ColumnItems<Row> = readonly (ColumnItem<Row> | readonly ColumnItem<Row>[])[];

/** Names of columns of rows of the type `Row`, one by one or as one array. */
export type NameList<Row = ObjectRow> = readonly (ColumnName<Row> | readonly ColumnName<Row>[])[];

/** The items of a list, passed one by one or as one array. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- The caller knows the items' type.
export function listed<T>(list: readonly unknown[]): readonly T[] {
  const [first] = list;
  return (list.length === 1 && Array.isArray(first) ? first : list) as readonly T[];
}

/**
 * The expressions of columns.
 *
 * @param source what the columns of callbacks belong to; without it, callbacks are refused
 * @throws {ArgumentError} an item is neither a Column, a name nor a callback
 */
export function toExpressions(
  columns: readonly unknown[],
  argument = "columns",
  source?: CallbackSource,
): Expression[] {
  // Unlike flatMap(), Array.from() also visits the holes of a sparse array.
  return Array.from(listed<unknown>(columns), (column) =>
    typeof column === "function" && source !== undefined
      ? callbackExpressions(column, argument, source)
      : [checkedExpression(column, argument)],
  ).flat();
}

/**
 * Columns by name: from an object, or from a callback that returns an object.
 *
 * @throws {ArgumentError} a value is neither a Column nor a callback
 */
export function columnEntries(
  columns: unknown,
  source: CallbackSource,
): (readonly [string, Expression])[] {
  if (typeof columns === "function") return callbackEntries(columns, "columns", source);
  requireObject("columns", columns);
  return Object.entries(columns as Readonly<Record<string, unknown>>).map(
    ([name, column]) => [name, checkedExpression(column, name, source)] as const,
  );
}

/**
 * The expression of a column.
 *
 * @param source what the columns of callbacks belong to; without it, callbacks are refused
 * @throws {ArgumentError} the value is neither a Column, a name nor a callback
 */
export function checkedExpression(
  // JavaScript callers may pass any type.
  column: unknown,
  argument: string,
  source?: CallbackSource,
): Expression {
  if (typeof column === "string" || column instanceof Column) return toExpression(column);
  if (typeof column === "function" && source !== undefined) {
    return callbackExpression(column, argument, source);
  }
  throw new ArgumentError(
    argument,
    `${argument} must be a Column or a column name, got ${shown(column)}.${columnHint(column)}`,
  );
}
