import { ArgumentError } from "../../errors.js";

/** An option's value as it may be given; Spark gets text. */
export type OptionValue = string | number | bigint | boolean;

/** Options by name, as a caller writes them. */
export type Options = Readonly<Record<string, OptionValue | null | undefined>>;

/**
 * An option's text: booleans in lower case, as Spark expects.
 *
 * @throws {ArgumentError} the value is no text, number or boolean
 */
export function optionText(key: string, value: OptionValue): string {
  // Callers without types pass anything.
  const given: unknown = value;
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      throw new ArgumentError(
        key,
        `Option ${key} must be a string, number or boolean, not ${given === null ? "null" : typeof given}.`,
      );
  }
}

/** The options' texts; those that are null or undefined are left out, as PySpark does. */
export function optionTexts(options: Options): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(options)) {
    if (value !== null && value !== undefined) texts[key] = optionText(key, value);
  }
  return texts;
}
