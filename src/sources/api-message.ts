const LONGEST = 2048;
/** Where APIs put what they have to say about an error, the most telling first. */
const FIELDS = ["reason", "message", "error_description", "error", "detail", "title", "errors"];

/** The API's own words about an error, from the body of its answer; empty where it says nothing. */
export function apiMessage(body: string): string {
  const text = body.trim();
  let said: string;
  try {
    said = saidIn(JSON.parse(text));
  } catch {
    said = text.startsWith("<") ? "" : text;
  }
  return said.split(/\s+/).join(" ").slice(0, LONGEST);
}

function fieldOf(value: object, name: string): unknown {
  return new Map<string, unknown>(Object.entries(value)).get(name);
}

function saidIn(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return saidIn(value[0]);
  if (typeof value !== "object" || value === null) return "";
  const status = fieldOf(value, "status");
  if (typeof status === "object" && status !== null) {
    const said = fieldOf(status, "error_message");
    if (typeof said === "string") return said;
  }
  return FIELDS.map((name) => saidIn(fieldOf(value, name))).find((said) => said !== "") ?? "";
}
