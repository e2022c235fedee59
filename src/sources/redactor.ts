const MASK = "***";
/** Shorter values would blank out ordinary words. */
const SHORTEST = 3;

/** accessToken, X-API-Key and client_secret are words; what is written together is found by its end. */
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;
const SENSITIVE_WORDS: readonly RegExp[] = [
  /(?:tokens?|secrets?|passw(?:or)?ds?|signature|credentials?|cookies?|auth|key(?:id)?)$/,
  /^auth(?:[nz]|code|data|hash|header|id|ori[sz]ation|entication)$/,
  /(?:session|sess)(?:id)?$|^passw|^(?:pass|pwd|passphrase|sig|jwt|bearer)$/,
];
const ORDINARY_WORDS: ReadonlySet<string> = new Set([
  "donkey",
  "hockey",
  "hotkey",
  "jockey",
  "monkey",
  "obsession",
  "turkey",
  "whiskey",
]);

/**
 * Whether a query parameter or field of this name usually carries a credential; the source judges by the
 * same words (python-udsource, _credentials/redact.py).
 */
export function isSensitiveName(name: string): boolean {
  const words = (name.match(WORD) ?? []).map((word) => word.toLowerCase());
  return words
    .filter((word) => !ORDINARY_WORDS.has(word))
    .some((word) => SENSITIVE_WORDS.some((pattern) => pattern.test(word)));
}

/** Each form in which a credential may come back in a message. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURI(secret.toWellFormed()),
    encodeURIComponent(secret.toWellFormed()),
    encodeURIComponent(secret.toWellFormed()).replaceAll("%20", "+"),
    new URLSearchParams([["", secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString("base64"),
    bytes.toString("base64url"),
  ];
}

/** A URL's query parameters as they are written: undecoded, in their order. */
export function queryPairs(url: URL): [name: string, value: string | undefined][] {
  const pairs = url.search.slice(1).split("&");
  return pairs
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return at === -1 ? [pair, undefined] : [pair.slice(0, at), pair.slice(at + 1)];
    });
}

/** A part of a query, decoded as forms are; as it stands where it is not encoded rightly. */
export function decodeQuery(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Keeps the credentials it knows out of every message. */
export class Redactor {
  readonly #forms: readonly string[];

  constructor(secrets: Iterable<string>) {
    const long = [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST);
    // The longest first, or what contains another would keep its ends.
    this.#forms = [...new Set(long.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  }

  text(message: string): string {
    return this.#forms.reduce((text, form) => text.replaceAll(form, MASK), message);
  }

  /** Whether a known credential is in the text. */
  holds(text: string): boolean {
    return this.#forms.some((form) => text.includes(form));
  }

  /** The URL without user, password, the values of telling query parameters and known credentials. */
  url(url: URL): string {
    const query = queryPairs(url).map(([name, value]) => {
      if (value === undefined) return name;
      return `${name}=${isSensitiveName(decodeQuery(name)) ? MASK : value}`;
    });
    const search = query.length === 0 ? "" : `?${query.join("&")}`;
    return this.text(`${url.origin}${url.pathname}${search}`);
  }
}
