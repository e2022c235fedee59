import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SparkSession } from "../../src/index.js";
import { AnalysisException, ArgumentError, identifier, ParseException } from "../../src/index.js";
import { array, col, lit } from "../../src/functions/index.js";
import { connect, isSparkAtLeast, uniqueName } from "./support.js";

describe("arguments of SQL text", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  async function rows(
    text: string,
    args?: readonly unknown[] | Readonly<Record<string, unknown>>,
  ): Promise<unknown[]> {
    return (await spark.sql(text, args)).collect({ rowMode: "array" });
  }

  it("bind `?` marks", async () => {
    expect(await (await spark.sql("SELECT ? + ? AS sum", [40, 2])).collect()).toEqual([
      { sum: 42 },
    ]);
  });

  it("bind named markers, also if a marker occurs several times", async () => {
    expect(await rows("SELECT :x, :x + 1, :`odd name`", { x: 1, "odd name": "a" })).toEqual([
      [1, 2, "a"],
    ]);
  });

  it("bind in commands, which run exactly once", async () => {
    const view = uniqueName("bound");
    await spark.sql(
      `CREATE TEMP VIEW ${view} AS SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t(n, s)`,
    );
    expect(await rows(`SELECT n FROM ${view} WHERE s = :s`, { s: "b" })).toEqual([[2]]);
  });

  it.each([
    "it's",
    "'; DROP TABLE t; --",
    "/* ? :x */",
    "\\",
    "\\'",
    "${x}",
    "line\nline",
    "\0",
    "😀 :x ?",
  ])("bind the text %j as itself", async (text) => {
    expect(await rows("SELECT :x AS v, length(?) AS n".replace("?", ":x"), { x: text })).toEqual([
      [text, Array.from(text).length],
    ]);
    await spark.conf.set("spark.sql.parser.escapedStringLiterals", true);
    expect(await rows("SELECT :x AS v", { x: text })).toEqual([[text]]);
    await spark.conf.unset("spark.sql.parser.escapedStringLiterals");
  });

  it("bind in places where Spark accepts literals only", async () => {
    expect(await rows("SELECT id FROM range(5) ORDER BY id LIMIT :n", { n: 1 })).toEqual([[0n]]);
    expect(await rows("SELECT 1 - ?", [-5])).toEqual([[6]]);
    expect(await rows("SELECT count(*) FROM IDENTIFIER(:t)", { t: "range" }).catch(String)).toMatch(
      /TABLE_OR_VIEW_NOT_FOUND/,
    );
  });

  it.skipIf(!isSparkAtLeast(4, 1))("do not change other colons", async () => {
    expect(
      await rows(
        "SELECT CAST(named_struct('a', 1) AS STRUCT<a: INT>).a, '5'::int, :int, ':int', v:int FROM (SELECT parse_json('{\"int\": 7}') AS v)",
        { int: 9 },
      ),
    ).toEqual([[1, 5, 9, ":int", 7]]);
  });

  it("bind in scripts, whose statements run once", async () => {
    expect(
      await rows(
        "BEGIN DECLARE n INT DEFAULT ?; l: WHILE n < ? DO SET n = n + 1; END WHILE l; SELECT n, ?; END",
        [1, 3, "x"],
      ),
    ).toEqual([[3, "x"]]);
  });

  it("bind the parameters of EXECUTE IMMEDIATE", async () => {
    expect(await rows("EXECUTE IMMEDIATE 'SELECT ?, ? || \\'!\\'' USING 1, 'it\\'s'")).toEqual([
      [1, "it's!"],
    ]);
    expect(
      await rows("EXECUTE IMMEDIATE 'SELECT :x + :y' USING (:a AS x, 2 AS y)", { a: 40 }),
    ).toEqual([[42]]);
    expect(await rows("EXECUTE IMMEDIATE ? USING ?", ["SELECT ?", "${x}"])).toEqual([["${x}"]]);
  });

  it.skipIf(!isSparkAtLeast(4, 1))(
    "bind session variables of EXECUTE IMMEDIATE, and its results",
    async () => {
      await spark.sql("DECLARE OR REPLACE VARIABLE given INT DEFAULT ?", [5]);
      await spark.sql("DECLARE OR REPLACE VARIABLE found INT");
      await spark.sql("EXECUTE IMMEDIATE 'SELECT ? + 1' INTO found USING given");
      expect(await rows("SELECT found")).toEqual([[6]]);
      expect(await rows("BEGIN EXECUTE IMMEDIATE 'SELECT :x' USING 'a;b' AS x; END")).toEqual([
        ["a;b"],
      ]);
    },
  );

  it("fail with UNBOUND_SQL_PARAMETER and the marker's name if a value is missing", async () => {
    const unbound = (name: string): unknown =>
      expect.objectContaining({ errorClass: "UNBOUND_SQL_PARAMETER", messageParameters: { name } });
    await expect(rows("SELECT :x, :y", { x: 1 })).rejects.toEqual(unbound("y"));
    await expect(rows("SELECT ?, ?", [1])).rejects.toEqual(unbound("_10"));
    await expect(rows("SELECT ?, ?", [1])).rejects.toBeInstanceOf(AnalysisException);
    expect(await rows("SELECT :x", { x: 1, unused: 2 })).toEqual([[1]]);
    expect(await rows("SELECT ?", [1, 2])).toEqual([[1]]);
  });

  it.skipIf(!isSparkAtLeast(4, 1))(
    "are refused for a text with both kinds of markers",
    async () => {
      await expect(rows("SELECT :x, ?", { x: 1 })).rejects.toMatchObject({
        errorClass: "INVALID_QUERY_MIXED_QUERY_PARAMETERS",
      });
    },
  );

  it("accept Columns of literals, and refuse other Columns", async () => {
    expect(await rows("SELECT ?[0]", [array(lit(7))])).toEqual([[7]]);
    await expect(rows("SELECT ?", [col("a")])).rejects.toThrow();
  });

  it("keep the server's parse errors", async () => {
    await expect(rows("SELECT :x FROM (", { x: 1 })).rejects.toBeInstanceOf(ParseException);
  });

  it("can be the values and the names of a template", async () => {
    const view = uniqueName("template");
    await spark.sql`CREATE TEMP VIEW ${identifier(view)} AS SELECT * FROM VALUES (1, 'it''s'), (2, 'b') AS t(n, ${identifier(["odd. `name"])})`;
    const df =
      await spark.sql`SELECT n FROM ${identifier(view)} WHERE ${identifier(["odd. `name"])} = ${"it's"} AND n < ${5n}`;
    expect(await df.collect()).toEqual([{ n: 1 }]);
  });

  it("in a template are refused inside quotes and comments", async () => {
    await expect(spark.sql`SELECT '${"x"}'`).rejects.toBeInstanceOf(ArgumentError);
    await expect(spark.sql`SELECT 1 /* ${"x"} */`).rejects.toBeInstanceOf(ArgumentError);
    await expect(spark.sql`SELECT DATE ${"2026-01-01"}`).rejects.toBeInstanceOf(ArgumentError);
    await expect(spark.sql`SELECT * FROM t_${1}`).rejects.toThrow(/identifier/);
  });
});
