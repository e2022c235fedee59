/** Reads the options tables of docs/sources as data for `sparktide sources`. The build uses it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const BEGIN = "<!-- options:";
const END = "<!-- /options -->";

const PAGES = {
  weather: "docs/sources/weather.md",
  coingecko: "docs/sources/coingecko.md",
  rest: "docs/sources/rest-options.md",
};

/** The cells of a table's line; `\|` is a bar inside one. */
function cells(line) {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|").replaceAll("`", ""));
}

function pageOptions(root, page) {
  const text = readFileSync(join(root, page), "utf8");
  const [, table] = text.split(BEGIN);
  const options = [];
  let group = "";
  for (const line of (table ?? "").split(END)[0].split("\n")) {
    if (line.startsWith("### ")) group = line.slice(4);
    if (!line.startsWith("| `")) continue;
    const [name, type, otherwise, meaning] = cells(line.trim());
    // The client does not have options that only Python accepts.
    if (type.endsWith("in Python only")) continue;
    const required = otherwise.startsWith("required");
    options.push({
      name,
      group,
      type,
      default: otherwise === "" ? null : otherwise,
      required: required && otherwise === "required",
      meaning,
    });
  }
  if (options.length === 0) throw new Error(`${page} has no table of options`);
  return options;
}

/** By source, each of its options with group, type, default and meaning. */
export function sourceOptions(root) {
  return Object.fromEntries(
    Object.entries(PAGES).map(([source, page]) => [source, pageOptions(root, page)]),
  );
}
