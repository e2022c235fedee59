/** A function is captured in programs that tools compiled, and its text does the same in an empty context. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";
import { Environment } from "./environment.js";

/** The module whose exports the captured function imports. */
const HELPERS = `
export const PREFIX: string = "pre-";
export const unused = new WeakMap();
export function clean(text: string): string { return text.trim().toLowerCase(); }
export default class Box {
  constructor(value: string) { this.value = value; }
  value: string;
  get wrapped(): string { return "[" + this.value + "]"; }
}
export enum Kind { A = "a", B = "b" }
`;

const MAIN = `
import { createHash } from "node:crypto";
import * as path from "node:path";
import fs from "node:fs";
import Box, { clean, Kind, PREFIX } from "./helpers";
import * as helpers from "./helpers";

const SEP = "-";
export const LIMIT = 40;
const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);
const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);
export const slug = (text: string): string => {
  if (text === "") throw new Error("empty");
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 4);
  const box = new Box(clean(text).replaceAll(/\\W+/g, SEP));
  const kinds = [helpers.Kind.B, Kind.A, path.basename("/a/b"), typeof fs.readFileSync];
  return [PREFIX + box.wrapped, hash, ...kinds, LIMIT, isEven(4)].join(" ");
};
`;

/** Runs the captured text in a context that has only what a worker has. It uses no import, because bundlers change it. */
const CHECK = `
export function check(capture: any, slug: (text: string) => string): string {
  const vm = process.getBuiltinModule("node:vm");
  const code = capture.captured(slug, { name: "slug" });
  const copy = new vm.Script(code.text, { filename: "<slug>" }).runInContext(vm.createContext({ process }));
  if (copy(" A b ") !== slug(" A b ")) throw new Error("It differs: " + copy(" A b "));
  let stack = "";
  try {
    copy("");
  } catch (error) {
    stack = (error as Error).stack ?? "";
  }
  const frame = capture.mappedStack(stack, code).split("\\n")[1] ?? "";
  return copy(" A b ") + (/main\\.ts:13:\\d+/.test(frame) ? " at line 13" : frame);
}
`;
const SAID = "pre-[a-b] ddc3 b a b function 40 true at line 13";

const USE = `
import { slug } from "./main";
import { check } from "./check";
import * as capture from "./capture.EXT";
`;
const PRINT = `${USE}console.log(check(capture, slug));\n`;
const TEST = `${USE}test("capture", () => { expect(check(capture, slug)).toBe(${JSON.stringify(SAID)}); });\n`;

/** The capture as one file. The package does not export it by itself. */
async function project(name: string, type: "module" | "commonjs"): Promise<Environment> {
  const environment = new Environment(name, type);
  const built = fileURLToPath(new URL("../../build/modules/javascript/", import.meta.url));
  const entry = environment.write(
    "entry.js",
    `export { captured } from ${JSON.stringify(join(built, "capture/captured.js"))};
export { mappedStack } from ${JSON.stringify(join(built, "mapped-stack.js"))};
`,
  );
  const [format, extension] =
    type === "module" ? (["es", "mjs"] as const) : (["cjs", "cjs"] as const);
  const graph = await rolldown({ input: entry, platform: "node" });
  const file = join(environment.folder, `capture.${extension}`);
  await graph.write({ file, format, codeSplitting: false });
  await graph.close();
  environment.write("helpers.ts", HELPERS);
  environment.write("main.ts", MAIN);
  environment.write("check.ts", CHECK);
  const forType = (text: string): string => text.replace("EXT", extension);
  environment.write("use.ts", forType(PRINT));
  environment.write("use.test.ts", forType(TEST));
  return environment;
}

it.each(["module", "commonjs"] as const)("tsx runs a program that is %s", async (type) => {
  const environment = await project(`capture-tsx-${type}`, type);
  expect((await environment.run("tsx", ["use.ts"])).stdout).toBe(`${SAID}\n`);
});

it("TypeScript compiles a program to CommonJS", async () => {
  const environment = await project("capture-tsc", "commonjs");
  const files = ["use.ts", "main.ts", "helpers.ts", "check.ts"];
  const options = [
    "--module",
    "commonjs",
    "--moduleResolution",
    "node10",
    "--ignoreDeprecations",
    "6.0",
  ];
  const lenient = ["--esModuleInterop", "--skipLibCheck", "--allowJs", "--types", "node"];
  const target = ["--target", "es2022", "--sourceMap", "--outDir", "out", "--rootDir", "."];
  await environment.run("tsc", [...files, ...options, ...lenient, ...target]);
  expect((await environment.run("node", ["out/use.js"])).stdout).toBe(`${SAID}\n`);
});

it.each([
  ["esm", "module", []],
  ["esm", "module", ["--minify", "--keep-names"]],
  ["cjs", "commonjs", []],
  ["cjs", "commonjs", ["--minify"]],
] as const)("esbuild bundles a program as %s, %s, %j", async (format, type, more) => {
  const environment = await project(`capture-esbuild-${format}-${more.length}`, type);
  const output = [`--format=${format}`, "--outfile=out/bundle.js", "--sourcemap"];
  const options = ["--bundle", "--platform=node", "--log-level=error"];
  await environment.run("esbuild", ["use.ts", ...options, ...output, ...more]);
  expect((await environment.run("node", ["out/bundle.js"])).stdout).toBe(`${SAID}\n`);
});

it.each([
  ["ts-jest", "commonjs"],
  ["@swc/jest", "commonjs"],
  ["@swc/jest", "module"],
] as const)("Jest with %s runs a test that is %s", async (transformer, type) => {
  const environment = await project(`capture-${transformer.replace(/\W/g, "")}-${type}`, type);
  const tsconfig = { target: "es2022", module: "commonjs", esModuleInterop: true, types: ["node"] };
  const options =
    transformer === "ts-jest"
      ? { tsconfig, diagnostics: false }
      : {
          jsc: { parser: { syntax: "typescript" }, target: "es2022" },
          module: { type: type === "module" ? "es6" : "commonjs" },
        };
  const config = {
    rootDir: environment.folder,
    transform: { "\\.ts$": [transformer, options] },
    ...(type === "module" ? { extensionsToTreatAsEsm: [".ts"] } : {}),
  };
  environment.write("jest.config.json", JSON.stringify(config));
  const args = ["../node_modules/jest/bin/jest.js", "--config", "jest.config.json"];
  const flags = type === "module" ? ["--experimental-vm-modules"] : [];
  expect((await environment.run("node", [...flags, ...args])).stderr).toMatch(/✓ capture/);
});

it("vitest runs a test", async () => {
  const environment = await project("capture-vitest", "module");
  environment.write(
    "use.test.ts",
    `import { expect, test } from "vitest";\n${TEST.replace("EXT", "mjs")}`,
  );
  const { stdout } = await environment.run("vitest", ["run", "--root", environment.folder]);
  expect(stdout).toMatch(/Tests +1 passed/);
});
