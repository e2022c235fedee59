/** A whole string or number of JSON. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** An integer of so many digits that a number may not hold it. */
const LONG_INTEGER = /^-?\d{16,}$/;
/** Marks a wrapped integer; Spark's JSON never holds a raw NUL. */
const MARK = "\u0000int:";

/** Parses JSON so that no digit of an integer is lost: those past 2^53 become bigint. */
export function parseLosslessJson(text: string): unknown {
  const wrapped = text.replace(STRING_OR_NUMBER, (token) =>
    LONG_INTEGER.test(token) && !Number.isSafeInteger(Number(token))
      ? JSON.stringify(MARK + token)
      : token,
  );
  return JSON.parse(wrapped, (_key, value: unknown) =>
    typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  );
}
