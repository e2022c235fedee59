import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { DataFrame, OutputMode, SparkSession, StreamingQuery } from "../../src/index.js";
import { StorageLevel } from "../../src/index.js";
import {
  col,
  count,
  date_trunc,
  expr,
  max,
  session_window,
  sum,
  unix_millis,
  unix_seconds,
  window,
  window_time,
} from "../../src/functions/index.js";
import { SparkConnection } from "../../src/connection/spark-connection.js";
import { eventually } from "../support/eventually.js";
import { connect, uniqueName, uniquePath } from "./support.js";

const EVENTS = "id STRING, at TIMESTAMP, v BIGINT";

/** An event at a minute (and second) of 2026-01-01, 00 hours. */
type Event = readonly [id: string, minute: number, v: number, second?: number];

/** A folder that streams read one file at a time: each write is one batch. */
class Input {
  readonly path: string = uniquePath("events");
  readonly #spark: SparkSession;

  constructor(spark: SparkSession) {
    this.#spark = spark;
  }

  async add(...events: readonly Event[]): Promise<void> {
    const rows = events.map(([id, minute, v, second = 0]) => [id, minute * 60 + second, v]);
    await this.#spark
      .createDataFrame(rows, ["id", "offset", "v"])
      .select(
        col("id"),
        expr("TIMESTAMP '2026-01-01 00:00:00' + make_interval(0, 0, 0, 0, 0, 0, offset) AS at"),
        col("v").cast("bigint").alias("v"),
      )
      .coalesce(1)
      .write.mode("append")
      .json(this.path);
  }

  stream(): DataFrame {
    return this.#spark.readStream.schema(EVENTS).option("maxFilesPerTrigger", 1).json(this.path);
  }
}

async function finish(query: StreamingQuery): Promise<void> {
  expect(await query.awaitTermination({ timeoutMs: 100_000 })).toBe(true);
}

/** All rows that a streaming query writes for its input so far, sorted as text. */
async function drained(
  spark: SparkSession,
  result: DataFrame,
  mode: OutputMode = "append",
): Promise<unknown[][]> {
  const name = uniqueName("sink");
  const query = await result.writeStream
    .format("memory")
    .queryName(name)
    .outputMode(mode)
    .trigger({ availableNow: true })
    .start();
  await finish(query);
  const rows = await spark.table(name).collect({ rowMode: "array" });
  return rows.sort((left, right) => (String(left) < String(right) ? -1 : 1));
}

/** A minute of the first hour of the day, as it is in the rows. */
const minute = (column: string) => expr(`date_format(${column}, 'mm:ss')`);

