/** Bundles, which run in a folder without node_modules. None of them needs an option for this package. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Environment } from "./environment.js";
import { MODULE, SAID, SCRIPT } from "./program.js";

/** The build script of webpack, which has no command line of its own. */
const WEBPACK = `
const [entry, path, filename] = process.argv.slice(2);
const outputModule = filename.endsWith(".mjs");
const output = outputModule ? { module: true, library: { type: "module" } } : {};
require("webpack")(
  { mode: "production", optimization: { minimize: false }, target: "node20", entry, output: { path, filename, ...output }, experiments: { outputModule } },
  (error, stats) => {
    if (error !== null) throw error;
    console.error(stats.toString({ all: false, errors: true, warnings: true }));
  },
);
`;

describe("a bundle in a folder without node_modules runs", () => {
  /** The folder of the bundles. No folder above it has node_modules either. */
  let empty: string;
  beforeAll(() => {
    empty = mkdtempSync(join(tmpdir(), "sparktide-bundle-"));
  });
  afterAll(() => {
    rmSync(empty, { recursive: true, force: true });
  });

  it.each([
    ["esbuild", "ES modules", "ES modules", []],
    ["esbuild", "ES modules", "CommonJS", []],
    ["esbuild", "CommonJS", "ES modules", []],
    ["esbuild", "CommonJS", "CommonJS", []],
    ["esbuild", "ES modules", "ES modules", ["--minify", "--splitting"]],
    ["rolldown", "ES modules", "ES modules", []],
    ["rolldown", "ES modules", "CommonJS", []],
    ["rolldown", "CommonJS", "ES modules", []],
    ["webpack", "ES modules", "ES modules", []],
    ["webpack", "ES modules", "CommonJS", []],
    ["webpack", "CommonJS", "CommonJS", []],
  ] as const)("that %s made from %s as %s %j", async (tool, from, to, more) => {
    const name = [tool, from, to, ...more].join(" ").replaceAll(/\W+/g, "-");
    const environment = new Environment(name);
    const source = from === "CommonJS" ? "entry.cjs" : "entry.mjs";
    environment.write(source, from === "CommonJS" ? SCRIPT : MODULE);
    const folder = join(empty, name);
    const [format, bundle] = to === "CommonJS" ? ["cjs", "entry.cjs"] : ["esm", "entry.mjs"];
    const extension = bundle.slice("entry".length);
    if (tool === "webpack") {
      environment.write("build.cjs", WEBPACK);
      const args = ["build.cjs", `./${source}`, folder, bundle];
      // It prints problems only.
      expect((await environment.run("node", args)).stderr.trim()).toBe("");
    } else if (tool === "esbuild") {
      const output = [`--outdir=${folder}`, `--out-extension:.js=${extension}`];
      const options = ["--bundle", "--platform=node", `--format=${format}`, "--log-level=warning"];
      const { stderr } = await environment.run(tool, [...options, ...output, ...more, source]);
      expect(stderr).toBe("");
    } else {
      const output = ["--entryFileNames", bundle, "--chunkFileNames", `[name]${extension}`];
      const options = ["--platform", "node", "--format", format, "--dir", folder];
      const { stderr } = await environment.run(tool, [source, ...options, ...output]);
      expect(stderr).toBe("");
    }
    const { stdout } = await environment.run("node", [join(folder, bundle)], folder);
    expect(stdout).toBe(`${SAID}\n`);
  });
});
