import { randomUUID } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  AnalysisException,
  SessionError,
  SparkSession,
  type ExecutionProgress,
} from "../../src/index.js";
import { eventually } from "../support/eventually.js";
import { connect, isSparkAtLeast, uniqueName } from "./support.js";

/** One row every tenth of a second. The first row shows that the job runs and can be interrupted. */
const SLOW = "SELECT java_method('java.lang.Thread', 'sleep', 200L) FROM range(0, 1000, 1, 1000)";

/** Reads all rows of a slow query; calls `onFirstRow` after the first row. */
async function readSlowly(spark: SparkSession, onFirstRow: () => void): Promise<void> {
  let seen = 0;
  for await (const row of (await spark.sql(SLOW)).toLocalIterator()) {
    expect(row).toBeDefined();
    if (seen++ === 0) onFirstRow();
  }
}

describe("a session's life on a real Spark", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("newSession() shares no views and no configuration", async () => {
    const view = uniqueName("view");
    await spark.range(1).createOrReplaceTempView(view);
    await spark.conf.set("spark.sql.shuffle.partitions", 9);
    const other = await spark.newSession();
    expect(other.sessionId).not.toBe(spark.sessionId);
    await expect(other.table(view).count()).rejects.toMatchObject({
      errorClass: "TABLE_OR_VIEW_NOT_FOUND",
    });
    expect(await other.conf.get("spark.sql.shuffle.partitions")).not.toBe("9");
    await other.stop();
    expect(await spark.table(view).count()).toBe(1);
  });

  it.runIf(isSparkAtLeast(4, 1))(
    "cloneSession() copies views and configuration, and the clone is independent",
    async () => {
      const view = uniqueName("view");
      await spark.range(2).createOrReplaceTempView(view);
      await spark.conf.set("spark.sql.shuffle.partitions", 8);
      const clone = await spark.cloneSession();
      expect(await clone.table(view).count()).toBe(2);
      expect(await clone.conf.get("spark.sql.shuffle.partitions")).toBe("8");
      await clone.conf.set("spark.sql.shuffle.partitions", 3);
      expect(await spark.conf.get("spark.sql.shuffle.partitions")).toBe("8");
      await clone.stop();
      expect(await spark.table(view).count()).toBe(2);
    },
  );

  it.runIf(isSparkAtLeast(4, 1))(
    "cloneSession() accepts an id for the clone, and refuses an invalid id",
    async () => {
      const id = randomUUID();
      const clone = await spark.cloneSession(id.toUpperCase());
      expect(clone.sessionId).toBe(id);
      expect(await clone.range(2).count()).toBe(2);
      await clone.stop();
      for (const bad of ["mine", "", spark.sessionId]) {
        await expect(spark.cloneSession(bad)).rejects.toMatchObject({
          name: "ArgumentError",
          argument: "newSessionId",
        });
      }
      const reason = new Error("enough");
      const signal = AbortSignal.abort(reason);
      await expect(spark.cloneSession({ signal })).rejects.toBe(reason);
      await expect(spark.cloneSession(randomUUID(), { signal })).rejects.toBe(reason);
    },
  );

  it("a column of another session's DataFrame is refused, even if that DataFrame has the same plan id", async () => {
    const other = await spark.newSession();
    const [mine, theirs] = [spark.range(3), other.range(3)];
    await expect(mine.select(theirs.col("id")).collect()).rejects.toMatchObject({
      errorClass: "CANNOT_RESOLVE_DATAFRAME_COLUMN",
    });
    await other.stop();
  });

  it("getOrCreate() sets the configuration of an existing session, and refuses a static key by name", async () => {
    const mine = SparkSession.builder().remote(inject("sparkUrl")).userId(uniqueName("user"));
    const first = await mine.getOrCreate();
    expect(await mine.config("spark.sql.shuffle.partitions", 7).getOrCreate()).toBe(first);
    expect(await first.conf.get("spark.sql.shuffle.partitions")).toBe("7");
    const refused = mine.config("spark.sql.warehouse.dir", "/elsewhere").getOrCreate();
    await expect(refused).rejects.toBeInstanceOf(AnalysisException);
    await expect(refused).rejects.toThrow("spark.sql.warehouse.dir");
    await first.stop();
  });

  it("withTags() keeps the tags of concurrent jobs separate", async () => {
    let interrupted: Promise<string[]> | undefined;
    const [ended, untouched] = await Promise.allSettled([
      spark.withTags(["one"], () =>
        readSlowly(spark, () => {
          interrupted = spark.interruptTag("one");
        }),
      ),
      spark.withTags(["two"], () => {
        spark.addTag("more");
        return spark.range(3).count();
      }),
    ]);
    expect(ended).toMatchObject({ reason: { errorClass: "OPERATION_CANCELED" } });
    expect(await interrupted).toHaveLength(1);
    expect(untouched).toMatchObject({ value: 3 });
    expect(spark.getTags()).toEqual([]);
  });

  it("interruptTag() interrupts only operations with the tag", async () => {
    let interrupted: Promise<string[]> | undefined;
    const tagged = (async () => {
      await Promise.resolve();
      spark.addTag("mine");
      expect(spark.getTags()).toEqual(["mine"]);
      await readSlowly(spark, () => {
        interrupted = spark.interruptTag("mine");
      });
    })();
    await expect(tagged).rejects.toMatchObject({ errorClass: "OPERATION_CANCELED" });
    expect(await interrupted).toHaveLength(1);
    expect(await spark.interruptTag("mine")).toEqual([]);
    expect(spark.getTags()).toEqual([]);
  });

  it("a method that needs a newer Spark is refused by name on an older one", async () => {
    const needs = (release: string): object => ({
      errorClass: "NEEDS_NEWER_SPARK",
      message: expect.stringContaining(release) as string,
    });
    const operations = spark.operationStatus();
    if (isSparkAtLeast(4, 2)) expect(await operations).toBeInstanceOf(Map);
    else await expect(operations).rejects.toMatchObject(needs("4.2"));
    const clone = spark.cloneSession();
    if (isSparkAtLeast(4, 1)) await (await clone).stop();
    else await expect(clone).rejects.toMatchObject(needs("4.1"));
  });

  it.runIf(isSparkAtLeast(4, 2))(
    "a session reports the status of its operations, and interrupts one by its id",
    async () => {
      let started = false;
      const reading = readSlowly(spark, () => {
        started = true;
      });
      const failed = expect(reading).rejects.toMatchObject({ errorClass: "OPERATION_CANCELED" });
      await eventually(() => started, { withinMs: 30_000 });
      const running = [...(await spark.operationStatus())].filter(
        ([, state]) => state === "RUNNING",
      );
      expect(running).toHaveLength(1);
      const operationId = running[0]?.[0] ?? "";
      expect(await spark.interruptOperation(operationId)).toEqual([operationId]);
      await failed;
      const after = await spark.operationStatus([operationId]);
      expect(after.get(operationId)).not.toBe("RUNNING");
    },
  );

  it("a session reports the progress of an operation while it runs", async () => {
    const heard: ExecutionProgress[] = [];
    const handler = (progress: ExecutionProgress): void => {
      heard.push(progress);
      throw new Error("a handler's own failure does not reach the query");
    };
    await spark.conf.set("spark.connect.progress.reportInterval", "200ms");
    spark.registerProgressHandler(handler);
    const slow = await spark.sql(
      "SELECT java_method('java.lang.Thread', 'sleep', 300L) FROM range(0, 8, 1, 8)",
    );
    await slow.collect();
    spark.removeProgressHandler(handler);
    expect(heard.length).toBeGreaterThan(1);
    expect(heard.some((progress) => progress.stages.some((stage) => stage.numTasks === 8))).toBe(
      true,
    );
    expect(heard.at(-1)).toMatchObject({ done: true, inflightTasks: 0 });
    const before = heard.length;
    await spark.range(1).collect();
    expect(heard).toHaveLength(before);
  });

  it("a session sends heartbeats at the given interval until it is stopped", async () => {
    const beats: unknown[] = [];
    const beating = await SparkSession.builder()
      .remote(inject("sparkUrl"))
      .heartbeat({ intervalMs: 100 })
      .create();
    const note = (event: unknown): void => {
      if ((event as { sessionId: string }).sessionId === beating.sessionId) beats.push(event);
    };
    subscribe("sparktide:heartbeat", note);
    await eventually(() => beats.length >= 3, { withinMs: 10_000 });
    expect(beats.every((beat) => (beat as { succeeded: boolean }).succeeded)).toBe(true);
    await beating.stop();
    unsubscribe("sparktide:heartbeat", note);
  });

  it("a session joins the chunks of a batch that the server has split", async () => {
    await spark.conf.set("spark.connect.session.resultChunking.maxChunkSize", "1024");
    const rows = await spark.range(0, 20_000, 1, 2).collect();
    await spark.conf.unset("spark.connect.session.resultChunking.maxChunkSize");
    expect(rows.map((row) => Number(row["id"]))).toEqual(
      Array.from({ length: 20_000 }, (_, index) => index),
    );
  });

  it("a session that another client releases fails current and later calls with a clear error", async () => {
    const sessionId = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const remote = inject("sparkUrl");
    const mine = await SparkSession.builder().remote(remote).sessionId(sessionId).create();
    const theirs = await SparkSession.builder()
      .remote(remote)
      .sessionId(sessionId, { releaseOnStop: true })
      .create();
    await theirs.stop();
    await expect(mine.range(1).count()).rejects.toBeInstanceOf(SessionError);
    await expect(mine.range(1).count()).rejects.toMatchObject({ code: "SESSION_CLOSED" });
    expect(mine.isStopped).toBe(true);
    await mine.stop();
  });
});
