/** What the tests of the documents share. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

export function read(...path: string[]): string {
  return readFileSync(join(root, ...path), "utf8");
}

export function filesBelow(path: string, ending: string): string[] {
  return readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(path, name));
}

/** The anchors that GitHub gives a page's headings; a second one of the same text gets a number. */
export function headings(text: string): { level: number; title: string; anchor: string }[] {
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

/** The address of our files. README.md uses it, because readers also see that file on a registry's page. */
const OWN_ADDRESS = /\]\(https:\/\/github\.com\/sparktide\/sparktide\/(?:blob|tree)\/main\//g;

/** The paths that a document's links to our files lead to, and the headings in them. */
export function links(
  document: string,
): { link: string; target: string; anchor: string | undefined }[] {
  const text = read(document).replaceAll(OWN_ADDRESS, "](/");
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
    ([link, path = "", anchor]) => ({
      link,
      target: targetOf(document, path),
      anchor,
    }),
  );
}

function targetOf(document: string, path: string): string {
  if (path === "") return document;
  return path.startsWith("/") ? path.slice(1) : join(dirname(document), path);
}
