/**
 * The pages of the docs site. docs/README.md decides which pages there are: each page that it links to, in its order,
 * under its headings. A README.md of a folder adds the pages of its folder that it links to.
 */
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The page with which the site begins. */
export const START_PAGE = "docs/README.md";

/** The heading of the start page for pages that only contributors need. */
export const OPTIONAL_GROUP = "For contributors";

/**
 * The pages without the start page. Each has its `path` from the root, its Markdown `text`, its `title`, the `headings`
 * below it, the `group` of the navigation, its first paragraph as `summary`, and as `parent` the README.md that added it.
 */
export function sitePages() {
  const pages = new Map();
  const add = (path, group, parent) => {
    if (path === START_PAGE || pages.has(path)) return;
    const page = readPage(path, group, parent);
    pages.set(path, page);
    if (!path.endsWith("README.md") || !path.startsWith("docs/")) return;
    for (const linked of linkedPages(path, page.text))
      if (dirname(linked) === dirname(path)) add(linked, group, path);
  };
  // Pages of a README.md follow it, but a page that docs/README.md links to itself keeps its own place.
  let group = "";
  for (const line of readFileSync(join(root, START_PAGE), "utf8").split("\n")) {
    if (line.startsWith("## ")) group = line.slice(3);
    for (const path of linkedPages(START_PAGE, line)) if (group !== "") add(path, group);
  }
  return [...pages.values()];
}

/** The start page, as one of the pages. */
export function startPage() {
  return readPage(START_PAGE, "");
}

/** The Markdown files that a text links to, as paths from the root. */
function linkedPages(from, text) {
  return [...text.matchAll(/\]\((?!\w+:)([^)#\s]+\.md)(?:#[^)\s]*)?\)/g)].map(([, path]) =>
    normalize(join(dirname(from), path)),
  );
}

function readPage(path, group, parent) {
  const text = readFileSync(join(root, path), "utf8");
  const [, title, rest] = /^# (.*)\n([\s\S]*)$/.exec(text) ?? [];
  if (title === undefined) throw new Error(`${path} does not begin with a heading of level 1.`);
  const prose = rest.replaceAll(/^```.*?^```$/gms, "");
  const headings = [...prose.matchAll(/^##+ (.*)$/gm)].map(([, heading]) => plainText(heading));
  const paragraphs = prose.split(/\n\s*\n/).map((part) => part.trim());
  const paragraph = paragraphs.find((part) => /^[\w`*]/.test(part)) ?? "";
  const summary = plainText(paragraph).replaceAll(/\s+/g, " ");
  return { path, text, group, parent, title: plainText(title), headings, summary };
}

/** Markdown without marks and link targets. */
function plainText(markdown) {
  return markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/[`*]/g, "");
}

/**
 * The path of a page inside the site, without an ending: docs/guides/streaming.md is guides/streaming. Pages of the
 * root have a folder, because SECURITY.md and docs/security.md would be one file where case does not count.
 */
export function sitePath(path) {
  if (!path.includes("/")) return `project/${path.replace(/\.md$/, "").toLowerCase()}`;
  return path
    .replace(/^docs\//, "")
    .replace(/\.md$/, "")
    .replace(/README$/, "index");
}
