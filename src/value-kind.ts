/**
 * The kind of a value, in words for a message: `a string`, `an array`, `a Promise`. Values of rows may be private, so
 * the text does not contain the value.
 */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return "an object";
  const { constructor } = value as { readonly constructor?: unknown };
  if (typeof constructor !== "function") return "an object";
  return `${/^[aeiou]/i.test(constructor.name) ? "an" : "a"} ${constructor.name}`;
}

/** The longest string that a message quotes. */
const LONGEST_SHOWN = 60;

/** An argument for a message: a short text in quotes, `5n` for a bigint, or its kind. Not for values of rows. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length <= LONGEST_SHOWN ? JSON.stringify(value) : "a long string";
    case "bigint":
      return `${value}n`;
    case "number":
    case "boolean":
      return String(value);
    default:
      return kindOf(value);
  }
}

/** ` Write await before it.` if the value is a Promise, else an empty text. */
export function awaitHint(value: unknown): string {
  return value instanceof Promise ? " Write await before it." : "";
}
