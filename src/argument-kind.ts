/** Checks for the kinds of arguments: callers in JavaScript may pass any type. */

import { ArgumentError } from "./errors.js";
import { awaitHint, shown } from "./value-kind.js";

function refuse(argument: string, kind: string, value: unknown): never {
  throw new ArgumentError(
    argument,
    `${argument} must be ${kind}, got ${shown(value)}.${awaitHint(value)}`,
  );
}

/** @throws {ArgumentError} the value is not text */
export function requireText(argument: string, value: unknown): void {
  if (typeof value !== "string") refuse(argument, "text", value);
}

/** @throws {ArgumentError} the value is not an array */
export function requireArray(argument: string, value: unknown): void {
  if (!Array.isArray(value)) refuse(argument, "an array", value);
}

/** @throws {ArgumentError} the value is not an object */
export function requireObject(argument: string, value: unknown): void {
  if (typeof value !== "object" || value === null) refuse(argument, "an object", value);
}

/** @throws {ArgumentError} the value is not a function */
export function requireFunction(argument: string, value: unknown): void {
  if (typeof value !== "function") refuse(argument, "a function", value);
}
