import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  AnalysisException,
  ParseException,
  SessionError,
  SparkConnectionError,
  SparkSession,
  Timestamp,
  type Column,
} from "../../src/index.js";
import { col, count, expr, lit, sum, upper, when } from "../../src/functions/index.js";
import { connect, tableFormat, uniqueName, uniquePath } from "./support.js";

describe("a session on a real Spark", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("returns the server's version without another request", async () => {
    expect(await spark.version()).toMatch(/^4\.\d+\.\d+/);
  });

  it("returns the rows of a query as plain objects", async () => {
    const df = await spark.sql("SELECT 1 AS one, 'x' AS text, CAST(NULL AS INT) AS nothing");
    expect(await df.collect()).toEqual([{ one: 1, text: "x", nothing: null }]);
  });

  it("keeps every digit of BIGINT, DECIMAL and TIMESTAMP", async () => {
    const df = await spark.sql(`SELECT 9223372036854775807 AS big,
      CAST('12345678901234567890123456789.123456789' AS DECIMAL(38, 9)) AS exact,
      TIMESTAMP '2026-01-02 03:04:05.678901+00:00' AS moment`);
    const [row] = await df.collect();
    expect(row?.["big"]).toBe(9223372036854775807n);
    expect(row?.["exact"]).toBe("12345678901234567890123456789.123456789");
    const moment = row?.["moment"] as Timestamp;
    expect(moment).toBeInstanceOf(Timestamp);
    expect(moment.epochMicros).toBe(1767323045678901n);
  });

  it("runs a command at once, and exactly once", async () => {
    const table = uniqueName("once");
    await spark.sql(
      `CREATE TABLE ${table} (id INT) USING ${tableFormat()} LOCATION '${uniquePath(table)}'`,
    );
    const inserted = await spark.sql(`INSERT INTO ${table} VALUES (1), (2)`);
    await inserted.collect();
    await inserted.collect();
    expect(await spark.table(table).count()).toBe(2);
    await spark.sql(`DROP TABLE ${table}`);
  });

  it("chains transformations into one query", async () => {
    const rows = await spark
      .range(10)
      .withColumn("parity", when(col("id").mod(2).eq(0), "even").otherwise("odd"))
      .filter(col("id").gt(1))
      .groupBy("parity")
      .agg(count("*").alias("n"), sum("id").alias("total"))
      .orderBy(col("parity").desc())
      .collect();
    expect(rows).toEqual([
      { parity: "odd", n: 4n, total: 24n },
      { parity: "even", n: 4n, total: 20n },
    ]);
  });

  it("joins two DataFrames by a column and by a condition", async () => {
    const left = spark.createDataFrame([
      { id: 1, name: "a" },
      { id: 2, name: "b" },
    ]);
    const right = spark.createDataFrame([{ id: 2, size: 7 }]);
    expect(await left.join(right, "id").collect()).toEqual([{ id: 2n, name: "b", size: 7n }]);
    const byCondition = left.join(right, left.col("id").eq(right.col("id")), "left_outer");
    expect(await byCondition.orderBy(left.col("id")).collect({ rowMode: "array" })).toEqual([
      [1n, "a", null, null],
      [2n, "b", 2n, 7n],
    ]);
  });

  it("sends rows and reads the same rows back", async () => {
    const rows = [
      { id: 1n, name: "é✓", score: 0.5, tags: ["a", "b"], at: new Date(1_700_000_000_123) },
      { id: 2n, name: null, score: null, tags: [], at: null },
    ];
    const back = await spark.createDataFrame(rows).collect();
    expect(back[0]).toMatchObject({ id: 1n, name: "é✓", score: 0.5, tags: ["a", "b"] });
    expect((back[0]?.["at"] as Date).getTime()).toBe(1_700_000_000_123);
    expect(back[1]).toEqual({ id: 2n, name: null, score: null, tags: [], at: null });
  });

  it("returns an empty result with its schema", async () => {
    const df = spark.range(0).select(col("id"), lit("x").alias("text"));
    expect(await df.collect()).toEqual([]);
    expect((await df.toArrow()).schema.names).toEqual(["id", "text"]);
    expect(tableFromIPC(await df.toArrowIPC()).schema.names).toEqual(["id", "text"]);
    expect(await df.isEmpty()).toBe(true);
    expect(await df.first()).toBeUndefined();
  });

  it("returns a result of many batches as one Arrow stream, until its signal aborts", async () => {
    const df = spark.range(0, 100_000, 1, 4);
    const table = tableFromIPC(await df.toArrowIPC());
    expect(table.batches.length).toBeGreaterThan(1);
    expect(table.getChild("id")?.toArray()).toEqual(
      BigInt64Array.from({ length: 100_000 }, (_, id) => BigInt(id)),
    );
    const reason = new Error("no longer needed");
    const aborted = df.toArrowIPC({ signal: AbortSignal.abort(reason) });
    await expect(aborted).rejects.toBe(reason);
  });

  it("yields every row of a large result once and in order", async () => {
    let expected = 0n;
    for await (const row of spark.range(0, 250_000, 1, 4).toLocalIterator()) {
      if (row["id"] !== expected) throw new Error(`expected ${expected}, got ${String(row["id"])}`);
      expected += 1n;
    }
    expect(expected).toBe(250_000n);
  });

  it("names a missing table in an AnalysisException with Spark's error class", async () => {
    const failure = spark.table("no_such_table").collect();
    await expect(failure).rejects.toBeInstanceOf(AnalysisException);
    await expect(failure).rejects.toMatchObject({
      errorClass: "TABLE_OR_VIEW_NOT_FOUND",
      sqlState: "42P01",
    });
  });

  it("throws ParseException with the position of the error", async () => {
    const failure = spark.sql("SELEKT 1");
    await expect(failure).rejects.toBeInstanceOf(ParseException);
    await expect(failure).rejects.toMatchObject({ errorClass: "PARSE_SYNTAX_ERROR" });
  });

  it("keeps the server's message, stack and cause of a failed task", async () => {
    const failing = await spark.sql("SELECT 1 DIV id AS x FROM range(1)");
    await expect(failing.collect()).rejects.toMatchObject({
      errorClass: "DIVIDE_BY_ZERO",
      serverStackTrace: expect.stringContaining("at org.apache.spark") as string,
    });
  });

  it("writes a Delta table and reads it back", async () => {
    const path = uniquePath("written");
    await spark.range(3).write.format(tableFormat()).mode("overwrite").save(path);
    await spark.range(2).write.format(tableFormat()).mode("append").save(path);
    expect(await spark.read.format(tableFormat()).load(path).count()).toBe(5);
  });

  it("shows rows as Spark prints them", async () => {
    expect(await spark.range(2).showString()).toBe("+---+\n| id|\n+---+\n|  0|\n|  1|\n+---+\n");
  });

  it("returns schema, columns and dtypes", async () => {
    const df = await spark.sql("SELECT 1 AS a, array('x') AS b");
    expect((await df.schema()).toDDL()).toBe("a INT NOT NULL,b ARRAY<STRING> NOT NULL");
    expect(await df.columns()).toEqual(["a", "b"]);
    expect(await df.dtypes()).toEqual([
      ["a", "int"],
      ["b", "array<string>"],
    ]);
  });

  it("sets, reads and unsets configuration of this session only", async () => {
    const other = await connect();
    await spark.conf.set("spark.sql.shuffle.partitions", 7);
    expect(await spark.conf.get("spark.sql.shuffle.partitions")).toBe("7");
    expect(await other.conf.get("spark.sql.shuffle.partitions")).not.toBe("7");
    expect(await spark.conf.get("spark.no.such.key", "fallback")).toBe("fallback");
    await expect(spark.conf.get("spark.no.such.key")).rejects.toMatchObject({
      errorClass: "SQL_CONF_NOT_FOUND",
    });
    await other.stop();
  });

  it("refuses a plan that is too deep for the server before it sends it, and says what to do", () => {
    let df = spark.range(1);
    expect(() => {
      for (let depth = 0; depth < 600; depth++) df = df.limit(5);
    }).toThrow(/510 operations deep.*withColumns/s);
  });

  it("runs a thousand columns added at once, and unions of 500 DataFrames", async () => {
    const columns = Array.from({ length: 1_000 }, (_, index) => [
      `c${index}`,
      index % 2 === 0 ? col("id").plus(index) : lit(index),
    ]);
    const wide = spark.range(2).withColumns(Object.fromEntries(columns) as Record<string, Column>);
    const [, last] = await wide.collect({ rowMode: "array" });
    expect(last).toHaveLength(1_001);
    expect(last?.slice(0, 4)).toEqual([1n, 1n, 1, 3n]);
    expect(last?.slice(-2)).toEqual([999n, 999]);

    let long = spark.range(0, 1, 1, 1);
    for (let index = 1; index <= 500; index++) {
      long = long.union(spark.range(index, index + 1, 1, 1));
    }
    const ids = await long.collect({ rowMode: "array" });
    expect(ids.map(([id]) => Number(id))).toEqual(Array.from({ length: 501 }, (_, id) => id));
  });

  it("refuses a message larger than the limit before it sends it, and names the limit", async () => {
    const small = await SparkSession.builder()
      .remote(`${inject("sparkUrl")};grpc_max_message_size=100000`)
      .create();
    const rows = Array.from({ length: 10_000 }, (_, id) => ({ id, text: `row ${id}` }));
    const failure = small.createDataFrame(rows).collect();
    await expect(failure).rejects.toBeInstanceOf(SparkConnectionError);
    await expect(failure).rejects.toMatchObject({ code: "MESSAGE_TOO_LARGE" });
    expect(await small.createDataFrame(rows.slice(0, 10)).count()).toBe(10);
    await small.stop();
  });

  it("creates a temporary view that SQL can query", async () => {
    const view = uniqueName("view");
    await spark
      .range(3)
      .select(upper(expr("concat('n', id)")).alias("n"))
      .createOrReplaceTempView(view);
    expect(await (await spark.sql(`SELECT n FROM ${view} ORDER BY n`)).collect()).toEqual([
      { n: "N0" },
      { n: "N1" },
      { n: "N2" },
    ]);
  });

  it("rejects with the reason of an aborted signal and frees the server", async () => {
    const reason = new Error("the user went away");
    const controller = new AbortController();
    const slow = await spark.sql(
      "SELECT count(*) FROM range(10000000000000) WHERE id % 7 = rand()",
    );
    const collected = slow.collect({ signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 300);
    await expect(collected).rejects.toBe(reason);
    // The interrupted job frees its cores, so a small query gets its result at once.
    expect(await spark.range(1).count()).toBe(1);
  });

  it("rejects every call with SessionError after stop()", async () => {
    const stopped = await connect();
    await stopped.stop();
    await stopped.stop();
    expect(stopped.isStopped).toBe(true);
    await expect(stopped.range(1).count()).rejects.toBeInstanceOf(SessionError);
  });

  it("distinguishes a wrong token from an unreachable server", async () => {
    const port = /:(\d+)\//.exec(inject("sparkUrl"))?.[1] ?? "";
    const wrongToken = SparkSession.builder()
      .remote(`sc://localhost:${port}/;token=wrong`)
      .create();
    await expect(wrongToken).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    const nobody = SparkSession.builder()
      .remote("sc://localhost:1/")
      .connectTimeoutMs(1_000)
      .create();
    await expect(nobody).rejects.toBeInstanceOf(SparkConnectionError);
    await expect(nobody).rejects.toThrow(/localhost:1/);
  });

  it("connects to the same session again by its pinned id", async () => {
    const sessionId = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    const url = inject("sparkUrl");
    const first = await SparkSession.builder().remote(url).sessionId(sessionId).create();
    await first.range(1).createOrReplaceTempView("mine");
    await first.stop();
    const second = await SparkSession.builder().remote(url).sessionId(sessionId).create();
    expect(await second.table("mine").count()).toBe(1);
    await second.stop();
  });
});
