import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, headings, links, read, root } from "./documents.js";

describe("the links between the documents", () => {
  it("lead to files and headings that exist", () => {
    const documents = [
      ...["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"],
      ...["docker/README.md", "proto/README.md", "python-udsource/README.md"],
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

  it("lead from docs/README.md to each page of docs/", () => {
    const reached = new Set(["docs/README.md"]);
    // A Set also visits items added during iteration, so it serves as the work list.
    for (const page of reached) {
      const targets = links(page).map(({ target }) => target);
      for (const target of targets.filter((path) => path.startsWith("docs/"))) {
        // A link to a folder leads to all pages in it.
        const found = target.endsWith(".md") ? [target] : filesBelow(target, ".md");
        for (const each of found) reached.add(each);
      }
    }
    const lost = filesBelow("docs", ".md").filter((page) => !reached.has(page));
    expect(lost, "Add a link to each of these pages to docs/README.md.").toEqual([]);
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
