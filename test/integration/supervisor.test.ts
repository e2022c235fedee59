import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, inject, it } from "vitest";
import {
  AnalysisException,
  DEFAULT_RETRY_POLICY,
  SparkSession,
  StreamingQueryException,
  StreamsFailedError,
  StreamSupervisor,
  type StreamingQuery,
  type StreamSupervisorOptions,
  type SupervisorEvent,
  type SupervisorEvents,
} from "../../src/index.js";
import { eventually } from "../support/eventually.js";
import { SupervisedProcess } from "../support/supervised-process.js";
import { CutProxy } from "../support/cut-proxy.js";
import { connect, uniqueName, uniquePath } from "./support.js";

const EVENTS: readonly SupervisorEvent[] = [
  "started",
  "adopted",
  "restarting",
  "fatal",
  "superseded",
  "completed",
  "stopped",
  "connected",
  "disconnected",
  "reconnected",
  "sessionLost",
];

/** The batch numbers in one of the logs of a checkpoint. */
function batches(checkpoint: string, log: "offsets" | "commits"): number[] {
  return readdirSync(join(checkpoint, log))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** A stream of growing numbers into parquet. */
function numbers(
  spark: SparkSession,
  path: string,
  trigger = "500 milliseconds",
): Promise<StreamingQuery> {
  return spark.readStream
    .format("rate")
    .option("rowsPerSecond", 20)
    .load()
    .select("value")
    .writeStream.format("parquet")
    .option("checkpointLocation", `${path}-checkpoint`)
    .trigger({ processingTime: trigger })
    .start(path);
}

describe("StreamSupervisor", () => {
  const supervisors: StreamSupervisor[] = [];
  const sessions: SparkSession[] = [];
  afterEach(async () => {
    await Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop()));
    await Promise.all(sessions.splice(0).map((session) => session.stop()));
  });

  async function session(): Promise<SparkSession> {
    const spark = await connect();
    sessions.push(spark);
    return spark;
  }

  /** A running supervisor and its events so far, without progress events. */
  function supervise(
    options: Partial<StreamSupervisorOptions> & Pick<StreamSupervisorOptions, "streams">,
  ): {
    supervisor: StreamSupervisor;
    run: Promise<void>;
    received: [SupervisorEvent, SupervisorEvents[SupervisorEvent]][];
    names: () => SupervisorEvent[];
    progressed: (stream: string, times?: number) => Promise<unknown>;
  } {
    const supervisor = new StreamSupervisor({ connect: () => connect(), ...options });
    supervisors.push(supervisor);
    const received: [SupervisorEvent, SupervisorEvents[SupervisorEvent]][] = [];
    for (const name of EVENTS) supervisor.on(name, (event) => void received.push([name, event]));
    const reports = new Map<string, number>();
    supervisor.on("progress", ({ stream }) => {
      reports.set(stream, (reports.get(stream) ?? 0) + 1);
    });
    const run = supervisor.run();
    run.catch(() => undefined);
    const progressed = (stream: string, times = 2): Promise<unknown> => {
      const before = reports.get(stream) ?? 0;
      return eventually(() => (reports.get(stream) ?? 0) >= before + times, { withinMs: 60_000 });
    };
    return { supervisor, run, received, names: () => received.map(([name]) => name), progressed };
  }

  it("starts its streams, reports their progress, and stops each stream between two batches", async () => {
    const paths = { a: uniquePath("a"), b: uniquePath("b") };
    const { supervisor, run, received, progressed } = supervise({
      streams: [
        // A pause between two batches, which a short interval does not leave on a busy machine.
        { name: "a", start: (spark) => numbers(spark, paths.a, "5 seconds") },
        {
          name: "b",
          start: (spark) => numbers(spark, paths.b, "5 seconds"),
          triggerIntervalMs: 5_000,
        },
      ],
    });
    await Promise.all([progressed("a"), progressed("b")]);
    expect(supervisor.health()).toMatchObject({ healthy: true, ready: true, connected: true });
    const [a] = supervisor.status();
    expect(a).toMatchObject({ name: "a", state: "running", restarts: 0, isStalled: false });
    expect(a?.rowsTotal).toBeGreaterThan(0n);
    expect(supervisor.metricsText()).toContain('sparktide_stream_up{stream="a"} 1\n');
    expect(supervisor.metricsText()).toMatch(/sparktide_stream_rows_total\{stream="b"\} \d+\n/);
    await supervisor.stop();
    await run;
    expect(received.filter(([name]) => name === "stopped").map(([, event]) => event)).toEqual([
      expect.objectContaining({ graceful: true }),
      expect.objectContaining({ graceful: true }),
    ]);
    for (const path of Object.values(paths)) {
      expect(batches(`${path}-checkpoint`, "offsets")).toEqual(
        batches(`${path}-checkpoint`, "commits"),
      );
    }
    expect(supervisor.health()).toMatchObject({ ready: false, connected: false });
  });

  it("restarts a failed stream, gives it up after too many restarts, and keeps the other streams running", async () => {
    const { supervisor, run, received, progressed } = supervise({
      streams: [
        {
          name: "bad",
          restart: { initialBackoffMs: 50, maxBackoffMs: 100, maxRestarts: 2 },
          start: (spark) =>
            spark.readStream
              .format("rate")
              .load()
              .selectExpr("1 DIV (value - value) AS x")
              .writeStream.format("noop")
              .start(),
        },
        { name: "good", start: (spark) => numbers(spark, uniquePath("good")) },
      ],
    });
    await eventually(() => supervisor.status()[0]?.state === "fatal", { withinMs: 60_000 });
    const bad = received.filter(([, event]) => "stream" in event && event.stream === "bad");
    expect(bad.map(([name]) => name)).toEqual([
      "started",
      "restarting",
      "started",
      "restarting",
      "started",
      "fatal",
    ]);
    expect(bad.at(-1)?.[1]).toMatchObject({ reason: "budget" });
    expect(supervisor.status()[0]?.lastError).toBeInstanceOf(StreamingQueryException);
    expect(supervisor.status()[0]).toMatchObject({ restarts: 2 });
    expect(supervisor.health()).toMatchObject({ healthy: false, ready: false });
    await progressed("good");
    await supervisor.stop();
    await run;
  });

  it("gives up a stream with a missing table at once, and rejects when no stream is left", async () => {
    const { run, names } = supervise({
      streams: ["one", "two"].map((name) => ({
        name,
        start: (spark) =>
          spark.readStream.table(uniqueName("no_such_table")).writeStream.format("noop").start(),
      })),
    });
    await expect(run).rejects.toBeInstanceOf(StreamsFailedError);
    const failure = await run.catch((error: unknown) => error as StreamsFailedError);
    expect(failure).toMatchObject({ code: "STREAMS_FAILED" });
    expect(failure?.failures.map(({ stream }) => stream)).toEqual(["one", "two"]);
    expect(failure?.failures[0]?.error).toBeInstanceOf(AnalysisException);
    expect(names()).toEqual(["connected", "fatal", "fatal"]);
  });

  it.skipIf(!inject("hasDelta"))(
    "gives up a stream if its table is dropped while it runs",
    async () => {
      const spark = await session();
      const table = uniqueName("dropped");
      const checkpoint = uniquePath("dropped-checkpoint");
      await (await spark.sql(`CREATE TABLE ${table} (value BIGINT) USING delta`)).collect();
      const { run, received, progressed } = supervise({
        streams: [
          {
            name: "into a table",
            start: async (own) => {
              // Fail if the table is missing: toTable() would create it again, and the restart would succeed.
              await own.table(table).schema();
              return own.readStream
                .format("rate")
                .option("rowsPerSecond", 20)
                .load()
                .select("value")
                .writeStream.format("delta")
                .option("checkpointLocation", checkpoint)
                .trigger({ processingTime: "500 milliseconds" })
                .toTable(table);
            },
          },
        ],
      });
      await progressed("into a table");
      await (await spark.sql(`DROP TABLE ${table}`)).collect();
      await expect(run).rejects.toBeInstanceOf(StreamsFailedError);
      expect(received.at(-1)).toMatchObject(["fatal", { reason: "fatal" }]);
    },
  );

  it("does not restart a stream if another run uses its checkpoint", async () => {
    const path = uniquePath("taken");
    const spark = await session();
    const { run, received, progressed } = supervise({
      streams: [{ name: "taken", start: (own) => numbers(own, path) }],
    });
    await progressed("taken");
    const other = await numbers(spark, path);
    await expect(run).rejects.toMatchObject({
      failures: [{ stream: "taken", error: { code: "STREAM_SUPERSEDED" } }],
    });
    expect(received.map(([name]) => name)).toEqual(["connected", "started", "superseded"]);
    expect(await other.isActive()).toBe(true);
    await other.stop();
  });

  it("does not restart a stream that a user interrupted", async () => {
    let own: SparkSession | undefined;
    const { run, names, progressed } = supervise({
      streams: [
        {
          name: "interrupted",
          start: (spark) => {
            own = spark;
            return numbers(spark, uniquePath("interrupted"));
          },
        },
      ],
    });
    await progressed("interrupted");
    await own?.interruptAll();
    await expect(run).rejects.toBeInstanceOf(StreamsFailedError);
    expect(names()).toEqual(["connected", "started", "superseded"]);
  });

  it("completes a stream that may end, and then the whole run", async () => {
    const spark = await session();
    const input = uniquePath("input");
    const output = uniquePath("output");
    await spark.range(10).write.parquet(input);
    const { supervisor, run, names } = supervise({
      streams: [
        {
          name: "once",
          ends: true,
          start: (own) =>
            own.readStream
              .schema("id BIGINT")
              .parquet(input)
              .writeStream.format("parquet")
              .option("checkpointLocation", `${output}-checkpoint`)
              .trigger({ availableNow: true })
              .start(output),
        },
      ],
    });
    await run;
    expect(names()).toEqual(["connected", "started", "completed"]);
    expect(supervisor.status()[0]).toMatchObject({ state: "completed", rowsTotal: 10n });
    expect(await spark.read.parquet(output).count()).toBe(10);
  });

  it("starts all streams from their checkpoints in a new session if the session is lost", async () => {
    const path = uniquePath("lost");
    const spark = await session();
    const owned: SparkSession[] = [];
    const { supervisor, run, received, progressed } = supervise({
      streams: [
        {
          name: "lost",
          start: (own) => {
            owned.push(own);
            return numbers(own, path);
          },
        },
      ],
    });
    await progressed("lost", 3);
    const [before] = supervisor.status();
    const beside = await spark.besideSession(owned[0]?.sessionId ?? "");
    await beside.stop();
    await eventually(() => owned.length === 2, { withinMs: 60_000 });
    await progressed("lost", 3);
    const [after] = supervisor.status();
    expect(after).toMatchObject({ state: "running", restarts: 1, queryId: before?.queryId });
    expect(after?.runId).not.toBe(before?.runId);
    expect(owned[1]?.sessionId).not.toBe(owned[0]?.sessionId);
    await supervisor.stop();
    await run;
    expect(received.map(([name]) => name)).toEqual([
      "connected",
      "started",
      "sessionLost",
      "connected",
      "started",
      "stopped",
    ]);
    const written = await spark.read.parquet(path).collect();
    const values = written.map((row) => Number(row["value"])).sort((a, b) => a - b);
    expect(values).toEqual(values.map((_, index) => index));
  });

  it("keeps its queries during a network failure, and starts no query a second time", async () => {
    const url = new URL(inject("sparkUrl").replace("sc:", "http:"));
    await using proxy = await CutProxy.start(() => ({
      host: "127.0.0.1",
      port: Number(url.port),
    }));
    const path = uniquePath("cut");
    const { supervisor, run, received, names, progressed } = supervise({
      connect: () =>
        SparkSession.builder()
          .remote(inject("sparkUrl").replace(url.port, String(proxy.port)))
          .retryPolicy({ ...DEFAULT_RETRY_POLICY, maxRetries: 2 })
          .create(),
      streams: [{ name: "cut", start: (spark) => numbers(spark, path) }],
    });
    await progressed("cut");
    const runId = supervisor.status()[0]?.runId;
    proxy.down();
    await eventually(() => names().includes("disconnected"), { withinMs: 60_000 });
    expect(supervisor.health()).toMatchObject({ ready: false, connected: false });
    proxy.up();
    await eventually(() => names().includes("reconnected"), { withinMs: 60_000 });
    await progressed("cut");
    expect(supervisor.status()[0]).toMatchObject({ state: "running", runId, restarts: 0 });
    await supervisor.stop();
    await run;
    expect(received.filter(([name]) => name === "started")).toHaveLength(1);
    expect(received.at(-1)).toMatchObject(["stopped", { graceful: true }]);
  });

  it("lets a TypeScript callback finish and commit its batch before it stops", async () => {
    const checkpoint = uniquePath("callback-checkpoint");
    const begun: bigint[] = [];
    const done: bigint[] = [];
    const { supervisor, run, received } = supervise({
      streams: [
        {
          name: "callback",
          start: (spark) =>
            spark.readStream
              .format("rate")
              .option("rowsPerSecond", 20)
              .load()
              .writeStream.option("checkpointLocation", checkpoint)
              .trigger({ processingTime: "100 milliseconds" })
              .foreachBatch(async (batch, batchId) => {
                begun.push(batchId);
                await batch.count();
                await new Promise((resolve) => setTimeout(resolve, 1_000));
                done.push(batchId);
              })
              .start(),
        },
      ],
    });
    await eventually(() => begun.length === 3, { withinMs: 60_000 });
    expect(done).toHaveLength(2);
    await supervisor.stop();
    await run;
    expect(done).toEqual(begun);
    expect(batches(checkpoint, "commits")).toEqual(done.map(Number));
    expect(received.at(-1)).toMatchObject(["stopped", { graceful: true }]);
  });

  it("adopts the queries and callbacks that a killed process left running, and stops on SIGTERM", async () => {
    const folder = uniquePath("process");
    const state = `${folder}-state.json`;
    const url = inject("sparkUrl");
    await using first = SupervisedProcess.start({ url, state, folder });
    const started = {
      plain: await first.event("started", "plain"),
      callback: await first.event("started", "callback"),
    };
    await Promise.all([first.event("progress", "plain"), first.event("progress", "callback")]);
    expect(statSync(state).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(state, "utf8"))).toMatchObject({
      version: 2,
      streams: {
        plain: { runId: started.plain.runId, hasForeachBatch: false },
        callback: { runId: started.callback.runId, hasForeachBatch: true },
      },
    });
    await first.end("SIGKILL");

    await using second = SupervisedProcess.start({ url, state, folder });
    expect((await second.event("adopted", "plain")).runId).toBe(started.plain.runId);
    expect((await second.event("adopted", "callback")).runId).toBe(started.callback.runId);
    await Promise.all([second.event("progress", "plain"), second.event("progress", "callback")]);
    expect(await second.end("SIGTERM")).toBe(0);
    expect(await second.event("stopped", "plain")).toMatchObject({ graceful: true });
    expect(await second.event("stopped", "callback")).toMatchObject({ graceful: true });
    expect(
      readdirSync(join(state, "..")).filter((name) =>
        name.startsWith(state.split("/").at(-1) ?? ""),
      ),
    ).toEqual([]);
  });
});
