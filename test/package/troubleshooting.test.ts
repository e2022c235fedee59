import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "docs/troubleshooting");
const pages = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");

function read(...path: string[]): string {
  return readFileSync(join(root, ...path), "utf8");
}

function filesBelow(path: string, ending: string): string[] {
  return readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(path, name));
}

/** The anchors of a page's headings on GitHub, which adds a number to a repeated heading. */
function headings(text: string): { level: number; title: string; anchor: string }[] {
  const seen = new Map<string, number>();
  const prose = text.replaceAll(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/^(#+) (.*)$/gm)].map(([, marks = "", title = ""]) => {
    const slug = title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return { level: marks.length, title, anchor: count === 0 ? slug : `${slug}-${count}` };
  });
}

function entries(page: string): { title: string; anchor: string }[] {
  return headings(read("docs/troubleshooting", page)).filter(({ level }) => level === 3);
}

/** All texts of the code as a user sees them: joined across lines, with `…` for inserted values. */
function codeTexts(): string {
  const typescript = filesBelow("src", ".ts")
    .filter((path) => !path.startsWith("src/gen/"))
    .map((path) => read(path).replaceAll(/["`] \+\s*["`]/g, ""))
    .map((text) => text.replaceAll(/\$\{[^{}]*\}/g, "…").replaceAll("\\'", "'"));
  const python = filesBelow("python-udsource/src", ".py")
    .map((path) => read(path).replaceAll(/"\n\s*f?"/g, ""))
    .map((text) => text.replaceAll("{{", "\u0001").replaceAll(/\}\}(?!\})/g, "\u0002"))
    .map((text) => text.replaceAll(/\{[^{}\n]*\}/g, "…"))
    .map((text) => text.replaceAll("\u0001", "{").replaceAll("\u0002", "}"));
  return [...typescript, ...python].join("\n");
}

/** The parts of an entry's title that the code must contain. */
function fixedParts(title: string): string[] {
  return [...title.matchAll(/`([^`]+)`/g)]
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

describe("the links between the documents", () => {
  it("point to existing files and headings", () => {
    const documents = ["README.md", "ARCHITECTURE.md", ...filesBelow("docs", ".md")];
    const broken = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
        .filter(([, path = "", anchor]) => {
          const target = path === "" ? document : join(dirname(document), path);
          if (!existsSync(join(root, target))) return true;
          if (anchor === undefined) return false;
          return !headings(read(target)).some((heading) => heading.anchor === anchor);
        })
        .map(([link]) => `${document}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});
