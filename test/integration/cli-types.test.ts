import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { SparkSession } from "../../src/index.js";
import { node, output, sparktide } from "./cli-process.js";
import { connect, tableFormat, uniqueName, uniquePath } from "./support.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
// A folder of the package, so that TypeScript resolves "sparktide" to the build.
const project = mkdtempSync(join(root, "build", "cli-types-"));
const database = uniqueName("shop");
/** A database for the tests that change their tables. */
const changing = uniqueName("changing");
const declarations = join(project, "spark-tables.d.ts");
const write = ["types", "--database", database, "--out", declarations];

async function run(...statements: readonly string[]): Promise<void> {
  await using spark = await connect();
  for (const statement of statements) await spark.sql(statement);
}

/** Compiles a program of the project to program.js. Returns the errors of TypeScript. */
function compile(program: string, tables = "spark-tables.d.ts"): string {
  const path = join(project, "program.ts");
  writeFileSync(path, program);
  const options = ["--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"];
  return spawnSync(
    process.execPath,
    [
      ...[join(root, "node_modules/typescript/bin/tsc"), ...options, "--ignoreConfig"],
      ...["--types", "node", "program.ts", tables],
    ],
    { cwd: project, encoding: "utf8" },
  ).stdout;
}

beforeAll(async () => {
  await run(
    `CREATE DATABASE ${database}`,
    `CREATE DATABASE ${changing}`,
    `CREATE TABLE ${database}.orders (
       id BIGINT NOT NULL COMMENT 'the number; never */ reused',
       total DECIMAL(12,2) COMMENT 'in euros',
       placed_at TIMESTAMP,
       customer STRUCT<name: STRING NOT NULL COMMENT 'full name', phones: ARRAY<STRING>>,
       lines ARRAY<STRUCT<sku: STRING, quantity: INT>>,
       labels MAP<STRING, STRING>
     ) USING ${tableFormat()} COMMENT 'The orders of the shop.\\nSince 2020.'`,
    `CREATE TABLE ${database}.order_lines (\`unit price\` DOUBLE, code CHAR(3)) USING parquet`,
    `CREATE VIEW ${database}.totals (id COMMENT 'of the order', both) AS
       SELECT 1L, array(1, 2) AS both`,
  );
});

afterAll(async () => {
  rmSync(project, { recursive: true });
  await run(`DROP DATABASE ${database} CASCADE`, `DROP DATABASE ${changing} CASCADE`);
});

