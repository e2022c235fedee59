import { ArgumentError } from "../errors.js";
import { parseJson, type JsonValue } from "./json-text.js";

/** A problem with one of the options that the caller gave. */
export function optionError(name: string, problem: string): ArgumentError {
  return new ArgumentError(`options.${name}`, `Option ${name}: ${problem}`);
}

/** The options as the texts that travel to Spark; reads them as the Python side does. */
export class RestOptionTexts {
  readonly #texts: Readonly<Record<string, string>>;

  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = texts;
  }

  /** Refuses options that are in none of the lists: to leave one out may mean another answer. */
  requireKnown(...known: readonly (readonly string[])[]): void {
    const names = known.flat();
    const other = Object.keys(this.#texts).find((name) => !names.includes(name));
    if (other === undefined) return;
    throw optionError(
      other,
      "inferRestSchema() cannot honour it from this machine; leave it out for this call, or write " +
        "the schema by hand.",
    );
  }

  has(name: string): boolean {
    return this.#texts[name] !== undefined;
  }

  text(name: string, otherwise = ""): string {
    return this.#texts[name] ?? otherwise;
  }

  /** One of the choices, in any case of letters, as it is spelt there. */
  choice<T extends string>(name: string, otherwise: T, choices: readonly T[]): T {
    const text = this.text(name, otherwise).trim();
    const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
    if (found === undefined)
      throw optionError(name, `must be one of ${choices.join(", ")}, not ${JSON.stringify(text)}.`);
    return found;
  }

  boolean(name: string): boolean {
    return this.choice(name, "false", ["true", "false"]) === "true";
  }

  integer(name: string, otherwise: number, low: number, high: number): number {
    const text = this.text(name, String(otherwise)).trim();
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= low && value <= high)) {
      throw optionError(
        name,
        `must be a whole number from ${low} to ${high}, not ${JSON.stringify(text)}.`,
      );
    }
    return value;
  }

  /** A comma-separated list. */
  list(name: string): string[] {
    const items = this.text(name).split(",");
    return items.map((item) => item.trim()).filter((item) => item !== "");
  }

  /** A JSON value. Where its text is wrong is not told: it may hold credentials. */
  json(name: string): JsonValue {
    try {
      return parseJson(this.text(name));
    } catch {
      throw optionError(name, "is not valid JSON.");
    }
  }

  /** A credential. A reference to one is for the server, and means nothing on this machine. */
  secret(name: string): string {
    const text = this.text(name);
    refuseReference(name, text);
    return text;
  }
}

/**
 * A reference names a variable or file of the server's machines, by a list that the server keeps.
 * What stands under the same name here may be another credential, so it is not looked up.
 */
export function refuseReference(name: string, text: string): void {
  const [reference, kind] = /^(env|file):/.exec(text) ?? [];
  if (reference === undefined) return;
  const other =
    kind === "env" ? 'process.env["NAME"]' : 'what readFile("/path", "utf8") gives, trimmed';
  throw optionError(
    name,
    `is a reference (${reference}…), which the server resolves; inferRestSchema() calls the API from ` +
      `this machine, so give it the credential itself, as ${other}. It is not sent to Spark.`,
  );
}
