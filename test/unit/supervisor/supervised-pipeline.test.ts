import { describe, expect, it } from "vitest";
import { ArgumentError, SessionError, SparkException } from "../../../src/errors.js";
import { pipeline, pipelineRun } from "../../../src/pipelines/index.js";
import { PipelineFailedError } from "../../../src/pipelines/pipeline-run.js";
import { describeEvent } from "../../../src/monitor/event-text.js";
import { StreamSupervisor } from "../../../src/supervisor/stream-supervisor.js";
import type { StreamStatus } from "../../../src/supervisor/stream-status.js";
import type { SupervisedPipelineOptions } from "../../../src/supervisor/supervised-pipeline-options.js";
import { FakePipeline } from "./support/fake-run.js";
import { FakeSpark } from "./support/fake-spark.js";
import { ends, Supervised } from "./support/supervised.js";

const HOUR = 3_600_000;

async function supervised(
  options: Partial<SupervisedPipelineOptions> = {},
): Promise<{ it: Supervised; markets: FakePipeline; status: () => StreamStatus }> {
  const markets = new FakePipeline(options);
  const it = new Supervised({}, { streams: [markets.options] });
  it.connecting = () => Promise.resolve(markets.prepare(new FakeSpark()));
  await it.run();
  const status = (): StreamStatus => {
    const [found] = it.supervisor.status();
    if (found === undefined) throw new Error("There is no pipeline.");
    return found;
  };
  return { it, markets, status };
}

const failed = (cause: unknown): PipelineFailedError =>
  new PipelineFailedError(
    "PIPELINE_FAILED",
    "The run failed.",
    [{ flow: "a.b.high", state: "FAILED", error: { message: "negative price" } }],
    { cause },
  );
const retryable = (): SparkException => new SparkException("a task failed");

