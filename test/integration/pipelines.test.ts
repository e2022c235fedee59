import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { col, expr } from "../../src/functions/index.js";
import type { DataFrame, SparkSession } from "../../src/index.js";
import {
  pipeline,
  PipelineFailedError,
  type Pipeline,
  type PipelineEvent,
  type PipelineRun,
} from "../../src/pipelines/index.js";
import { eventually } from "../support/eventually.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

const LONG = { withinMs: 60_000 };
const SLEEP = "reflect('java.util.concurrent.locks.LockSupport', 'parkNanos', 300000000L)";

async function events(run: PipelineRun): Promise<PipelineEvent[]> {
  const seen: PipelineEvent[] = [];
  for await (const event of run) seen.push(event);
  return seen;
}

describe.skipIf(!isSparkAtLeast(4, 1))("a pipeline", () => {
  let spark: SparkSession;
  let database: string;

  beforeAll(async () => {
    spark = await connect();
    database = uniqueName("pipelines");
    await spark.sql(`CREATE DATABASE ${database}`);
  });

  afterAll(async () => {
    await spark.sql(`DROP DATABASE ${database} CASCADE`);
    await spark.stop();
  });

  function empty(): Pipeline {
    const storage = `file://${uniquePath("storage")}`;
    // Spark waits seconds between the attempts of a flow, and its poll of the flows takes a second.
    const conf = {
      "spark.sql.pipelines.maxFlowRetryAttempts": 0,
      "spark.sql.pipelines.execution.streamstate.pollingInterval": 1,
    };
    return pipeline({ database, storage, conf });
  }

  /** A folder with rows, and a stream of them. */
  async function source(rows: number): Promise<{
    readonly path: string;
    readonly stream: (session: SparkSession) => DataFrame<{ id: bigint | null }>;
  }> {
    const path = uniquePath("source");
    await spark.range(rows).write.parquet(path);
    return { path, stream: ({ readStream }) => readStream.schema("id bigint").parquet(path) };
  }

  /** A streaming table that takes seconds, because each of its files is a batch with a pause. */
  async function slow(table: string): Promise<Pipeline> {
    const path = uniquePath("source");
    await spark.range(0, 20, 1, 20).write.parquet(path);
    return empty().streamingTable(table, ({ readStream }) =>
      readStream
        .schema("id bigint")
        .option("maxFilesPerTrigger", 1)
        .parquet(path)
        .withColumn("slept", expr(SLEEP)),
    );
  }

  async function rows(table: string): Promise<number> {
    return spark.table(`${database}.${table}`).count();
  }

  it("with each kind of definition fills its tables, and adds only new rows in the next run", async () => {
    const { path, stream } = await source(5);
    const exported = uniquePath("exported");
    const p = empty()
      .streamingTable("events", stream, { comment: "all events", tableProperties: { team: "us" } })
      .materializedView("counts", (session) => session.table("events").groupBy("id").count())
      .temporaryView("large", (session) => session.table("counts").filter("id > 2"))
      .materializedView("from_view", (session) => session.table("large"), {
        schema: "id bigint, count bigint",
      })
      .createStreamingTable("filled", { partitionCols: ["side"] })
      .appendFlow("filled", (session) => stream(session).withColumn("side", expr("'left'")), {
        name: "left",
      })
      .sink("exported", { format: "parquet", options: { path: exported } })
      .appendFlow("exported", (session) => session.readStream.table("events"), {
        name: "exporting",
      })
      .sql(
        "CREATE MATERIALIZED VIEW numbers AS SELECT * FROM counts; CREATE STREAMING TABLE copy AS SELECT * FROM STREAM(events)",
      );
    const run = await p.start(spark);
    const { flows } = await run.result();
    const read = new Map(flows.map(({ flow, rows: count }) => [flow.split(".").at(-1), count]));
    expect(Object.fromEntries(read)).toEqual({
      ...{ events: 5n, left: 5n, exporting: 5n, copy: 5n },
      ...{ counts: undefined, from_view: undefined, numbers: undefined },
    });
    expect(flows.every(({ state }) => state === "COMPLETED")).toBe(true);
    expect(flows.find(({ flow }) => flow.endsWith(".left"))?.dataset).toBe("filled");
    await spark.range(5, 7).write.mode("append").parquet(path);
    await (await p.start(spark)).result();
    expect(await Promise.all(["events", "from_view", "filled", "copy"].map(rows))).toEqual([
      7, 4, 7, 7,
    ]);
    expect(await spark.read.parquet(exported).count()).toBe(7);
    const [properties] = await (
      await spark.sql(`SHOW TBLPROPERTIES ${database}.events ('team')`)
    ).collect();
    expect(properties?.["value"]).toBe("us");
  });

  it("reports typed events to each iteration, from the first one", async () => {
    const { stream } = await source(3);
    const table = uniqueName("rows");
    const run = await empty().streamingTable(table, stream).start(spark);
    const seen = await events(run);
    const flow = `spark_catalog.${database}.${table}`;
    expect(seen).toContainEqual(
      expect.objectContaining({ flow, dataset: table, state: "COMPLETED" }),
    );
    expect(seen.at(-1)).toMatchObject({ runState: "COMPLETED", message: "Run is COMPLETED." });
    expect(seen[0]?.timestamp).toBeInstanceOf(Date);
    expect(await events(run)).toEqual(seen);
  });

  it("computes the chosen datasets: refresh, fullRefresh and fullRefreshAll", async () => {
    const { path, stream } = await source(2);
    const [one, two] = [uniqueName("one"), uniqueName("two")];
    const p = empty().streamingTable(one, stream).streamingTable(two, stream);
    await (await p.start(spark)).result();
    await spark.range(2, 3).write.mode("append").parquet(path);
    await (await p.start(spark, { refresh: [one] })).result();
    expect([await rows(one), await rows(two)]).toEqual([3, 2]);
    await spark.range(1).write.mode("overwrite").parquet(path);
    await (await p.start(spark, { fullRefresh: [one] })).result();
    expect(await rows(one)).toBe(1);
    await (await p.start(spark, { fullRefreshAll: true })).result();
    expect([await rows(one), await rows(two)]).toEqual([1, 1]);
    await expect(p.start(spark, { fullRefreshAll: true, refresh: [one] })).rejects.toThrow(
      "Pass fullRefreshAll or refresh to start(), not both",
    );
  });

  it("creates no table in a dry run", async () => {
    const { stream } = await source(2);
    const table = uniqueName("dry");
    const run = await empty().streamingTable(table, stream).start(spark, { dryRun: true });
    expect(await run.result()).toEqual({ flows: [] });
    expect(await spark.catalog.tableExists(`${database}.${table}`)).toBe(false);
  });

  it("that fails rejects with the failed and the skipped flows, their errors and lines", async () => {
    const [bad, after] = [uniqueName("bad"), uniqueName("after")];
    const run = await empty()
      .materializedView(bad, (session) =>
        session.range(3).select(expr("raise_error('boom')").alias("x")),
      )
      .materializedView(after, (session) => session.table(bad))
      .start(spark);
    const error: unknown = await run.result().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PipelineFailedError);
    expect(error).toMatchObject({ code: "PIPELINE_FAILED" });
    const { flows, message } = error as PipelineFailedError;
    expect(message).toMatch(
      /\[USER_RAISED_EXCEPTION\] boom[\s\S]*Defined at .*pipelines\.test\.ts:\d+/,
    );
    expect(flows).toEqual([
      expect.objectContaining({
        ...{ dataset: bad, state: "FAILED" },
        error: expect.objectContaining({ errorClass: "USER_RAISED_EXCEPTION" }) as object,
      }),
      expect.objectContaining({ dataset: after, state: "SKIPPED" }),
    ]);
  });

  it("that is stopped ends its flows on the server, and the next run continues with each row once", async () => {
    const table = uniqueName("slow");
    const after = uniqueName("after");
    const p = (await slow(table)).materializedView(after, (session) => session.table(table));
    const run = await p.start(spark);
    // A stop right after a batch finds no job to cancel.
    await eventually(async () => (await rows(table)) > 0, LONG);
    await run.stop();
    expect(await spark.streams.active()).toEqual([]);
    await expect(run.result()).rejects.toMatchObject({
      code: "PIPELINE_STOPPED",
      flows: [
        expect.objectContaining({ dataset: table, state: "STOPPED" }),
        expect.objectContaining({ dataset: after, state: "STOPPED" }),
      ],
    });
    expect(await rows(table)).toBeLessThan(20);
    expect(await rows(after)).toBe(0);
    await (await p.start(spark)).result();
    expect([await rows(table), await rows(after)]).toEqual([20, 20]);
    await run.stop();
  });

  it("ends by its signal, also before it starts", async () => {
    const table = uniqueName("slow");
    const p = await slow(table);
    const stop = new AbortController();
    const run = await p.start(spark, { signal: stop.signal });
    await eventually(async () => (await spark.streams.active()).length > 0, LONG);
    stop.abort();
    await expect(run.result()).rejects.toMatchObject({ code: "PIPELINE_STOPPED" });
    await eventually(async () => (await spark.streams.active()).length === 0, LONG);
    await expect(p.start(spark, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it("rejects if its session ends", async () => {
    const own = await connect();
    const run = await (await slow(uniqueName("slow"))).start(own);
    await eventually(async () => (await own.streams.active()).length > 0, LONG);
    await own.stop();
    await expect(run.result()).rejects.toMatchObject({ code: "PIPELINE_FAILED" });
    expect((await events(run)).length).toBeGreaterThan(0);
  });

  it("has a graph: the datasets with their lines, and what each flow reads", async () => {
    const { stream } = await source(1);
    const graph = await empty()
      .streamingTable("events", stream)
      .materializedView("counts", (session) =>
        session.query("SELECT id, count(*) FROM events GROUP BY id"),
      )
      .temporaryView("joined", (session) =>
        session
          .table("counts")
          .join(session.table(`${database}.EVENTS`), "id")
          .select(col("id")),
      )
      .sql("CREATE MATERIALIZED VIEW last AS SELECT * FROM joined")
      .graph(spark);
    expect(graph.flows).toEqual([
      { name: "events", target: "events", sources: [], formats: ["parquet"] },
      { name: "counts", target: "counts", sources: ["events"], formats: [] },
      { name: "joined", target: "joined", sources: ["counts", "events"], formats: [] },
      { name: "last", target: "last", sources: ["joined"], formats: [] },
    ]);
    expect(graph.datasets.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      "streamingTable events",
      "materializedView counts",
      "temporaryView joined",
      "materializedView last",
    ]);
    expect(graph.datasets[0]?.location?.file).toMatch(/pipelines\.test\.ts$/);
  });
});

describe.skipIf(isSparkAtLeast(4, 1))("a pipeline on Spark 4.0", () => {
  it("is refused by name before anything is sent", async () => {
    const spark = await connect();
    const p = pipeline({ storage: "file:///tmp/none" }).materializedView("m", () => spark.range(1));
    await expect(p.start(spark)).rejects.toThrow("A pipeline needs Spark 4.1 or newer");
    await spark.stop();
  });
});
