import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Int32,
  LargeList,
  LargeUtf8,
  Map_,
  Struct,
  Table,
  Uint8,
  Utf8,
  Utf8View,
  tableFromArrays,
  tableFromJSON,
  vectorFromArray,
} from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { count, count_distinct, length, max, sum } from "../../../src/functions/index.js";
import {
  DayTimeInterval,
  StructType,
  type DiagnosticEvents,
  type SparkSession,
} from "../../../src/index.js";
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

/** Counts the artifact requests of this process. */
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

  it("returns the given schema and rows, for rows, columns and tables", async () => {
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

  it("keeps field names at every level, even empty and duplicate names", async () => {
    const array = { rowMode: "array" } as const;
    expect(await spark.createDataFrame([{ o: { "": 1 } }]).collect()).toEqual([{ o: { "": 1n } }]);
    const schema = [
      "s STRUCT<a: INT NOT NULL COMMENT 'c', a: STRING> NOT NULL",
      "l ARRAY<STRUCT<a: INT, a: INT>>",
      "m MAP<STRUCT<a: INT, a: INT>, STRUCT<b: INT, b: STRUCT<c: INT, c: INT>>>",
      "i INTERVAL DAY",
      "i INT",
      "a_2 STRUCT<a: INT, a_2: INT, a: INT>",
    ].join(", ");
    const row = [
      [1, "x"],
      [[2, 3], null],
      new Map([
        [
          [4, 5],
          [6, [7, 8]],
        ],
      ]),
      new DayTimeInterval(86_400_000_000n, "day", "day"),
      9,
      [10, 11, 12],
    ];
    const df = spark.createDataFrame([row], schema);
    expect(await df.collect(array)).toEqual([row]);
    expect((await df.schema()).json()).toBe(StructType.fromDDL(schema).json());
    // The rows arrive one by one, in chunks and as a whole.
    async function* rows(): AsyncGenerator<unknown[]> {
      for (let id = 0; id < ROWS; id++) yield await Promise.resolve([id, [id, id]]);
    }
    const streamed = await spark.createDataFrameFrom(rows(), "id INT, s STRUCT<a: INT, a: INT>");
    expect(await streamed.filter("id = 7").collect(array)).toEqual([[7, [7, 7]]]);
    const empty = spark.emptyDataFrame(schema);
    expect((await empty.schema()).json()).toBe(StructType.fromDDL(schema).json());
    const columns = spark.createDataFrame({ o: [[1, 2]] }, "o STRUCT<a: INT, a: INT>");
    expect(await columns.collect(array)).toEqual([[[1, 2]]]);
  });

  it("accepts the tables that apache-arrow makes from lists and objects", async () => {
    const table = tableFromArrays({ list: [[1, 2], [3]] as unknown as number[] });
    expect(await spark.createDataFrame(table).collect()).toEqual([{ list: [1, 2] }, { list: [3] }]);
    const json = tableFromJSON([{ a: 1, o: { "": 2, l: [3] } }]);
    expect(await spark.createDataFrame(json).collect()).toEqual([{ a: 1, o: { "": 2, l: [3] } }]);
    const unnamed = new Field("", new Int32());
    const fixed = vectorFromArray([[1, 2], null], new FixedSizeList(2, unnamed));
    const keyed = new Struct<{ key: Utf8; value: Uint8 }>([
      new Field("k", new Utf8(), false),
      new Field("v", new Uint8()),
    ]);
    const foreign = new Table({
      fixed,
      bytes: vectorFromArray([Uint8Array.of(1, 2), null], new FixedSizeBinary(2)),
      map: vectorFromArray([new Map([["a", 200]]), null], new Map_(new Field("x", keyed, false))),
      view: vectorFromArray(["a view of a longer text", null], new Utf8View()),
      large: vectorFromArray([["x"], null], new LargeList(new Field("", new LargeUtf8()))),
    });
    expect(await spark.createDataFrame(foreign).collect()).toEqual([
      {
        fixed: [1, 2],
        bytes: Uint8Array.of(1, 2),
        map: new Map([["a", 200]]),
        view: "a view of a longer text",
        large: ["x"],
      },
      { fixed: null, bytes: null, map: null, view: null, large: null },
    ]);
  });

  it("sends large data once, in chunks or as one artifact, and returns every row", async () => {
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

  it("accepts rows from an async iterable while they are produced", async () => {
    await spark.conf.set("spark.sql.session.localRelationCacheThreshold", 100_000);
    // Use other rows than above, because the client does not send data that the session has.
    const newRow = (id: number): { id: number; text: string } => ({
      id,
      text: "y".repeat(40 - (id % 9)),
    });
    async function* source(): AsyncGenerator<{ id: number; text: string }> {
      for (let id = 0; id < ROWS; id++) yield await Promise.resolve(newRow(id));
    }
    using uploads = new Uploads();
    const df = await spark.createDataFrameFrom(source(), SCHEMA);
    // A chunk has 10,000 rows by default, so two chunks are on the server before the last is complete.
    if (isSparkAtLeast(4, 1)) expect(uploads.count).toBeGreaterThanOrEqual(2);
    expect(await totals(df)).toEqual(TOTALS);
    await spark.conf.unset("spark.sql.session.localRelationCacheThreshold");
  });

  it("creates temporary views of data that was not sent before", async () => {
    await spark.conf.set("spark.sql.session.localRelationCacheThreshold", 100_000);
    const df = spark.createDataFrame({ id: Array.from({ length: ROWS }, (_, id) => id) });
    await df.createOrReplaceTempView("local_rows");
    expect(await spark.table("local_rows").count()).toBe(ROWS);
    await spark.conf.unset("spark.sql.session.localRelationCacheThreshold");
  });
});
