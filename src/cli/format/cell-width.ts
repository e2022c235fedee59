/** East Asian characters and emoji. Terminals draw them two columns wide. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
/** Accents and similar marks. Terminals draw them over the character before them. */
const COMBINING = /\p{Mn}|\p{Me}|[\u200b-\u200c]|\u200d|[\ufe00-\ufe0f]/u;
const ASCII = /^[\u0020-\u007e]*$/;

/** The number of terminal columns that a text takes. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (!COMBINING.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** The text, filled with spaces to `width` columns. A wider text is returned unchanged. */
export function padded(text: string, width: number, side: "left" | "right"): string {
  const spaces = " ".repeat(Math.max(0, width - displayWidth(text)));
  return side === "left" ? text + spaces : spaces + text;
}

/** The text, cut to `most` characters that end with three dots, as Spark's show() cuts it. */
export function truncated(text: string, most: number | undefined): string {
  if (most === undefined) return text;
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  return most < 4
    ? characters.slice(0, most).join("")
    : `${characters.slice(0, most - 3).join("")}...`;
}
