import { Column } from "../dataframe/column.js";
import { ArgumentError } from "../errors.js";
import { valueSql } from "../plan/sql-value.js";
import { Timestamp } from "../types/timestamp.js";
import { quotedName } from "../types/sql-name.js";

/**
 * A value in an assignment. A string is a SQL expression (`"source.price * 2"`). A number, bigint, boolean,
 * Date, null or `lit(…)` is a literal. Pass text from outside as `lit(text)`.
 */
export type SqlValue = string | number | bigint | boolean | Date | null | Column;

/** Values by column name. */
export type Assignments = Readonly<Record<string, SqlValue>>;

/**
 * A SQL expression of the user. A line break follows it, so that a comment in it ends there.
 *
 * @throws {ArgumentError} the text is empty or not a string
 */
export function sqlText(argument: string, text: string): string {
  // JavaScript callers may pass any type.
  const given: unknown = text;
  if (typeof given !== "string" || given.trim() === "") {
    throw new ArgumentError(argument, `${argument} must be SQL text that is not empty.`);
  }
  return `${given}\n`;
}

/**
 * A value as SQL.
 *
 * @throws {ArgumentError} the value cannot be written in SQL
 */
export function sqlValue(argument: string, value: SqlValue): string {
  switch (typeof value) {
    case "string":
      return `(${sqlText(argument, value)})`;
    case "boolean":
    case "number":
      return valueSql(argument, value);
    case "bigint":
      requireLong(argument, value);
      return valueSql(argument, value);
    case "object":
      if (value === null) return valueSql(argument, value);
      if (value instanceof Column) return valueSql(argument, value);
      if (value instanceof Date) return dateSql(argument, value);
      break;
    default:
  }
  throw new ArgumentError(
    argument,
    `${argument} must be SQL text, a number, bigint, boolean, Date, null or lit(), got ${typeof value}.`,
  );
}

function requireLong(argument: string, value: bigint): void {
  if (BigInt.asIntN(64, value) === value) return;
  throw new ArgumentError(
    argument,
    `${argument} must fit into a BIGINT, got ${value}. Write it as SQL text of a DECIMAL.`,
  );
}

function dateSql(argument: string, value: Date): string {
  if (value instanceof Timestamp && value.nanosOfMicro !== 0)
    throw new ArgumentError(
      argument,
      `${argument} must have at most microseconds, because a timestamp in SQL text cannot have nanoseconds.`,
    );
  if (Number.isNaN(value.getTime()))
    throw new ArgumentError(argument, `${argument} must be a valid Date, got an invalid one.`);
  return valueSql(argument, value);
}

/**
 * `` `a` = 1, `b` = (source.b) ``
 *
 * @throws {ArgumentError} there is no assignment, or a value cannot be written in SQL
 */
export function assignmentsSql(argument: string, assignments: Assignments): string {
  return entries(argument, assignments)
    .map(([column, value]) => `${column} = ${value}`)
    .join(", ");
}

/**
 * `` (`a`, `b`) VALUES (1, (source.b)) ``
 *
 * @throws {ArgumentError} there is no assignment, or a value cannot be written in SQL
 */
export function insertSql(argument: string, assignments: Assignments): string {
  const pairs = entries(argument, assignments);
  const columns = pairs.map(([column]) => column).join(", ");
  return `(${columns}) VALUES (${pairs.map(([, value]) => value).join(", ")})`;
}

function entries(
  argument: string,
  assignments: Assignments,
): readonly (readonly [column: string, value: string])[] {
  const pairs = Object.entries(assignments).map(
    ([column, value]) =>
      [quotedName(argument, column), sqlValue(`${argument}.${column}`, value)] as const,
  );
  if (pairs.length === 0) {
    throw new ArgumentError(argument, `${argument} must set at least one column.`);
  }
  return pairs;
}
