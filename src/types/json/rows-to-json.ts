import { ArgumentError } from "../../errors.js";
import { checkOptions } from "../../option-check.js";
import { anyJson, keyJson } from "./any-json.js";
import { base64, type DigitsForm } from "./json-forms.js";

/** Options of {@link rowsToJson}. */
export interface RowsToJsonOptions {
  /**
   * The form of BIGINT: `string` (the default), which JSON.parse() of any program reads without loss, or `number`,
   * which throws for a value beyond ±(2^53 - 1).
   */
  readonly bigint?: "string" | "number" | undefined;
  /** Omits fields of rows and structs that are null. Default: true, as in Spark. */
  readonly ignoreNullFields?: boolean | undefined;
}

/**
 * Rows as the text of a JSON array, in the forms of Spark's `to_json()`: BINARY is base64, MAP is an object, NaN and
 * infinities are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`, and fields that are null are missing. The rows can
 * come from `collect()` with any options; other values that JSON.stringify() accepts work too.
 *
 * A row does not hold the types of its columns. So these forms differ from Spark's: BIGINT and DECIMAL are text by
 * default, a FLOAT has the digits of a double, and a null inside an object of a VARIANT is missing.
 * Timestamps are in UTC with six fraction digits; Spark writes three, in the session's time zone. {@link toJsonLines}
 * knows the types.
 *
 * @throws {DecodeError} code INEXACT_JSON_NUMBER: `bigint` is `number` and a value is beyond ±(2^53 - 1)
 * @throws {ArgumentError} rows is not an array, or an option is wrong
 */
export function rowsToJson(rows: readonly unknown[], options: RowsToJsonOptions = {}): string {
  checkOptions("rowsToJson()", options, ["bigint", "ignoreNullFields"]);
  if (!Array.isArray(rows))
    throw new ArgumentError(
      "rows",
      `rowsToJson() takes an array of rows, got a value of type ${typeof rows}. Call rowsToJson(await df.collect()).`,
    );
  const forms = {
    bigint: checkedForm("bigint", options.bigint),
    decimal: "string",
    ignoreNullFields: options.ignoreNullFields ?? true,
  } as const;
  return `[${(rows as unknown[]).map((row) => anyJson(row, forms, "") ?? "null").join(",")}]`;
}

/**
 * A replacer for `JSON.stringify(value, jsonReplacer)`, where it would throw or lose a value: a bigint becomes text, a
 * Map an object, bytes base64, and NaN and infinities text. It suits rows, progress reports and other objects that
 * hold them. Fields that are null stay.
 */
export function jsonReplacer(this: unknown, key: string, value: unknown): unknown {
  // JSON.stringify() has already called toJSON(), which for a Buffer returns an array of numbers.
  const original =
    typeof this === "object" && this !== null ? (this as Record<string, unknown>)[key] : value;
  if (original instanceof Uint8Array) return base64(original);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (value instanceof Map) {
    const entries: [unknown, unknown][] = [...(value as Map<unknown, unknown>)];
    // fromEntries defines properties, so a key "__proto__" does not become the prototype.
    return Object.fromEntries(
      entries.map(([name, item]) => [JSON.parse(keyJson(name)) as string, item]),
    );
  }
  return value;
}

/** Checks an option for the form of numbers. Default: `string`. */
export function checkedForm(name: string, form: unknown): Exclude<DigitsForm, "digits"> {
  if (form === undefined || form === "string" || form === "number") return form ?? "string";
  throw new ArgumentError(
    name,
    `${name} must be "string" or "number", got ${typeof form === "string" ? JSON.stringify(form) : typeof form}.`,
  );
}
