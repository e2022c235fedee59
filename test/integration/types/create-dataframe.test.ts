import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { tableFromArrays } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { count, count_distinct, length, max, sum } from "../../../src/functions/index.js";
import type { DiagnosticEvents, SparkSession } from "../../../src/index.js";
import { connect, isSparkAtLeast } from "../support.js";

const ROWS = 30_000;
const SCHEMA = "id BIGINT NOT NULL, text STRING";

function row(id: number): { id: number; text: string } {
  return { id, text: `row ${id} `.padEnd(40, "x") };
}

const TOTALS = {
  rows: BigInt(ROWS),
  ids: BigInt(ROWS),
  sum: (BigInt(ROWS) * BigInt(ROWS - 1)) / 2n,
  length: 40,
};

/** Counts the artifact calls of this process. */
class Uploads implements Disposable {
  count = 0;
  readonly #note = (event: unknown): void => {
    if ((event as DiagnosticEvents["sparktide:rpc"]).rpc === "AddArtifacts") this.count += 1;
  };
  constructor() {
    subscribe("sparktide:rpc", this.#note);
  }
  [Symbol.dispose](): void {
    unsubscribe("sparktide:rpc", this.#note);
  }
}

describe("createDataFrame on a real Spark", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  async function totals(df: ReturnType<SparkSession["range"]>): Promise<unknown> {
    const [found] = await df
      .agg(
        count("*").alias("rows"),
        count_distinct("id").alias("ids"),
        sum("id").alias("sum"),
        max(length("text")).alias("length"),
      )
      .collect();
    return found;
  }

  it("answers the schema it was given, and the rows, for rows, columns and tables", async () => {
    const ids = new Int32Array([1, 2]);
    const rows = spark.createDataFrame(
      [
        [1, "a"],
        [2, null],
      ],
      "id INT NOT NULL, text STRING COMMENT 'c'",
    );
    expect((await rows.schema()).toDDL()).toBe("id INT NOT NULL,text STRING COMMENT 'c'");
    const expected = [
      { id: 1, text: "a" },
      { id: 2, text: null },
    ];
    expect(await rows.collect()).toEqual(expected);
    expect(await spark.createDataFrame({ id: ids, text: ["a", null] }).collect()).toEqual(expected);
    const table = tableFromArrays({ id: ids, text: ["a", null] });
    expect(await spark.createDataFrame(table).collect()).toEqual(expected);
    expect(await spark.createDataFrame(table, "x BIGINT, y STRING").collect()).toEqual([
      { x: 1n, y: "a" },
      { x: 2n, y: null },
    ]);
    expect(await spark.createDataFrame(table, ["x", "y"]).columns()).toEqual(["x", "y"]);
    expect(await spark.createDataFrame([1.5, null], "double").collect()).toEqual([
      { value: 1.5 },
      { value: null },
    ]);
    expect((await spark.emptyDataFrame("a INT NOT NULL").schema()).toDDL()).toBe("a INT NOT NULL");
  });

  it("sends large data once, in chunks or as one artifact, and gives every row", async () => {
    using uploads = new Uploads();
    await spark.conf.set("spark.sql.session.localRelationCacheThreshold", 100_000);
    const df = spark.createDataFrame(
      Array.from({ length: ROWS }, (_, id) => row(id)),
      SCHEMA,
    );
    expect(uploads.count).toBe(0);
    expect(await totals(df)).toEqual(TOTALS);
    const sent = uploads.count;
    expect(sent).toBeGreaterThan(0);
    expect(await totals(df.filter("id >= 0"))).toEqual(TOTALS);
    expect((await df.schema()).toDDL()).toBe("id BIGINT NOT NULL,text STRING");
    expect(uploads.count).toBe(sent);
    await spark.conf.unset("spark.sql.session.localRelationCacheThreshold");
  });

  it("takes rows from an async iterable while they are made", async () => {
    await spark.conf.set("spark.sql.session.localRelationCacheThreshold", 100_000);
    // Other rows than above: what the session has already would not be sent.
    const newRow = (id: number): { id: number; text: string } => ({
      id,
      text: "y".repeat(40 - (id % 9)),
    });
    async function* source(): AsyncGenerator<{ id: number; text: string }> {
      for (let id = 0; id < ROWS; id++) yield await Promise.resolve(newRow(id));
    }
    using uploads = new Uploads();
    const df = await spark.createDataFrameFrom(source(), SCHEMA);
    // By default 10,000 rows a chunk: two are there before the last is finished.
    if (isSparkAtLeast(4, 1)) expect(uploads.count).toBeGreaterThanOrEqual(2);
    expect(await totals(df)).toEqual(TOTALS);
    await spark.conf.unset("spark.sql.session.localRelationCacheThreshold");
  });

  it("makes temporary views of data that was not sent before", async () => {
    await spark.conf.set("spark.sql.session.localRelationCacheThreshold", 100_000);
    const df = spark.createDataFrame({ id: Array.from({ length: ROWS }, (_, id) => id) });
    await df.createOrReplaceTempView("local_rows");
    expect(await spark.table("local_rows").count()).toBe(ROWS);
    await spark.conf.unset("spark.sql.session.localRelationCacheThreshold");
  });
});
