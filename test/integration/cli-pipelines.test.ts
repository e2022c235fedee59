import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { text as readAll } from "node:stream/consumers";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { eventually } from "../support/eventually.js";
import { closed, MAIN, type Outcome } from "./cli-process.js";
import { connect, isSparkAtLeast, replayEgress, uniqueName } from "./support.js";

// A folder of the package, so that projects find the bundler, and `import "sparktide"` is the build.
const root = mkdtempSync(fileURLToPath(new URL("../../build/cli-pipelines-", import.meta.url)));
const database = uniqueName("pipelines");

/** Runs SQL statements in a session of their own. Returns the rows of the last one. */
async function rowsOf(...statements: readonly string[]): Promise<unknown[]> {
  await using spark = await connect();
  let rows: unknown[] = [];
  for (const statement of statements)
    rows = await (await spark.sql(statement)).collect({ rowMode: "array" });
  return rows;
}

/** Runs a command to its end, in a folder. */
async function pipelines(folder: string, ...words: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, "pipelines", ...words], {
    cwd: folder,
    env: { ...process.env, SPARK_REMOTE: inject("sparkUrl") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [code, stdout, stderr] = await Promise.all([
    closed(child),
    readAll(child.stdout),
    readAll(child.stderr),
  ]);
  return { code, stdout, stderr };
}

/** Writes a project with these libraries. Returns its folder. */
function project(
  libraries: Readonly<Record<string, string>>,
  configuration: Readonly<Record<string, string>> = {},
): string {
  const folder = join(root, uniqueName("project"));
  const spec = {
    name: "test",
    storage: pathToFileURL(join(folder, "storage")).href,
    database,
    configuration,
    libraries: [{ glob: { include: "transformations/**" } }],
  };
  for (const [path, text] of Object.entries(libraries)) {
    const whole = join(folder, "transformations", path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }
  // JSON is YAML too.
  writeFileSync(join(folder, "spark-pipeline.yml"), JSON.stringify(spec, undefined, 2));
  return folder;
}

function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

beforeAll(async () => {
  await rowsOf(`CREATE DATABASE ${database}`);
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await rowsOf(`DROP DATABASE ${database} CASCADE`);
});

describe.runIf(isSparkAtLeast(4, 1))("sparktide pipelines", () => {
  it("creates a project that runs, checks and prints its graph as it stands", async () => {
    const created = await pipelines(root, "init", "demo");
    const folder = join(root, "demo");
    expect(created).toMatchObject({ code: 0, stderr: "" });
    expect(created.stdout).toContain(`created ${folder}\nNext steps:\n  cd demo\n`);
    expect(await pipelines(root, "init", "demo")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("demo exists already") as string,
    });
    const spec = join(folder, "spark-pipeline.yml");
    writeFileSync(spec, `${readFileSync(spec, "utf8")}database: ${database}\n`);
    const nested = join(folder, "transformations");

    const checked = await pipelines(nested, "dry-run");
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    expect(checked.stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: Run is COMPLETED\.\n$/);
    expect(await rowsOf(`SHOW TABLES IN ${database} LIKE 'example*'`)).toEqual([]);

    const ran = await pipelines(nested, "run");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const flow = `spark_catalog.${database}.example_sql_materialized_view`;
    expect(ran.stdout).toContain(`: Flow ${flow} has COMPLETED.\n`);
    expect(ran.stdout).toContain(`\n${flow}: COMPLETED\n`);
    const rows = `SELECT id FROM ${database}.example_sql_materialized_view ORDER BY id`;
    expect(await rowsOf(rows)).toEqual([[0n], [2n], [4n], [6n], [8n]]);

    expect(await pipelines(nested, "graph")).toEqual({
      code: 0,
      stdout: `example_typescript_materialized_view: materialized view, transformations/example_typescript_materialized_view.ts:4
  reads no table
example_sql_materialized_view: materialized view, transformations/example_sql_materialized_view.sql:1
  reads example_typescript_materialized_view
`,
      stderr: "",
    });
    const mermaid = await pipelines(folder, "graph", "--format", "mermaid");
    expect(mermaid).toMatchObject({ code: 0, stderr: "" });
    expect(mermaid.stdout).toMatch(/^flowchart LR\n[^]* {2}n0 --> n1\n$/);
  });

  it("runs modules of each kind, which import files and sparktide, with a source of the package", async () => {
    const folder = project(
      {
        "prices.ts": `
import type { SparkSession } from "sparktide";
import type { Pipeline } from "sparktide/pipelines";
import { apiOptions } from "../shared/options.js";
import { upper } from "./names.js";

export default async function (pipeline: Pipeline, spark: SparkSession): Promise<void> {
  const version: string = await spark.version();
  pipeline
    .streamingTable("prices", ({ readStream }) =>
      readStream.format("coingecko").options(apiOptions).load().select(upper("coin").alias("coin")))
    .materializedView("about", (session) => session.sql(\`SELECT '\${version}' AS version, current_timezone() AS zone\`));
}
`,
        "names.ts": `
import { upper } from "sparktide/functions";
export { upper };
export default (): void => undefined;
`,
        "counts.mjs": `
import { col } from "sparktide/functions";
import { readFileSync } from "node:fs";
// Paths are relative to the specification.
const spec = JSON.parse(readFileSync("spark-pipeline.yml", "utf8"));
export default (pipeline) =>
  pipeline.materializedView("counts", (spark) =>
    spark.table("prices").groupBy(col("coin")).count(), { comment: spec.name });
`,
        "more/old.cjs": `module.exports = (pipeline) => {
  pipeline.temporaryView("all_prices", (spark) => spark.table("prices"));
};
`,
        "more/total.sql": "CREATE MATERIALIZED VIEW total AS SELECT count(*) AS n FROM all_prices;",
      },
      { "spark.sql.session.timeZone": "Asia/Tokyo" },
    );
    mkdirSync(join(folder, "shared"));
    writeFileSync(
      join(folder, "shared/options.ts"),
      `export const apiOptions = ${JSON.stringify({ ...replayEgress(), coins: "bitcoin,ethereum" })};\n`,
    );
    const ran = await pipelines(folder, "run", "--json", "--source", "coingecko");
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
    const lines = jsonLines(ran.stdout);
    expect(lines.slice(0, -1).every(({ event }) => event === "progress")).toBe(true);
    const result = lines.at(-1) as { flows: { dataset: string; state: string; rows: number }[] };
    expect(result).toMatchObject({ event: "result", state: "COMPLETED" });
    const of = (name: string): object | undefined =>
      result.flows.find(({ dataset }) => dataset === name);
    expect(of("prices")).toMatchObject({ state: "COMPLETED", rows: 2, error: null });
    expect(of("total")).toMatchObject({ state: "COMPLETED", rows: null });
    expect(await rowsOf(`SELECT n FROM ${database}.total`)).toEqual([[2n]]);
    expect(await rowsOf(`SELECT zone FROM ${database}.about`)).toEqual([["Asia/Tokyo"]]);
    const graph = await pipelines(folder, "graph", "--json", "--source", "coingecko");
    expect(JSON.parse(graph.stdout)).toMatchObject({
      datasets: expect.arrayContaining([
        {
          name: "prices",
          kind: "streamingTable",
          file: join(folder, "transformations/prices.ts"),
          line: 10,
        },
        {
          name: "total",
          kind: "materializedView",
          file: join(folder, "transformations/more/total.sql"),
          line: 1,
        },
      ]) as unknown,
      flows: expect.arrayContaining([
        { name: "prices", target: "prices", sources: [], formats: ["coingecko"] },
        { name: "total", target: "total", sources: ["all_prices"], formats: [] },
      ]) as unknown,
    });
  });

  it("names the file and the line of an error in a library, a flow function and SQL", async () => {
    const types = `import type { Pipeline } from "sparktide/pipelines";
interface Settings {
  readonly table: string;
}
`;
    const fails: readonly (readonly [Record<string, string>, number, string, number?])[] = [
      [
        {
          "a.ts": `${types}
export default function (pipeline: Pipeline): void {
  const settings: Settings[] = [];
  pipeline.createStreamingTable(settings[0]!.table);
}
`,
        },
        1,
        "The library transformations/a.ts failed: Cannot read properties of undefined (reading 'table')\nAt FILE:8.",
      ],
      [
        {
          "a.ts": `${types}
export default (pipeline: Pipeline): void => {
  pipeline.materializedView("cli_error", (spark) =>
    spark.table("cli_missing"),
  );
};
`,
        },
        1,
        "Defined at FILE:7.",
      ],
      [
        {
          "a.ts": `${types}
export default (pipeline: Pipeline): void => {
  pipeline.appendFlow("nowhere", ({ readStream }) => readStream.table("x"), { name: "lost" });
};
`,
        },
        2,
        "Defined at FILE:7.",
      ],
      [{ "a.ts": "export default function (pipeline {" }, 1, "a.ts:1:"],
      [{ "a.js": "export default () => 1;\n\nconst = 5;\n" }, 1, "\nAt FILE:3."],
      [{ "a.js": "export const x = 1;\n" }, 2, "must export a function as its default"],
      [{ "a.js": 'import "no-such-package";\n' }, 1, "Cannot find package 'no-such-package'"],
      [
        { "a.sql": "CREATE MATERIALIZED VIEW cli_error AS SELECT nope FROM range(3);" },
        1,
        "Defined at transformations/a.sql:1.",
      ],
      [{ "a.py": "" }, 2, "The library transformations/a.py is Python."],
    ];
    for (const [libraries, code, message] of fails) {
      const folder = project(libraries);
      const outcome = await pipelines(folder, "dry-run");
      const [name = ""] = Object.keys(libraries);
      const file = join(folder, "transformations", name);
      expect(outcome.stderr).toContain(message.replace("FILE", file));
      expect([name, outcome.code]).toEqual([name, code]);
    }
  });

  it("prints the state of each flow and exits with 1 if a flow fails", async () => {
    const folder = project({
      "a.sql": `CREATE MATERIALIZED VIEW cli_divides AS SELECT assert_true(id < 1) FROM range(3);
CREATE MATERIALIZED VIEW cli_after AS SELECT * FROM cli_divides;`,
    });
    const { code, stdout, stderr } = await pipelines(folder, "run", "--json");
    expect(code).toBe(1);
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      event: "result",
      state: "FAILED",
      flows: expect.arrayContaining([
        expect.objectContaining({ dataset: "cli_divides", state: "FAILED" }),
        expect.objectContaining({ dataset: "cli_after", state: "SKIPPED" }),
      ]) as unknown,
    });
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
    expect(error.code).toBe("PIPELINE_FAILED");
    expect(error.message).toContain("Defined at transformations/a.sql:1.");
  });

  it("updates the datasets of --refresh, and refuses wrong options before it connects", async () => {
    const folder = project({
      "a.sql": `CREATE MATERIALIZED VIEW cli_one AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW cli_two AS SELECT 2 AS two;`,
    });
    const { code, stdout } = await pipelines(folder, "run", "--json", "--refresh", "cli_one, ");
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      flows: expect.arrayContaining([
        expect.objectContaining({ dataset: "cli_one", state: "COMPLETED" }),
      ]) as unknown,
    });
    expect(await rowsOf(`SHOW TABLES IN ${database} LIKE 'cli_two'`)).toEqual([]);
    const reset = await pipelines(folder, "run", "--full-refresh-all");
    expect(reset).toMatchObject({ code: 0, stderr: "" });
    expect(await rowsOf(`SELECT two FROM ${database}.cli_two`)).toEqual([[2]]);
    for (const [words, message] of [
      [["run", "--full-refresh-all", "--refresh", "a"], "it excludes --refresh"],
      [["run", "--full-refresh-all", "--full-refresh", "a"], "it excludes --full-refresh."],
      [["run", "--refresh", ","], "--refresh names no dataset."],
      [["dry-run", "--refresh", "a"], "Unknown option --refresh."],
      [["run", "--spec", "no.yml"], "--spec no.yml is not a file."],
      [["run", "--source", "wether"], "--source must be one of"],
      [["graph", "--json", "--format", "mermaid"], "--json means --format json"],
      [["init"], "Give the name of the project."],
      [["start"], "Unknown command pipelines start."],
    ] as const) {
      const refused = await pipelines(folder, ...words);
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      expect(refused.stderr).toContain(message);
    }
    const lost = await pipelines("/", "run");
    expect(lost).toMatchObject({ code: 2 });
    expect(lost.stderr).toContain("No spark-pipeline.yml is in / or a folder above it.");
  });

  it("stops the run on the server at Ctrl-C, and exits with 130", async () => {
    const mark = uniqueName("cli.mark");
    const source = `${database}.cli_source`;
    await rowsOf(`CREATE TABLE ${source} USING parquet AS SELECT id FROM range(0, 100000, 1, 1)`);
    // Each row sets the mark to its id and waits, so the mark changes while the flow runs.
    const folder = project({
      "a.sql": `CREATE STREAMING TABLE cli_slow AS SELECT id,
        java_method('java.lang.System', 'setProperty', '${mark}', cast(id AS STRING)) AS before,
        java_method('java.lang.Thread', 'sleep', 50L + id - id) AS slept
      FROM STREAM ${source};`,
    });
    const child = spawn(process.execPath, [MAIN, "pipelines", "run"], {
      cwd: folder,
      env: { ...process.env, SPARK_REMOTE: inject("sparkUrl") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = Promise.all([readAll(child.stdout), readAll(child.stderr)]);
    try {
      await using spark = await connect();
      const seen = async (): Promise<unknown> => {
        const query = `SELECT java_method('java.lang.System', 'getProperty', '${mark}', 'none') FROM range(1)`;
        const [row] = await (await spark.sql(query)).collect({ rowMode: "array" });
        return row?.[0];
      };
      await eventually(async () => (await seen()) !== "none", { withinMs: 60_000 });
      child.kill("SIGINT");
      expect(await closed(child)).toBe(130);
      const [stdout, stderr] = await said;
      expect(stdout).toContain(`Flow spark_catalog.${database}.cli_slow is RUNNING.`);
      expect(stderr).toBe("The run was stopped.\n");
      // The mark stays the same over many of the waits.
      let last: unknown;
      let equal = 0;
      await eventually(
        async () => {
          const now = await seen();
          equal = now === last ? equal + 1 : 0;
          last = now;
          return equal >= 10;
        },
        { withinMs: 60_000 },
      );
    } finally {
      child.kill("SIGKILL");
    }
  });
});
