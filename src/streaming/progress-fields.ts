import { ProtocolError } from "../errors.js";
import { parseLosslessJson, withSmallNumbers } from "./lossless-json.js";

/** Reads typed fields from losslessly parsed JSON. A missing field reads as empty or 0. */
export class ProgressFields {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#values = isObject(value) ? value : {};
  }

  raw(name: string): unknown {
    return this.#values[name];
  }
  has(name: string): boolean {
    return this.raw(name) !== undefined && this.raw(name) !== null;
  }
  text(name: string): string {
    const value = this.#values[name];
    return typeof value === "string" ? value : "";
  }
  /** The text, or undefined if it is missing or empty. */
  optionalText(name: string): string | undefined {
    const text = this.text(name);
    return text === "" ? undefined : text;
  }
  /** A duration, a rate or a small count. Spark writes NaN and infinity as text. */
  number(name: string): number {
    const value = this.#values[name];
    if (value === undefined || value === null) return 0;
    return asNumber(name, value);
  }
  /** A count. */
  count(name: string, absent = 0n): bigint {
    const value = this.#values[name];
    if (value === undefined || value === null) return absent;
    return asCount(name, value);
  }
  texts(name: string): Readonly<Record<string, string>> {
    return mapped(this.raw(name), (key, value) =>
      typeof value === "string" ? value : asCount(`${name}.${key}`, value).toString(),
    );
  }
  numbers(name: string): Readonly<Record<string, number>> {
    return mapped(this.raw(name), (key, value) => asNumber(`${name}.${key}`, value));
  }
  counts(name: string): Readonly<Record<string, bigint>> {
    return mapped(this.raw(name), (key, value) => asCount(`${name}.${key}`, value));
  }
  list(name: string): ProgressFields[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map((item) => new ProgressFields(item)) : [];
  }
  textList(name: string): string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }
  /** A source's offset as parsed JSON. Events contain it as JSON, requested reports as text. */
  offset(name: string): unknown {
    const offset = this.#values[name];
    if (typeof offset !== "string") return withSmallNumbers(offset) ?? null;
    try {
      return withSmallNumbers(parseLosslessJson(offset));
    } catch {
      // A source may write its offset in another format.
      return offset;
    }
  }
  /** Rows by the observation's name. */
  rows(name: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    return mapped(this.raw(name), (_key, value) => {
      const row = plainRow(value);
      return isObject(row) ? row : {};
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapped<T>(value: unknown, map: (key: string, value: unknown) => T): Record<string, T> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(key, item)]));
}

function asNumber(name: string, value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) return Number(value);
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  // A rate with more digits than a double holds.
  if (typeof value === "string" && value.includes(".") && !Number.isNaN(Number(value))) {
    return Number(value);
  }
  throw unreadable(name, value);
}

function asCount(name: string, value: unknown): bigint {
  if (typeof value === "bigint") return value;
  throw unreadable(name, value);
}

function unreadable(name: string, value: unknown): ProtocolError {
  return new ProtocolError(
    "UNREADABLE_PROGRESS",
    `Spark reported ${String(value)} as a query's ${name}, which this client cannot read.`,
  );
}

/** Converts a row of a requested report, which has separate values and schema, to an object. */
function plainRow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainRow);
  if (!isObject(value)) return value;
  const { values, schema } = value;
  if (!Array.isArray(values) || !isObject(schema) || !Array.isArray(schema["fields"])) {
    return mapped(value, (_key, item) => plainRow(item));
  }
  const names = schema["fields"].map((field) => new ProgressFields(field).text("name"));
  return Object.fromEntries(names.map((name, index) => [name, plainRow(values[index])]));
}