describe("streaming operators", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
    await spark.conf.set("spark.sql.session.timeZone", "UTC");
    await spark.conf.set("spark.sql.shuffle.partitions", 1);
  });
  afterAll(async () => {
    await spark.stop();
  });

  /**
   * Four batches. The second sees 00:30; the third closes the windows before 00:20; the fourth brings an
   * event that is too late (Spark drops it by the watermark of the batch before).
   */
  async function lateInput(): Promise<Input> {
    const input = new Input(spark);
    await input.add(["a", 1, 1], ["a", 4, 2], ["b", 6, 4]);
    await input.add(["a", 9, 8], ["c", 30, 16]);
    await input.add(["d", 31, 64]);
    await input.add(["late", 2, 32]);
    return input;
  }

  it("append mode emits each window once, after the watermark passes it, without late events", async () => {
    const input = await lateInput();
    const counted = input
      .stream()
      .withWatermark("at", "10 minutes")
      .groupBy(window("at", "5 minutes"))
      .agg(count("*").alias("n"), sum("v").alias("sum"))
      .select(minute("window.start"), minute("window.end"), col("n"), col("sum"));
    expect(await drained(spark, counted)).toEqual([
      ["00:00", "05:00", 2n, 3n],
      ["05:00", "10:00", 2n, 12n],
    ]);
  });

  it("update mode emits a window again with each batch that changes it", async () => {
    const input = await lateInput();
    const counted = input
      .stream()
      .withWatermark("at", "10 minutes")
      .groupBy(window("at", "10 minutes", "10 minutes", "1 minute"))
      .agg(sum("v").alias("sum"))
      .select(minute("window.start"), col("sum"));
    expect(await drained(spark, counted, "update")).toEqual([
      ["01:00", 15n],
      ["01:00", 7n],
      ["21:00", 16n],
      ["31:00", 64n],
    ]);
  });

  it("sliding windows overlap, and window_time() allows another aggregation of windows", async () => {
    const input = new Input(spark);
    await input.add(["a", 1, 1], ["a", 7, 2], ["z", 40, 0]);
    await input.add(["z", 41, 0]);
    const sliding = input
      .stream()
      .withWatermark("at", "1 minute")
      .groupBy(window(col("at"), "10 minutes", "5 minutes"))
      .agg(sum("v").alias("sum"));
    const sums = sliding.select(
      minute("window.start"),
      col("sum"),
      unix_millis(window_time("window")),
    );
    const start = BigInt(Date.parse("2026-01-01T00:00:00Z"));
    const ends = [5n, 10n, 15n].map((end) => start + end * 60_000n - 1n);
    expect(await drained(spark, sums.filter("sum > 0"))).toEqual([
      ["00:00", 3n, ends[1]],
      ["05:00", 2n, ends[2]],
      ["55:00", 1n, ends[0]],
    ]);
    const again = sliding
      .groupBy(window(window_time("window"), "20 minutes"))
      .agg(max("sum").alias("max"))
      .select(minute("window.start"), col("max"));
    expect((await drained(spark, again)).filter(([, most]) => most !== 0n)).toEqual([
      ["00:00", 3n],
    ]);
  });

  it("session windows last while events follow, with a gap as text or per row", async () => {
    const input = new Input(spark);
    await input.add(["a", 0, 1], ["a", 3, 1], ["a", 20, 1], ["b", 0, 1], ["b", 3, 1]);
    await input.add(["z", 59, 0]);
    await input.add(["z", 59, 0, 1]);
    const sessions = (gap: Parameters<typeof session_window>[1]) =>
      input
        .stream()
        .withWatermark("at", "1 minute")
        .groupBy(session_window("at", gap), col("id"))
        .agg(count("*").alias("n"))
        .select(col("id"), minute("session_window.start"), minute("session_window.end"), col("n"));
    expect(await drained(spark, sessions("5 minutes"))).toEqual([
      ["a", "00:00", "08:00", 2n],
      ["a", "20:00", "25:00", 1n],
      ["b", "00:00", "08:00", 2n],
    ]);
    const gaps = expr("CASE WHEN id = 'b' THEN '2 minutes' ELSE '5 minutes' END");
    expect(await drained(spark, sessions(gaps))).toEqual([
      ["a", "00:00", "08:00", 2n],
      ["a", "20:00", "25:00", 1n],
      ["b", "00:00", "02:00", 1n],
      ["b", "03:00", "05:00", 1n],
    ]);
  });

  it("dropDuplicates() works across batches, forever or within the watermark", async () => {
    const input = new Input(spark);
    await input.add(["a", 0, 1], ["a", 0, 1], ["b", 1, 2]);
    await input.add(["a", 2, 3], ["c", 30, 4]);
    await input.add(["z", 30, 5, 1]);
    await input.add(["a", 31, 6]);
    const kept = (rows: DataFrame) => drained(spark, rows.select("id", "v"));
    expect(await kept(input.stream().dropDuplicates("id"))).toEqual([
      ["a", 1n],
      ["b", 2n],
      ["c", 4n],
      ["z", 5n],
    ]);
    const marked = input.stream().withWatermark("at", "5 minutes");
    expect(await kept(marked.dropDuplicatesWithinWatermark("id"))).toEqual([
      ["a", 1n],
      ["a", 6n],
      ["b", 2n],
      ["c", 4n],
      ["z", 5n],
    ]);
  });

  it("a stream can be joined with a static DataFrame", async () => {
    const input = new Input(spark);
    await input.add(["a", 0, 1], ["x", 0, 2]);
    await input.add(["b", 1, 3]);
    const names = spark.createDataFrame(
      [
        ["a", "Anna"],
        ["b", "Bert"],
      ],
      ["id", "name"],
    );
    const joined = input.stream().join(names.hint("broadcast"), "id", "left").select("name", "v");
    expect(await drained(spark, joined)).toEqual(
      [
        [null, 2n],
        ["Anna", 1n],
        ["Bert", 3n],
      ].sort((left, right) => (String(left) < String(right) ? -1 : 1)),
    );
  });

  it("two streams can be joined within a time range, and rows without a match are emitted after it", async () => {
    const shown = new Input(spark);
    await shown.add(["a", 0, 1], ["b", 1, 2]);
    await shown.add(["z", 50, 0]);
    await shown.add(["z", 51, 0]);
    const clicked = new Input(spark);
    await clicked.add(["a", 3, 10], ["b", 20, 20]);
    await clicked.add(["y", 50, 0]);
    await clicked.add(["y", 51, 0]);
    const joined = (how: "inner" | "left_outer") => {
      const shows = shown.stream().withWatermark("at", "1 minute").alias("s");
      const clicks = clicked.stream().withWatermark("at", "1 minute").alias("c");
      const near = expr("s.id = c.id AND c.at >= s.at AND c.at <= s.at + INTERVAL 5 MINUTES");
      return shows.join(clicks, near, how).select("s.id", "s.v", "c.v");
    };
    expect(await drained(spark, joined("inner"))).toEqual([["a", 1n, 10n]]);
    expect(await drained(spark, joined("left_outer"))).toEqual([
      ["a", 1n, 10n],
      ["b", 2n, null],
    ]);
  });

  it("observed metrics are part of the progress of each batch", async () => {
    const input = new Input(spark);
    await input.add(["a", 0, 1], ["b", 0, 2]);
    await input.add(["c", 0, 40]);
    const query = await input
      .stream()
      .observe("events", count("*").alias("n"), max("v").alias("most"))
      .writeStream.format("noop")
      .trigger({ availableNow: true })
      .start();
    await finish(query);
    const metrics = (await query.recentProgress()).map((progress) => progress.observedMetrics);
    expect(metrics.map((observed) => observed["events"])).toEqual([
      { n: 2n, most: 2n },
      { n: 1n, most: 40n },
    ]);
    expect(() => spark.range(1).observe("", count("*"))).toThrow(/observe/);
  });

  it.skipIf(!inject("hasDelta"))(
    "a stream can write a partitioned or clustered table, which another stream continues to read",
    async () => {
      const input = new Input(spark);
      await input.add(["a", 0, 1], ["b", 0, 2]);
      await input.add(["a", 1, 3]);
      const [partitioned, clustered] = [uniqueName("parted"), uniqueName("clustered")];
      const writer = () =>
        input
          .stream()
          .writeStream.format("delta")
          .option("checkpointLocation", uniquePath("checkpoint"))
          .trigger({ availableNow: true });
      try {
        await finish(await writer().partitionBy("id").toTable(partitioned));
        const detail = async (table: string) =>
          (await (await spark.sql(`DESCRIBE DETAIL ${table}`)).collect())[0];
        expect(await detail(partitioned)).toMatchObject({ partitionColumns: ["id"] });
        // Delta 4.4.0 clusters a table that SQL created, and refuses to create a clustered one in a write.
        await spark.sql(`CREATE TABLE ${clustered} (${EVENTS}) USING delta CLUSTER BY (id)`);
        await finish(await writer().clusterBy("id").toTable(clustered));
        expect(await detail(clustered)).toMatchObject({ clusteringColumns: ["id"] });
        expect(await spark.table(clustered).count()).toBe(3);

        const read = spark.readStream.table(partitioned).select("id", "v");
        expect(await drained(spark, read)).toEqual([
          ["a", 1n],
          ["a", 3n],
          ["b", 2n],
        ]);
        const later = spark.readStream.option("startingVersion", 2).table(partitioned);
        expect(await drained(spark, later.select("id", "v"))).toEqual([["a", 3n]]);
      } finally {
        await spark.sql(`DROP TABLE IF EXISTS ${partitioned}`);
        await spark.sql(`DROP TABLE IF EXISTS ${clustered}`);
      }
    },
  );

  it("complete mode keeps the whole result in a memory table for SQL", async () => {
    const input = new Input(spark);
    await input.add(["a", 0, 1], ["b", 0, 2]);
    await input.add(["a", 1, 4]);
    const name = uniqueName("totals");
    const query = await input
      .stream()
      .groupBy("id", date_trunc("hour", "at"))
      .agg(sum("v").alias("total"), max(unix_seconds("at")).alias("last"))
      .writeStream.format("memory")
      .queryName(name)
      .outputMode("complete")
      .trigger({ availableNow: true })
      .start();
    await finish(query);
    const rows = await (await spark.sql(`SELECT id, total FROM ${name} ORDER BY id`)).collect();
    expect(rows).toEqual([
      { id: "a", total: 5n },
      { id: "b", total: 2n },
    ]);
    const batches = (await query.recentProgress()).filter(({ numInputRows }) => numInputRows > 0);
    expect(batches.length).toBe(2);
  });
});

