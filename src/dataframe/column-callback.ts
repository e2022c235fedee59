// Callbacks in place of columns: `df.select((p) => ({ day: to_date(p.ts) }))`.

import { ArgumentError } from "../errors.js";
import { alias, attribute, columnReference, type Expression } from "../plan/expression.js";
import type { Relation } from "../plan/relation.js";
import { kindOf } from "../value-kind.js";
import { quoteIdentifier } from "../types/ddl.js";
import { isPlainObject } from "../types/plain-object.js";
import { Column } from "./column.js";
import type { ColumnsIn } from "./typing/row-names.js";

/** A callback for the columns of one or two DataFrames. */
// The DataFrame's methods know the types.
type Callback = (...inputs: ColumnsIn<Record<string, unknown>>[]) => unknown;

const NEEDS_QUOTES = /[.`]/u;

/** The columns of a relation by name, bound to it as by `df.col(name)`. */
function columnsIn(input: Relation): ColumnsIn<Record<string, unknown>> {
  return new Proxy<ColumnsIn<Record<string, unknown>>>(
    {},
    {
      get(_target, name) {
        if (typeof name !== "string") return undefined;
        // A property is a whole name. Spark would read a dot in it as a field of a struct.
        const written = NEEDS_QUOTES.test(name) ? quoteIdentifier(name) : name;
        return new Column(attribute(written, input.common?.planId));
      },
      // The names are on the server. Without this error, `{ ...p }` would select nothing.
      ownKeys() {
        throw new ArgumentError(
          "columns",
          'The columns of a callback cannot be listed or spread, because only the server knows their names. Write select("*", …) or withColumns(…) to keep all columns.',
        );
      },
    },
  );
}

/** What a callback's columns belong to: one relation, and both sides if the relation is a join. */
export interface CallbackSource {
  readonly relation: Relation;
  readonly sides?: readonly [Relation, Relation] | undefined;
}

/** What a callback returns for the columns of its source. */
function callbackResult(callback: unknown, argument: string, source: CallbackSource): unknown {
  const { length } = callback as Callback;
  if (length < 2) return (callback as Callback)(columnsIn(source.relation));
  if (source.sides !== undefined) return (callback as Callback)(...source.sides.map(columnsIn));
  throw new ArgumentError(
    argument,
    `The function passed as ${argument} has ${length} parameters, but only the result of join() has two sides. Write it with one parameter, or call the method directly after join().`,
  );
}

/**
 * The expressions that a callback returns: a Column, an array of Columns or names, or an object of Columns by name.
 *
 * @throws {ArgumentError} the callback returns something else
 */
export function callbackExpressions(
  callback: unknown,
  argument: string,
  source: CallbackSource,
): Expression[] {
  return selected(callbackResult(callback, argument, source), argument);
}

/**
 * The only expression that a callback returns.
 *
 * @throws {ArgumentError} the callback returns something else than one Column
 */
export function callbackExpression(
  callback: unknown,
  argument: string,
  source: CallbackSource,
): Expression {
  const result = callbackResult(callback, argument, source);
  if (result instanceof Column) return result.expression;
  throw new ArgumentError(
    argument,
    `The function passed as ${argument} must return a Column, got ${kindOfResult(result)}.${hintFor(result)}`,
  );
}

/**
 * The conditions that the callback of join() returns: a Column or an array of Columns.
 *
 * @throws {ArgumentError} the callback returns something else
 */
export function joinCondition(callback: unknown, left: Relation, right: Relation): Expression[] {
  const result = (callback as Callback)(columnsIn(left), columnsIn(right));
  const conditions: readonly unknown[] = Array.isArray(result) ? result : [result];
  if (conditions.length > 0 && conditions.every((each) => each instanceof Column)) {
    return conditions.map((each) => each.expression);
  }
  throw new ArgumentError(
    "on",
    `The function passed as on must return a Column or an array of Columns, got ${kindOfResult(result)}.${hintFor(result)}`,
  );
}

/**
 * The Columns by name that a callback returns.
 *
 * @throws {ArgumentError} the callback returns something else than an object of Columns
 */
export function callbackEntries(
  callback: unknown,
  argument: string,
  source: CallbackSource,
): (readonly [string, Expression])[] {
  const result = callbackResult(callback, argument, source);
  if (isPlainObject(result)) return namedColumns(result, argument);
  throw new ArgumentError(
    argument,
    `The function passed as ${argument} must return an object of Columns by name, got ${kindOfResult(result)}.${hintFor(result)}`,
  );
}

function selected(result: unknown, argument: string): Expression[] {
  if (result instanceof Column) return [result.expression];
  if (Array.isArray(result)) {
    return Array.from(result as readonly unknown[], (item) => itemExpression(item, argument));
  }
  if (isPlainObject(result)) {
    return namedColumns(result, argument).map(([name, expression]) => named(expression, name));
  }
  throw new ArgumentError(
    argument,
    `The function passed as ${argument} must return a Column, an array of Columns, or an object of Columns by name, got ${kindOfResult(result)}.${hintFor(result)}`,
  );
}

function namedColumns(
  columns: Readonly<Record<string, unknown>>,
  argument: string,
): (readonly [string, Expression])[] {
  return Object.entries(columns).map(([name, column]) => {
    if (column instanceof Column) return [name, column.expression];
    throw new ArgumentError(
      argument,
      `The function passed as ${argument} must return Columns by name, got ${kindOf(column)} for ${JSON.stringify(name)}. Write lit(…) for a plain value.`,
    );
  });
}

/** JavaScript reads `(p) => { id: p.id }` as a function without a result. */
function hintFor(result: unknown): string {
  switch (typeof result) {
    case "undefined":
      return " A function with braces needs return; an object needs parentheses: (p) => ({ id: p.id }).";
    case "boolean":
      return " The function receives columns, not rows: write (p) => p.id.eq(1), not (p) => p.id === 1.";
    case "number":
    case "bigint":
    case "string":
      return " The function receives columns, not rows. Write lit(…) for a plain value.";
    default:
      return "";
  }
}

function itemExpression(item: unknown, argument: string): Expression {
  if (typeof item === "string") return columnReference(item);
  if (item instanceof Column) return item.expression;
  throw new ArgumentError(
    argument,
    `The function passed as ${argument} must return an array of Columns, got ${kindOf(item)} in it.`,
  );
}

/** A column that has the name already stays as it is, so that references to it remain valid. */
function named(expression: Expression, name: string): Expression {
  const { exprType } = expression;
  // In a name with a dot or backtick, Spark sees a field or a quoted name.
  const isSame =
    exprType.case === "unresolvedAttribute" &&
    exprType.value.unparsedIdentifier === name &&
    !NEEDS_QUOTES.test(name);
  return isSame ? expression : alias(expression, [name]);
}

function kindOfResult(result: unknown): string {
  return Array.isArray(result) && result.length === 0 ? "an empty array" : kindOf(result);
}
