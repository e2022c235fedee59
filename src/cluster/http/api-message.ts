const MAX_MESSAGE = 2048;
const NAMES = ["reason", "message", "error_description", "error", "detail", "title", "errors"];

/** The API's own error message, from the fields that APIs use for it. */
export function apiMessage(body: Buffer): string {
  const text = body
    .subarray(0, 16 * 1024)
    .toString()
    .trim();
  let found = text.startsWith("<") ? "" : text;
  try {
    found = words(JSON.parse(text));
  } catch {
    // A text without a form is the message itself.
  }
  return found.replaceAll(/\s+/g, " ").slice(0, MAX_MESSAGE);
}

function words(document: unknown): string {
  if (typeof document === "string") return document;
  if (Array.isArray(document)) return words(document[0]);
  if (typeof document !== "object" || document === null) return "";
  const fields = document as Readonly<Record<string, unknown>>;
  for (const name of NAMES) {
    const said = words(fields[name]);
    if (said !== "") return said;
  }
  return "";
}
