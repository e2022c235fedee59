import { existsSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { DataFrame, SparkSession, Trigger } from "../../src/index.js";
import { UnsupportedOperationException } from "../../src/index.js";
import { coingecko, rest } from "../../src/sources/index.js";
import { connect, isSparkAtLeast, replayEgress, uniquePath } from "./support.js";

const { baseUrl: api, ...egress } = replayEgress();

describe("rest with availableNow or once", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect(rest, coingecko);
  });
  afterAll(async () => {
    await spark.stop();
  });
  beforeEach(async () => {
    await fetch(`${api}/__reset`, { method: "POST" });
  });

  function events(): DataFrame {
    const options = rest.options({
      url: `${api}/events?per_page=100`,
      offsetField: "id",
      offsetType: "incremental",
      streamingInterval: 0,
      batchSize: 2,
      ...egress,
    });
    // The server ignores the case of source names, and so does the client.
    return spark.readStream.format("REST").options(options).load();
  }

  /** Runs a query until it ends by itself. Returns the ids that all runs wrote to this path. */
  async function run(path: string, trigger: Trigger): Promise<unknown[]> {
    const query = await events()
      .writeStream.format("parquet")
      .option("checkpointLocation", `${path}-checkpoint`)
      .trigger(trigger)
      .start(path);
    expect(await query.awaitTermination({ timeoutMs: 60_000 })).toBe(true);
    const written = spark.read.parquet(path).selectExpr("get_json_object(output, '$.id') AS id");
    return (await written.collect()).map((row) => row["id"]);
  }

  async function known(): Promise<unknown[]> {
    const state = (await (await fetch(`${api}/__state`)).json()) as {
      records: { events: { id: string }[] };
    };
    return state.records.events.map((event) => event.id);
  }

  it.skipIf(!isSparkAtLeast(4, 2))(
    "reads all records with availableNow, in batches of batchSize, and the next run reads the new records",
    async () => {
      const path = uniquePath("drained");
      for (const grown of [0, 3]) {
        await fetch(`${api}/__state`, {
          method: "POST",
          body: JSON.stringify({ grow: { events: grown } }),
        });
        const found = await run(path, { availableNow: true });
        expect(found.sort()).toEqual((await known()).sort());
      }
    },
  );

  it.skipIf(isSparkAtLeast(4, 2))(
    "refuses availableNow before Spark 4.2, anywhere in the plan, and starts no query",
    async () => {
      const path = uniquePath("refused");
      const inUnion = events().union(
        spark.readStream.format("rate").load().selectExpr("CAST(value AS STRING)"),
      );
      const version = inject("sparkVersion");
      for (const df of [events(), inUnion.filter("output IS NOT NULL").limit(3)]) {
        const writer = df.writeStream
          .option("checkpointLocation", `${path}-checkpoint`)
          .trigger({ availableNow: true });
        for (const start of [
          () => writer.format("parquet").start(path),
          () => writer.foreachBatch(() => Promise.resolve()).start(),
        ]) {
          const failure = start();
          await expect(failure).rejects.toBeInstanceOf(UnsupportedOperationException);
          await expect(failure).rejects.toMatchObject({
            errorClass: "AVAILABLE_NOW_NEEDS_SPARK_4_2",
            message: expect.stringMatching(
              new RegExp(`source rest needs Spark 4\\.2 .*${version}.*processingTime.*stop\\(\\)`),
            ) as string,
          });
        }
      }
      expect(await spark.streams.active()).toEqual([]);
      expect(await (await fetch(`${api}/__journal`)).json()).toEqual([]);
      expect(existsSync(`${path}-checkpoint`)).toBe(false);
    },
  );

  it("reads one batch with once, and the next run continues after it", async () => {
    const path = uniquePath("once");
    const first = await run(path, { once: true });
    expect(first).toHaveLength(2);
    const second = await run(path, { once: true });
    expect(new Set(second).size).toBe(4);
    expect(second).toHaveLength(4);
  });

  it("does not affect availableNow of sources that carry their rows in the offset", async () => {
    const path = uniquePath("prices");
    for (const rows of [1, 2]) {
      const query = await spark.readStream
        .format("coingecko")
        .options(
          coingecko.options({
            coins: ["bitcoin"],
            baseUrl: api,
            streamingInterval: 0,
            ...egress,
          }),
        )
        .load()
        .writeStream.format("parquet")
        .option("checkpointLocation", `${path}-checkpoint`)
        .trigger({ availableNow: true })
        .start(path);
      expect(await query.awaitTermination({ timeoutMs: 60_000 })).toBe(true);
      expect(await spark.read.parquet(path).count()).toBe(rows);
    }
  });
});
