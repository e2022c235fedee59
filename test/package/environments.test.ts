/**
 * The most different ways in which users' tools load the package: CommonJS, a bundle, Jest, vitest.
 * `npm run test:environments` has the others.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOOLS, TYPESCRIPT } from "../environments/versions.js";
import { PackedProject } from "../support/packed-project.js";
import { read } from "./documents.js";

const INSTALLED = [`esbuild@${TOOLS.esbuild}`, `jest@${TOOLS.jest}`];

/** Uses everything that importing must provide: names, lazily loaded chunks, the zip of the sources. */
const USE = `
  console.log([SparkSession.builder, col, LocalSpark.start].map((each) => typeof each).join());
  weather.deployment("weather", true).then(async ({ artifacts: [zip] }) => {
    console.log(zip.name.replace(/-\\w+/, ""), zip.content.subarray(0, 2).toString());
    const failed = SparkSession.builder().remote("sc://127.0.0.1:1").connectTimeoutMs(1).create();
    console.log((await failed.catch((error) => error)).endpoint);
  });`;
const SAID = [
  "function,function,function",
  "pyfiles/sparktide_sources.zip PK",
  "127.0.0.1:1",
  "",
].join("\n");
const NAMES = [
  ["SparkSession", "sparktide"],
  ["col", "sparktide/functions"],
  ["LocalSpark", "sparktide/local"],
  ["weather", "sparktide/sources"],
] as const;
const MODULE = NAMES.map(([names, path]) => `import { ${names} } from "${path}";`).join("\n") + USE;
const SCRIPT =
  NAMES.map(([names, path]) => `const { ${names} } = require("${path}");`).join("\n") + USE;

