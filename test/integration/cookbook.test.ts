import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import ts from "typescript";
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

const names = recipes.map(({ name }) => name);
const needsDelta = new Set(
  recipes.filter(({ code }) => /deltaTable|"delta"/.test(code)).map(({ name }) => name),
);
/** Pages leave out the empty line that `show()` prints after a table. */
const linesOf = (text = "no output"): string[] => text.split("\n").filter((line) => line !== "");
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

/** Runs the given programs one after the other in one process, and returns what each printed. */
const RUNNER = `
  const results = {};
  const write = process.stdout.write.bind(process.stdout);
  for (const [name, url] of JSON.parse(process.argv[2])) {
    let output = "";
    process.stdout.write = (text) => ((output += text), true);
    try {
      await import(url);
    } catch (error) {
      output += "failed: " + error.stack;
    }
    results[name] = output;
  }
  write(JSON.stringify(results));
`;

describe("the recipes of the cookbook", () => {
  const scratch = mkdtempSync(join(root, "build", "cookbook-"));
  const outputs = new Map<string, string>();
  const hasDelta = inject("hasDelta");

  beforeAll(() => {
    const paths = uniquePath("cookbook");
    const database = uniqueName("cookbook_shop");
    mkdirSync(paths);
    const files = new Map<string, string>();
    for (const recipe of recipes.filter(({ name }) => hasDelta || !needsDelta.has(name))) {
      const file = join(scratch, recipe.name.replace(/md$/, "mjs"));
      writeFileSync(file, program(recipe, paths, database));
      files.set(recipe.name, file);
    }
    const run = (args: string[]): string => {
      const env = {
        ...process.env,
        SPARK_REMOTE: inject("sparkUrl"),
        NODE_TEST_CONTEXT: undefined,
      };
      const node = spawnSync(process.execPath, args, {
        cwd: root,
        encoding: "utf8",
        env,
        timeout: 400_000,
      });
      expect(node.status, node.stdout + node.stderr).toBe(0);
      return node.stdout;
    };
    const plain = recipes
      .filter(({ name, code }) => files.has(name) && !isTest(code))
      .map(({ name }) => [name, pathToFileURL(files.get(name) ?? "").href]);
    const runner = join(scratch, "runner.mjs");
    writeFileSync(runner, RUNNER);
    const results = JSON.parse(run([runner, JSON.stringify(plain)])) as Record<string, string>;
    for (const [name, output] of Object.entries(results)) outputs.set(name, output);
    for (const { name } of recipes.filter(({ code }) => isTest(code)))
      outputs.set(name, run(["--test", files.get(name) ?? ""]));
  }, 450_000);

  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  it.each(names)("%s prints what the page says", (name) => {
    const recipe = recipes.find((each) => each.name === name);
    if (needsDelta.has(name) && !hasDelta) return;
    if (recipe !== undefined && isTest(recipe.code))
      expect(outputs.get(name)).toContain("# pass 1");
    else expect(linesOf(outputs.get(name))).toEqual(linesOf(recipe?.output));
  });
});
