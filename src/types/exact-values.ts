import { parseDateTime, type ParsedDateTime } from "./calendar.js";
import { Timestamp } from "./timestamp.js";

/**
 * The unscaled value of a decimal text at a scale. Undefined if the text is not a decimal, or has nonzero digits
 * after the last digit of the scale.
 */
export function unscaledDecimal(text: string, scale: number): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  const shift = Number(exponent) + scale - fraction.length;
  let digits = whole + fraction;
  if (shift >= 0) {
    digits += "0".repeat(shift);
  } else {
    const kept = Math.max(0, digits.length + shift);
    if (/[1-9]/.test(digits.slice(kept))) return undefined;
    digits = digits.slice(0, kept);
  }
  const magnitude = BigInt(digits === "" ? "0" : digits);
  return sign === "-" ? -magnitude : magnitude;
}

/** A bigint, a safe integer or a text of digits as a bigint; undefined for any other value. */
export function exactInteger(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^[+-]?\d+$/.test(value) ? BigInt(value) : undefined;
}

/** A text, or the ISO 8601 text of a Temporal object; undefined for any other value. */
export function isoText(value: unknown, temporalType: string): string | undefined {
  if (typeof value === "string") return value;
  return isTemporal(value, temporalType) ? String(value) : undefined;
}

/** Whether a value is an object of this Temporal class. Works without Temporal in the runtime. */
export function isTemporal(value: unknown, temporalType: string): value is { toString(): string } {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.prototype.toString.call(value) === `[object Temporal.${temporalType}]`
  );
}

/**
 * Nanoseconds since 1970-01-01T00:00:00 of a moment (Date, Timestamp, Temporal.Instant, ISO text with a zone).
 * With `zoned` false: of ISO text without a zone or a Temporal.PlainDateTime. Undefined for any other value, and
 * for a value with more than `precision` fraction digits.
 */
export function exactNanos(value: unknown, precision: number, zoned: boolean): bigint | undefined {
  const step = 10n ** BigInt(9 - precision);
  let nanos: bigint | undefined;
  if (value instanceof Date) {
    if (!zoned) return undefined;
    if (value instanceof Timestamp) nanos = value.epochNanos;
    else if (!Number.isNaN(value.getTime())) nanos = BigInt(value.getTime()) * 1_000_000n;
  } else {
    const text = isoText(value, zoned ? "Instant" : "PlainDateTime");
    const parsed = text === undefined ? undefined : parsedDateTime(text);
    if (parsed?.hasZone === zoned) nanos = parsed.micros * 1000n + BigInt(parsed.nanos);
  }
  return nanos !== undefined && nanos % step === 0n ? nanos : undefined;
}

function parsedDateTime(text: string): ParsedDateTime | undefined {
  try {
    return parseDateTime(text, 9);
  } catch {
    return undefined;
  }
}
