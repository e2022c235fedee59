import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundledModule } from "../../../../src/javascript/modules/bundled-module.js";
import { mappedStack } from "../../../../src/javascript/mapped-stack.js";
import { ArgumentError, Timestamp } from "../../../../src/index.js";

let folder: string;
/** Makes a file of a small project and returns its URL. */
function file(name: string, text: string): URL {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return pathToFileURL(path);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sparktide-module-"));
  file("node_modules/cents/package.json", '{"name":"cents","main":"index.js"}');
  file(
    "node_modules/cents/index.js",
    'const os = require("os"); exports.cents = (n) => n * 100 + os.EOL.length;',
  );
  file("table.ts", "export enum Unit { Meter = 'm' }\nexport const factor: number = 3;\n");
  file(
    "geo.ts",
    `import { cents } from "cents";
import { readFileSync } from "node:fs";
import { Timestamp } from "sparktide";
import { factor, Unit } from "./table.ts";
interface Place { readonly n: number }
export function lookup(place: Place): string {
  return [cents(place.n) * factor, Unit.Meter, typeof readFileSync, new Timestamp(5).epochMicros].join();
}
export const failing = (): never => {
  throw new Error("thrown"); // line 10
};
export default lookup;
`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Loads a text as a worker does: from a file. */
async function loaded(text: string): Promise<Record<string, (...args: unknown[]) => unknown>> {
  const key = Symbol.for("sparktide.offered");
  Reflect.set(globalThis, key, { Timestamp });
  try {
    const url = file("worker.mjs", text).href;
    return (await import(/* @vite-ignore */ url)) as Record<
      string,
      (...args: unknown[]) => unknown
    >;
  } finally {
    Reflect.deleteProperty(globalThis, key);
  }
}

it("bundles TypeScript with npm packages, and leaves Node's modules and sparktide to the worker", async () => {
  const code = await bundledModule(new URL(`file://${folder}/geo.ts`), "lookup");
  expect(code).toMatchObject({ form: "module", exportName: "lookup", name: "lookup" });
  const { lookup } = await loaded(code.text);
  expect(lookup?.({ n: 2 })).toBe("603,m,function,5000");
  expect(code.text).not.toMatch(/class Timestamp|from "(?!node:|fs|os|module)/);
});

it("shows stacks of a bundle at the lines of the TypeScript files", async () => {
  const code = await bundledModule(join(folder, "geo.ts"), "failing");
  const lines = code.text.split("\n");
  const line = lines.findIndex((each) => each.includes('new Error("thrown")')) + 1;
  const column = (lines[line - 1] ?? "").indexOf("new Error") + 1;
  const stack = `Error: thrown\n    at failing (file:///w/geo.mjs:${line}:${column})`;
  expect(mappedStack(stack, code, "file:///w/geo.mjs").split("\n")[1]).toBe(
    `    at failing (${join(folder, "geo.ts")}:10:9)`,
  );
});

it("sends a JavaScript file without imports as it is", async () => {
  const text =
    "export const [a, b] = [1, 2];\nexport { c as d };\nfunction c() { return 7; }\nexport class E {}\nexport default 1;\n";
  const url = file("plain.js", text);
  const code = await bundledModule(url, "d");
  expect(code.text).toBe(text);
  expect(code.origins?.[0]?.place(3, 5)).toEqual({
    file: join(folder, "plain.js"),
    line: 3,
    column: 5,
  });
  await expect(bundledModule(url, "x")).rejects.toThrow(
    "plain.js does not export x. Did you mean a? It exports a, b, d, E, default.",
  );
});

it.each([
  [
    "an export that does not exist",
    "geo.ts",
    "",
    "lookop",
    "geo.ts does not export lookop. Did you mean lookup? It exports",
  ],
  ["a file that does not exist", "none.ts", undefined, "x", /^Cannot read .*none\.ts: ENOENT/],
  [
    "a file of another kind",
    "data.json",
    "{}",
    "x",
    /data\.json is not a JavaScript or TypeScript file: its name must end/,
  ],
  [
    "a native addon",
    "native.ts",
    'import a from "./a.node";\nexport const x = a;',
    "x",
    /native\.ts imports \.\/a\.node, a native addon, which is compiled for this machine and cannot be sent to the cluster/,
  ],
  [
    "a package that loads native addons",
    "binding.ts",
    'import a from "node-gyp-build";\nexport const x = a;',
    "x",
    /binding\.ts imports node-gyp-build, a native addon/,
  ],
  [
    "a part of sparktide that workers lack",
    "session.ts",
    'import { col } from "sparktide/functions";\nexport const x = col;',
    "x",
    /session\.ts imports sparktide\/functions, which workers do not have/,
  ],
  [
    "a name of sparktide that workers lack",
    "session2.ts",
    'import { SparkSession } from "sparktide";\nexport const x = SparkSession;',
    "x",
    /^rolldown cannot bundle .*SparkSession/s,
  ],
  [
    "a package that is not installed",
    "missing.ts",
    'import { y } from "not-installed";\nexport const x = y;',
    "x",
    /^missing\.ts or what it imports imports not-installed, which is not installed\.$/,
  ],
  [
    "text that is not TypeScript",
    "broken.ts",
    "export const = 1;",
    "x",
    /^rolldown cannot bundle .*broken\.ts/s,
  ],
] as const)("refuses %s", async (_, name, text, exportName, message) => {
  if (text !== undefined && text !== "") file(name, text);
  const failed = bundledModule(pathToFileURL(join(folder, name)), exportName);
  await expect(failed).rejects.toThrow(ArgumentError);
  await expect(failed).rejects.toThrow(message);
});

it("refuses an address that is not a file, with the expression to write", async () => {
  await expect(bundledModule("./geo.ts", "x")).rejects.toThrow(
    'url must be the file URL of a module, got "./geo.ts". Write new URL("./file.ts", import.meta.url).',
  );
  await expect(bundledModule(new URL("https://a.b/geo.ts"), "x")).rejects.toThrow(
    "https://a.b/geo.ts",
  );
});

it("names the command that installs a bundler, if none is installed", async () => {
  const url = pathToFileURL(join(folder, "geo.ts"));
  await expect(bundledModule(url, "lookup", { bundler: "esbuild" })).rejects.toThrow(
    "geo.ts needs a bundler, because it has imports or is TypeScript, and esbuild is not installed. Run: npm install esbuild",
  );
});
