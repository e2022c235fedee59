/** Removes credentials from messages, as `sparktide_sources/_credentials/redact.py` does. */
const MASK = "***";
/** Masking shorter values would remove ordinary words from messages. */
const SHORTEST = 3;

/** Headers that never carry a credential. */
const BENIGN_HEADERS = new Set([
  ...["accept", "accept-encoding", "accept-language", "cache-control", "content-type"],
  ...["user-agent", "if-modified-since", "if-none-match", "last-event-id", "range"],
]);
const SENSITIVE_NAME =
  /token|secret|passw|passphrase|pwd|signature|credential|cookie|auth|key|session|sess(?:id)?$|^sig$|jwt|bearer/i;

/** Whether a header of this name never carries a credential. */
export function isBenignHeader(name: string): boolean {
  return BENIGN_HEADERS.has(name.toLowerCase());
}

/** A URL for messages: without the values of query parameters that usually carry credentials. */
export function shownUrl(url: URL): string {
  const query = url.search
    .slice(1)
    .split("&")
    .map((pair) => {
      const [name = ""] = pair.split("=");
      return SENSITIVE_NAME.test(name) && pair.includes("=") ? `${name}=${MASK}` : pair;
    })
    .join("&");
  return `${url.origin}${url.pathname}${query === "" ? "" : `?${query}`}`;
}

/** Replaces known secrets, also in encoded forms, by `***`. */
export class Redactor {
  readonly #known = new Set<string>();
  #forms: string[] = [];

  add(secrets: Iterable<string>): void {
    const before = this.#known.size;
    for (const secret of secrets) if (secret.length >= SHORTEST) this.#known.add(secret);
    if (this.#known.size === before) return;
    const forms = new Set([...this.#known].flatMap(formsOf));
    // The longest first: a secret may contain a shorter one.
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
  }

  /** Adds what is secret in a header: its value, the values of cookies, and the part after the scheme. */
  addHeader(name: string, value: string): void {
    const cookies = value.split(";").map((pair) => pair.slice(pair.indexOf("=") + 1).trim());
    this.add([
      value,
      value.slice(value.indexOf(" ") + 1),
      ...(/cookie/i.test(name) ? cookies : []),
    ]);
  }

  text(message: string): string {
    let text = message;
    for (const form of this.#forms) text = text.replaceAll(form, MASK);
    return text;
  }

  /** Whether a text contains a known secret. */
  holds(text: string): boolean {
    return this.#forms.some((form) => text.includes(form));
  }
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    ...[secret, encodeURIComponent(secret.toWellFormed()), encodeURI(secret.toWellFormed())],
    ...[
      new URLSearchParams([["", secret]]).toString().slice(1),
      JSON.stringify(secret).slice(1, -1),
    ],
    ...[bytes.toString("base64"), bytes.toString("base64url")],
  ];
}
