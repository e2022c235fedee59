/** Characters that move a terminal's cursor, change its state or reverse the direction of its text. */
const CONTROLS =
  // eslint-disable-next-line no-control-regex -- these must not reach a terminal
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\f": "\\f",
  "\b": "\\b",
  "\u000b": "\\v",
  "\u0007": "\\a",
};

function escaped(character: string): string {
  return NAMED[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Data as one line in which control characters are escaped, as Spark's show() escapes `\n`. */
export function printableCell(text: string): string {
  return text.replace(CONTROLS, escaped);
}

/** A message with its control characters escaped, except line breaks and tabs. */
export function printableText(text: string): string {
  return text.replace(CONTROLS, (character) =>
    character === "\n" || character === "\t" ? character : escaped(character),
  );
}
