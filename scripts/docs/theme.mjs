/** How the docs site differs from TypeDoc's own pages: the addresses of pages, the navigation and what search finds. */
import { DefaultTheme, IndexEvent, JSX, KindRouter, ReflectionKind } from "typedoc";
import { sitePath } from "./pages.mjs";

/** A page has the path of its file, so that its address lasts. `pageOf` returns the page of a document. */
export function siteRouter(pageOf) {
  return class SiteRouter extends KindRouter {
    getIdealBaseName(reflection) {
      if (reflection.isDocument()) return sitePath(pageOf(reflection).path);
      return super.getIdealBaseName(reflection);
    }

    getSlugger(target) {
      const slugger = super.getSlugger(target);
      if (target.isDocument?.() || target.isProject?.()) slugger.serialize = githubAnchor;
      return slugger;
    }
  };
}

/** The anchor that GitHub gives a heading. Links between the pages use these. */
function githubAnchor(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** Changes how TypeDoc reads Markdown: anchors include code in headings, and links to the start page name its file. */
export function changeMarkdown(markdown) {
  markdown.core.ruler.push("code-in-headings", ({ tokens, Token }) => {
    for (const [index, token] of tokens.entries()) {
      if (token.type !== "heading_open") continue;
      for (const child of tokens[index + 1].children.filter(({ type }) => type === "code_inline")) {
        // TypeDoc takes a heading's text from tokens of the type text. The renderer ignores children of code.
        const text = new Token("text", "", 0);
        text.content = child.content;
        child.children = [text];
      }
    }
  });
  markdown.renderer.rules.link_open = (tokens, index, options, _env, self) => {
    const token = tokens[index];
    const href = token.attrGet("href") ?? "";
    if (/^(\.\/|(\.\.\/)+)$/.test(href)) token.attrSet("href", `${href}index.html`);
    return self.renderToken(tokens, index, options);
  };
}

/** Lines with all kinds of tokens that the pages have. */
const WARM_UP = [
  'import { a } from "b";',
  "const c = await d.e(`${1n}`, (f) => ({ g: f.h })); // i",
  "for await (const { j } of k.l()) if (j === 2) break;",
  "async function m(n: O<string | null>): Promise<void> { throw new Error('p'); }",
];

/** The navigation has the pages under the headings of the start page, and then the API reference. */
export function siteTheme(pages, pageOf) {
  return class SiteTheme extends DefaultTheme {
    getRenderContext(event) {
      const context = super.getRenderContext(event);
      // A page of the documentation begins with its own heading.
      const { header } = context;
      context.header = (page) => {
        const ownHeading = page.model.isDocument() || page.url === "index.html";
        return ownHeading ? JSX.createElement(JSX.Fragment, null) : header(page);
      };
      return context;
    }

    async preRender(event) {
      await super.preRender(event);
      // The highlighter gives up on a line after half a second. Its first line in a language also compiles the
      // grammar, so on a busy machine the first page would lose colours.
      for (const sample of WARM_UP) this.markedPlugin.getHighlighted(sample, "ts");
    }

    buildNavigation(project) {
      const entries = new Map();
      for (const document of project.documents ?? []) {
        const page = pageOf(document);
        const path = this.router.getFullUrl(document);
        entries.set(page.path, { text: page.title, path, kind: ReflectionKind.Document });
      }
      const groups = new Map(pages.map(({ group }) => [group, { text: group, children: [] }]));
      for (const { path, group, parent } of pages) {
        const above = parent === undefined ? groups.get(group) : entries.get(parent);
        (above.children ??= []).push(entries.get(path));
      }
      const modules = super
        .buildNavigation(project)
        .filter(({ kind }) => kind !== ReflectionKind.Document);
      const reference = { text: "API reference", path: this.router.getFullUrl(project) };
      return [...groups.values(), { ...reference, children: modules }];
    }
  };
}

/** Lets a search for a word in a heading find the page before pages that only mention the word. */
export function searchHeadings(renderer, pageOf) {
  renderer.on(IndexEvent.PREPARE_INDEX, (event) => {
    event.searchFieldWeights.headings = 60;
    for (const [index, reflection] of event.searchResults.entries()) {
      if (!reflection.isDocument()) continue;
      const { title, headings } = pageOf(reflection);
      event.searchFields[index].headings = [title, ...headings].join("\n");
    }
  });
}