describe("sparktide types", () => {
  it("writes the rows of a database's tables and views, with nested types, nullability and comments", async () => {
    expect(await output(write)).toBe(`wrote: ${declarations} (3 tables and views, 0 sources)\n`);
    const type =
      "Shop" + database.slice("shop_".length).replace(/^[a-z]/, (letter) => letter.toUpperCase());
    // Parquet tables do not keep NOT NULL.
    const [id, ddl] = tableFormat() === "delta" ? ["bigint", " NOT NULL"] : ["bigint | null", ""];
    const name = tableFormat() === "delta" ? "string" : "string | null";
    expect(readFileSync(declarations, "utf8"))
      .toBe(`// Written by \`npx sparktide types --database ${database}\`.
// Do not edit. Run the command again after the schemas have changed.
/* eslint-disable */
import type { Timestamp } from "sparktide";

declare module "sparktide" {
  interface Tables {
    "${database}.order_lines": ${type}OrderLines;
    "${database}.orders": ${type}Orders;
    "${database}.totals": ${type}Totals;
  }
}

// @table ["${database}.order_lines"], "\`unit price\` DOUBLE,code STRING"
/** The rows of ${database}.order_lines. */
export type ${type}OrderLines = {
  "unit price": number | null;
  code: string | null;
};

// @table ["${database}.orders"], "id BIGINT${ddl},total DECIMAL(12,2),placed_at TIMESTAMP,customer STRUCT<name: STRING${ddl}, phones: ARRAY<STRING>>,lines ARRAY<STRUCT<sku: STRING, quantity: INT>>,labels MAP<STRING, STRING>"
/**
 * The rows of ${database}.orders.
 *
 * The orders of the shop.
 * Since 2020.
 */
export type ${type}Orders = {
  /** the number; never *\\/ reused */
  id: ${id};
  /** in euros */
  total: string | null;
  placed_at: Timestamp | null;
  customer: {
    /** full name */
    name: ${name};
    phones: (string | null)[] | null;
  } | null;
  lines: ({
    sku: string | null;
    quantity: number | null;
  } | null)[] | null;
  labels: Map<string, string | null> | null;
};

// @table ["${database}.totals"], "{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"id\\",\\"type\\":\\"long\\",\\"nullable\\":false,\\"metadata\\":{}},{\\"name\\":\\"both\\",\\"type\\":{\\"type\\":\\"array\\",\\"elementType\\":\\"integer\\",\\"containsNull\\":false},\\"nullable\\":false,\\"metadata\\":{}}]}"
/** The rows of ${database}.totals. */
export type ${type}Totals = {
  /** of the order */
  id: bigint;
  both: number[];
};
`);
  });

  it("does not write a file that is up to date, also with the line ends of Windows", async () => {
    await output(write);
    writeFileSync(declarations, readFileSync(declarations, "utf8").replaceAll("\n", "\r\n"));
    const before = statSync(declarations, { bigint: true });
    expect(await output(write)).toBe(
      `up to date: ${declarations} (3 tables and views, 0 sources)\n`,
    );
    expect(statSync(declarations, { bigint: true })).toEqual({
      ...before,
      atimeMs: expect.anything() as bigint,
      atimeNs: expect.anything() as bigint,
      atime: expect.anything() as Date,
    });
    expect(await output([...write, "--check"])).toBe(`up to date: ${declarations}\n`);
  });

  it("finds a dropped column: --check fails with the difference, and after a new run the program does not compile", async () => {
    const words = ["types", "--database", changing, "--out", declarations];
    const table = `${changing}.gadgets`;
    const changed = `${changing}.changed`;
    const dropped = `${changing}.dropped`;
    await run(
      `CREATE TABLE ${table} (id BIGINT, total DECIMAL(12,2)) USING ${tableFormat()}`,
      `CREATE VIEW ${changed} (id, total) AS SELECT 1L, 2.5 AS total`,
      `CREATE VIEW ${dropped} (id) AS SELECT 1L`,
    );
    await output(words);
    const program = `
      import type { Tables } from "sparktide";
      declare const row: Tables["${table}"];
      export const total: string | null = row.total;
    `;
    expect(compile(program)).toBe("");
    await run(
      `DROP TABLE ${table}`,
      `CREATE TABLE ${table} (id BIGINT, weight INT) USING ${tableFormat()}`,
      `CREATE OR REPLACE VIEW ${changed} (id, total) AS SELECT 1, 2.5 AS total`,
      `DROP VIEW ${dropped}`,
      `CREATE VIEW ${changing}.added (id) AS SELECT 1L`,
    );
    const text = readFileSync(declarations, "utf8");
    const check = await sparktide([...words, "--check"]);
    expect(check.stdout).toBe(`${changing}.added
  new: the file does not have it
${changed}
  ~ id bigint not null → int not null
${table}
  - total decimal(12,2)
  + weight int
${dropped}
  gone: only the file has it
`);
    expect(check.stderr).toBe(
      `${declarations} does not match the catalog. Run the command without --check to write it.\n`,
    );
    expect(check.code).toBe(1);
    expect(readFileSync(declarations, "utf8")).toBe(text);
    const json = await sparktide([...words, "--check", "--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      file: declarations,
      upToDate: false,
      differences: [
        { kind: "table", name: `${changing}.added` },
        { name: changed },
        { name: table, lines: ["- total decimal(12,2)", "+ weight int"] },
        { name: dropped },
      ],
    });
    await output(words);
    expect(compile(program)).toContain("Property 'total' does not exist on type");
    await run(`DROP TABLE ${table}`, `DROP VIEW ${changed}`, `DROP VIEW ${changing}.added`);
  });

  it("fails a check if only a comment changed, and says so", async () => {
    const view = `${changing}.remarks`;
    await run(`CREATE VIEW ${view} (id COMMENT 'old') AS SELECT 1L`);
    const words = ["types", "--table", view, "--out", declarations];
    await output(words);
    await run(`CREATE OR REPLACE VIEW ${view} (id COMMENT 'new') AS SELECT 1L`);
    const { code, stdout, stderr } = await sparktide([...words, "--check"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("has the columns of the catalog, but another order, other comments");
    await run(`DROP VIEW ${view}`);
  });

  it("adds the bare names of the session's current database, but not if a temporary view has the name", async () => {
    const id = randomUUID();
    const builder = SparkSession.builder().remote(inject("sparkUrl")).sessionId(id);
    await using spark = await builder.create();
    await spark.catalog.setCurrentDatabase(database);
    await spark.sql("CREATE TEMPORARY VIEW orders AS SELECT 'other' AS text");
    const namesIn = async (...words: readonly string[]): Promise<string[]> => {
      const out = ["--session-id", id, "--out", declarations];
      await output(["types", ...words, ...out]);
      const text = readFileSync(declarations, "utf8");
      return [...text.matchAll(/^ {4}(.*): [A-Z]\w*;$/gm)].map(([, name = ""]) => name);
    };
    const full = ["order_lines", "orders", "totals"].map((name) => `"${database}.${name}"`);
    expect(await namesIn()).toEqual(["order_lines", "orders", ...full, "totals"]);
    const text = readFileSync(declarations, "utf8");
    expect(text).toContain("    orders: Orders;\n");
    expect(text).toContain("export type Orders = {\n  text: string;\n};\n");
    expect(await namesIn("--table", `${database}.orders`, "--table", "totals")).toEqual([
      `"${database}.orders"`,
      `"${database}.totals"`,
      "totals",
    ]);
  });

  it("writes the rows of data sources: packaged ones, which it deploys, and Spark's own", async () => {
    const words = ["types", "--source", "coingecko", "--source", "rate", "--out", declarations];
    expect(await output([...words, "--json"])).toBe(
      `${JSON.stringify({ file: declarations, written: true, tables: [], sources: ["coingecko", "rate"] })}\n`,
    );
    const text = readFileSync(declarations, "utf8");
    expect(text).toContain(
      "  interface Formats {\n    coingecko: CoingeckoFormat;\n    rate: RateFormat;\n  }\n",
    );
    expect(text).toContain("  usd_price: number | null;\n");
    expect(text).toContain("  timestamp: Timestamp | null;\n");
    const station = `stations=${JSON.stringify([{ id: "x", lat: 1, lon: 2 }])}`;
    await output(["types", "--source", "weather", "--option", station, "--out", declarations]);
    expect(readFileSync(declarations, "utf8")).toMatch(
      /^\/\/ Written by `npx sparktide types --source weather --option 'stations=…'`\.\n/,
    );
  });

  it("registers the schemas with which a program finds at run time that a table has changed", async () => {
    const view = `${changing}.verified`;
    const module = join(project, "spark-tables.ts");
    await run(`CREATE VIEW ${view} (id, both) AS SELECT 1L, array(1) AS both`);
    const words = ["types", "--table", view, "--out", module];
    await output(words);
    expect(await output([...words, "--check"])).toBe(`up to date: ${module}\n`);
    const program = `
      import { SparkSession } from "sparktide";
      import "./spark-tables.js";
      const spark = await SparkSession.builder().getOrCreate();
      const df = await spark.table("${view}", { verify: true });
      const ids: bigint[] = (await df.collect()).map((row) => row.id);
      console.log(ids.join());
      await spark.stop();
    `;
    const path = join(project, "program.js");
    expect(compile(program, "spark-tables.ts")).toBe("");
    const ran = await node([path]);
    expect(ran).toEqual({ code: 0, stdout: "1\n", stderr: "" });
    await run(`CREATE OR REPLACE VIEW ${view} (id, both) AS SELECT 1L, array(1, NULL) AS both`);
    const failed = await node([path]);
    expect([failed.code, failed.stdout]).toEqual([1, ""]);
    expect(failed.stderr).toContain("~ both.element int not null → int");
    await run(`DROP VIEW ${view}`);
  });

  it("names a database, table, view or source that cannot be read, and writes nothing", async () => {
    const broken = `${changing}.broken`;
    const base = `${changing}.base`;
    await run(
      `CREATE VIEW ${base} (id) AS SELECT 1L`,
      `CREATE VIEW ${broken} AS SELECT id FROM ${base}`,
      `DROP VIEW ${base}`,
    );
    const path = join(project, "never.d.ts");
    for (const [words, said] of [
      [
        ["--database", `${database}x`],
        `Database ${database}x does not exist. Did you mean ${database}?`,
      ],
      [["--table", `${database}.order`], `Table ${database}.order: [TABLE_OR_VIEW_NOT_FOUND]`],
      [
        ["--database", changing],
        `The schema of table ${broken} cannot be read: [TABLE_OR_VIEW_NOT_FOUND]`,
      ],
      [["--source", "nope"], "The schema of source nope cannot be read: [DATA_SOURCE_NOT_FOUND]"],
      [["--source", "weather"], "stations"],
    ] as const) {
      const { code, stdout, stderr } = await sparktide(["types", ...words, "--out", path]);
      expect([words, code, stdout]).toEqual([words, 1, ""]);
      expect(stderr).toContain(said);
      expect(existsSync(path)).toBe(false);
    }
    await run(`DROP VIEW ${broken}`);
  });

  it("exits with 2 before it calls Spark if the command line or the file is wrong", async () => {
    const foreign = uniquePath("own") + ".d.ts";
    writeFileSync(foreign, "export interface Mine {}\n");
    const good = ["--out", declarations];
    for (const [words, said] of [
      [[], "--out is missing"],
      [["--out", "tables.js"], "must be a file that ends with .d.ts or .ts"],
      [["--out", foreign], "this command did not write it"],
      [["--out", foreign, "--check"], "this command did not write it"],
      [["--out", "/nonexistent/tables.d.ts"], "the folder /nonexistent does not exist"],
      [[...good, "--source", "json"], "has no columns of its own"],
      [[...good, "--option", "a=b"], "--option needs exactly one --source, got 0"],
      [[...good, "--table", " "], "--table is empty"],
    ] as const) {
      const environment = { SPARK_REMOTE: "sc://localhost:1" };
      const { code, stdout, stderr } = await sparktide(["types", ...words], { environment });
      expect([words, code, stdout]).toEqual([words, 2, ""]);
      expect(stderr).toContain(said);
    }
    expect(readFileSync(foreign, "utf8")).toBe("export interface Mine {}\n");
  });
});
