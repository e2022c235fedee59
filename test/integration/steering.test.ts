import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AnalysisException,
  StreamSupervisor,
  type DynamicStream,
  type SparkSession,
  type StreamStatus,
  type SupervisorEvent,
} from "../../src/index.js";
import { eventually } from "../support/eventually.js";
import { connect, tableFormat, uniquePath } from "./support.js";

const ROWS_PER_BATCH = 10;
const WITHIN = { withinMs: 60_000 };

describe("a stream declared by data", () => {
  let folder: string;
  let sessions: SparkSession[];
  let supervisor: StreamSupervisor;
  let running: Promise<void>;
  let events: SupervisorEvent[];
  const path = uniquePath("steering");

  /** @param sql the expression of the column `generation` */
  const numbers = (sql: string): DynamicStream => ({
    name: "Numbers ü",
    source: "rate-micro-batch",
    options: { rowsPerBatch: ROWS_PER_BATCH, numPartitions: 1 },
    transform: `SELECT value, ${sql} AS generation FROM source -- all rows`,
    sink: { format: tableFormat(), path },
    checkpoint: `${path}-checkpoint`,
    trigger: { processingTime: "200 milliseconds" },
  });
  const { name } = numbers("1");

  function begin(): void {
    sessions = [];
    events = [];
    supervisor = new StreamSupervisor({
      connect: async () => {
        const session = await connect();
        sessions.push(session);
        return session;
      },
      state: join(folder, "state.json"),
    });
    for (const event of ["started", "upgraded", "upgradeFailed", "completed", "waiting"] as const) {
      supervisor.on(event, () => {
        events.push(event);
      });
    }
    running = supervisor.run();
  }

  const status = (stream = name): StreamStatus => {
    const found = supervisor.status().find((each) => each.name === stream);
    if (found === undefined) throw new Error(`There is no stream ${stream}.`);
    return found;
  };
  const serverRuns = async (): Promise<(string | undefined)[]> =>
    (await sessions.at(-1)?.streams.active())?.map(({ runId }) => runId) ?? [];
  /** Waits for a batch that the current run has written. */
  async function batch(): Promise<void> {
    await eventually(() => {
      const { lastProgress, runId, state } = status();
      return state === "running" && lastProgress?.runId === runId;
    }, WITHIN);
  }
  async function rows(): Promise<{ value: number; generation: number }[]> {
    await using session = await connect();
    const table = await session.read.format(tableFormat()).load(path).orderBy("value").collect();
    return table.map((row) => ({
      value: Number(row["value"]),
      generation: Number(row["generation"]),
    }));
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
    begin();
  });
  afterAll(async () => {
    await supervisor.stop();
    await running;
    await rm(folder, { recursive: true, force: true });
  });

  it("runs once it is added, is gone from the server while it is paused, and continues", async () => {
    await supervisor.add(numbers("1"));
    await batch();
    expect(await serverRuns()).toEqual([status().runId]);
    await supervisor.pause(name);
    expect(await serverRuns()).toEqual([]);
    await supervisor.resume(name);
    await batch();
    expect(await serverRuns()).toEqual([status().runId]);
  });

  it("refuses an upgrade whose SQL the server refuses, and keeps its query", async () => {
    const { runId } = status();
    const upgrading = supervisor.upgrade(name, numbers("no_such_column"));
    await expect(upgrading).rejects.toBeInstanceOf(AnalysisException);
    await expect(supervisor.upgrade(name, numbers("(1"))).rejects.toMatchObject({
      errorClass: "PARSE_SYNTAX_ERROR",
    });
    expect(status()).toMatchObject({ runId, state: "running" });
    expect(await serverRuns()).toEqual([runId]);
  });

  it("continues with other SQL from the same checkpoint after an upgrade", async () => {
    await supervisor.upgrade(name, numbers("2"), { watchBatches: 1 });
    expect(status()).toMatchObject({
      upgrade: { state: "succeeded" },
      declaration: numbers("2"),
    });
    expect(events).toContain("upgraded");
  });

  it("runs its former SQL again after an upgrade that fails in its first batch", async () => {
    const failing = "IF(value >= 0, raise_error('not like this'), 3)";
    const upgrading = supervisor.upgrade(name, numbers(failing));
    await expect(upgrading).rejects.toMatchObject({
      code: "UPGRADE_FAILED",
      message: expect.stringContaining("not like this") as string,
    });
    await batch();
    expect(status()).toMatchObject({
      state: "running",
      upgrade: { state: "rolledBack" },
      declaration: numbers("2"),
    });
    expect(await serverRuns()).toEqual([status().runId]);
  });

  it("is started again by the next process with the same state, and has written each row once", async () => {
    await supervisor.stop();
    await running;
    begin();
    await eventually(() => supervisor.status().length === 1, WITHIN);
    await batch();
    expect(status().declaration).toEqual(numbers("2"));
    await supervisor.remove(name);
    expect(await serverRuns()).toEqual([]);
    const written = await rows();
    expect(written.map(({ value }) => value)).toEqual([...written.keys()]);
    const generations = written.map(({ generation }) => generation);
    expect(generations).toEqual(generations.toSorted((a, b) => a - b));
    expect(new Set(generations)).toEqual(new Set([1, 2]));
  });

  it("with a schedule runs at its times, one run after the other", async () => {
    const scheduled = "hourly";
    await supervisor.add({
      ...numbers("1"),
      name: scheduled,
      sink: { format: "noop" },
      checkpoint: `${path}-scheduled-checkpoint`,
      trigger: { availableNow: true },
      schedule: { every: "1 hour" },
    });
    await eventually(() => status(scheduled).state === "waiting", WITHIN);
    expect(status(scheduled)).toMatchObject({ schedule: "every 1 hour" });
    expect((status(scheduled).nextRunAtMs ?? 0) - Date.now()).toBeGreaterThan(0);
    const { runId } = status(scheduled);
    events.length = 0;
    await supervisor.runNow(scheduled);
    await eventually(() => events.includes("waiting"), WITHIN);
    expect(events).toEqual(["started", "completed", "waiting"]);
    expect(status(scheduled).runId).not.toBe(runId);
    expect(await serverRuns()).toEqual([]);
  });
});
