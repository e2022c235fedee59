import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, headings, read, root } from "./documents.js";

const folder = join(root, "docs/troubleshooting");
const pages = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");

function entries(page: string): { title: string; anchor: string }[] {
  return headings(read("docs/troubleshooting", page)).filter(({ level }) => level === 3);
}

/** All texts of the code as a user sees them: joined across lines, with `…` for inserted values. */
function codeTexts(): string {
  const typescript = filesBelow("src", ".ts")
    .filter((path) => !path.startsWith("src/gen/"))
    .map((path) => read(path).replaceAll(/["`] \+\s*["`]/g, ""))
    .map((text) => text.replaceAll(/\$\{[^{}]*\}/g, "…").replaceAll("\\'", "'"));
  const python = ["python-udsource/src", "src/javascript/bridge"]
    .flatMap((folder) => filesBelow(folder, ".py"))
    .map((path) => read(path).replaceAll(/"\n\s*f?"/g, ""))
    .map((text) => text.replaceAll("{{", "\u0001").replaceAll(/\}\}(?!\})/g, "\u0002"))
    .map((text) => text.replaceAll(/\{[^{}\n]*\}|%[sd]/g, "…"))
    .map((text) => text.replaceAll("\u0001", "{").replaceAll("\u0002", "}"));
  return [...typescript, ...python].join("\n");
}

/** The parts of an entry's title that the code must contain. */
function fixedParts(title: string): string[] {
  // bridge/locate.py adds the prefix JAVASCRIPT_.
  return [...title.matchAll(/`(?:JAVASCRIPT_(?=\w+`))?([^`]+)`/g)]
    .map(([, text = ""]) => text.replace(/^(?:rest|weather) option '(\w+)': (?=\S)/, ""))
    .map((text) => text.replace(/answered \d{3} [A-Za-z ]+/, "answered …"))
    .map((text) => text.replaceAll("'…'", "…").replace(/SPARKTIDE_\w+/, "…"))
    .flatMap((text) => text.split("…"))
    .map((part) => part.replaceAll(/^[\s.:,;]+|[\s.:,;]+$/g, ""))
    .filter((part) => part.length > 2);
}

describe("docs/troubleshooting", () => {
  it("lists every entry once in its index, in alphabetical order", () => {
    const order = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, " ");
    const wanted = pages
      .flatMap((page) =>
        entries(page).map(({ title, anchor }) => ({ title, link: `${page}#${anchor}` })),
      )
      .sort((a, b) => (order(a.title).trim() < order(b.title).trim() ? -1 : 1))
      .map(({ title, link }) => `- [${title}](${link})`);
    const listed = read("docs/troubleshooting/README.md").match(/^- \[.*$/gm);
    expect(listed).toEqual(wanted);
  });

  it("quotes errors exactly as in the code, except errors of Spark and Python", () => {
    const code = codeTexts();
    const titles = pages.flatMap((page) => entries(page).map(({ title }) => title));
    const own = titles.filter(
      (title) => title.includes("`") && !/ \((?:Spark|Python)\)$/.test(title),
    );
    expect(own.length).toBeGreaterThan(60);
    const unknown = own.flatMap((title) =>
      fixedParts(title).filter((part) => !code.includes(part)),
    );
    expect(unknown).toEqual([]);
  });
});
