/** Columns, windows and DataFrames print the text that PySpark's repr() gives. */
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Window, type SparkSession } from "../../../src/index.js";
import * as F from "../../../src/functions/index.js";
import { connect, isSparkAtLeast } from "../support.js";
import { askPyspark } from "../types/pyspark.js";

const a = F.col("a");
const one = F.lit(1);
const window = Window.partitionBy("b").orderBy(F.desc("c"));

/**
 * An expression in Python and in TypeScript. The third text is ours where PySpark on Spark Connect prints operators before
 * their operands, or values in Python's notation.
 */
const CASES: readonly (readonly [python: string, ours: unknown, printed?: string])[] = [
  ["a > 1", a.gt(1), "Column<'(a > 1)'>"],
  ["a == 1", a.eq(1), "Column<'(a == 1)'>"],
  ["a != 1", a.neq(1), "Column<'not((a == 1))'>"],
  ["a.eqNullSafe(1)", a.eqNullSafe(1), "Column<'(a <=> 1)'>"],
  ["a + 1", a.plus(1), "Column<'(a + 1)'>"],
  ["a % 2", a.mod(2), "Column<'(a % 2)'>"],
  ["(a > 1) & (a < 5)", a.gt(1).and(a.lt(5)), "Column<'((a > 1) and (a < 5))'>"],
  ["a.between(1, 2)", a.between(1, 2), "Column<'((a >= 1) and (a <= 2))'>"],
  [
    "F.when(a > 1, 2).otherwise(3)",
    F.when(a.gt(1), 2).otherwise(3),
    "Column<'CASE WHEN (a > 1) THEN 2 ELSE 3 END'>",
  ],
  ["F.lit(True)", F.lit(true), "Column<'true'>"],
  ["F.when(a.isNull(), 2)", F.when(a.isNull(), 2)],
  ["-a", a.negate()],
  ["a ** 2", a.pow(2)],
  ["a.isNull()", a.isNull()],
  ["a.like('x%')", a.like("x%")],
  ["a.startswith('x')", a.startswith("x")],
  ["a.isin(1, 2)", a.isin(1, 2)],
  ["a.cast('long')", a.cast("long")],
  ["a.cast('decimal(10,2)')", a.cast("decimal(10,2)")],
  ["a.try_cast('int')", a.try_cast("int")],
  ["a.alias('x', 'y')", a.alias("x", "y")],
  ["a.asc()", a.asc()],
  ["a.desc()", a.desc()],
  ["a.desc_nulls_first()", a.desc_nulls_first()],
  ["F.lit('x')", F.lit("x")],
  ["F.lit(None)", F.lit(null)],
  ["F.lit(1.5)", F.lit(1.5)],
  ["F.lit(3000000000)", F.lit(3000000000n)],
  ["a['k']", a.getItem("k")],
  ["a.getItem(0)", a.getItem(0)],
  ["a.getField('f')", a.getField("f")],
  ["a.withField('f', F.lit(1))", a.withField("f", one)],
  ["a.dropFields('f')", a.dropFields("f")],
  ["F.expr('a + 1')", F.expr("a + 1")],
  ["F.col('*')", F.col("*")],
  ["F.col('s.*')", F.col("s.*")],
  ["F.sum('a')", F.sum("a")],
  ["F.countDistinct('a')", F.count_distinct("a")],
  ["F.concat('a', F.lit('b'))", F.concat("a", F.lit("b"))],
  ["F.substring('a', 1, 2)", F.substring("a", 1, 2)],
  ["F.call_function('f', a)", F.call_function("f", a)],
  ["F.array('a', F.lit(1))", F.array("a", one)],
  ["F.sum('a').over(Window.partitionBy('b').orderBy(F.desc('c')))", F.sum("a").over(window)],
  [
    "F.sum('a').over(Window.partitionBy('b').orderBy(F.desc('c')).rowsBetween(-1, 0))",
    F.sum("a").over(window.rowsBetween(-1, 0)),
  ],
  ["Window.partitionBy('b').orderBy(F.desc('c'))", window],
];

describe.skipIf(!isSparkAtLeast(4, 2))("printed columns, beside PySpark of this release", () => {
  let spark: SparkSession;
  let printed: readonly { readonly text?: string }[];
  beforeAll(async () => {
    spark = await connect();
    const python = [...CASES.map(([text]) => text), "df", "df.groupBy('id')"];
    printed = await askPyspark(
      "../parity/pyspark_plans.py",
      python.map((text) => `(lambda a: repr(${text}))(F.col('a'))`),
      "texts",
    );
  });
  afterAll(async () => {
    await spark.stop();
  });

  it.each(CASES.map(([python, ours, text], at) => ({ python, ours, text, at })))(
    "$python",
    ({ ours, text, at }) => {
      const theirs = printed[at]?.text;
      expect(theirs).toMatch(/^Column<'|^WindowSpec\(/);
      expect(String(ours)).toBe(text ?? theirs);
      // A text of our own is only there while PySpark's differs.
      if (text !== undefined) expect(text).not.toBe(theirs);
    },
  );

  it("a session prints its server and id, and no token", () => {
    expect(inspect(spark, { depth: Infinity, showHidden: true })).toMatch(
      /^SparkSession\[[\w.]+:\d+, sessionId: [\w-]{36}\]$/,
    );
  });

  it("DataFrames and groups print their columns once the client knows them", async () => {
    const df = spark.range(3);
    expect(`${String(df)} ${String(df.groupBy("id"))}`).toBe(
      "DataFrame[…] GroupedData[grouping expressions: [id], value: […], type: GroupBy]",
    );
    await df.schema();
    expect([String(df), String(df.groupBy("id"))]).toEqual(
      printed.slice(CASES.length).map(({ text }) => text),
    );
  });
});
