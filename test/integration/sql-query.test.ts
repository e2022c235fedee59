import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArgumentError, identifier, ParseException, type SparkSession } from "../../src/index.js";
import { col } from "../../src/functions/index.js";
import { connect, uniqueName } from "./support.js";

describe("spark.query()", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("returns a DataFrame without an await, whose first action runs the query", async () => {
    const rows = await spark.query("SELECT id FROM range(5)").filter(col("id").gt(2)).collect();
    expect(rows).toEqual([{ id: 3n }, { id: 4n }]);
    await expect(spark.query("SELECT 1 +").collect()).rejects.toThrow(ParseException);
  });

  it("binds arguments of all kinds, also in SQL that another action or DataFrame uses", async () => {
    const text = "it's ? \\ :x";
    const marks = spark.query("SELECT ? AS n, ? AS text", [7, text]);
    expect((await marks.schema()).fieldNames).toEqual(["n", "text"]);
    expect(await marks.collect()).toEqual([{ n: 7, text }]);
    expect(await marks.union(marks).count()).toBe(2);

    const view = uniqueName("query");
    await spark.query("SELECT :from + id AS id FROM range(3)", { from: 10n }).createTempView(view);
    const chosen = spark.query`SELECT * FROM ${identifier(view)} WHERE id > ${10n} ORDER BY id`;
    expect(await chosen.collect()).toEqual([{ id: 11n }, { id: 12n }]);
  });

  it.each([
    ["CREATE TABLE t (a INT)", /cannot run "CREATE TABLE t \(a INT\)"\. Use await spark\.sql\(/],
    ["WITH a AS (SELECT 1)\nINSERT INTO t SELECT * FROM a", /WITH a AS \(SELECT 1\) INSERT/],
    ["", /cannot run ""/],
    [undefined as unknown as string, /query\(\) needs SQL text, got undefined/],
  ])("refuses %j, which is not a query, before it sends anything", (text, message) => {
    expect(() => spark.query(text)).toThrow(ArgumentError);
    expect(() => spark.query(text)).toThrow(message);
  });
});