describe("the package in users' tools", { timeout: 120_000 }, () => {
  let project: PackedProject;
  /** A folder without node_modules in it or in its parents. */
  let empty: string;
  beforeAll(() => {
    project = new PackedProject();
    project.npm(["install", "--prefer-offline", "--ignore-scripts", ...INSTALLED]);
    project.link("vitest");
    empty = mkdtempSync(join(tmpdir(), "sparktide-bundle-"));
  }, 300_000);
  afterAll(() => {
    project[Symbol.dispose]();
    rmSync(empty, { recursive: true, force: true });
  }, 60_000);

  it("runs in CommonJS, where require() cannot load modules", () => {
    const script = project.write("script.cjs", SCRIPT);
    const { code, stdout } = project.node("--no-experimental-require-module", script);
    expect(stdout).toBe(SAID);
    expect(code).toBe(0);
  });

  it("is the same package for ES modules and CommonJS in one process", () => {
    const both = project.write(
      "both.mjs",
      `import { createRequire } from "node:module";
      import { SparkSession } from "sparktide";
      console.log(createRequire(import.meta.url)("sparktide").SparkSession === SparkSession);`,
    );
    expect(project.node(both).stdout).toBe("true\n");
  });

  it("runs as a bundle of ES modules made by esbuild, in a separate folder", () => {
    const source = project.write("entry.mjs", MODULE);
    const bundle = join(empty, "main.mjs");
    const options = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning"];
    const esbuild = join(project.folder, "node_modules/esbuild/bin/esbuild");
    const built = spawnSync(esbuild, [...options, `--outfile=${bundle}`, source], {
      encoding: "utf8",
    });
    expect(built.stderr).toBe("");
    const run = spawnSync(process.execPath, [bundle], { cwd: empty, encoding: "utf8" });
    expect(run.stdout).toBe(SAID);
  });

  it("can be required in Jest, and an error shows the user's line", () => {
    project.write("jest.config.cjs", "module.exports = { testMatch: ['**/*.jest.cjs'] };");
    project.write(
      "it.jest.cjs",
      `${SCRIPT.replace(USE, "")}
      const { Table } = require("apache-arrow");
      test("the sources' zip", async () => {
        expect(typeof col).toBe("function");
        expect(typeof Table).toBe("function");
        const { artifacts: [zip] } = await weather.deployment("weather", true);
        expect(zip.content.length).toBeGreaterThan(10_000);
      });
      test("an error", async () => {
        const session = SparkSession.builder().remote("sc://127.0.0.1:1").connectTimeoutMs(1);
        await session.create(); // the user's line
      });`,
    );
    const jest = join(project.folder, "node_modules/jest/bin/jest.js");
    const { stderr } = project.node(jest, "--rootDir", project.folder);
    const said = stripVTControlCharacters(stderr);
    expect(said).toMatch(/✓ the sources' zip/);
    expect(said).toMatch(/> \d+ \|.*the user's line/);
    expect(said).toMatch(/Tests: +1 failed, 1 passed/);
  });

  it.each([
    ["vitest", "vitest/vitest.mjs", "globals.test.mjs", "run"],
    ["Jest", "jest/bin/jest.js", "globals.jest.cjs"],
  ])(
    "%s runs the global setup of sparktide/testing, and shows an assertion at the user's line",
    (tool, program, file, ...words) => {
      const names = "{ assertSchemaEqual }";
      const load = file.endsWith("cjs")
        ? `const ${names} = require("sparktide/testing");`
        : `import ${names} from "sparktide/testing"; import { expect, test } from "vitest";`;
      project.write(
        file,
        `${load}
        test("finds the server", () => expect(process.env.SPARK_REMOTE).toBe("sc://127.0.0.1:1"));
        test("differs", () => {
          assertSchemaEqual("id INT", "id BIGINT"); // the line
        });`,
      );
      const setup = `"sparktide/testing/${tool.toLowerCase()}"`;
      project.write(
        "vitest.globals.mjs",
        `export default { test: { include: ["*.test.mjs"], globalSetup: [${setup}] } };`,
      );
      project.write(
        "jest.globals.cjs",
        `module.exports = { testMatch: ["**/globals.jest.cjs"], globalSetup: ${setup},
          globalTeardown: "sparktide/testing/jest-teardown" };`,
      );
      const config = tool === "vitest" ? "vitest.globals.mjs" : "jest.globals.cjs";
      const { stderr, stdout } = project.node(
        `--env-file=${project.write("remote.env", "SPARK_REMOTE=sc://127.0.0.1:1")}`,
        ...[join(project.folder, "node_modules", program), ...words],
        ...["--config", join(project.folder, config)],
      );
      const said = stripVTControlCharacters(`${stdout}${stderr}`);
      expect(said).toContain("~ id bigint → int");
      expect(said).toMatch(/4 ?\|.*the line/);
      expect(said).toContain("Spark at 127.0.0.1:1 (SPARK_REMOTE); 0 sessions made in 0.0 s");
      expect(said).toMatch(/1 failed.*1 passed/);
    },
  );

  it("shows the user's line in an error in vitest", () => {
    project.write(
      "it.test.ts",
      `import { test } from "vitest";
      import { SparkSession } from "sparktide";
      test("later", async () => {
        const session = SparkSession.builder().remote("sc://127.0.0.1:1").connectTimeoutMs(1);
        await session.create(); // the first line
      });
      test("at once", () => {
        SparkSession.builder().connectTimeoutMs(-1); // the second line
      });`,
    );
    const vitest = join(project.folder, "node_modules/vitest/vitest.mjs");
    const { stderr } = project.node(vitest, "run", "--root", project.folder);
    const frames = stripVTControlCharacters(stderr);
    expect(frames).toMatch(/❯ it\.test\.ts:5:\d+\n.*\n.*\n *5\| .*the first line\n *\|.*\^/);
    expect(frames).toMatch(/❯ it\.test\.ts:8:\d+\n.*\n.*\n *8\| .*the second line\n *\|.*\^/);
  });

  it.each(["testcontainers@10", "testcontainers@12"])(
    "can be installed together with %s",
    (version) => {
      // npm fails (ERESOLVE) if a peer dependency does not allow the version.
      expect(project.npm(["install", "--dry-run", "--prefer-offline", version])).toMatch(/added/);
    },
  );
});

describe("docs/guides/environments.md", () => {
  const page = read("docs/guides/environments.md");

  it.each(Object.entries(TOOLS))("names the tested version of %s, %s", (name, version) => {
    // Users need not know the version of what is below @swc/jest.
    if (name === "@swc/core") return;
    const row = new RegExp(
      `^\\| .*${name}\\b.*\\b${version.replaceAll(".", "\\.")}\\b.*\\|$`,
      "im",
    );
    expect(page).toMatch(row);
  });

  it("names the oldest and the newest tested TypeScript, and docs/compatibility.md names all", () => {
    const lines = TYPESCRIPT.map((version) => version.split(".", 2).join("."));
    expect(page).toContain(`| ${lines[0] ?? ""} to ${lines.at(-1) ?? ""} `);
    const [, ...texts] =
      /with TypeScript ([\d.,\s]+) and (7\.\d+):/.exec(read("docs/compatibility.md")) ?? [];
    expect(texts.flatMap((text) => text.split(/,\s+/))).toEqual(lines);
  });
});
