import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { afterEach, describe, expect, inject, it } from "vitest";
import { SparkConnectionError, SparkSession, type StreamingQuery } from "../../src/index.js";
import { expr } from "../../src/functions/index.js";
import { coingecko } from "../../src/sources/index.js";
import { eventually } from "../support/eventually.js";
import { replayEgress, uniquePath } from "./support.js";

interface Logged {
  readonly n: number;
  readonly data: string;
}

/** The rows that the offset log carries for a batch, as the source packed them. */
function loggedRows(checkpoint: string, batchId: number): unknown[] {
  const lines = readFileSync(join(checkpoint, "offsets", String(batchId)), "utf8").split("\n");
  const offset = JSON.parse(lines.at(-1) ?? "") as Logged;
  const rows = JSON.parse(inflateSync(Buffer.from(offset.data, "base64")).toString()) as unknown[];
  expect(rows).toHaveLength(offset.n);
  return rows;
}

function batches(checkpoint: string, log: "offsets" | "commits"): number[] {
  const folder = join(checkpoint, log);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

describe("a server killed inside a batch", () => {
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

  it("ends in a typed error within seconds, and a restart writes each logged row once", async () => {
    const path = uniquePath("crash");
    const checkpoint = `${path}-checkpoint`;
    const first = await start();
    const query = await run(first, path, 1_500);
    const seen: bigint[] = [];
    const watched = (async () => {
      for await (const progress of query.progress()) seen.push(progress.batchId);
    })();
    // Inside a batch: its offsets are logged, it is not committed.
    const struck = await eventually(
      () => {
        const last = batches(checkpoint, "offsets").at(-1) ?? -1;
        return last >= 2 && !batches(checkpoint, "commits").includes(last) && last;
      },
      { withinMs: 120_000 },
    );
    process.kill(first.localSpark?.pid ?? 0, "SIGKILL");
    const killedAt = Date.now();
    await expect(watched).rejects.toBeInstanceOf(SparkConnectionError);
    await expect(watched).rejects.toMatchObject({ code: "SERVER_DIED" });
    expect(Date.now() - killedAt).toBeLessThan(10_000);
    expect(batches(checkpoint, "commits")).not.toContain(struck);

    const changed = await fetch(`${inject("apiUrl")}/__state`, {
      method: "POST",
      body: JSON.stringify({ prices: { bitcoin: 1, ethereum: 2 } }),
    });
    expect(changed.ok).toBe(true);
    const logged = loggedRows(checkpoint, struck);

    const second = await start();
    const restarted = await run(second, path, 0);
    expect(restarted.id).toBe(query.id);
    expect(restarted.runId).not.toBe(query.runId);
    await eventually(() => batches(checkpoint, "commits").includes(struck + 1), {
      withinMs: 120_000,
    });
    await restarted.stop();

    const table = second.read.format("delta").load(path).select("coin", "usd_price", "ts_ingest");
    const written = (await table.collect({ rowMode: "array" })).map((row) =>
      JSON.stringify(row.map((value) => (typeof value === "bigint" ? Number(value) : value))),
    );
    const committed = batches(checkpoint, "commits");
    const expected = committed.flatMap((batchId) => loggedRows(checkpoint, batchId));
    expect(written.sort()).toEqual(expected.map((row) => JSON.stringify(row)).sort());
    for (const row of logged) expect(written).toContain(JSON.stringify(row));
    await fetch(`${inject("apiUrl")}/__reset`, { method: "POST" });
  });
});
