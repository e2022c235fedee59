import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  processorFromModule,
  StatefulProcessor,
  state,
  type ExpiredTimer,
  type StateHandles,
} from "../../src/cluster/index.js";
import type { DataFrame, ObjectRow, SparkSession, Timestamp } from "../../src/index.js";
import { processedRange } from "./processed-range.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

const NEEDS_4_1 = "transformWithState is in Spark Connect since Spark 4.1";

type Rows = AsyncGenerator<ObjectRow, void, undefined>;

/** Changes a state for each row before it waits. */
class Many extends StatefulProcessor {
  states = { last: state.value("id BIGINT, text STRING") };
  async *handleInputRows(
    _: ObjectRow,
    rows: AsyncIterable<{ id: bigint }>,
    { last }: StateHandles<this>,
  ): Rows {
    const changes = [];
    for await (const { id } of rows) changes.push(last.update({ id, text: "x".repeat(1000) }));
    await Promise.all(changes);
    yield { id: (await last.get())?.id, count: changes.length };
  }
}

/** Counts the rows of a key until 10 s of event time pass without a row. */
class Visits extends StatefulProcessor {
  states = { total: state.value("n BIGINT") };

  override async handleInitialState(
    _: unknown,
    { n }: { n: bigint },
    { total, timers }: StateHandles<this>,
  ): Promise<void> {
    await total.update({ n: n + ((await total.get())?.n ?? 0n) });
    await timers.registerTimer(15_000);
  }

  async *handleInputRows(
    { k }: { k: string },
    rows: AsyncIterable<{ ts: Timestamp }>,
    { total, timers }: StateHandles<this>,
  ): Rows {
    let n = (await total.get())?.n ?? 0n;
    let last = 0;
    for await (const { ts } of rows) {
      n++;
      last = Math.max(last, ts.getTime());
    }
    await total.update({ n });
    const before = await timers.listTimers();
    for (const timer of before) await timers.deleteTimer(timer);
    await timers.registerTimer(last + 10_000);
    yield { k, n, why: `rows ${before.join()}`, watermark: timers.watermarkMs };
  }

  override async *handleExpiredTimer(
    { k }: { k: string },
    { expiryMs }: ExpiredTimer,
    { total, timers }: StateHandles<this>,
  ): Rows {
    const n = (await total.get())?.n ?? null;
    await total.clear();
    yield { k, n, why: `timer ${expiryMs}`, watermark: timers.watermarkMs };
  }
}

/** The same in Python. */
const PYTHON_VISITS = `
from pyspark.sql import Row
from pyspark.sql.streaming import StatefulProcessor

class Visits(StatefulProcessor):
    def init(self, handle):
        self.handle = handle
        self.total = handle.getValueState("total", "n BIGINT")

    def count(self):
        return self.total.get()[0] if self.total.exists() else None

    def handleInitialState(self, key, initialState, timerValues):
        self.total.update((initialState.n + (self.count() or 0),))
        self.handle.registerTimer(15000)

    def handleInputRows(self, key, rows, timerValues):
        times = [row.ms for row in rows]
        n = (self.count() or 0) + len(times)
        self.total.update((n,))
        before = list(self.handle.listTimers())
        for timer in before:
            self.handle.deleteTimer(timer)
        self.handle.registerTimer(max(times) + 10000)
        why = "rows " + ",".join(str(timer) for timer in before)
        yield Row(k=key[0], n=n, why=why, watermark=timerValues.getCurrentWatermarkInMs())

    def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
        n = self.count()
        self.total.clear()
        why = "timer " + str(expiredTimerInfo.getExpiryTimeInMs())
        yield Row(k=key[0], n=n, why=why, watermark=timerValues.getCurrentWatermarkInMs())
`;

