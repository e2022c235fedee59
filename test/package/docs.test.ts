import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const scratch = mkdtempSync(join(root, "build", "docs-"));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** The TypeScript blocks of a page, their indentation taken away. */
function codeBlocks(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^( *)```ts\n([\s\S]*?)^ *```$/gm)].map(([, indent = "", code = ""]) =>
    code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
}

/** README.md and the pages of docs/. */
function pages(): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  return [
    "README.md",
    ...docs.filter((path) => path.endsWith(".md")).map((path) => join("docs", path)),
  ];
}

describe("the code in README.md and docs/", () => {
  it("compiles against the built package, each block by itself", { timeout: 120_000 }, () => {
    const blocks = pages().flatMap(codeBlocks);
    expect(blocks.length).toBeGreaterThanOrEqual(6);
    const files = blocks.map((code, index) => {
      const file = join(scratch, `block-${index}.ts`);
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

  it("shows a first example of at most 20 lines", () => {
    expect(codeBlocks("README.md")[0]?.trim().split("\n").length).toBeLessThanOrEqual(20);
  });
});
