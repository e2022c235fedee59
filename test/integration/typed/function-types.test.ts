/**
 * The result type of each SQL function is never narrower than the type that the server gives the column.
 *
 * A file of `functions/` has the cases of one group of functions:
 *
 *     export const string = (c: AllTypes) => ({ upper: f.upper(c.text), upperOrNull: f.upper(c.textOrNull) });
 *
 * The compiler infers the type of each property; this test asks the server for the schema of the same column.
 * The name of an export says how: `aggregates…` through agg(), `cubed…` through cube("int", "text").agg(),
 * `generators…` with one select() for each case, and every other name with one select() for all cases. A name
 * that ends with `_4_2` needs Spark 4.2 or newer. The name of a case ends with `Unknown` if its type is unknown.
 */
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import * as allFunctions from "../../../src/functions/index.js";
import type { DataFrame } from "../../../src/index.js";
import { connect, isSparkAtLeast } from "../support.js";
import { allTypesColumns, allTypesFrame, type AllTypes } from "./all-types.js";
import { checkTypes, type CheckedTypes, type TypedCase } from "./declared-types.js";
import { askServer, type Cases } from "./server-answers.js";

interface Group {
  readonly file: string;
  readonly name: string;
  readonly cases: (columns: AllTypes) => Cases;
}

const files = readdirSync(new URL("functions/", import.meta.url))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.slice(0, -".ts".length));

/** Functions without a case: they do not make a column with a value, or no column here suits them. */
const WITHOUT_CASE: ReadonlySet<string> = new Set([
  "broadcast",
  // Only a writer takes partition transformations.
  ...["years", "months", "days", "hours", "bucket"],
  // Its argument is a column of a user-defined type.
  "unwrap_udt",
]);

const groups: Group[] = [];
for (const file of files) {
  const exported = (await import(`./functions/${file}.ts`)) as Record<string, Group["cases"]>;
  for (const [name, cases] of Object.entries(exported)) groups.push({ file, name, cases });
}

/** Without the ANSI mode, some functions return null instead of an error. */
const ANSI_MODES = ["true", "false"];

/** A case with a wrong answer: the test finds it if it compares the types at all. */
const NARROW: TypedCase = {
  file: "all-types",
  group: "allTypes",
  name: "text",
  server: ["string | null"],
};

const cases: TypedCase[] = [];
const refused: string[] = [];
let checked: CheckedTypes;

/** Whether the server has the functions of a group. `vector_4_3` needs Spark 4.3 or newer. */
function isKnown(group: string): boolean {
  const [, major, minor] = /_(\d+)_(\d+)$/.exec(group) ?? [];
  return major === undefined || isSparkAtLeast(Number(major), Number(minor));
}

async function addCases(df: DataFrame, group: Group): Promise<void> {
  const columns = group.cases(allTypesColumns(df));
  const server = new Map<string, Set<string>>();
  for (const name of Object.keys(columns)) server.set(name, new Set());
  for (const mode of isKnown(group.name) ? ANSI_MODES : []) {
    await df.sparkSession.conf.set("spark.sql.ansi.enabled", mode);
    for (const [name, answer] of await askServer(df, group.name, columns)) {
      if ("type" in answer) server.get(name)?.add(answer.type);
      else refused.push(`${group.name}.${name}, ANSI mode ${mode}: ${answer.error}`);
    }
  }
  for (const [name, types] of server)
    cases.push({ file: group.file, group: group.name, name, server: [...types] });
}

beforeAll(async () => {
  await using spark = await connect();
  // Spark before 4.3 refuses TIME otherwise.
  await spark.conf.set("spark.sql.timeType.enabled", "true");
  const df = allTypesFrame(spark);
  for (const group of groups) await addCases(df, group);
  checked = checkTypes(files, [...cases, NARROW]);
});

it("each function of a module has a case, if one function of the module has", async () => {
  const text = files.map((file) =>
    readFileSync(new URL(`functions/${file}.ts`, import.meta.url), "utf8"),
  );
  const used = new Set([...text.join().matchAll(/\bf\.(\w+)/gi)].map(([, name]) => name));
  const modules = readdirSync(new URL("../../../src/functions/", import.meta.url));
  const missing: string[] = [];
  for (const module of modules.filter((name) => name !== "index.ts")) {
    const exported = (await import(`../../../src/functions/${module}`)) as object;
    const functions = Object.entries(exported).flatMap(([name, value]) =>
      typeof value === "function" && name in allFunctions && !WITHOUT_CASE.has(name) ? [name] : [],
    );
    const without = functions.filter((name) => !used.has(name));
    if (without.length < functions.length) missing.push(...without);
  }
  expect(missing).toEqual([]);
});

it("the compiler accepts every file of cases", () => {
  expect(checked.errors).toEqual([]);
});

it("a type without the null of the server's answer is reported with both types", () => {
  expect(checked.problems.at(-1)).toBe(
    "allTypes.text has the type string, the server has string | null.",
  );
});

it("the server accepts every case", () => {
  expect(refused).toEqual([]);
});

describe("the types are as wide as the server's, or wider, and unknown only where the case says so", () => {
  it.each(groups.map(({ file, name }) => [file, name]))("%s: %s", (file, name) => {
    const problems = cases.flatMap((each, index) =>
      each.file === file && each.group === name ? [checked.problems[index]] : [],
    );
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });
});
