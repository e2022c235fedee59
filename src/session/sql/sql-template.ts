// spark.sql`…`: a template of SQL text; its values become arguments.

import { ArgumentError } from "../../errors.js";
import { sqlMarkers } from "../../plan/sql-markers.js";
import { quotedName, quotedPart } from "../../types/sql-name.js";

/** A name for a template of SQL; see {@link identifier}. */
export class SqlIdentifier {
  /** The name in SQL, with each part in backticks. */
  readonly sql: string;

  /** @internal Use identifier(). */
  constructor(sql: string) {
    this.sql = sql;
  }
}

/**
 * The name of a table, column or function, for ``spark.sql`SELECT * FROM ${identifier(table)}` ``. It is quoted,
 * so that SQL always reads it as a name.
 *
 * @param name a name with its parts separated by dots (`"db.orders"`; put a part that contains a dot in
 * backticks), or an array of the parts: `["db", "odd.name"]`
 * @throws {ArgumentError} a part is empty, or a backtick is not closed
 */
export function identifier(name: string | readonly string[]): SqlIdentifier {
  // JavaScript callers may pass any type.
  const given: unknown = name;
  if (typeof given === "string") return new SqlIdentifier(quotedName("name", given));
  if (Array.isArray(given) && given.length > 0 && given.every(isPart))
    return new SqlIdentifier(given.map((part) => quotedPart("name", part)).join("."));
  throw new ArgumentError(
    "name",
    "identifier() needs a name or an array of its parts, without empty parts.",
  );
}

function isPart(part: unknown): part is string {
  return typeof part === "string" && part !== "";
}

/** Whether sql() was called as a template tag. */
export function isTemplate(text: unknown): text is TemplateStringsArray {
  return Array.isArray(text) && Object.hasOwn(text, "raw");
}

/**
 * The text of a template, with a named marker for each value.
 *
 * @throws {ArgumentError} a value is at a position where SQL accepts no value, for example inside quotes
 */
export function templateText(
  strings: TemplateStringsArray,
  values: readonly unknown[],
): { readonly text: string; readonly args: Readonly<Record<string, unknown>> } {
  const args: Record<string, unknown> = {};
  const starts: { readonly start: number; readonly index: number }[] = [];
  let text = cooked(strings, 0);
  for (const [index, value] of values.entries()) {
    if (value instanceof SqlIdentifier) {
      text += value.sql;
    } else {
      starts.push({ start: text.length, index });
      args[`value${index + 1}`] = value;
      // In backticks, because a letter may follow.
      text += `:\`value${index + 1}\``;
    }
    text += cooked(strings, index + 1);
  }
  const markers = new Set(sqlMarkers(text).map(({ start }) => start));
  const misplaced = starts.find(({ start }) => !markers.has(start));
  if (misplaced !== undefined) {
    throw new ArgumentError(
      `values[${misplaced.index}]`,
      `The value ${misplaced.index + 1} of the SQL template is inside quotes or a comment, or follows a name or a word such as DATE, where SQL accepts no value. Write the value without quotes. Pass a name as identifier(name).`,
    );
  }
  return { text, args };
}

function cooked(strings: TemplateStringsArray, index: number): string {
  const text: string | undefined = strings[index];
  if (text !== undefined) return text;
  throw new ArgumentError(
    "template",
    "The SQL template has an invalid JavaScript escape sequence. Double the backslash.",
  );
}
