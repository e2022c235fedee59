import { isExactFraction } from "../types/json/number-text.js";

/** A complete string or number in JSON. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d+$/;
/** Marks a number that JSON.parse must keep as text. Spark's JSON never contains a raw NUL. */
const MARK = "\u0000number:";

/**
 * Parses JSON without losing digits. Every integer becomes a bigint. A fraction with more digits than a
 * number can hold stays text.
 */
export function parseLosslessJson(text: string): unknown {
  const wrapped = text.replace(STRING_OR_NUMBER, (token) =>
    !token.startsWith('"') && (INTEGER.test(token) || !isExactFraction(token))
      ? JSON.stringify(MARK + token)
      : token,
  );
  return JSON.parse(wrapped, (_key, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith(MARK)) return value;
    const token = value.slice(MARK.length);
    return INTEGER.test(token) ? BigInt(token) : token;
  });
}

/** Converts each bigint that fits into a number, as offsets need it. */
export function withSmallNumbers(value: unknown): unknown {
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (Array.isArray(value)) return value.map(withSmallNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withSmallNumbers(item)]),
  );
}
