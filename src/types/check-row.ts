import { ArgumentError } from "../errors.js";
import { kindOf } from "../value-kind.js";
import { isPlainObject } from "./plain-object.js";

/** Whether a value can be a row: an object with columns as its own properties, or an array of values. */
function isRow(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) || isPlainObject(value)) return true;
  if (ArrayBuffer.isView(value) || value instanceof Date || Symbol.iterator in value) return false;
  // An instance of a user's class: its properties are the columns.
  return !("then" in value) && Object.keys(value).length > 0;
}

/**
 * Checks that a value is a row.
 *
 * @throws {ArgumentError} the value is null, a hole, a Promise, a Map or anything else without columns
 */
export function checkRow(value: unknown, index: number): void {
  if (isRow(value)) return;
  const isPromise = typeof value === "object" && value !== null && "then" in value;
  const isMap = value instanceof Map;
  const hint = isPromise ? " Await it first." : isMap ? " Write Object.fromEntries(map)." : "";
  throw new ArgumentError(
    "rows",
    `Row ${index} is ${kindOf(value)}: a row must be an object with a value for each column, or an array of values.${hint}`,
  );
}
