import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import ts from "typescript";
import { eventually } from "../support/eventually.js";
import { replayEgress, uniqueName, uniquePath } from "./support.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "docs", "cookbook");

interface Recipe {
  readonly name: string;
  readonly code: string;
  /** What the page says that the program prints. `undefined` if it says nothing. */
  readonly output: string | undefined;
}

function block(page: string, language: string): string | undefined {
  return new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1];
}

const recipes: Recipe[] = readdirSync(folder)
  .filter((name) => name.endsWith(".md") && name !== "README.md")
  .map((name) => {
    const page = readFileSync(join(folder, name), "utf8");
    return { name, code: block(page, "ts") ?? "", output: block(page, "text") };
  });

const needsDelta = new Set(
  recipes.filter(({ code }) => /deltaTable|"delta"/.test(code)).map(({ name }) => name),
);
/** Pages leave out the empty line that `show()` prints after a table. */
const linesOf = (printed = "no output"): string[] =>
  printed.split("\n").filter((line) => line !== "");
/** A recipe that is a test runs in a process of its own, with Node's test runner. */
const isTest = (code: string): boolean => code.includes("node:test");

/** The program of a recipe as JavaScript. It calls the replay server, and writes where no other run does. */
function program({ code }: Recipe, paths: string, database: string): string {
  const { baseUrl, ...egress } = replayEgress();
  const options = JSON.stringify({ ...egress, streamingInterval: 1 }).slice(1, -1);
  const changed = code
    .replaceAll("/tmp/cookbook", paths)
    .replaceAll("cookbook_shop", database)
    .replace("https://api.github.com", baseUrl)
    .replace("coingecko.options({", `$& "baseUrl": "${baseUrl}", ${options},`)
    .replace("rest.options({", `$& ${JSON.stringify(egress).slice(1, -1)},`);
  const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(changed, { compilerOptions }).outputText;
}

/** Runs the given programs one after the other in one process, and prints a line of JSON about each. */
const RUNNER = `
  const write = process.stdout.write.bind(process.stdout);
  for (const [name, url] of JSON.parse(process.argv[2])) {
    let output = "";
    process.stdout.write = (text) => ((output += text), true);
    try {
      await import(url);
    } catch (error) {
      output += "failed: " + error.stack;
    }
    write(JSON.stringify({ name, output }) + "\\n");
  }
  process.exit(0);
`;

describe("the recipes of the cookbook", () => {
  const scratch = mkdtempSync(join(root, "build", "cookbook-"));
  const runnable = recipes.filter(({ name }) => inject("hasDelta") || !needsDelta.has(name));
  const outputs = new Map<string, string>();
  const children: ChildProcess[] = [];

  function file(recipe: Recipe): string {
    return join(scratch, recipe.name.replace(/md$/, "mjs"));
  }

  function start(args: string[]): ChildProcess {
    const env = { ...process.env, SPARK_REMOTE: inject("sparkUrl"), NODE_TEST_CONTEXT: undefined };
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] });
    children.push(child);
    return child;
  }

  beforeAll(() => {
    const paths = uniquePath("cookbook");
    const database = uniqueName("cookbook_shop");
    mkdirSync(paths);
    for (const recipe of runnable) writeFileSync(file(recipe), program(recipe, paths, database));
    const runner = join(scratch, "runner.mjs");
    writeFileSync(runner, RUNNER);
    const plain = runnable
      .filter(({ code }) => !isTest(code))
      .map((recipe) => [recipe.name, pathToFileURL(file(recipe)).href]);
    const lines = createInterface(start([runner, JSON.stringify(plain)]).stdout as Readable);
    lines.on("line", (line) => {
      const { name, output } = JSON.parse(line) as { name: string; output: string };
      outputs.set(name, output);
    });
  });

  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(scratch, { recursive: true });
  });

  // The tests have the order in which the programs run, so each waits for its own program only.
  for (const recipe of runnable.filter(({ code }) => !isTest(code))) {
    it(`${recipe.name} prints what the page says`, { timeout: 180_000 }, async () => {
      await eventually(() => outputs.has(recipe.name), { withinMs: 170_000 });
      expect(linesOf(outputs.get(recipe.name))).toEqual(linesOf(recipe.output));
    });
  }

  for (const recipe of runnable.filter(({ code }) => isTest(code))) {
    it(`${recipe.name} passes as a test`, { timeout: 60_000 }, async () => {
      const child = start(["--test", file(recipe)]);
      expect(await text(child.stdout as Readable)).toContain("# pass 1");
    });
  }
});
