import { optionError, type RestOptionTexts } from "./rest-option-texts.js";

/** `{{name}}` is the text `{name}`. */
export const PLACEHOLDER: RegExp =
  /\{\{([A-Za-z_][A-Za-z0-9_.-]*)\}\}|\{([A-Za-z_][A-Za-z0-9_.-]*)\}/g;
/** What begins a placeholder in other tools, where a body may have braces of its own. */
const OTHER_TOOLS = /\{\s*(?:[@$%&?*!#[\d]|[\w.-]+\s*\+)[^{}"\\\s:]*\s*\}/;

/**
 * Refuses braces that are no placeholder, as the source does (python-udsource, _rest/stray_braces.py): in the
 * URL each one, in the body those of other tools, in headers, the cookie and
 * the first position any placeholder.
 *
 * @param fields - what a placeholder may name: the offsetField and the fields of inputData
 * @throws {ArgumentError} no message shows the value of a header
 */
export function requirePlaceholders(
  options: RestOptionTexts,
  headers: Iterable<readonly [string, string]>,
  fields: readonly string[],
): void {
  const rest = options.text("url").replace(PLACEHOLDER, "\0");
  const inUrl = /\{[^{}\0]*\}|[{}]/.exec(rest)?.[0];
  if (inUrl !== undefined) throw optionError("url", `${notOne(inUrl)} ${mayBe(fields)}`);
  const inBody = OTHER_TOOLS.exec(options.text("body"))?.[0];
  if (inBody !== undefined) {
    throw optionError(
      "body",
      `${notOne(inBody)} ${mayBe(fields)} If the braces are meant, write the first as \\u007b.`,
    );
  }
  const isFilled = (value: string): boolean =>
    OTHER_TOOLS.test(value) || namesIn(value).some((found) => fields.includes(found));
  if (isFilled(options.text("initialOffset")))
    throw optionError("initialOffset", "it has a placeholder in braces; only url and body may.");
  for (const [name, value] of headers) {
    if (!isFilled(value)) continue;
    const option = name.toLowerCase() === "cookie" && options.has("cookie") ? "cookie" : "headers";
    throw optionError(
      option,
      `${JSON.stringify(name)} has a placeholder in braces; only url and body may have one.`,
    );
  }
}

function namesIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([, , name]) =>
    name === undefined ? [] : [name],
  );
}

function notOne(found: string): string {
  return `has ${JSON.stringify(found)}, which is no placeholder.`;
}

function mayBe(fields: readonly string[]): string {
  const named = fields.map((name) => `{${name}}`).filter((text) => namesIn(text).length > 0);
  const names = named.slice(0, 5).join(" or ") || "letters, digits, dots, hyphens and underscores";
  return (
    `A placeholder is the name of offsetField or of a field of inputData in braces: ${names}. ` +
    "Write %7B and %7D in a url for the braces themselves."
  );
}
