import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expr } from "../../src/functions/index.js";
import { StreamSupervisor, type SparkSession } from "../../src/index.js";
import { pipeline, pipelineRun, type Pipeline } from "../../src/pipelines/index.js";
import { eventually } from "../support/eventually.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

const LONG = { withinMs: 60_000 };

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

  it("is stopped with the supervisor, and the next process runs it again at once", async () => {
    const table = uniqueName("slow");
    const state = uniquePath("state.json");
    const files = uniquePath("files");
    await spark.range(0, 20, 1, 20).write.parquet(files);
    const slow = pipeline({ database, storage: `file://${uniquePath("storage")}` }).streamingTable(
      table,
      ({ readStream }) =>
        readStream
          .schema("id bigint")
          .option("maxFilesPerTrigger", 1)
          .parquet(files)
          .withColumn(
            "slept",
            expr("reflect('java.util.concurrent.locks.LockSupport', 'parkNanos', 200000000L)"),
          ),
    );
    const options = { connect, state, streams: [pipelineRun("slow", slow)] };
    const first = new StreamSupervisor(options);
    const ended = first.run();
    await eventually(async () => (await spark.table(`${database}.${table}`).count()) > 0, LONG);
    await first.stop();
    await ended;
    expect(first.status()[0]?.state).toBe("stopped");
    expect(await readFile(state, "utf8")).not.toContain("hasForeachBatch");
    const second = new StreamSupervisor(options);
    await second.run();
    expect(second.status()[0]?.state).toBe("completed");
    expect(await spark.table(`${database}.${table}`).count()).toBe(20);
  });
});
