/** Spark's examples of each built-in function give the same result in our client and in PySpark. */
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SparkSession, SparkException } from "../../../src/index.js";
import { connect } from "../support.js";
import { canonicalText } from "../types/canonical-text.js";
import { askPyspark } from "../types/pyspark.js";
import { comparedByType, excluded } from "./documentation-exceptions.js";

/** The result of a statement in one of the clients. */
interface Outcome {
  readonly schema?: unknown;
  /** The schema as `printSchema` shows it; PySpark's text if the client has no class for a type. */
  readonly tree?: string;
  readonly rows?: readonly (readonly string[])[];
  /** Spark's error condition. */
  readonly error?: string;
  /** The error of the client, if Spark did not refuse the statement. */
  readonly failure?: string;
}

type Verdict = "equal" | "by type" | "excluded" | { readonly complaint: string };

/** The number of concurrent statements: the server has few cores. */
const AT_ONCE = 3;
const MAX_EXCLUDED = 25;

/** Settings of both sessions, which enable the optional types of a release. */
const SETTINGS = {
  "spark.sql.session.timeZone": "UTC",
  "spark.sql.timeType.enabled": "true",
  "spark.sql.geospatial.enabled": "true",
};

let spark: SparkSession;
beforeAll(async () => {
  spark = await connect();
  for (const [key, value] of Object.entries(SETTINGS)) await spark.conf.set(key, value);
});
afterAll(async () => {
  await spark.stop();
});

async function mapAtOnce<T, U>(items: readonly T[], map: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await map(items[at] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/** The results in the order of the statements. Statements that may run concurrently run first. */
async function outcomes(
  atOnce: readonly string[],
  inOrder: readonly string[],
): Promise<readonly Outcome[]> {
  const results = await mapAtOnce(atOnce, outcome);
  for (const statement of inOrder) results.push(await outcome(statement));
  return results;
}

async function texts(query: string): Promise<string[]> {
  const rows = await (await spark.sql(query)).collect({ rowMode: "array" });
  return rows.map(([value]) => String(value));
}

/** The statements after `> `, up to the semicolon that ends a line. */
function examplesIn(description: string): string[] {
  const [, section = ""] = description.split(/^ *Examples:$/m);
  const examples = [...section.matchAll(/^ *> ?([^;\s][^]*?);[ \t]*$/gm)].map(
    ([, sql = ""]) => sql,
  );
  const starts = section.match(/^ *> /gm) ?? [];
  // A statement that contains the next one would hide it.
  expect(examples.length, description).toBe(starts.length);
  return examples;
}

/** Whether a statement affects the statements after it. */
function isSetting(statement: string): boolean {
  return statement.startsWith("SET ");
}

async function examplesOf(name: string): Promise<string[]> {
  const quoted = `\`${name.replaceAll("`", "``")}\``;
  return examplesIn((await texts(`DESCRIBE FUNCTION EXTENDED ${quoted}`)).join("\n"));
}

async function outcome(statement: string): Promise<Outcome> {
  try {
    const df = await spark.sql(statement);
    const schema = await df.schema();
    const rows = await df.collect({ rowMode: "array" });
    return {
      schema: JSON.parse(schema.json()) as unknown,
      tree: schema.treeString(),
      rows: rows.map((row) =>
        row.map((value, at) => canonicalText(value, schema.fields[at]?.dataType)),
      ),
    };
  } catch (error) {
    if (error instanceof SparkException) return { error: error.errorClass ?? error.name };
    return { failure: `our client: ${String(error)}` };
  }
}

/** For each value, whether it is null. */
function nulls({ rows }: Outcome): readonly boolean[][] | undefined {
  return rows?.map((row) => row.map((value) => value === "null"));
}

/** Compares the results of an example. Returns a message if they differ. */
function verdict(sql: string, ours: Outcome, theirs: Outcome): Verdict {
  const details = `${sql}\n  ours:    ${JSON.stringify(ours)}\n  PySpark: ${JSON.stringify(theirs)}`;
  if (excluded().has(sql)) {
    if (ours.error !== undefined && ours.error === theirs.error) return "excluded";
    return { complaint: `excluded, but not refused in the same way by both: ${details}` };
  }
  if (ours.rows === undefined) return { complaint: `no rows: ${details}` };
  const hasSameType =
    theirs.tree === undefined
      ? isDeepStrictEqual(ours.schema, theirs.schema)
      : ours.tree === theirs.tree;
  if (comparedByType().has(sql)) {
    const isAlike = isDeepStrictEqual(nulls(ours), nulls(theirs));
    if (hasSameType && isAlike) return "by type";
    return { complaint: `not of the same type: ${details}` };
  }
  const isEqual = hasSameType && isDeepStrictEqual(ours.rows, theirs.rows);
  return isEqual ? "equal" : { complaint: `not equal: ${details}` };
}

describe("examples in the documentation of Spark's built-in functions", () => {
  it("give the same result in our client and in PySpark", async () => {
    const names = await texts("SHOW SYSTEM FUNCTIONS");
    const documented = await mapAtOnce(names, examplesOf);
    const atOnce = [...new Set(documented.filter((examples) => !examples.some(isSetting)).flat())];
    const inOrder = documented.filter((examples) => examples.some(isSetting)).flat();
    const statements = [...atOnce, ...inOrder];
    const [ours, theirs] = await Promise.all([
      outcomes(atOnce, inOrder),
      askPyspark<Outcome[]>("../parity/pyspark_examples.py", {
        settings: SETTINGS,
        atOnce,
        inOrder,
      }),
    ]);
    expect(theirs.length).toBe(statements.length);

    const verdicts = statements.map((sql, at) =>
      verdict(sql, ours[at] ?? {}, theirs[at] ?? { failure: "no answer" }),
    );
    const count = (kind: Verdict): number => verdicts.filter((each) => each === kind).length;
    const counts = `equal ${count("equal")}, by type ${count("by type")}, excluded ${count("excluded")}`;
    console.log(`${statements.length} examples of ${names.length} functions: ${counts}`);

    const listed = [...comparedByType().keys(), ...excluded().keys()];
    const unknown = listed.filter((sql) => !statements.includes(sql));
    expect(unknown, "listed, but not an example of this release").toEqual([]);
    expect(verdicts.flatMap((each) => (typeof each === "object" ? [each.complaint] : []))).toEqual(
      [],
    );
    expect(excluded().size).toBeLessThanOrEqual(MAX_EXCLUDED);
    // Fewer means that the test did not find the examples: 4.0 has 1,005.
    expect(count("equal")).toBeGreaterThan(950);
  }, 600_000);
});
