import { afterEach, describe, expect, it } from "vitest";
import { SparkConnectionError, SparkSession, type StreamingQuery } from "../../src/index.js";
import { expr } from "../../src/functions/index.js";
import { coingecko } from "../../src/sources/index.js";
import { loggedBatches, payloadRows } from "../support/checkpoint.js";
import { eventually } from "../support/eventually.js";
import { apiUrl, replayEgress, uniquePath } from "./support.js";

describe("a server killed inside a batch", { timeout: 300_000 }, () => {
  const sessions: SparkSession[] = [];
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.stop().catch(() => undefined);
  });

  async function start(): Promise<SparkSession> {
    const spark = await SparkSession.builder().local().dataSources(coingecko).create();
    sessions.push(spark);
    return spark;
  }

  function run(spark: SparkSession, path: string, pauseMs: number): Promise<StreamingQuery> {
    return spark.readStream
      .format("coingecko")
      .options(
        coingecko.options({
          coins: ["bitcoin", "ethereum"],
          streamingInterval: 1,
          ...replayEgress(),
        }),
      )
      .load()
      .withColumn("pause", expr(`java_method('java.lang.Thread', 'sleep', ${String(pauseMs)}L)`))
      .writeStream.format("delta")
      .option("checkpointLocation", `${path}-checkpoint`)
      .trigger({ processingTime: "100 milliseconds" })
      .start(path);
  }

  it("fails the query with a typed error within seconds, and a restart writes each logged row once", async () => {
    const path = uniquePath("crash");
    const checkpoint = `${path}-checkpoint`;
    const first = await start();
    const query = await run(first, path, 1_500);
    const seen: bigint[] = [];
    const watched = (async () => {
      for await (const progress of query.progress()) seen.push(progress.batchId);
    })();
    // The batch is running: its offsets are logged, but it is not committed.
    const struck = await eventually(
      () => {
        const last = loggedBatches(checkpoint, "offsets").at(-1) ?? -1;
        return last >= 2 && !loggedBatches(checkpoint, "commits").includes(last) && last;
      },
      { withinMs: 120_000 },
    );
    process.kill(first.localSpark?.pid ?? 0, "SIGKILL");
    const killedAt = Date.now();
    await expect(watched).rejects.toBeInstanceOf(SparkConnectionError);
    await expect(watched).rejects.toMatchObject({ code: "SERVER_DIED" });
    expect(Date.now() - killedAt).toBeLessThan(10_000);
    expect(loggedBatches(checkpoint, "commits")).not.toContain(struck);

    const changed = await fetch(`${apiUrl()}/__state`, {
      method: "POST",
      body: JSON.stringify({ prices: { bitcoin: 1, ethereum: 2 } }),
    });
    expect(changed.ok).toBe(true);
    const logged = payloadRows(checkpoint, struck);

    const second = await start();
    const restarted = await run(second, path, 0);
    expect(restarted.id).toBe(query.id);
    expect(restarted.runId).not.toBe(query.runId);
    await eventually(() => loggedBatches(checkpoint, "commits").includes(struck + 1), {
      withinMs: 120_000,
    });
    await restarted.stop();

    const table = second.read.format("delta").load(path).select("coin", "usd_price", "ts_ingest");
    const written = (await table.collect({ rowMode: "array" })).map((row) =>
      JSON.stringify(row.map((value) => (typeof value === "bigint" ? Number(value) : value))),
    );
    const committed = loggedBatches(checkpoint, "commits");
    const expected = committed.flatMap((batchId) => payloadRows(checkpoint, batchId));
    expect(written.sort()).toEqual(expected.map((row) => JSON.stringify(row)).sort());
    for (const row of logged) expect(written).toContain(JSON.stringify(row));
    await fetch(`${apiUrl()}/__reset`, { method: "POST" });
  });
});
