import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const scratch = mkdtempSync(join(root, "build", "docs-"));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** The code blocks of a page in one language, without their indentation. */
function codeBlocks(page: string, language = "ts"): string[] {
  const text = readFileSync(join(root, page), "utf8");
  const fenced = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, "gm");
  return [...text.matchAll(fenced)].map(([, indent = "", code = ""]) =>
    code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
}

/** The READMEs and the pages of docs/. */
function pages(): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  return [
    "README.md",
    "python-udsource/README.md",
    ...docs.filter((path) => path.endsWith(".md")).map((path) => join("docs", path)),
  ];
}

describe("the code in README.md and docs/", () => {
  it("compiles against the built package, block by block", { timeout: 120_000 }, () => {
    const blocks = pages().flatMap((page) =>
      codeBlocks(page).map((code, index) => ({ code, page, name: `block-${index + 1}.ts` })),
    );
    expect(blocks.length).toBeGreaterThanOrEqual(6);
    const files = blocks.map(({ code, page, name }) => {
      const folder = join(scratch, page.replaceAll("/", "-"));
      // Blocks that begin with the name of a file are files of one project, and can import each other.
      const [, named = ""] = /^\/\/ (\S+\.ts)\n/.exec(code) ?? [];
      const isFree = named !== "" && !existsSync(join(folder, named));
      const file = join(folder, isFree ? named : name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, code);
      return file;
    });
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"];
    const tsc = spawnSync(
      process.execPath,
      [
        join(root, "node_modules/typescript/bin/tsc"),
        ...options,
        "--types",
        "node",
        "--ignoreConfig",
        ...files,
      ],
      { cwd: root, encoding: "utf8" },
    );
    expect(tsc.stdout).toBe("");
    expect(tsc.status).toBe(0);
  });

  it("is JavaScript that the oldest supported Node can parse, except in files named as TypeScript", () => {
    const blocks = pages()
      .flatMap((page) => codeBlocks(page))
      .filter((code) => !/^\/\/ \S+\.ts\n/.test(code));
    const script = `
      const { SourceTextModule } = require("node:vm");
      for (const code of JSON.parse(require("node:fs").readFileSync(0, "utf8"))) {
        try {
          new SourceTextModule(code);
        } catch (error) {
          console.log(error.message, code);
        }
      }`;
    const node = spawnSync(
      process.execPath,
      ["--experimental-vm-modules", "--no-warnings", "-e", script],
      { encoding: "utf8", input: JSON.stringify(blocks) },
    );
    expect(blocks.length).toBeGreaterThanOrEqual(6);
    expect(node.stderr).toBe("");
    expect(node.stdout).toBe("");
    // Newer Node versions parse these, but the oldest does not.
    expect(blocks.filter((code) => /\busing \w+ =/.test(code))).toEqual([]);
  });

  it("is valid Python in each block marked as Python", () => {
    const blocks = pages().flatMap((page) => codeBlocks(page, "python"));
    expect(blocks.length).toBeGreaterThanOrEqual(6);
    const script = "import ast, json, sys\nfor code in json.load(sys.stdin): ast.parse(code)";
    const python = spawnSync("python3", ["-c", script], {
      encoding: "utf8",
      input: JSON.stringify(blocks),
    });
    expect(python.stderr).toBe("");
    expect(python.status).toBe(0);
  });

  it("starts with an example of at most 20 lines", () => {
    expect(codeBlocks("README.md")[0]?.trim().split("\n").length).toBeLessThanOrEqual(20);
  });
});
