import { UsageError } from "./exit-code.js";
import { suggestion } from "../near-name.js";

export type RawValues = Readonly<
  Record<string, string | boolean | (string | boolean)[] | undefined>
>;

/** The options of a call, read by the kind each one has. */
export class OptionValues {
  readonly #values: RawValues;

  constructor(values: RawValues) {
    this.#values = values;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  /** The values of an option that may be given more than once. */
  texts(name: string): string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  }

  /** @throws {UsageError} the value is no whole number of that range */
  integer(name: string, least: number, most: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new UsageError(
      `--${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`,
    );
  }

  /** @throws {UsageError} the value is none of the choices */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text.toLowerCase());
    if (found !== undefined) return found;
    throw new UsageError(
      `--${name} must be one of ${choices.join(", ")}, not ${JSON.stringify(text)}.${suggestion(text, choices)}`,
    );
  }

  /**
   * The values of `--name key=value`, given any number of times.
   *
   * @throws {UsageError} one has no `=`, or a key comes twice
   */
  pairs(name: string): Record<string, string> {
    const pairs = new Map<string, string>();
    for (const text of this.texts(name)) {
      const at = text.indexOf("=");
      // The value is not repeated: it may be a secret.
      if (at <= 0) throw new UsageError(`--${name} takes key=value; one has no key or no "=".`);
      const key = text.slice(0, at);
      if (pairs.has(key)) throw new UsageError(`--${name} is given ${key} twice.`);
      pairs.set(key, text.slice(at + 1));
    }
    return Object.fromEntries(pairs);
  }
}
