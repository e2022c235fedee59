/** Finds the links of a built site that lead to no file or to no place in it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** A line for each broken link. It names the page and the link. */
export function brokenLinks(site) {
  const pages = readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html"));
  const contents = new Map(pages.map((page) => [page, contentOf(join(site, page))]));
  const broken = [];
  for (const [page, { links }] of contents) {
    for (const link of links) {
      const [path, anchor] = decodeURI(link).split("#");
      const target = path === "" ? page : normalize(join(dirname(page), path));
      const found = contents.has(target)
        ? !anchor || contents.get(target).anchors.has(anchor)
        : existsSync(join(site, target));
      if (!found) broken.push(`${page}: ${link}`);
    }
  }
  return broken;
}

/** The anchors of a page, and its links to other files of the site. */
function contentOf(file) {
  const html = readFileSync(file, "utf8");
  const attributes = (name) =>
    [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"))].map(([, value]) => value);
  const links = [...attributes("href"), ...attributes("src")]
    .map((link) => link.replaceAll("&amp;", "&"))
    .filter((link) => !/^[a-z]+:/.test(link));
  return { anchors: new Set(attributes("id")), links: new Set(links) };
}
