import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { sitePages, START_PAGE } from "../../scripts/docs/pages.mjs";
import { brokenLinks } from "../../scripts/docs/site-links.mjs";
import { filesBelow, headings, links, read, root } from "./documents.js";

describe("the links between the documents", () => {
  it("lead to files and headings that exist", () => {
    const documents = [
      ...["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"],
      ...["docker/README.md", "examples/README.md", "proto/README.md", "python-udsource/README.md"],
      ...filesBelow("docs", ".md"),
    ];
    const broken = documents.flatMap((document) =>
      links(document)
        .filter(({ target, anchor }) => {
          if (!existsSync(join(root, target))) return true;
          if (anchor === undefined) return false;
          return !headings(read(target)).some((heading) => heading.anchor === anchor);
        })
        .map(({ link }) => `${document}: ${link}`),
    );
    expect(broken, "These links lead to no file or heading.").toEqual([]);
  });

  it("are absolute in README.md, because a registry shows it without the other files", () => {
    const relative = [...read("README.md").matchAll(/\]\((?!https:|#)[^)]*\)/g)].map(
      ([link]) => link,
    );
    expect(relative).toEqual([]);
  });

  it("lead from docs/README.md to each page of docs/", () => {
    const reached = new Set(["docs/README.md"]);
    // A Set also visits items added during iteration, so it serves as the work list.
    for (const page of reached) {
      const targets = links(page).map(({ target }) => target);
      for (const target of targets.filter((path) => path.startsWith("docs/"))) {
        // A link to a folder leads to all pages in it.
        const found = extname(target) === "" ? filesBelow(target, ".md") : [target];
        for (const each of found) reached.add(each);
      }
    }
    const lost = filesBelow("docs", ".md").filter((page) => !reached.has(page));
    expect(lost, "Add a link to each of these pages to docs/README.md.").toEqual([]);
  });
});

describe("the docs site", () => {
  it("has each page of docs/ once, under a heading of docs/README.md", () => {
    const pages = sitePages();
    const wanted = filesBelow("docs", ".md").filter((page) => page !== START_PAGE);
    const paths = pages.map(({ path }) => path).filter((path) => path.startsWith("docs/"));
    expect(paths.sort()).toEqual(wanted.sort());
    expect(pages.filter(({ group, summary }) => group === "" || summary === "")).toEqual([]);
  });

  it("finds the links of a site that lead to no page or to no place in it", () => {
    const site = mkdtempSync(join(root, "build", "site-links-"));
    const start = '<a href="https://example.org/x">x</a><h1 id="top"></h1><a href="#top"></a>';
    const good = '<a href="guides/a.html#one"></a><img src="media/a.svg">';
    const bad = '<a href="#gone"></a><a href="guides/a.html#two"></a><a href="b.html"></a>';
    mkdirSync(join(site, "guides"));
    mkdirSync(join(site, "media"));
    writeFileSync(join(site, "media", "a.svg"), "");
    writeFileSync(join(site, "guides", "a.html"), '<h2 id="one"></h2><a href="../index.html"></a>');
    writeFileSync(join(site, "index.html"), start + good + bad);
    const broken = brokenLinks(site);
    rmSync(site, { recursive: true });
    expect(broken).toEqual([
      "index.html: #gone",
      "index.html: guides/a.html#two",
      "index.html: b.html",
    ]);
  });
});

describe("CONTRIBUTING.md and docs/contributing", () => {
  const pages = ["CONTRIBUTING.md", ...filesBelow("docs/contributing", ".md")];

  it("name files and folders that exist", () => {
    const path =
      /(?<![\w/.-])((?:docker|docs|proto|python-udsource|scripts|src|test)\/[\w./-]*\w)(?![\w*-])/g;
    const gone = pages.flatMap((page) =>
      [...read(page).matchAll(path)]
        .filter(([, name = ""]) => !existsSync(join(root, name)))
        .map(([, name]) => `${page}: ${name}`),
    );
    expect(gone, "These files and folders do not exist.").toEqual([]);
  });

  it("list each variable that the tests and scripts read", () => {
    const code = ["scripts", "test", "python-udsource/tests"].flatMap((folder) =>
      [".mjs", ".ts", ".py"].flatMap((ending) => filesBelow(folder, ending)),
    );
    const names = code.flatMap((path) =>
      [...read(path).matchAll(/(?:process\.env(?:\.|\[")|os\.environ\D*")(SPARKTIDE_\w+)/g)].map(
        ([, name = ""]) => name,
      ),
    );
    expect(names.length).toBeGreaterThan(10);
    const text = read("CONTRIBUTING.md");
    const missing = [...new Set(names)].filter((name) => !text.includes(`\`${name}\``));
    expect(missing, "Add these variables to the tables of CONTRIBUTING.md.").toEqual([]);
  });
});
