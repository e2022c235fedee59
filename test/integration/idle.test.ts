import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SessionError, SparkSession, type StreamingQuery } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";

const SESSION_TIMEOUT_MS = 12_000;
const DETACHED_TIMEOUT_MS = 6_000;

// The tests wait most of the time, so they run at the same time.
describe.concurrent("on a server that soon ends idle sessions and detached executions", () => {
  let local: LocalSpark;
  beforeAll(async () => {
    local = await LocalSpark.start({
      delta: false,
      conf: {
        "spark.connect.session.manager.defaultSessionTimeout": `${SESSION_TIMEOUT_MS}ms`,
        "spark.connect.session.manager.maintenanceInterval": "1s",
        "spark.connect.execute.manager.detachedTimeout": `${DETACHED_TIMEOUT_MS}ms`,
        "spark.connect.execute.manager.maintenanceInterval": "1s",
      },
    });
  });
  afterAll(async () => {
    await local.stop();
  });

  function start(spark: SparkSession): Promise<StreamingQuery> {
    return spark.readStream.format("rate").load().writeStream.format("noop").start();
  }

  it(
    "a query survives three idle timeouts with the heartbeat; without it the session is lost with a clear error",
    { timeout: 180_000 },
    async () => {
      const kept = await SparkSession.builder().remote(local.url).create();
      const silent = await SparkSession.builder().remote(local.url).heartbeat(false).create();
      const [keptQuery, silentQuery] = [await start(kept), await start(silent)];
      expect(await silentQuery.isActive()).toBe(true);

      // The test needs an idle session, so send no request meanwhile.
      await delay(3 * SESSION_TIMEOUT_MS + 5_000);

      expect(await keptQuery.isActive()).toBe(true);
      expect(await keptQuery.exception()).toBeUndefined();
      const lost = silentQuery.isActive();
      await expect(lost).rejects.toBeInstanceOf(SessionError);
      await expect(lost).rejects.toThrow(silent.sessionId);
      await kept.stop();
      await silent.stop();
    },
  );

  it(
    "a reader that pauses for three times the detached timeout gets every row",
    { timeout: 120_000 },
    async () => {
      const spark = await SparkSession.builder().remote(local.url).create();
      const numRows = 2_000_000n;
      let expected = 0n;
      for await (const row of spark.range(0, numRows, 1, 4).toLocalIterator()) {
        if (row["id"] !== expected)
          throw new Error(`expected ${expected}, got ${String(row["id"])}`);
        if (expected === 0n) await delay(3 * DETACHED_TIMEOUT_MS);
        expected += 1n;
      }
      expect(expected).toBe(numRows);
      await spark.stop();
    },
  );
});
