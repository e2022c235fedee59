import { ArgumentError } from "../errors.js";
import { kindOf } from "../value-kind.js";

/** An option's value. Spark receives it as text. */
export type OptionValue = string | number | bigint | boolean;

/** Options by name. Null and undefined values are left out. */
export type Options = Readonly<Record<string, OptionValue | null | undefined>>;

/**
 * An option's text: booleans in lower case, as Spark expects.
 *
 * @throws {ArgumentError} the value is not a string, number or boolean
 */
export function optionText(key: string, value: OptionValue): string {
  // JavaScript callers may pass any type.
  const given: unknown = value;
  if (typeof (key as unknown) !== "string") {
    throw new ArgumentError(
      "option",
      `option() takes a name and a value, got ${kindOf(key)} as the name. Pass an object to options().`,
    );
  }
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default: {
      const hint =
        typeof given === "object" && given !== null
          ? " For a packaged source write .options(weather.options({ … })), which takes arrays and objects."
          : "";
      throw new ArgumentError(
        key,
        `Option ${key} must be a string, number or boolean, got ${kindOf(given)}.${hint}`,
      );
    }
  }
}

/** The options as texts. Leaves out null and undefined, like PySpark. */
export function optionTexts(options: Options): Record<string, string> {
  // JavaScript callers may pass any type.
  if (typeof (options as unknown) !== "object" || (options as unknown) === null) {
    throw new ArgumentError(
      "options",
      `Options are an object of names and values, got ${kindOf(options)}.`,
    );
  }
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(options)) {
    if (value !== null && value !== undefined) texts[key] = optionText(key, value);
  }
  return texts;
}
