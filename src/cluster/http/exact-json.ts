import { randomUUID } from "node:crypto";
import { isExactFraction } from "../../types/json/number-text.js";

/** Text that may hold a number that a double rounds: many digits, or an exponent. */
const MAYBE_INEXACT = /\d[\d.]{15}|\d[eE][+-]?\d/;
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * JSON.parse() that keeps the digits of all numbers. An integer beyond the safe range becomes a bigint. Any other
 * number that a JavaScript number cannot hold becomes its text, which DECIMAL columns take.
 *
 * @throws {SyntaxError} the text is not JSON
 */
export function parseExactJson(text: string): unknown {
  const plain = JSON.parse(text) as unknown;
  if (!MAYBE_INEXACT.test(text)) return plain;
  // Text that no document contains.
  const mark = `${randomUUID()}:`;
  const marked = text.replaceAll(TOKENS, (token) => {
    if (token.startsWith('"') || isExact(token)) return token;
    return `"${mark}${token}"`;
  });
  if (marked === text) return plain;
  return JSON.parse(marked, (_key, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith(mark)) return value;
    const digits = value.slice(mark.length);
    return /^-?\d+$/.test(digits) ? BigInt(digits) : digits;
  });
}

function isExact(token: string): boolean {
  const number = Number(token);
  if (/^-?\d+$/.test(token)) return Number.isSafeInteger(number);
  // A number too small for a double becomes 0.
  const isInRange = Number.isFinite(number) && (number !== 0 || !/^[^e]*[1-9]/i.test(token));
  return isInRange && isExactFraction(token);
}
