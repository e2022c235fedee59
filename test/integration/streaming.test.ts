import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SparkSession } from "../../src/index.js";
import {
  AnalysisException,
  StreamingQueryException,
  type StreamingQueryProgress,
} from "../../src/index.js";
import { coingecko } from "../../src/sources/index.js";
import { eventually } from "../support/eventually.js";
import { apiUrl, connect, replayEgress, tableFormat, uniqueName, uniquePath } from "./support.js";

describe("streaming queries", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect(coingecko);
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("stream coingecko into Delta, which returns the same rows", async () => {
    const path = uniquePath("coingecko");
    const query = await spark.readStream
      .format("coingecko")
      .options(
        coingecko.options({
          coins: ["bitcoin", "ethereum"],
          streamingInterval: 1,
          ...replayEgress(),
        }),
      )
      .load()
      .writeStream.format(tableFormat())
      .option("checkpointLocation", `${path}-checkpoint`)
      .trigger({ processingTime: "1 second" })
      .start(path);
    for await (const progress of query.progress()) {
      expect(progress.numInputRows).toBe(2n);
      expect(progress.sources[0]?.endOffset).toMatchObject({ src: "coingecko", n: 2 });
      if (progress.batchId >= 2) break;
    }
    await query.stop();
    expect(await query.isActive()).toBe(false);
    expect(await query.exception()).toBeUndefined();

    const table = spark.read.format(tableFormat()).load(path);
    const written = await table.collect();
    expect(written.length).toBeGreaterThanOrEqual(6);
    expect(written.length % 2).toBe(0);
    expect(new Set(written.map((row) => row["coin"]))).toEqual(new Set(["bitcoin", "ethereum"]));
    for (const row of written) {
      expect(typeof row["usd_price"]).toBe("number");
      expect(typeof row["ts_ingest"]).toBe("bigint");
    }
  });

  it("yield the progress of each batch once, and end the iteration when the query is stopped", async () => {
    const query = await spark.readStream
      .format("rate")
      .option("rowsPerSecond", 5)
      .load()
      .writeStream.format("noop")
      .trigger({ processingTime: "200 milliseconds" })
      .start();
    const seen: StreamingQueryProgress[] = [];
    const watched = (async () => {
      for await (const progress of query.progress()) seen.push(progress);
    })();
    await eventually(() => seen.length >= 5, { withinMs: 30_000 });
    await query.stop();
    await watched;
    const batches = seen.map((progress) => progress.batchId);
    expect(batches).toEqual([...batches.keys()].map((index) => BigInt(index) + (batches[0] ?? 0n)));
    expect(
      seen.every((progress) => progress.id === query.id && progress.runId === query.runId),
    ).toBe(true);
  });

  it("return their name, status, progress and plan, and wait for their end", async () => {
    const name = uniqueName("asked");
    const query = await spark.readStream
      .format("rate")
      .load()
      .writeStream.format("memory")
      .queryName(name)
      .outputMode("append")
      .start();
    expect(query.name).toBe(name);
    await eventually(async () => (await query.lastProgress()) !== undefined, { withinMs: 30_000 });
    expect(await query.isActive()).toBe(true);
    expect(typeof (await query.status()).message).toBe("string");
    expect((await query.recentProgress()).length).toBeGreaterThan(0);
    expect(await query.explainString()).toContain("Physical Plan");
    expect((await spark.streams.active()).map((active) => active.id)).toContain(query.id);
    const found = await spark.streams.get(query.id);
    expect(found?.runId).toBe(query.runId);
    expect(await query.awaitTermination({ timeoutMs: 200 })).toBe(false);
    await query.stop();
    expect(await query.awaitTermination()).toBe(true);
    expect((await spark.streams.active()).map((active) => active.id)).not.toContain(query.id);
  });

  it("read all available data and end with availableNow", async () => {
    const input = uniquePath("input");
    const output = uniquePath("output");
    await spark.range(10).write.parquet(input);
    const query = await spark.readStream
      .schema("id BIGINT")
      .parquet(input)
      .writeStream.format(tableFormat())
      .option("checkpointLocation", `${output}-checkpoint`)
      .trigger({ availableNow: true })
      .start(output);
    expect(await query.awaitTermination({ timeoutMs: 60_000 })).toBe(true);
    expect(await spark.read.format(tableFormat()).load(output).count()).toBe(10);
  });

  it("throw their failure from progress() and awaitTermination()", async () => {
    const query = await spark.readStream
      .format("rate")
      .load()
      .selectExpr("1 DIV (value - value) AS x")
      .writeStream.format("noop")
      .start();
    const failure = query.awaitTermination({ timeoutMs: 60_000 });
    await expect(failure).rejects.toBeInstanceOf(StreamingQueryException);
    const exception = await query.exception();
    expect(exception).toBeInstanceOf(StreamingQueryException);
    expect(exception?.message).toContain("DIVIDE_BY_ZERO");
    expect(exception?.queryId).toBe(query.id);
    const seen: bigint[] = [];
    await expect(
      (async () => {
        for await (const progress of query.progress()) seen.push(progress.batchId);
      })(),
    ).rejects.toBeInstanceOf(StreamingQueryException);
  });

  it("fail at the start with the name of an unknown format", async () => {
    const failure = spark.readStream
      .format("no_such_format")
      .load()
      .writeStream.format("noop")
      .start();
    await expect(failure).rejects.toMatchObject({ errorClass: "DATA_SOURCE_NOT_FOUND" });
  });

  it("must be started: an action that returns rows is refused", async () => {
    await expect(spark.readStream.format("rate").load().collect()).rejects.toBeInstanceOf(
      AnalysisException,
    );
  });

  it("fail with the message of the API if the API refuses a request", async () => {
    const query = await spark.readStream
      .format("coingecko")
      .options({
        ...coingecko.options({ ...replayEgress() }),
        baseUrl: `${apiUrl()}/nowhere`,
      })
      .load()
      .writeStream.format("noop")
      .start();
    await expect(query.awaitTermination({ timeoutMs: 60_000 })).rejects.toThrow(/404/);
  });

  it("are refused before they start if an option of their source is misspelled", () => {
    const reader = spark.readStream.format("coingecko").option("coin", "bitcoin");
    expect(() => reader.load()).toThrow(/Unknown option coin of coingecko.*coins/);
  });
});
