/** A whole string or number of JSON. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d+$/;
/** Marks what JSON.parse must not read as a number; Spark's JSON never holds a raw NUL. */
const MARK = "\u0000number:";

/**
 * Parses JSON so that no digit is lost: each integer becomes a bigint, whatever its size, and a
 * fraction of more digits than a number holds stays text.
 */
export function parseLosslessJson(text: string): unknown {
  const wrapped = text.replace(STRING_OR_NUMBER, (token) =>
    !token.startsWith('"') && (INTEGER.test(token) || !isExact(token))
      ? JSON.stringify(MARK + token)
      : token,
  );
  return JSON.parse(wrapped, (_key, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith(MARK)) return value;
    const token = value.slice(MARK.length);
    return INTEGER.test(token) ? BigInt(token) : token;
  });
}

/** The same value with numbers for the integers that a number holds, as offsets are read. */
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

/** Whether a number holds each digit of a fraction, and no more digits than are written. */
function isExact(fraction: string): boolean {
  const digits = significantDigits(fraction);
  // A decimal of 15 digits survives in any double.
  return digits.length <= 15 || digits === significantDigits(String(Number(fraction)));
}

function significantDigits(number: string): string {
  const [mantissa = ""] = number.toLowerCase().split("e");
  return mantissa.replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");
}