describe("a pipeline of a supervisor", () => {
  it("shows its flows while they run, and their rows when the run is over", async () => {
    const { it, markets, status } = await supervised();
    markets.run.report({ flow: "a.b.prices", dataset: "prices", state: "QUEUED" });
    markets.run.report({ flow: "a.b.prices", dataset: "prices", state: "RUNNING" });
    await it.clock.settle();
    expect(status()).toMatchObject({
      state: "running",
      runId: markets.run.graphId,
      pipeline: { flows: [{ flow: "a.b.prices", dataset: "prices", state: "RUNNING" }] },
    });
    await it.clock.advance(1_500);
    markets.run.complete({ flow: "a.b.prices", state: "COMPLETED", rows: 7n });
    expect(await it.ended).toBeUndefined();
    expect(status()).toMatchObject({
      state: "completed",
      rowsTotal: 7n,
      pipeline: {
        completedRuns: 1,
        flows: [{ flow: "a.b.prices", state: "COMPLETED", rows: 7n }],
        lastRuns: [{ state: "completed", durationMs: 1_500 }],
      },
    });
    expect(it.names).toEqual(["connected", "started", "flow", "completed"]);
    expect(it.supervisor.metricsText()).toContain(
      'sparktide_pipeline_last_run_duration_seconds{stream="markets"} 1.5',
    );
  });

  it("runs by its schedule, one run at a time, and on command", async () => {
    const { it, markets, status } = await supervised({ schedule: { every: "1 hour" } });
    await it.clock.advance(2.5 * HOUR);
    expect(markets.runs).toHaveLength(1);
    markets.run.complete();
    await it.clock.settle();
    // The missed runs become one.
    expect(it.last("missedRuns")).toMatchObject({ missed: 2 });
    markets.run.complete();
    await it.clock.settle();
    expect(status()).toMatchObject({ state: "waiting", schedule: "every 1 hour" });
    expect(markets.runs).toHaveLength(2);
    await ends(it, it.supervisor.runNow("markets"));
    await it.clock.settle();
    expect(markets.runs).toHaveLength(3);
    markets.run.complete();
    await ends(it, it.supervisor.stop());
    expect(status().pipeline?.completedRuns).toBe(3);
  });

  it("is repeated after a failure, and names the flow that failed", async () => {
    const { it, markets, status } = await supervised({ restart: { initialBackoffMs: 1_000 } });
    markets.run.fail(failed(retryable()));
    await it.clock.settle();
    expect(status()).toMatchObject({
      state: "backingOff",
      restarts: 1,
      pipeline: { failedRuns: 1, flows: [{ flow: "a.b.high", state: "FAILED" }] },
    });
    await it.clock.advance(1_000);
    markets.run.complete();
    await it.ended;
    expect(status()).toMatchObject({ state: "completed", pipeline: { completedRuns: 1 } });
  });

  it("fails for good after an error that a restart cannot fix", async () => {
    const { it, markets, status } = await supervised();
    markets.run.fail(failed(new ArgumentError("query", "The function of prices failed.")));
    expect(await it.ended).toMatchObject({ code: "STREAMS_FAILED" });
    expect(status()).toMatchObject({ state: "fatal", pipeline: { failedRuns: 1 } });
  });

  it("runs again in a new session if its session is lost, which is not a failure", async () => {
    const { it, markets, status } = await supervised();
    const { sessionId } = it.spark;
    markets.run.fail(failed(new SessionError("SESSION_CLOSED", "closed", sessionId)));
    await it.clock.advance(1_000);
    expect(it.names).toContain("sessionLost");
    expect(markets.runs).toHaveLength(2);
    markets.run.complete();
    await it.ended;
    expect(status()).toMatchObject({
      restarts: 1,
      pipeline: { failedRuns: 0, completedRuns: 1 },
    });
  });

  it("is stopped in mid-run by a pause, and begins with that run when it is resumed", async () => {
    const { it, markets, status } = await supervised({ schedule: { every: "1 hour" } });
    await ends(it, it.supervisor.pause("markets"));
    expect(it.last("stopped")).toMatchObject({ graceful: false });
    expect(status()).toMatchObject({
      state: "paused",
      pipeline: { lastRuns: [{ state: "stopped" }], failedRuns: 0 },
    });
    await ends(it, it.supervisor.resume("markets"));
    await it.clock.settle();
    expect(markets.runs).toHaveLength(2);
    // Operations of the stopped run that may still be under way.
    expect(markets.stopped).toEqual(["sparktide-pipeline-markets"]);
    markets.run.complete();
    await it.clock.settle();
    expect(status()).toMatchObject({ state: "waiting", pipeline: { completedRuns: 1 } });
    await ends(it, it.supervisor.stop());
    expect(it.last("stopped")).toMatchObject({ graceful: true });
  });

  it("waits no longer than the shutdown timeout for a run whose start does not end", async () => {
    const { it, status } = await supervised({ startRun: () => new Promise(() => undefined) });
    const stopped = it.supervisor.stop();
    await it.clock.advance(14_000);
    expect(status().state).toBe("starting");
    await it.clock.advance(1_000);
    await stopped;
    expect(status().state).toBe("stopped");
  });

  it("cannot become a stream by an upgrade", async () => {
    const { it, markets } = await supervised();
    const start = it.start;
    await expect(
      ends(it, it.supervisor.upgrade("markets", { name: "markets", start })),
    ).rejects.toThrow('"markets" is a pipeline, and so must be its new declaration.');
    markets.run.complete();
    await it.ended;
  });

  it("is described as a run in the log", () => {
    const event = { stream: "markets", queryId: "g", runId: "g", restarts: 0 };
    expect(describeEvent("started", event, true).text).toBe("The run started.");
    expect(describeEvent("started", event).text).toBe("The query started.");
    const flow = { ...event, flow: "a.b.high", state: "FAILED", error: { message: "negative" } };
    expect(describeEvent("flow", flow, true)).toEqual({
      level: "error",
      text: "The flow a.b.high is FAILED: negative",
    });
  });

  it("is refused if it does not come from pipelineRun(), or an option is unknown", () => {
    const connect = (): never => {
      throw new Error("not called");
    };
    const streams = [{ kind: "pipeline", name: "markets" } as SupervisedPipelineOptions];
    expect(() => new StreamSupervisor({ connect, streams })).toThrow("pipelineRun()");
    const markets = pipeline({ storage: "file:///data" });
    expect(() => pipelineRun("markets", markets, { dryRun: true } as object)).toThrow(
      "Unknown option dryRun",
    );
    expect(() => pipelineRun("markets", undefined as unknown as typeof markets)).toThrow(
      ArgumentError,
    );
  });
});
