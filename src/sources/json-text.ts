import { JsonNumber } from "./json-number.js";

/** A parsed JSON value that has lost nothing: numbers as written, keys in their order. */
export type JsonValue =
  null | boolean | string | JsonNumber | readonly JsonValue[] | ReadonlyMap<string, JsonValue>;

/** Deeper documents are refused, before they exhaust the stack. */
const MAX_DEPTH = 500;

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS: readonly (readonly [string, boolean | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** Hand-written because JSON.parse makes a double of each number, on the oldest Node we run on. */
class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value(0);
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return value;
  }

  #value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH} levels`);
    this.#skipBlanks();
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#numberOrWord();
    }
  }

  #object(depth: number): JsonValue {
    const fields = new Map<string, JsonValue>();
    this.#at++;
    if (this.#takes("}")) return fields;
    do {
      this.#skipBlanks();
      if (this.#text[this.#at] !== '"') throw this.#unexpected();
      const name = this.#string();
      if (!this.#takes(":")) throw this.#unexpected();
      fields.set(name, this.#value(depth + 1));
    } while (this.#takes(","));
    if (!this.#takes("}")) throw this.#unexpected();
    return fields;
  }

  #array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    this.#at++;
    if (this.#takes("]")) return items;
    do items.push(this.#value(depth + 1));
    while (this.#takes(","));
    if (!this.#takes("]")) throw this.#unexpected();
    return items;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"')
      end += this.#text[end] === "\\" ? 2 : 1;
    this.#at = end + 1;
    const text: unknown = JSON.parse(this.#text.slice(start, end + 1));
    if (typeof text !== "string") throw this.#unexpected();
    return text;
  }

  #numberOrWord(): JsonValue {
    NUMBER.lastIndex = this.#at;
    const [number] = NUMBER.exec(this.#text) ?? [];
    if (number !== undefined) {
      this.#at += number.length;
      return new JsonNumber(number);
    }
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    throw this.#unexpected();
  }

  #takes(character: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    BLANKS.lastIndex = this.#at;
    this.#at += BLANKS.exec(this.#text)?.[0].length ?? 0;
  }

  /** Tells the place and not the text there, which may be anybody's. */
  #unexpected(): SyntaxError {
    const ended = this.#at >= this.#text.length;
    return new SyntaxError(ended ? "it ends too early" : `unexpected at character ${this.#at}`);
  }
}

/**
 * Parses JSON text. Of two fields of one name in an object the later counts, as in Python and Spark.
 *
 * @throws {SyntaxError} it is not JSON, or nested deeper than 500 levels
 */
export function parseJson(text: string): JsonValue {
  return new JsonReader(text).document();
}

/** Whether a value is a JSON object. */
export function isJsonObject(value: JsonValue): value is ReadonlyMap<string, JsonValue> {
  return value instanceof Map;
}

/** Whether a value is a JSON array. */
export function isJsonArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Compact JSON text, each number as it was written. */
export function writeJson(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.text;
  if (isJsonArray(value)) return `[${value.map(writeJson).join(",")}]`;
  if (isJsonObject(value)) {
    const fields = [...value].map(([name, item]) => `${JSON.stringify(name)}:${writeJson(item)}`);
    return `{${fields.join(",")}}`;
  }
  return JSON.stringify(value);
}
