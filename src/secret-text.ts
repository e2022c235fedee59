/** What stands in place of a secret. Spark writes the same. */
export const REDACTED = "*********(redacted)";
/** Words that the name of a secret contains. */
const NAMES =
  "token|passw(?:or)?d|passphrase|secret|api[_.-]?key|access[_.-]?key|private[_.-]?key|appid|authorization|cookie|credentials?|signature";

/** The name of a secret, an equals sign, colon or arrow, and the value. */
const NAMED = new RegExp(
  `((?:${NAMES})[\\w.-]{0,40}\\\\?["']?\\s*(?:[=:]|->)\\s*)(?:\\\\?"[^"]*"|'[^']*'|(?:bearer\\s+|basic\\s+)?[^\\s,;&]+)`,
  "gi",
);
/** A header's value without its name. */
const CREDENTIALS = /\b(bearer|basic)\s+[\w+/=.~-]{8,}/gi;
const USER_INFO = /(\w:\/\/)[^\s/@]+@/g;
const SECRET_NAME = new RegExp(NAMES, "i");

/** Replaces what looks like a secret: the value after a name such as `token`, and the user information of addresses. */
export function withoutSecretText(text: string): string {
  return text
    .replaceAll(NAMED, "$1***")
    .replaceAll(CREDENTIALS, "$1 ***")
    .replaceAll(USER_INFO, "$1***@");
}

/** Whether an option or a field with this name usually holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}
