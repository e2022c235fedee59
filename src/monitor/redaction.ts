import { isSecretName, REDACTED, withoutSecretText } from "../secret-text.js";
import { HIDDEN_OPTIONS } from "../sources/hidden-options.js";
import { jsonCount } from "../streaming/json-safe.js";

/** A shorter text could be a part of an ordinary word. */
const SHORTEST_SECRET = 6;
const MOST_SECRETS = 5_000;
/** Options that hold more than a secret. Only the secrets inside are remembered. */
const COMPOSED: ReadonlySet<string> = new Set(["url", "body", "headers", "inputdata", "proxy"]);
const HIDDEN: ReadonlySet<string> = new Set(HIDDEN_OPTIONS.map((name) => name.toLowerCase()));
/** The longest offset in a document. An offset may hold rows, up to 256 KiB. */
const LONGEST_JSON = 4_000;

/**
 * Removes secrets from everything that leaves the monitor: values of options that may hold credentials, wherever they appear,
 * and text that looks like a secret.
 */
export class Redaction {
  /** Secrets in the forms in which a text may have them. */
  readonly #secrets = new Set<string>();

  /** Remembers a secret. No text has it from now on. */
  learn(secret: string): void {
    if (secret.length < SHORTEST_SECRET || this.#secrets.size >= MOST_SECRETS) return;
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
      this.#secrets.add(form);
  }

  /** The text without secrets, cut after so many characters. */
  text(text: string, mostCharacters: number): string {
    let safe = text;
    for (const secret of this.#secrets) safe = safe.replaceAll(secret, REDACTED);
    safe = withoutSecretText(safe);
    if (safe.length <= mostCharacters) return safe;
    return `${safe.slice(0, mostCharacters).toWellFormed()}… (cut)`;
  }

  /** A value of JSON without secrets. Large values become cut text. Integers beyond 2^53 become text. */
  json(value: unknown): unknown {
    const safe = this.#value(value);
    const text = JSON.stringify(safe) as string | undefined;
    if (text === undefined) return null;
    return text.length <= LONGEST_JSON ? safe : this.text(text, LONGEST_JSON);
  }

  /** A declaration or its options, without the values of hidden options. Their values are remembered as secrets. */
  declaration(value: object): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]: [string, unknown]) => {
        if (typeof item === "object" && item !== null && !Array.isArray(item))
          return [name, this.declaration(item)];
        if (!HIDDEN.has(name.toLowerCase()) && !isSecretName(name)) return [name, this.json(item)];
        this.#learnOption(name, String(item));
        return [name, REDACTED];
      }),
    );
  }

  #learnOption(name: string, value: string): void {
    if (!COMPOSED.has(name.toLowerCase())) {
      this.learn(value);
      return;
    }
    if (URL.canParse(value)) {
      const { password, searchParams } = new URL(value);
      for (const secret of [password, ...searchParams.values()]) this.learn(secret);
      return;
    }
    for (const text of leaves(parsed(value)))
      for (const secret of [text, text.replace(/^\w+ /, "")]) this.learn(secret);
  }

  #value(value: unknown): unknown {
    switch (typeof value) {
      case "string":
        return this.text(value, LONGEST_JSON);
      case "bigint":
        return jsonCount(value);
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "object":
        if (value === null) return null;
        if (Array.isArray(value)) return value.map((item) => this.#value(item));
        return Object.fromEntries(
          Object.entries(value).map(([name, item]) => [
            name,
            isSecretName(name) && typeof item === "string" ? REDACTED : this.#value(item),
          ]),
        );
      default:
        return value;
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(leaves);
}
