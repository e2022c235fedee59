import { Column } from "../dataframe/column.js";
import { ArgumentError } from "../errors.js";
import { Timestamp } from "../types/timestamp.js";
import { quotedName } from "./table-identifier.js";

/**
 * A value in an assignment: text is a SQL expression (`"source.price * 2"`); a number, bigint, boolean,
 * Date or null is itself, as is `lit(…)` of a text. Give text that comes from outside as `lit(text)`.
 */
export type SqlValue = string | number | bigint | boolean | Date | null | Column;

/** Columns by name, and their values. */
export type Assignments = Readonly<Record<string, SqlValue>>;

/** Texts that mean themselves between quotes under every setting of Spark's parser. */
const PLAIN_TEXT = /^[\w :.,;@#%&()+=/-]*$/;
const INT_MIN = -2_147_483_648;
const INT_MAX = 2_147_483_647;

/**
 * A SQL expression the user wrote. It ends its line, so that a comment in it ends there.
 *
 * @throws {ArgumentError} it is empty or no text
 */
export function sqlText(argument: string, text: string): string {
  // Callers without types pass anything.
  const given: unknown = text;
  if (typeof given !== "string" || given.trim() === "") {
    throw new ArgumentError(argument, `${argument} must be SQL text, and not empty.`);
  }
  return `${given}\n`;
}

/**
 * A value as SQL.
 *
 * @throws {ArgumentError} it has no SQL form
 */
export function sqlValue(argument: string, value: SqlValue): string {
  switch (typeof value) {
    case "string":
      return `(${sqlText(argument, value)})`;
    case "boolean":
      return value ? "TRUE" : "FALSE";
    case "bigint":
      return bigintSql(argument, value);
    case "number":
      return numberSql(value);
    case "object":
      if (value === null) return "NULL";
      if (value instanceof Column) return columnSql(argument, value);
      if (value instanceof Date) return dateSql(argument, value);
      break;
    default:
  }
  throw new ArgumentError(
    argument,
    `${argument} must be SQL text, a number, bigint, boolean, Date, null or lit(), not ${typeof value}.`,
  );
}

function bigintSql(argument: string, value: bigint): string {
  if (BigInt.asIntN(64, value) === value) return `${value}L`;
  throw new ArgumentError(
    argument,
    `${argument} is ${value}, which no BIGINT holds; write it as SQL text, as a DECIMAL.`,
  );
}

function numberSql(value: number): string {
  if (Number.isInteger(value) && !Object.is(value, -0)) {
    if (value >= INT_MIN && value <= INT_MAX) return String(value);
    if (Number.isSafeInteger(value)) return `${value}L`;
  }
  if (!Number.isFinite(value)) return `double('${value}')`;
  return Object.is(value, -0) ? "-0.0D" : `${value}D`;
}

function dateSql(argument: string, value: Date): string {
  if (value instanceof Timestamp && value.nanosOfMicro !== 0)
    throw new ArgumentError(argument, "A timestamp in SQL text cannot have nanoseconds.");
  const micros =
    value instanceof Timestamp ? value.epochMicros : BigInt(millisOf(argument, value)) * 1000n;
  return `timestamp_micros(${micros}L)`;
}

function millisOf(argument: string, value: Date): number {
  const millis = value.getTime();
  if (Number.isNaN(millis)) throw new ArgumentError(argument, `${argument} is an invalid Date.`);
  return millis;
}

function columnSql(argument: string, column: Column): string {
  const type = column.expression.exprType;
  const literal = type.case === "literal" ? type.value.literalType : undefined;
  switch (literal?.case) {
    case "null":
      return "NULL";
    case "string":
      return textSql(argument, literal.value);
    case "boolean":
      return sqlValue(argument, literal.value);
    case "integer":
      return String(literal.value);
    case "long":
      return bigintSql(argument, literal.value);
    case "double":
      return numberSql(literal.value);
    case "timestamp":
      return `timestamp_micros(${literal.value}L)`;
    case "binary":
      return `X'${Buffer.from(literal.value).toString("hex")}'`;
    default:
      throw new ArgumentError(
        argument,
        `${argument} is a Column that is no lit(): Delta's commands are SQL, so write it as SQL text.`,
      );
  }
}

/** Quotes alone do not do: how a parser reads \ and ${…} in them depends on the session's settings. */
function textSql(argument: string, text: string): string {
  if (PLAIN_TEXT.test(text)) return `'${text}'`;
  const bytes = Buffer.from(text, "utf8");
  if (bytes.toString("utf8") !== text) {
    throw new ArgumentError(argument, `${argument} is a text with half a surrogate pair.`);
  }
  return `CAST(X'${bytes.toString("hex")}' AS STRING)`;
}

/**
 * `` `a` = 1, `b` = (source.b) ``
 *
 * @throws {ArgumentError} there is no assignment, or one that has no SQL form
 */
export function assignmentsSql(argument: string, assignments: Assignments): string {
  return entries(argument, assignments)
    .map(([column, value]) => `${column} = ${value}`)
    .join(", ");
}

/**
 * `` (`a`, `b`) VALUES (1, (source.b)) ``
 *
 * @throws {ArgumentError} there is no assignment, or one that has no SQL form
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
    throw new ArgumentError(argument, `${argument} must give at least one column its value.`);
  }
  return pairs;
}
