import { DecodeError } from "../../errors.js";
import { isExactFraction } from "./number-text.js";

/**
 * How JSON shows integers of 64 bits and decimals. `string`: text. `number`: a number, or an error if a JavaScript
 * number cannot hold its digits. `digits`: a number with all its digits, which JSON.parse() may round.
 */
export type DigitsForm = "string" | "number" | "digits";

/** The forms of values in JSON. */
export interface JsonForms {
  readonly bigint: DigitsForm;
  readonly decimal: DigitsForm;
  /** Omits fields of rows and structs that are null, as Spark's to_json() does by default. */
  readonly ignoreNullFields: boolean;
}

/**
 * A BIGINT as JSON.
 *
 * @param place the column and the path in it, for the error
 */
export function bigintJson(value: bigint, form: DigitsForm, place: string): string {
  const text = String(value);
  if (form === "string") return `"${text}"`;
  if (form === "number" && !Number.isSafeInteger(Number(value)))
    throw inexact(text, "bigint", "BIGINT", place);
  return text;
}

/** A DECIMAL, given as text, as JSON. */
export function decimalJson(text: string, form: DigitsForm, place: string): string {
  if (form === "string") return `"${text}"`;
  if (form === "number" && !isExactFraction(text)) throw inexact(text, "decimal", "DECIMAL", place);
  return text;
}

function inexact(text: string, option: string, type: string, place: string): DecodeError {
  return new DecodeError(
    "INEXACT_JSON_NUMBER",
    `${place === "" ? "The value" : `Column ${place}`} (${type}) is ${text}, which a JavaScript number cannot hold exactly. Write it with ${option}: "string".`,
    { column: place, arrowType: type },
  );
}

/** Bytes in base64, as Spark writes BINARY in JSON. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** NaN and infinities as text, as Spark writes them; other numbers by `text`. */
export function floatJson(value: number, text: (finite: number) => string): string {
  return Number.isFinite(value) ? text(value) : `"${String(value)}"`;
}

/** A JSON value as the name of a field: text stays, other values become the text of their JSON. */
export function nameOf(json: string): string {
  return json.startsWith('"') ? json : JSON.stringify(json);
}
