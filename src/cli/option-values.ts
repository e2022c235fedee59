import { UsageError } from "./exit-code.js";
import { suggestion } from "../near-name.js";

export type RawValues = Readonly<
  Record<string, string | boolean | (string | boolean)[] | undefined>
>;

/** The option values of a command line, with a reader for each type of option. */
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

  /** The values of a repeatable option. */
  texts(name: string): string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  }

  /** @throws {UsageError} the value is not a whole number in the range */
  integer(name: string, least: number, most: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new UsageError(
      `--${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(text)}.`,
    );
  }

  /** @throws {UsageError} the value is not one of the choices */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text.toLowerCase());
    if (found !== undefined) return found;
    throw new UsageError(
      `--${name} must be one of ${choices.join(", ")}, got ${JSON.stringify(text)}.${suggestion(text, choices)}`,
    );
  }

  /**
   * The values of a repeatable `--name key=value`.
   *
   * @throws {UsageError} a value has no `=`, or a key occurs twice
   */
  pairs(name: string): Record<string, string> {
    const pairs = new Map<string, string>();
    for (const text of this.texts(name)) {
      const at = text.indexOf("=");
      // The message does not repeat the value, because it may be a secret.
      if (at <= 0) {
        throw new UsageError(`--${name} must be KEY=VALUE; one value has no key or no "=".`);
      }
      const key = text.slice(0, at);
      if (pairs.has(key)) throw new UsageError(`--${name} sets ${key} twice.`);
      pairs.set(key, text.slice(at + 1));
    }
    return Object.fromEntries(pairs);
  }
}
