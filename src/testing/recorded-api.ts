import { isSecretName, REDACTED } from "../secret-text.js";

/** One request of a recording, and the answer of the API. Secrets are removed. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query, with the parameters in alphabetical order. */
  readonly path: string;
  /** The body as text; empty without one. */
  readonly body: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the answer. {@link ORIGIN} stands for the address of the API. */
  readonly answer: string;
  /** Whether `answer` is base64, because the body is not text. */
  readonly base64?: boolean | undefined;
}

/** The content of a file of recordApi(). */
export interface Recording {
  readonly version: 1;
  readonly target: string;
  readonly requests: readonly RecordedRequest[];
}

/** Stands for the address of the API in a recording, so that links lead to the server that replays it. */
export const ORIGIN = "{{origin}}";

/** A field of a JSON object with a text as its value. */
const FIELD = /"((?:[^"\\]|\\.)*)"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g;

/** Names of cursors, which the next request needs. They are no secrets. */
const CURSOR = /^(?:next)?(?:page|continuation|sync|cursor)token$/;

/** Removes secrets from the parts of requests and answers. */
export class SecretFilter {
  readonly #names: ReadonlySet<string>;
  /** Values of secrets that requests sent. An answer may repeat them. */
  readonly #values = new Set<string>();

  /** @param names more names of parameters and fields that hold secrets */
  constructor(names: readonly string[]) {
    this.#names = new Set(names.map((name) => name.toLowerCase()));
  }

  #isSecret(name: string): boolean {
    if (CURSOR.test(name.toLowerCase().replaceAll(/[-_]/g, ""))) return false;
    return isSecretName(name) || this.#names.has(name.toLowerCase());
  }

  /** Remembers the secrets of a request's headers, so that answers do not show them. */
  learn(headers: Readonly<Record<string, string | string[] | undefined>>): void {
    for (const [name, value] of Object.entries(headers)) {
      if (!this.#isSecret(name)) continue;
      for (const part of String(value).split(/[\s;,]+/))
        this.#remember(part.replace(/^[^=]*=/, ""));
    }
  }

  #remember(value: string): void {
    // A shorter text could be a word of the answer.
    if (value.length >= 8) this.#values.add(value);
  }

  /** Path and query without secrets, with sorted parameters. */
  path(url: string): string {
    const { pathname, searchParams } = new URL(url, "http://api");
    searchParams.sort();
    const pairs = [...searchParams].map(([name, value]) => {
      if (this.#isSecret(name)) {
        this.#remember(value);
        return `${encodeURIComponent(name)}=${REDACTED}`;
      }
      return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
    });
    return pairs.length === 0 ? pathname : `${pathname}?${pairs.join("&")}`;
  }

  /** A body of a form or of JSON without the values of secret fields, and without secrets that a request sent. */
  body(text: string): string {
    if (/^[\w.%+~*-]+=[^\s{}[\]"]*$/.test(text)) return this.path(`/?${text}`).slice(2);
    // On the text, because JSON.parse() would change the digits of large numbers.
    let cleaned = text.replaceAll(FIELD, (field, name: string, colon: string, value: string) => {
      if (!this.#isSecret(name)) return field;
      this.#remember(value);
      return `"${name}"${colon}"${REDACTED}"`;
    });
    for (const value of this.#values) cleaned = cleaned.replaceAll(value, REDACTED);
    return cleaned;
  }
}
