/**
 * `npm run docs`: writes the docs site to build/site. It has the pages that docs/README.md links to, the API reference,
 * and the files for language models. Fails if a link of the site is broken. ADR 11 has the reasons.
 */
import { rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, Converter, JSX } from "typedoc";
import { writeLlmsFiles } from "./docs/llms.mjs";
import { OPTIONAL_GROUP, sitePages, START_PAGE, startPage } from "./docs/pages.mjs";
import { brokenLinks } from "./docs/site-links.mjs";
import { changeMarkdown, searchHeadings, siteRouter, siteTheme } from "./docs/theme.mjs";

/** How much more a page counts in the search than a member of the API with the same words. */
const PAGE_BOOST = 3;

const root = fileURLToPath(new URL("..", import.meta.url));
const site = join(root, "build", "site");
const pages = sitePages();
const pagesByPath = new Map(pages.map((page) => [page.path, page]));

/** The page that a document of TypeDoc was made of. */
function pageOf(document) {
  const file = document.project.files.getReflectionPath(document);
  return pagesByPath.get(relative(root, file));
}

const app = await Application.bootstrapWithPlugins({
  options: join(root, "typedoc.json"),
  readme: join(root, START_PAGE),
  projectDocuments: pages.map(({ path }) => join(root, path)),
  router: "site",
  theme: "site",
  customCss: join(root, "scripts/docs/site.css"),
  markdownItLoader: changeMarkdown,
  lightHighlightTheme: "github-light",
  darkHighlightTheme: "github-dark",
  searchInComments: true,
  searchInDocuments: true,
  highlightLanguages: [
    ...["typescript", "javascript", "json", "sh", "python", "sql", "yaml", "nginx", "diff"],
  ],
});
app.renderer.defineRouter("site", siteRouter(pageOf));
app.renderer.defineTheme("site", siteTheme(pages, pageOf));
searchHeadings(app.renderer, pageOf);
// The first group of the navigation is open until the reader closes it.
const openGroup = `localStorage["tsd-accordion-${pages[0].group}"] ??= "true";`;
app.renderer.hooks.on("head.end", () =>
  JSX.createElement("script", {}, JSX.createElement(JSX.Raw, { html: `try{${openGroup}}catch{}` })),
);
app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
  const { path, title, group } = pageOf(document);
  document.name = title;
  // A search lists a page before members that only mention the word.
  document.relevanceBoost = group === OPTIONAL_GROUP ? 0.5 : PAGE_BOOST;
  // A link to a folder leads to its README.md.
  if (path.endsWith("/README.md"))
    document.project.files.registerReflectionPath(dirname(join(root, path)), document);
});
app.converter.on(Converter.EVENT_BEGIN, ({ project }) => {
  project.files.registerReflectionPath(join(root, START_PAGE), project);
});
// The entry points have the names by which programs import them.
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const module of project.children)
    module.name = module.name === "index" ? "sparktide" : `sparktide/${module.name}`;
});

const startedAt = performance.now();
const project = await app.convert();
if (project === undefined) process.exit(1);
rmSync(site, { recursive: true, force: true });
await app.generateDocs(project, site);
writeLlmsFiles(site, startPage(), pages, project);
const broken = brokenLinks(site);
for (const link of broken) console.error(`broken link in ${link}`);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(`${pages.length + 1} pages and the API reference in ${seconds} s: ${site}/index.html`);
if (app.logger.hasErrors() || app.logger.hasWarnings() || broken.length > 0) process.exitCode = 1;
