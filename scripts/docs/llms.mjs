/**
 * The files for language models (llmstxt.org): llms.txt lists the pages, llms-full.txt has their text and the names of the
 * API, and each page exists as Markdown at its address with `.md` added.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { ReflectionKind } from "typedoc";
import { OPTIONAL_GROUP, sitePath } from "./pages.mjs";

/** Writes the files into the site. `start` is the start page, as one of `pages`. */
export function writeLlmsFiles(site, start, pages, project) {
  const all = [start, ...pages];
  const known = new Set(all.map(({ path }) => path));
  for (const page of all) {
    const file = join(site, markdownPath(page.path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, withSiteLinks(page, known, dirname(markdownPath(page.path))));
  }
  writeFileSync(join(site, "llms.txt"), pageList(start, pages));
  const texts = all.map((page) => withSiteLinks(page, known, "."));
  writeFileSync(join(site, "llms-full.txt"), `${[...texts, apiNames(project)].join("\n\n")}\n`);
}

function markdownPath(path) {
  return `${sitePath(path)}.html.md`;
}

function pageList(start, pages) {
  // llmstxt.org calls the section of pages that few readers need Optional.
  const sections = [...new Set(pages.map(({ group }) => group))].map((group) => {
    const lines = pages
      .filter((page) => page.group === group)
      .map(({ path, title, summary }) => `- [${title}](${markdownPath(path)}): ${summary}`);
    return `## ${group === OPTIONAL_GROUP ? "Optional" : group}\n\n${lines.join("\n")}`;
  });
  return `${[`# ${start.title}`, `> ${start.summary}`, ...sections].join("\n\n")}\n`;
}

/** A page's Markdown with links to the Markdown of other pages, seen from a folder of the site. */
function withSiteLinks({ path, text }, known, folder) {
  return text
    .trim()
    .replaceAll(
      /(!?)\[([^\]]*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)/g,
      (_link, image, label, target, anchor = "") => {
        const linked = normalize(join(dirname(path), target));
        if (image !== "" || !known.has(linked)) return label;
        return `[${label}](${relative(folder, markdownPath(linked))}${anchor})`;
      },
    );
}

/** One line for each export and each method of the API: its name, its parameters and its first sentence. */
function apiNames(project) {
  const sections = project.children.map((module) => {
    const lines = module.children.flatMap((child) => [
      line(child, ""),
      ...(child.kindOf(ReflectionKind.Class) ? child.children : [])
        .filter(({ flags, kind }) => !flags.isInherited && kind !== ReflectionKind.Constructor)
        .map((member) => line(member, `${child.name}.`)),
    ]);
    return `## ${module.name}\n\n${lines.join("\n")}`;
  });
  return ["# API reference", ...sections].join("\n\n");
}

function line(reflection, prefix) {
  const signature = reflection.signatures?.[0];
  const names = signature?.parameters?.map(({ name, flags, type }) => {
    if (name === "__namedParameters") return "options";
    return `${flags.isRest ? "..." : ""}${name}${flags.isOptional || type === undefined ? "?" : ""}`;
  });
  const parameters = signature === undefined ? "" : `(${(names ?? []).join(", ")})`;
  const comment = signature?.comment ?? reflection.getSignature?.comment ?? reflection.comment;
  const summary = (comment?.summary ?? []).map(({ text }) => text).join("");
  const [sentence = ""] = /^[\s\S]*?(?:\.(?=\s|$)|\n\n|$)/.exec(summary) ?? [];
  const about = sentence === "" ? "" : `: ${sentence.replaceAll(/\s+/g, " ")}`;
  return `- \`${prefix}${reflection.name}${parameters}\`${about}`;
}