describe("stateful processors in TypeScript", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
    await spark.conf.set("spark.sql.shuffle.partitions", "1");
    await spark.conf.set("spark.sql.session.timeZone", "UTC");
    await spark.conf.set(
      "spark.sql.streaming.stateStore.providerClass",
      "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",
    );
    await spark.conf.set("spark.sql.streaming.noDataMicroBatches.enabled", "false");
    // Spark keeps states in a batch only after it has created its manager of streams.
    await spark.streams.active();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("receive all rows of a key, and keep changes that nobody awaits one by one", async ({
    skip,
  }) => {
    skip(!isSparkAtLeast(4, 1), NEEDS_4_1);
    expect(await processedRange(spark, Many, "id BIGINT, count INT", 4002)).toEqual([
      { id: 4000n, count: 2001 },
      { id: 4001n, count: 2001 },
    ]);
  });

  it("are exports of modules, whose states a worker reports", async ({ skip }) => {
    skip(!isSparkAtLeast(4, 1), NEEDS_4_1);
    const file = uniquePath("module") + ".ts";
    await writeFile(
      file,
      `import { randomUUID } from "node:crypto";
       import { state, StatefulProcessor } from "sparktide/cluster";
       export class Counter extends StatefulProcessor {
         states = { total: state.value("n BIGINT"), ids: state.map("id STRING", "n INT") };
         async *handleInputRows(key: { odd: bigint }, rows: AsyncIterable<unknown>, { total, ids }: any) {
           let n = 0n;
           for await (const _ of rows) n++;
           await total.update({ n });
           await ids.updateValue({ id: randomUUID() }, { n: 1 });
           yield { id: (await total.get()).n * 10n + BigInt((await ids.keys()).length) };
         }
       }
       export class Failing extends Counter {
         states = { total: state.value(" ") } as any;
       }
       export const text = "";`,
    );
    const ofModule = (name: string): Promise<ObjectRow[]> =>
      processedRange(
        spark,
        processorFromModule(pathToFileURL(file), name, { heapMb: 128 }),
        "id BIGINT",
        5,
      );
    expect(await ofModule("Counter")).toEqual([{ id: 31n }, { id: 21n }]);
    await expect(ofModule("Failing")).rejects.toThrow(
      /^Failing failed: ArgumentError: state\.value\(\) needs the columns of the state/,
    );
    await expect(ofModule("text")).rejects.toThrow(
      /^text failed: TypeError: text must be a function/,
    );
  });

  it("use event time, its timers and an initial state as processors in Python do", async ({
    skip,
  }) => {
    skip(!isSparkAtLeast(4, 1), NEEDS_4_1);
    const input = uniquePath("visits");
    await mkdir(input);
    const batches = [
      { a: 10, b: 12 },
      { c: 30 },
      // The watermark is at 30 s, so the row of c is late.
      { a: 40, c: 5 },
    ];
    for (const [at, seconds] of batches.entries()) {
      const rows = Object.entries(seconds).map(([k, second]) => ({
        k,
        ts: `1970-01-01 00:00:${String(second).padStart(2, "0")}`,
      }));
      const file = join(input, `${at}.json`);
      await writeFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
      // Spark reads the oldest file first.
      await utimes(file, at, at);
    }
    const initialState = (
      await spark.sql("SELECT * FROM VALUES ('a', 100L), ('a', 1L), ('z', 5L) AS t(k, n)")
    ).groupBy("k");
    const groups = spark.readStream
      .schema("k STRING, ts TIMESTAMP")
      .option("maxFilesPerTrigger", 1)
      .json(input)
      .withWatermark("ts", "0 seconds")
      .selectExpr("k", "ts", "unix_millis(ts) AS ms")
      .groupBy("k");
    const rest = {
      outputSchema: "k STRING, n BIGINT, why STRING, watermark BIGINT",
      outputMode: "append",
      timeMode: "EventTime",
      initialState,
    } as const;
    const run = async (visits: DataFrame): Promise<string[]> => {
      const table = uniqueName("visits");
      const query = await visits.writeStream
        .format("memory")
        .queryName(table)
        .trigger({ availableNow: true })
        .start();
      try {
        expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
        const rows = await spark.table(table).collect();
        return rows.map((row) => Object.values(row).join(" ")).sort();
      } finally {
        await query.stop();
      }
    };
    const python = { source: PYTHON_VISITS, className: "Visits" };
    const [inTypeScript, inPython] = await Promise.all([
      groups.transformWithState({ ...rest, processor: Visits }).then(run),
      groups.transformWithState({ ...rest, ...python }).then(run),
    ]);
    expect(inTypeScript).toEqual(inPython);
    expect(inTypeScript).toContain("a 103 rows 20000 30000");
    expect(inTypeScript).toContain("b 1 timer 22000 30000");
    expect(inTypeScript).toContain("z 5 timer 15000 30000");
  });
});
