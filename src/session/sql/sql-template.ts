// spark.sql`…`: SQL text with values in it, which become arguments.

import { ArgumentError } from "../../errors.js";
import { sqlMarkers } from "../../plan/sql-markers.js";
import { quotedName, quotedPart } from "../../types/sql-name.js";

/** A name for a template of SQL; see {@link identifier}. */
export class SqlIdentifier {
  /** The name as SQL writes it, each part in backticks. */
  readonly sql: string;

  /** @internal Use identifier(). */
  constructor(sql: string) {
    this.sql = sql;
  }
}

/**
 * The name of a table, column or function, for ``spark.sql`SELECT * FROM ${identifier(table)}` ``. It is quoted,
 * so that any text is a name and nothing else.
 *
 * @param name a name whose dots divide its parts (`"db.orders"`; a part with a dot in it stands in backticks),
 * or the parts themselves, as they are: `["db", "odd.name"]`
 * @throws {ArgumentError} a part is empty, or a backtick is left open
 */
export function identifier(name: string | readonly string[]): SqlIdentifier {
  // Callers without types pass anything.
  const given: unknown = name;
  if (typeof given === "string") return new SqlIdentifier(quotedName("name", given));
  if (Array.isArray(given) && given.length > 0 && given.every(isPart))
    return new SqlIdentifier(given.map((part) => quotedPart("name", part)).join("."));
  throw new ArgumentError(
    "name",
    "identifier() needs a name, or a list of its parts, none of them empty.",
  );
}

function isPart(part: unknown): part is string {
  return typeof part === "string" && part !== "";
}

/** Whether sql() was called as a template's tag. */
export function isTemplate(text: unknown): text is TemplateStringsArray {
  return Array.isArray(text) && Object.hasOwn(text, "raw");
}

/**
 * The text of a template, with a named marker for each value.
 *
 * @throws {ArgumentError} a value stands where SQL takes no value, as inside quotes
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
      // In backticks, as a letter may follow.
      text += `:\`value${index + 1}\``;
    }
    text += cooked(strings, index + 1);
  }
  const markers = new Set(sqlMarkers(text).map(({ start }) => start));
  const misplaced = starts.find(({ start }) => !markers.has(start));
  if (misplaced !== undefined) {
    throw new ArgumentError(
      `values[${misplaced.index}]`,
      `The value ${misplaced.index + 1} of the SQL template stands inside quotes or a comment, or behind a name or a word such as DATE, where SQL takes no value. Write the value alone, without quotes; give a name as identifier(name).`,
    );
  }
  return { text, args };
}

function cooked(strings: TemplateStringsArray, index: number): string {
  const text: string | undefined = strings[index];
  if (text !== undefined) return text;
  throw new ArgumentError(
    "template",
    "The SQL template has an escape sequence that JavaScript does not know; double the backslash.",
  );
}
