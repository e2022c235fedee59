import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type SparkSession, Timestamp } from "../../src/index.js";
import {
  assertDataFrameEqual,
  type DataFrameEqualOptions,
  SparkAssertionError,
  temporaryDatabase,
  temporaryFolder,
  temporaryTable,
  testSession,
} from "../../src/testing/index.js";
import { isSparkAtLeast } from "./support.js";
import { askPyspark } from "./types/pyspark.js";

interface Pair {
  readonly actual: string;
  readonly expected: string;
  readonly options?: DataFrameEqualOptions;
  /** PySpark's verdict, if it differs from ours on purpose. */
  readonly pyspark?: string;
}

const rows = (...values: readonly string[]): string =>
  `SELECT * FROM VALUES ${values.map((value) => `(${value})`).join(", ")} AS t(a)`;
const two = (...values: readonly string[]): string =>
  `SELECT * FROM VALUES ${values.map((value) => `(${value})`).join(", ")} AS t(a, b)`;

const DIFFERENT_ROWS = "DIFFERENT_ROWS";
const DIFFERENT_SCHEMA = "DIFFERENT_SCHEMA";

/** Each pair with our verdict. */
const PAIRS: readonly (readonly [verdict: string, Pair])[] = [
  ["EQUAL", { actual: rows("2", "1"), expected: rows("1", "2") }],
  [
    DIFFERENT_ROWS,
    { actual: rows("2", "1"), expected: rows("1", "2"), options: { ordered: true } },
  ],
  ["EQUAL", { actual: rows("1", "1", "2"), expected: rows("1", "2", "1") }],
  [DIFFERENT_ROWS, { actual: rows("1", "1", "2"), expected: rows("1", "2", "2") }],
  [DIFFERENT_ROWS, { actual: rows("1", "2"), expected: rows("1", "2", "2") }],
  ["EQUAL", { actual: rows("NULL", "1"), expected: rows("1", "NULL") }],
  [DIFFERENT_SCHEMA, { actual: rows("1"), expected: rows("1L") }],
  [DIFFERENT_SCHEMA, { actual: rows("1"), expected: "SELECT * FROM VALUES (1) AS t(b)" }],
  [
    DIFFERENT_SCHEMA,
    { actual: two("1, 'x'"), expected: "SELECT * FROM VALUES ('x', 1) AS t(b, a)" },
  ],
  [
    "EQUAL",
    {
      actual: two("1, 'x'"),
      expected: "SELECT * FROM VALUES ('x', 1) AS t(b, a)",
      options: { ignoreColumnOrder: true },
    },
  ],
  ["EQUAL", { actual: rows("1"), expected: `${rows("1", "NULL")} WHERE a = 1` }],
  [
    DIFFERENT_SCHEMA,
    {
      actual: rows("1"),
      expected: `${rows("1", "NULL")} WHERE a = 1`,
      options: { ignoreNullable: false },
    },
  ],
  ["EQUAL", { actual: rows("1.0D"), expected: rows("1.000001D") }],
  [DIFFERENT_ROWS, { actual: rows("1.0D"), expected: rows("1.0001D") }],
  [
    "EQUAL",
    {
      actual: rows("1.0D"),
      expected: rows("1.05D"),
      options: { tolerance: { absolute: 0, relative: 0.1 } },
    },
  ],
  [DIFFERENT_ROWS, { actual: rows("1.0D"), expected: rows("1.05D"), options: { tolerance: 0.04 } }],
  [
    DIFFERENT_ROWS,
    { actual: rows("1.0D"), expected: rows("1.0000000001D"), options: { tolerance: 0 } },
  ],
  [DIFFERENT_ROWS, { actual: rows("1000000"), expected: rows("1000001") }],
  ["EQUAL", { actual: rows("double('NaN')"), expected: rows("double('NaN')") }],
  ["EQUAL", { actual: rows("-0.0D"), expected: rows("0.0D") }],
  [
    DIFFERENT_ROWS,
    { actual: rows("double('Infinity')"), expected: rows("double('-Infinity')"), pyspark: "EQUAL" },
  ],
  // PySpark finds |1 - NaN| > x false, and so NaN equal to each number. NaN equals only NaN here.
  [DIFFERENT_ROWS, { actual: rows("1.0D"), expected: rows("double('NaN')"), pyspark: "EQUAL" }],
  // DECIMAL is exact, so it has no tolerance here.
  [DIFFERENT_ROWS, { actual: rows("1.000001BD"), expected: rows("1.000002BD"), pyspark: "EQUAL" }],
  [DIFFERENT_SCHEMA, { actual: rows("1.5BD"), expected: rows("1.50BD") }],
  // PySpark sorts the rows as text, so "10…" comes before "5", and compares them in pairs.
  [
    "EQUAL",
    {
      actual: rows("9.999999D", "5D"),
      expected: rows("10.000001D", "5D"),
      pyspark: DIFFERENT_ROWS,
    },
  ],
  ["EQUAL", { actual: rows("map('x', 1, 'y', 2)"), expected: rows("map('y', 2, 'x', 1)") }],
  ["EQUAL", { actual: rows("array(1.0D, 2.0D)"), expected: rows("array(1.000001D, 2.0D)") }],
  [DIFFERENT_ROWS, { actual: rows("array(1, 2)"), expected: rows("array(2, 1)") }],
  [
    DIFFERENT_ROWS,
    {
      actual: rows("named_struct('x', 1, 'y', array('a'))"),
      expected: rows("named_struct('x', 1, 'y', array('b'))"),
    },
  ],
  [
    DIFFERENT_SCHEMA,
    { actual: rows("named_struct('x', 1)"), expected: rows("named_struct('y', 1)") },
  ],
  [
    DIFFERENT_ROWS,
    {
      actual: rows("timestamp'2024-05-01 12:00:00.000001'"),
      expected: rows("timestamp'2024-05-01 12:00:00.000002'"),
    },
  ],
  ["EQUAL", { actual: `${rows("1")} WHERE a > 1`, expected: `${rows("2")} WHERE a > 2` }],
];

