import { describe, expect, it } from "vitest";
import { AnalysisException, SparkError, SparkException } from "../../../src/errors.js";
import { report } from "./support/fake-spark.js";
import { Supervised } from "./support/supervised.js";

const BAD_DATA = new SparkException("1/0", { errorClass: "DIVIDE_BY_ZERO", sqlState: "22012" });

describe("a supervised stream", () => {
  it("is restarted after failures with growing waits, and is fatal after too many restarts", async () => {
    const supervised = await new Supervised({
      restart: { initialBackoffMs: 1_000, maxBackoffMs: 3_000, maxRestarts: 3 },
    }).run();
    supervised.clock.chance = 0.999_999;
    const waits: number[] = [];
    for (const delayMs of [1_000, 2_000, 3_000]) {
      await supervised.query.end(BAD_DATA);
      await supervised.clock.settle();
      waits.push(supervised.last("restarting").delayMs);
      expect(supervised.supervisor.status()[0]).toMatchObject({
        state: "backingOff",
        nextAttemptInMs: delayMs,
        lastError: BAD_DATA,
      });
      await supervised.clock.advance(delayMs - 1);
      const before = supervised.queries.length;
      await supervised.clock.advance(1);
      expect(supervised.queries.length).toBe(before + 1);
    }
    expect(waits).toEqual([1_000, 2_000, 3_000]);
    await supervised.query.end(BAD_DATA);
    await supervised.clock.settle();
    expect(supervised.last("fatal")).toEqual({ stream: "a", error: BAD_DATA, reason: "budget" });
    expect(await supervised.ended).toMatchObject({ failures: [{ stream: "a", error: BAD_DATA }] });
    expect(supervised.supervisor.status()[0]).toMatchObject({ state: "fatal", restarts: 3 });
    expect(supervised.spark.stops).toBe(1);
  });

  it("gets all its restarts back after a run that was long enough", async () => {
    const supervised = await new Supervised({
      restart: { initialBackoffMs: 10, maxRestarts: 1, resetAfterMs: 60_000 },
    }).run();
    for (let failures = 0; failures < 5; failures++) {
      await supervised.clock.advance(60_000);
      await supervised.query.end(BAD_DATA);
      await supervised.clock.advance(10);
    }
    expect(supervised.supervisor.status()[0]).toMatchObject({ state: "running", restarts: 5 });
    await supervised.supervisor.stop();
  });

  it("is fatal at once if a restart cannot fix the error, and its isFatal() has priority", async () => {
    const missing = new AnalysisException("no table");
    const supervised = new Supervised();
    supervised.starting = () => Promise.reject(missing);
    await supervised.run();
    expect(supervised.last("fatal")).toMatchObject({ error: missing, reason: "fatal" });

    const patient = new Supervised({ isFatal: () => false });
    patient.starting = () => Promise.reject(missing);
    await patient.run();
    expect(patient.names).toEqual(["connected", "restarting"]);
    await patient.supervisor.stop();

    const strict = await new Supervised({ isFatal: (error) => error === BAD_DATA }).run();
    await strict.query.end(BAD_DATA);
    await strict.clock.settle();
    expect(strict.last("fatal")).toMatchObject({ error: BAD_DATA, reason: "fatal" });
  });

  it("uses the supervisor's classification if its isFatal() throws", async () => {
    const supervised = await new Supervised({
      isFatal: () => {
        throw new Error("in isFatal");
      },
    }).run();
    await supervised.query.end(BAD_DATA);
    await supervised.clock.settle();
    expect(supervised.names.at(-1)).toBe("restarting");
    await supervised.supervisor.stop();
  });

  it("is superseded and not restarted after an end without an error", async () => {
    const supervised = await new Supervised().run();
    const { runId } = supervised.query;
    await supervised.query.end();
    await supervised.clock.advance(3_600_000);
    expect(supervised.queries).toHaveLength(1);
    expect(supervised.last("superseded")).toMatchObject({
      runId,
      error: { code: "STREAM_SUPERSEDED" },
    });
    expect(await supervised.ended).toMatchObject({ code: "STREAMS_FAILED" });
  });

  it("completes after an end without an error if it has ends: true, and so does run()", async () => {
    const supervised = await new Supervised({ ends: true }).run();
    await supervised.query.end();
    await supervised.clock.settle();
    expect(await supervised.ended).toBeUndefined();
    expect(supervised.names).toEqual(["connected", "started", "completed"]);
    expect(supervised.supervisor.status()[0]?.state).toBe("completed");
  });

  it("is seen to end even if the event of its end is lost or arrives before start() resolves", async () => {
    const supervised = await new Supervised({ ends: true }).run();
    supervised.query.running = false;
    await supervised.clock.advance(10_000);
    expect(supervised.names.at(-1)).toBe("completed");

    const early = new Supervised({ ends: true });
    early.starting = async (spark) => {
      const query = spark.start();
      await query.end();
      return query;
    };
    await early.run();
    expect(early.names.at(-1)).toBe("completed");
  });

  it("counts each report once, including those from before it was watched", async () => {
    const supervised = new Supervised();
    supervised.starting = (spark) => {
      const query = spark.start();
      query.reports = [report(query, 0), report(query, 1)];
      return Promise.resolve(query);
    };
    await supervised.run();
    await supervised.query.progress(1);
    await supervised.query.progress(2);
    await supervised.query.progress(2);
    await supervised.clock.advance(2_000);
    expect(supervised.supervisor.status()[0]).toMatchObject({
      rowsTotal: 30n,
      lastProgress: { batchId: 2n },
      lastProgressAgeMs: 2_000,
    });
    await supervised.supervisor.stop();
  });

  it("is stalled once for each time without reports, and idle events prevent a stall", async () => {
    const supervised = await new Supervised({ stallAfterMs: 5_000 }).run();
    await supervised.clock.advance(4_999);
    await supervised.spark.listener?.onQueryIdle?.({
      id: "query",
      runId: supervised.query.runId,
      timestamp: "",
    });
    await supervised.clock.advance(4_999);
    expect(supervised.names).not.toContain("stalled");
    await supervised.clock.advance(60_000);
    expect(supervised.names.filter((name) => name === "stalled")).toHaveLength(1);
    expect(supervised.last("stalled").silentMs).toBe(5_000);
    expect(supervised.supervisor.health()).toMatchObject({ healthy: false, ready: true });
    await supervised.query.progress(1);
    expect(supervised.last("resumed").silentMs).toBe(64_999);
    expect(supervised.supervisor.health()).toMatchObject({ healthy: true });
    await supervised.clock.advance(5_000);
    expect(supervised.names.filter((name) => name === "stalled")).toHaveLength(2);
    await supervised.supervisor.stop();
  });

  it("is stopped between two triggers", async () => {
    const supervised = await new Supervised().run();
    supervised.query.isTriggerActive = true;
    const stopping = supervised.supervisor.stop();
    await supervised.clock.advance(5_000);
    expect(supervised.query.stops).toBe(0);
    expect(supervised.supervisor.status()[0]?.state).toBe("stopping");
    supervised.query.isTriggerActive = false;
    await supervised.clock.advance(100);
    await stopping;
    expect(supervised.query.stops).toBe(1);
    expect(supervised.last("stopped")).toMatchObject({
      runId: supervised.query.runId,
      graceful: true,
    });
    expect(supervised.spark.stops).toBe(1);
    expect(await supervised.ended).toBeUndefined();
  });

  it("is stopped after its next report if it never pauses", async () => {
    const supervised = await new Supervised().run();
    supervised.query.isTriggerActive = true;
    const stopping = supervised.supervisor.stop();
    await supervised.clock.advance(1_000);
    await supervised.query.progress(7);
    await supervised.clock.advance(100);
    await stopping;
    expect(supervised.last("stopped").graceful).toBe(true);
  });

  it("is stopped at the deadline in the middle of a batch, and the event has graceful: false", async () => {
    const supervised = await new Supervised({}, { shutdownTimeoutMs: 2_000 }).run();
    supervised.query.isTriggerActive = true;
    const stopping = supervised.supervisor.stop();
    await supervised.clock.advance(2_000);
    await stopping;
    expect(supervised.query.stops).toBe(1);
    expect(supervised.last("stopped").graceful).toBe(false);
  });

  it("finishes its callback's batch before it is stopped", async () => {
    const supervised = await new Supervised().run();
    supervised.query.hasForeachBatch = true;
    supervised.query.drained = () => supervised.clock.wait(3_000);
    const stopping = supervised.supervisor.stop();
    await supervised.clock.advance(2_999);
    expect(supervised.query.stops).toBe(0);
    await supervised.clock.advance(1);
    await stopping;
    expect(supervised.query.stops).toBe(1);
    expect(supervised.last("stopped").graceful).toBe(true);
  });

  it("does not delay a stop if stopping it fails, and the event has the error", async () => {
    const supervised = await new Supervised().run();
    const refused = new SparkError("X", "no");
    supervised.query.trouble = refused;
    await supervised.supervisor.stop();
    expect(supervised.last("stopped")).toMatchObject({ graceful: false, error: refused });
    expect(await supervised.ended).toBeUndefined();
  });

  it("is stopped without another start while it waits for its next start", async () => {
    const supervised = await new Supervised({ restart: { initialBackoffMs: 60_000 } }).run();
    await supervised.query.end(BAD_DATA);
    await supervised.clock.settle();
    await supervised.supervisor.stop();
    expect(supervised.queries).toHaveLength(1);
    expect(supervised.last("stopped")).toEqual({ stream: "a", runId: undefined, graceful: true });
  });

  it("is stopped during its start as soon as it has started, or abandoned at the deadline", async () => {
    const supervised = new Supervised();
    supervised.starting = async (spark) => {
      await supervised.clock.wait(5_000);
      return spark.start();
    };
    await supervised.run();
    const stopping = supervised.supervisor.stop();
    await supervised.clock.advance(5_000);
    await stopping;
    expect(supervised.query.stops).toBe(1);

    const never = new Supervised({}, { shutdownTimeoutMs: 1_000 });
    let late: ((query: ReturnType<typeof never.spark.start>) => void) | undefined;
    never.starting = () => new Promise((resolve) => (late = resolve));
    await never.run();
    const given = never.supervisor.stop();
    await never.clock.advance(1_000);
    await given;
    expect(never.last("stopped")).toMatchObject({
      graceful: false,
      error: { code: "START_ABANDONED" },
    });
    const query = never.spark.start();
    late?.(query);
    await never.clock.settle();
    expect(query.stops).toBe(1);
  });
});
