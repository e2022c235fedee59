import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StreamStartOptions } from "../../../src/streaming/data-stream-writer.js";
import type { SupervisedStreamOptions } from "../../../src/supervisor/supervisor-options.js";
import { eventually } from "../../support/eventually.js";
import { FakeSpark, report } from "./support/fake-spark.js";
import { Supervised } from "./support/supervised.js";

describe("queries of a former process", () => {
  let folder: string;
  let state: string;
  /** The server's sessions by id. */
  let sessions: Map<string, FakeSpark>;
  let former: FakeSpark;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
    state = join(folder, "state.json");
    sessions = new Map();
    former = new FakeSpark("former", sessions);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function leave(
    streams: Record<string, { queryId: string; runId: string; hasForeachBatch: boolean }>,
  ): Promise<void> {
    const saved = { format: "sparktide-supervisor", version: 1, sessionId: "former", streams };
    await writeFile(state, JSON.stringify(saved));
  }

  async function restart(stream: Partial<SupervisedStreamOptions> = {}): Promise<Supervised> {
    const supervised = new Supervised(stream, { state });
    supervised.connecting = () => Promise.resolve(new FakeSpark(undefined, sessions));
    await supervised.run();
    await eventually(() => supervised.names.includes("connected"), { withinMs: 5_000 });
    await supervised.clock.settle();
    return supervised;
  }

  it("continue in their session without a call of start() if they have one of Spark's sinks", async () => {
    const query = former.start();
    query.reports = [report(query, 4)];
    await leave({ a: { queryId: query.id, runId: query.runId, hasForeachBatch: false } });
    const supervised = await restart();
    expect(supervised.queries).toEqual([]);
    expect(supervised.events).toMatchObject([
      ["connected", { sessionId: "former", resumed: true }],
      ["adopted", { stream: "a", runId: query.runId }],
    ]);
    expect(supervised.supervisor.status()[0]).toMatchObject({
      state: "running",
      rowsTotal: 0n,
      lastProgress: { batchId: 4n },
    });
    expect(supervised.sparks[0]?.stops).toBe(1);
    await query.progress(5);
    expect(supervised.supervisor.status()[0]?.rowsTotal).toBe(10n);
    await supervised.supervisor.stop();
    expect(query.stops).toBe(1);
    expect(former.stops).toBe(1);
  });

  it("get their callbacks bound again by start()", async () => {
    const query = former.start();
    query.hasForeachBatch = true;
    await leave({ a: { queryId: query.id, runId: query.runId, hasForeachBatch: true } });
    const supervised = new Supervised({}, { state });
    supervised.connecting = () => Promise.resolve(new FakeSpark(undefined, sessions));
    let given: StreamStartOptions | undefined;
    supervised.starting = (_spark, options) => {
      given = options;
      return Promise.resolve(query);
    };
    await supervised.run();
    await eventually(() => supervised.names.includes("adopted"), { withinMs: 5_000 });
    expect(given).toEqual({ adopt: { queryId: query.id, runId: query.runId } });
    expect(supervised.names).toEqual(["connected", "adopted"]);
    await supervised.supervisor.stop();
  });

  it("are adopted only once: after a failure the supervisor starts the stream", async () => {
    const query = former.start();
    await leave({ a: { queryId: query.id, runId: query.runId, hasForeachBatch: false } });
    const supervised = await restart();
    supervised.starting = () => Promise.resolve(former.start());
    await query.end(new Error("bad data"));
    await supervised.clock.advance(1_000);
    expect(supervised.names).toEqual(["connected", "adopted", "restarting", "started"]);
    await supervised.supervisor.stop();
  });

  it("are stopped if their stream is not declared any more", async () => {
    const kept = former.start();
    const dropped = former.start("dropped");
    await leave({
      a: { queryId: kept.id, runId: kept.runId, hasForeachBatch: false },
      gone: { queryId: dropped.id, runId: dropped.runId, hasForeachBatch: false },
    });
    const supervised = await restart();
    expect(dropped.stops).toBe(1);
    expect(kept.stops).toBe(0);
    await supervised.supervisor.stop();
  });

  it("are started anew if the stream has adopt: false", async () => {
    const query = former.start();
    await leave({ a: { queryId: query.id, runId: query.runId, hasForeachBatch: false } });
    const supervised = new Supervised({ adopt: false }, { state });
    supervised.connecting = () => Promise.resolve(new FakeSpark(undefined, sessions));
    supervised.starting = () => Promise.resolve(former.start());
    await supervised.run();
    await eventually(() => supervised.names.includes("started"), { withinMs: 5_000 });
    expect(supervised.names).toEqual(["connected", "started"]);
    await supervised.supervisor.stop();
  });

  it("end with their lost session, and the streams start in a new session", async () => {
    former.lose();
    await leave({ a: { queryId: "q", runId: "r", hasForeachBatch: false } });
    const supervised = await restart();
    await eventually(() => supervised.names.includes("started"), { withinMs: 5_000 });
    expect(supervised.events[0]).toMatchObject(["connected", { resumed: false }]);
    expect(supervised.spark.sessionId).not.toBe("former");
    expect(supervised.spark.stops).toBe(0);
    await supervised.supervisor.stop();
  });

  it("leave no session behind if none of them runs any more", async () => {
    const unknown = former.start();
    await leave({ a: { queryId: "q", runId: "r", hasForeachBatch: false } });
    const supervised = await restart();
    await eventually(() => supervised.names.includes("started"), { withinMs: 5_000 });
    expect(former.stops).toBe(1);
    expect(unknown.running).toBe(false);
    await supervised.supervisor.stop();
  });

  it("are in the state file as soon as they have started", async () => {
    const supervised = await restart();
    await eventually(() => supervised.names.includes("started"), { withinMs: 5_000 });
    const { runId } = supervised.query;
    await eventually(async () => (await readFile(state, "utf8")).includes(runId), {
      withinMs: 5_000,
    });
    expect(JSON.parse(await readFile(state, "utf8"))).toMatchObject({
      sessionId: supervised.spark.sessionId,
      streams: { a: { runId, hasForeachBatch: false } },
    });
    await supervised.supervisor.stop();
    expect(await readdir(folder)).toEqual([]);
  });

  it("stay in the state file if they could not be stopped", async () => {
    const supervised = await restart();
    await eventually(() => supervised.names.includes("started"), { withinMs: 5_000 });
    const { runId } = supervised.query;
    supervised.query.trouble = new Error("no answer");
    await supervised.supervisor.stop();
    expect(await readdir(folder)).toEqual(["state.json"]);
    expect(await readFile(state, "utf8")).toContain(runId);
  });
});