/** The same options in PySpark's words. */
function pysparkOptions({ ordered, tolerance, ...options }: DataFrameEqualOptions): object {
  const { absolute = 0, relative = 0 } =
    typeof tolerance === "number" ? { absolute: tolerance } : (tolerance ?? {});
  return {
    ...options,
    ...(ordered === undefined ? {} : { checkRowOrder: ordered }),
    ...(tolerance === undefined ? {} : { atol: absolute, rtol: relative }),
  };
}

describe("sparktide/testing on a real Spark", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    vi.stubEnv("SPARK_REMOTE", inject("sparkUrl"));
    spark = await testSession();
  });
  afterAll(async () => {
    await spark.stop();
    vi.unstubAllEnvs();
  });

  async function failure(check: Promise<void>): Promise<SparkAssertionError> {
    const error: unknown = await check.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SparkAssertionError);
    return error as SparkAssertionError;
  }

  it(
    "assertDataFrameEqual() has the verdicts of PySpark's, except where PySpark's are wrong",
    { timeout: 300_000 },
    async () => {
      const asked = PAIRS.map(([, { actual, expected, options = {} }]) => ({
        actual,
        expected,
        options: pysparkOptions(options),
      }));
      // Older PySparks compare fewer details of types and values.
      const theirs = isSparkAtLeast(4, 2)
        ? askPyspark<string[]>("../testing_pyspark.py", asked)
        : Promise.resolve(undefined);
      const ours: string[] = [];
      for (const [, { actual, expected, options }] of PAIRS) {
        const check = assertDataFrameEqual(
          await spark.sql(actual),
          await spark.sql(expected),
          options,
        );
        const found = await check.then(
          () => "EQUAL",
          (error: unknown) => (error instanceof SparkAssertionError ? error.code : String(error)),
        );
        ours.push(found);
      }
      const shown = (verdicts: readonly string[]): string[] =>
        verdicts.map((verdict, at) => `${verdict}: ${JSON.stringify(PAIRS[at]?.[1])}`);
      expect(shown(ours)).toEqual(shown(PAIRS.map(([verdict]) => verdict)));
      const agreed = PAIRS.map(([verdict, { pyspark }]) => pyspark ?? verdict);
      expect(shown((await theirs) ?? agreed)).toEqual(shown(agreed));
    },
  );

  it("compares plain rows by the schema of the actual DataFrame, and its error begins at the test", async () => {
    const text = `SELECT 1L AS id, 1.5BD AS price, timestamp'2024-05-01 12:00:00.000001Z' AS at,
      map('x', array(1.0D)) AS m, named_struct('n', CAST(NULL AS STRING)) AS s`;
    const at = Timestamp.parse("2024-05-01T12:00:00.000001Z");
    const row = { id: 1, price: "1.5", at, m: new Map([["x", [1]]]), s: { n: null } };
    const df = await spark.sql(text);
    await assertDataFrameEqual(df, [row]);
    const error = await failure(assertDataFrameEqual(df, [{ ...row, id: 2n }]));
    expect(error.message).toContain('  - 2   1.5    2024-05-01T12:00:00.000001Z  {"x" → [1]}');
    expect(error.message).toContain("\n    ^\n");
    expect(error.stack).toMatch(/: The rows differ[^]*?\n +at [^\n]*testing\.test\.ts:\d+:\d+/);
  });

  it("names what the expected rows lack, and a value of the wrong type", async () => {
    const df = await spark.sql("SELECT 1 AS id, 'x' AS name");
    const names = await failure(assertDataFrameEqual(df, [{ id: 1, nmae: "x" }]));
    expect(names.code).toBe("DIFFERENT_SCHEMA");
    expect(names.message).toMatch(/- nmae .*row 0.*\n.*\+ name .*row 0/);
    const type = await failure(assertDataFrameEqual(df, [{ id: "1", name: "x" }]));
    expect(type.message).toMatch(/do not fit .*struct<id:int,name:string>: .*id/);
  });

  it("refuses to compare more than maxRows rows, and says what to do", async () => {
    const check = assertDataFrameEqual(spark.range(4), spark.range(3), { maxRows: 3 });
    await expect(check).rejects.toThrow(/actual DataFrame has more than 3 rows.*raise maxRows/);
  });

  it("drops a temporary table and database, and removes a folder, also after a failure", async () => {
    const gone = { table: "", database: "", folder: "" };
    const work = async (): Promise<void> => {
      await using database = await temporaryDatabase(spark);
      await using table = await temporaryTable(spark, [{ id: 1, name: "x" }]);
      await using folder = await temporaryFolder();
      Object.assign(gone, { table: table.name, database: database.name, folder: folder.path });
      await assertDataFrameEqual(table.df, [{ id: 1n, name: "x" }]);
      await table.df.write.saveAsTable(`${database.name}.copy`);
      await spark.table(table.name).write.json(`${folder.path}/rows`);
      throw new Error("the test failed");
    };
    await expect(work()).rejects.toThrow("the test failed");
    expect(await spark.catalog.tableExists(gone.table)).toBe(false);
    expect(await spark.catalog.databaseExists(gone.database)).toBe(false);
    expect(existsSync(gone.folder)).toBe(false);
  });

  it("testSession() isolates views, settings and tables, and stop() drops its database", async () => {
    let name: string;
    {
      await using other = await testSession((builder) => builder.config("spark.test.mine", "1"));
      name = await other.catalog.currentDatabase();
      expect(name).not.toBe(await spark.catalog.currentDatabase());
      await other.range(2).write.saveAsTable("numbers");
      await other.range(2).createOrReplaceTempView("seen");
      expect(await spark.catalog.tableExists("numbers")).toBe(false);
      expect(await spark.catalog.tableExists("seen")).toBe(false);
      expect(await spark.conf.getOption("spark.test.mine")).toBeUndefined();
    }
    expect(await spark.catalog.databaseExists(name)).toBe(false);
  });

  it("testSession() without a server names the global setups", async () => {
    vi.stubEnv("SPARK_REMOTE", "");
    const made = testSession();
    vi.stubEnv("SPARK_REMOTE", inject("sparkUrl"));
    await expect(made).rejects.toMatchObject({
      code: "NO_TEST_SPARK",
      message: expect.stringContaining("sparktide/testing/vitest") as string,
    });
  });
});