describe("DataFrames kept on the server", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("cache() and persist() keep rows for all sessions, unpersist() frees them, and storageLevel() reports it", async () => {
    const sums = spark.range(100).groupBy(expr("id % 7")).agg(sum("id"));
    const isKept = async () => (await sums.explainString()).includes("InMemoryTableScan");
    expect((await sums.storageLevel()).equals(StorageLevel.NONE)).toBe(true);
    expect(await sums.cache()).toBe(sums);
    expect(String(await sums.storageLevel())).toBe("Disk Memory Deserialized 1x Replicated");
    expect(await sums.count()).toBe(7);
    expect(await isKept()).toBe(true);
    await using other = await spark.newSession();
    const same = other.range(100).groupBy(expr("id % 7")).agg(sum("id"));
    expect((await same.storageLevel()).useMemory).toBe(true);
    expect(await sums.unpersist({ blocking: true })).toBe(sums);
    expect((await sums.storageLevel()).equals(StorageLevel.NONE)).toBe(true);
    expect(await isKept()).toBe(false);
    await sums.persist(StorageLevel.DISK_ONLY_2);
    expect((await sums.storageLevel()).equals(StorageLevel.DISK_ONLY_2)).toBe(true);
    await sums.unpersist();
  });

  it("localCheckpoint() keeps the rows when their input is deleted", async () => {
    const path = uniquePath("source");
    await spark.range(3).write.parquet(path);
    const kept = await spark.read.parquet(path).localCheckpoint();
    const level = StorageLevel.MEMORY_AND_DISK;
    const lazy = await spark.read
      .parquet(path)
      .localCheckpoint({ eager: false, storageLevel: level });
    expect(await lazy.count()).toBe(3);
    await spark.range(7).write.mode("overwrite").parquet(path);
    expect(await kept.filter("id > 0").count()).toBe(2);
    expect(await lazy.count()).toBe(3);
    expect(await spark.read.parquet(path).count()).toBe(7);
  });

  it("the server removes a checkpoint after the last DataFrame on it is gone", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const run = vi.spyOn(SparkConnection.prototype, "run");
    const removed = () =>
      run.mock.calls.flatMap(([{ opType }]) => {
        const type = opType.case === "command" ? opType.value.commandType : undefined;
        return type?.case === "removeCachedRemoteRelationCommand"
          ? [type.value.relation?.relationId]
          : [];
      });
    try {
      const used = (await spark.range(5).localCheckpoint()).filter("id > 1");
      const id = await (async () => {
        const { relType } = (await spark.range(3).localCheckpoint()).relation;
        return relType.case === "cachedRemoteRelation" ? relType.value.relationId : undefined;
      })();
      await eventually(
        () => {
          collectGarbage();
          return removed().includes(id);
        },
        { withinMs: 30_000 },
      );
      expect(id).toMatch(/./);
      expect(await used.count()).toBe(3);
    } finally {
      run.mockRestore();
    }
  });

  it("checkpoint() fails with a clear error if the server has no checkpoint directory", async () => {
    const [directory] = await (await spark.sql("SET spark.checkpoint.dir")).collect();
    const asked = spark.range(3).checkpoint();
    if (directory?.["value"] === "<undefined>") {
      await expect(asked).rejects.toThrow(/checkpoint/i);
    } else {
      expect(await (await asked).count()).toBe(3);
    }
  });

  it("hint() reaches the optimizer", async () => {
    const joined = spark.range(9).join(spark.range(9).hint("merge"), "id");
    expect(await joined.explainString()).toContain("SortMergeJoin");
    const broadcast = spark.range(9).join(spark.range(9).hint("broadcast"), "id");
    expect(await broadcast.explainString()).toContain("BroadcastHashJoin");
    expect(await spark.range(9).hint("repartition", 3, col("id")).explainString()).toContain(
      "hashpartitioning(id",
    );
  });
});
