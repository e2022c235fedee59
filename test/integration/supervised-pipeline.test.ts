import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { expr } from "../../src/functions/index.js";
import { StreamSupervisor, type SparkSession } from "../../src/index.js";
import { pipeline, pipelineRun, type Pipeline } from "../../src/pipelines/index.js";
import { eventually } from "../support/eventually.js";
import { SupervisedProcess } from "../support/supervised-process.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

const LONG = { withinMs: 60_000 };
const FILES = 20;

describe.skipIf(!isSparkAtLeast(4, 1))("a pipeline of a supervisor", () => {
  let spark: SparkSession;
  let database: string;
  let source: string;

  beforeAll(async () => {
    spark = await connect();
    database = uniqueName("supervised");
    source = uniquePath("source");
    await spark.sql(`CREATE DATABASE ${database}`);
    await spark.range(5).write.parquet(source);
  });

  afterAll(async () => {
    await spark.sql(`DROP DATABASE ${database} CASCADE`);
    await spark.stop();
  });

  function declared(table: string): Pipeline {
    return pipeline({ database, storage: `file://${uniquePath("storage")}` })
      .streamingTable(table, ({ readStream }) => readStream.schema("id bigint").parquet(source))
      .materializedView(`${table}_count`, (session) => session.table(table).groupBy().count());
  }

  it("runs by its schedule and on command, with its flows in status, events and metrics", async () => {
    const table = uniqueName("rows");
    const seen: string[] = [];
    const supervisor = new StreamSupervisor({
      connect,
      streams: [pipelineRun("markets", declared(table), { schedule: { every: "1 hour" } })],
    });
    supervisor.on("flow", ({ dataset, state }) => {
      seen.push(`${dataset ?? ""} ${state}`);
    });
    const ended = supervisor.run();
    await eventually(() => supervisor.status()[0]?.state === "waiting", LONG);
    if (supervisor.status()[0]?.pipeline?.completedRuns === 0) await supervisor.runNow("markets");
    await eventually(() => supervisor.status()[0]?.pipeline?.completedRuns === 1, LONG);
    const [status] = supervisor.status();
    expect(status?.schedule).toBe("every 1 hour");
    expect(status?.pipeline?.flows).toContainEqual(
      expect.objectContaining({
        flow: `spark_catalog.${database}.${table}`,
        dataset: table,
        state: "COMPLETED",
        rows: 5n,
      }),
    );
    expect(status?.rowsTotal).toBe(5n);
    expect(JSON.parse(JSON.stringify(status))).toMatchObject({ pipeline: { completedRuns: 1 } });
    expect(seen).toContain(`${table}_count COMPLETED`);
    const metrics = supervisor.metricsText();
    expect(metrics).toContain(
      'sparktide_pipeline_runs_total{stream="markets",state="completed"} 1',
    );
    expect(metrics).toContain('sparktide_pipeline_flows{stream="markets",state="completed"} 2');
    await spark.range(5, 7).write.mode("append").parquet(source);
    await supervisor.runNow("markets");
    await eventually(() => supervisor.status()[0]?.pipeline?.completedRuns === 2, LONG);
    expect(await spark.table(`${database}.${table}`).count()).toBe(7);
    await supervisor.stop();
    await ended;
  });

  it("is started again after a failure, and shows the failed flow", async () => {
    const table = uniqueName("rows");
    const flag = uniquePath("flag");
    const failing = pipeline({ database, storage: `file://${uniquePath("storage")}` })
      .materializedView("input", (session) => session.read.schema("id bigint").parquet(flag))
      .materializedView(table, (session) =>
        session.table("input").select(expr("assert_true(id < 100) IS NULL").alias("checked")),
      );
    await spark.range(100, 101).write.parquet(flag);
    const supervisor = new StreamSupervisor({
      connect,
      streams: [pipelineRun("failing", failing, { restart: { initialBackoffMs: 100 } })],
    });
    const ended = supervisor.run();
    await eventually(() => supervisor.status()[0]?.pipeline?.failedRuns === 1, LONG);
    expect(supervisor.status()[0]?.pipeline?.flows).toContainEqual(
      expect.objectContaining({ dataset: table, state: "FAILED" }),
    );
    expect(supervisor.status()[0]?.lastError).toMatchObject({ code: "PIPELINE_FAILED" });
    await spark.range(3).write.mode("overwrite").parquet(flag);
    await eventually(() => supervisor.status()[0]?.state === "completed", LONG);
    expect(supervisor.status()[0]).toMatchObject({ restarts: 1, pipeline: { completedRuns: 1 } });
    await ended;
  });

  /** A table that takes some seconds to fill, one file after the other. */
  function slow(storage: string, table: string, files: string): Pipeline {
    return pipeline({ database, storage }).streamingTable(table, ({ readStream }) =>
      readStream
        .schema("id bigint")
        .option("maxFilesPerTrigger", 1)
        .parquet(files)
        .withColumn(
          "slept",
          expr("reflect('java.util.concurrent.locks.LockSupport', 'parkNanos', 200000000L)"),
        ),
    );
  }

  async function ids(table: string): Promise<number[]> {
    // The session keeps the list of a table's files.
    await spark.catalog.refreshTable(`${database}.${table}`);
    const rows = await spark.table(`${database}.${table}`).orderBy("id").collect();
    return rows.map((row) => Number(row["id"]));
  }

  const EACH_ONCE = Array.from({ length: FILES }, (_, id) => id);

  it("is stopped on the server in mid-run, and the next process repeats the run before its schedule", async () => {
    const table = uniqueName("slow");
    const files = uniquePath("files");
    await spark.range(0, FILES, 1, FILES).write.parquet(files);
    const options = {
      connect,
      state: uniquePath("state.json"),
      streams: [
        pipelineRun("slow", slow(`file://${uniquePath("storage")}`, table, files), {
          schedule: { every: "1 hour" },
        }),
      ],
    };
    const first = new StreamSupervisor(options);
    const stops: boolean[] = [];
    first.on("stopped", ({ graceful }) => {
      stops.push(graceful);
    });
    const ended = first.run();
    await eventually(async () => (await ids(table)).length > 0, LONG);
    await first.stop();
    await ended;
    expect(stops).toEqual([false]);
    expect(first.status()[0]).toMatchObject({
      state: "stopped",
      pipeline: { lastRuns: [{ state: "stopped" }], completedRuns: 0 },
    });
    const rows = (await ids(table)).length;
    expect(rows).toBeLessThan(FILES);

    const second = new StreamSupervisor(options);
    const running = second.run();
    await eventually(() => second.status()[0]?.state === "waiting", LONG);
    expect(second.status()[0]?.pipeline?.lastRuns.map(({ state }) => state)).toEqual([
      ...["completed", "stopped"],
    ]);
    expect(second.status()[0]?.nextRunAtMs).toBeGreaterThan(Date.now());
    await second.stop();
    await running;
    expect(await ids(table)).toEqual(EACH_ONCE);

    // Nothing is left to repeat, so the third process waits for the schedule.
    const third = new StreamSupervisor(options);
    const waiting = third.run();
    await eventually(() => third.status()[0]?.state === "waiting", LONG);
    expect(third.status()[0]?.pipeline).toMatchObject({
      completedRuns: 0,
      lastRuns: [{ state: "completed" }],
    });
    await third.stop();
    await waiting;
  });

  it("pauses in mid-run on command, and repeats the run when it is resumed", async () => {
    const table = uniqueName("slow");
    const files = uniquePath("files");
    await spark.range(0, FILES, 1, FILES).write.parquet(files);
    const paused = slow(`file://${uniquePath("storage")}`, table, files);
    const supervisor = new StreamSupervisor({ connect, streams: [pipelineRun("slow", paused)] });
    const ended = supervisor.run();
    await eventually(async () => (await ids(table)).length > 0, LONG);
    await supervisor.pause("slow");
    expect(supervisor.status()[0]).toMatchObject({ state: "paused", desired: "paused" });
    const before = await ids(table);
    await supervisor.resume("slow");
    await ended;
    expect(supervisor.status()[0]).toMatchObject({ state: "completed", restarts: 0 });
    expect(before.length).toBeLessThan(FILES);
    expect(await ids(table)).toEqual(EACH_ONCE);
  });

  it("runs again after its process was killed in mid-run, and the run of that process is interrupted", async () => {
    const table = uniqueName("slow");
    const files = uniquePath("files");
    await spark.range(0, FILES, 1, FILES).write.parquet(files);
    const state = uniquePath("state.json");
    const storage = `file://${uniquePath("storage")}`;
    await using killed = SupervisedProcess.startPipeline({
      ...{ url: inject("sparkUrl"), state, database, table, files, storage },
    });
    await killed.event("started", "clicks");
    await eventually(async () => (await ids(table)).length > 0, LONG);
    await killed.end("SIGKILL");
    const next = new StreamSupervisor({
      connect,
      state,
      streams: [
        pipelineRun("slow", slow(storage, table, files), { schedule: { every: "1 hour" } }),
        { name: "clicks", start: () => Promise.reject(new Error("The query was not adopted.")) },
      ],
    });
    const adopted: string[] = [];
    next.on("adopted", ({ stream }) => {
      adopted.push(stream);
    });
    const ended = next.run();
    await eventually(() => next.status()[0]?.state === "waiting", LONG);
    expect(adopted).toEqual(["clicks"]);
    expect(next.status()[0]?.pipeline).toMatchObject({ completedRuns: 1, failedRuns: 0 });
    await next.stop();
    await ended;
    expect(await ids(table)).toEqual(EACH_ONCE);
  });
});
