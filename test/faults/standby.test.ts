import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SparkSession } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { batchUnderWay, loggedBatches } from "../support/checkpoint.js";
import { eventually } from "../support/eventually.js";
import { addFigures } from "./figures.js";
import { Service, type ServiceEvent } from "./service.js";

const LEASE_MS = 3_000;
const RECOVERY_MS = 90_000;
const ROWS_PER_BATCH = 50;
const STREAMS = ["callback", "plain"] as const;
/** What a process may not do once another one holds the state. */
const ACTS = ["started", "adopted", "restarting", "stopped", "superseded", "fatal"];

const FAULTS = ["kill", "pause", "handOver"] as const;
type Fault = (typeof FAULTS)[number];
const ROUNDS = 2;

/** Milliseconds from a fault until the other process holds the state, and until both streams have new batches. */
const times: Record<Fault, { readonly tookOverMs: number; readonly batchMs: number }[]> = {
  kill: [],
  pause: [],
  handOver: [],
};
const figures = { rows: 0, duplicates: 0, lost: 0 };

describe("two supervisors that contend for one state", () => {
  let folder: string;
  let spark: LocalSpark;
  const services: Service[] = [];
  let active: Service;
  let standby: Service;

  const checkpoint = (stream: string): string => join(folder, `${stream}-checkpoint`);

  function start(): Service {
    const state = join(folder, "state.json");
    const settings = { callbackLeaseMs: 6_000, folder, leaseMs: LEASE_MS, state, url: spark.url };
    const service = new Service(settings, "standby-service.mjs");
    services.push(service);
    return service;
  }

  /** The first event of this name after the first `after` events of the service. */
  function event(
    service: Service,
    name: string,
    { after = 0, withinMs = RECOVERY_MS } = {},
  ): Promise<ServiceEvent> {
    return eventually(
      () => service.events.slice(after).find((found) => found.event === name) ?? false,
      { withinMs },
    ).catch((error: unknown) => {
      const tail = JSON.stringify(service.events.slice(-12), undefined, 1);
      throw new Error(`there was no event ${name}: ${tail}`, { cause: error });
    });
  }

  /** Waits until each stream commits a batch that is planned after this call. */
  async function continues(service: Service): Promise<void> {
    await Promise.all(
      STREAMS.map(async (stream) => {
        const planned = loggedBatches(checkpoint(stream), "offsets").at(-1) ?? -1;
        await eventually(
          () => {
            if (service.failures.length > 0 || service.hasExited) return "gave up";
            return (loggedBatches(checkpoint(stream), "commits").at(-1) ?? -1) > planned;
          },
          { withinMs: RECOVERY_MS },
        ).catch((error: unknown) => {
          const tail = JSON.stringify(service.events.slice(-12), undefined, 1);
          throw new Error(`${stream} did not continue after ${planned}: ${tail}`, { cause: error });
        });
      }),
    );
    expect(service.failures).toEqual([]);
    expect(service.hasExited).toBe(false);
  }

  async function insideBatch(): Promise<void> {
    await eventually(() => batchUnderWay(checkpoint("callback")) !== undefined, {
      withinMs: RECOVERY_MS,
    });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-standby-"));
    spark = await LocalSpark.start({
      heapMb: 1024,
      conf: { "spark.sql.streaming.minBatchesToRetain": "10000" },
    });
    active = start();
    await continues(active);
    standby = start();
    await event(standby, "standby");
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.end("SIGKILL")));
    await spark.stop();
    await rm(folder, { recursive: true, force: true });
    const figuresOf = (fault: Fault): string =>
      times[fault].map(({ tookOverMs, batchMs }) => `${tookOverMs} (${batchMs})`).join(", ");
    addFigures({
      "take-over after a kill, ms (until new batches)": figuresOf("kill"),
      [`take-over after a pause, lease of ${LEASE_MS} ms`]: figuresOf("pause"),
      "take-over after SIGTERM": figuresOf("handOver"),
      "standby rows": figures.rows,
      "standby duplicates": figures.duplicates,
      "standby lost": figures.lost,
    });
  });

  /** Strikes the active process, and waits until the other one has taken over and both streams continue. */
  async function takeOver(signal: NodeJS.Signals, fault: Fault): Promise<void> {
    const seen = standby.events.length;
    const struckAtMs = Date.now();
    if (signal === "SIGTERM") void active.end(signal);
    else active.signal(signal);
    const { atMs = Number.NaN } = await event(standby, "tookOver", { after: seen });
    await continues(standby);
    times[fault].push({ tookOverMs: atMs - struckAtMs, batchMs: Date.now() - struckAtMs });
  }

  const strikes: Record<Fault, () => Promise<void>> = {
    async kill() {
      await takeOver("SIGKILL", "kill");
      [active, standby] = [standby, start()];
      await event(standby, "standby");
    },
    async pause() {
      const seen = active.events.length;
      await takeOver("SIGSTOP", "pause");
      active.signal("SIGCONT");
      const lost = await event(active, "leaseLost", { after: seen });
      expect(lost.error).toMatch(/^STATE_LEASE_LOST/);
      await event(active, "standby", { after: seen });
      const acts = active.events.slice(seen).filter((found) => ACTS.includes(found.event));
      expect(acts).toEqual([]);
      [active, standby] = [standby, active];
      // What the resumed process did must not have disturbed the streams.
      await continues(active);
    },
    async handOver() {
      const former = active;
      const seen = former.events.length;
      await takeOver("SIGTERM", "handOver");
      expect(await former.end("SIGTERM")).toBe(0);
      const stopped = former.events.slice(seen).filter((found) => found.event === "stopped");
      expect(stopped).toMatchObject([{ graceful: true }, { graceful: true }]);
      [active, standby] = [standby, start()];
      await event(standby, "standby");
    },
  };

  for (let round = 1; round <= ROUNDS; round++) {
    for (const fault of FAULTS)
      it(`continue all streams in the other process after round ${round}: ${fault} inside a batch`, async () => {
        await insideBatch();
        await strikes[fault]();
      });
  }

  it("roll back an upgrade that fails in its first batch", async () => {
    const seen = active.events.length;
    active.send({ upgrade: "failing" });
    const ended = await event(active, "upgradeEnded", { after: seen });
    expect(ended.error).toMatch(/^UPGRADE_FAILED.*not like this/s);
    const failed = active.events.find((found) => found.event === "upgradeFailed");
    expect(failed).toMatchObject({ stream: "plain", rolledBack: true });
    await continues(active);
  });

  it("roll back an upgrade in the next process if its own process is killed during the watch", async () => {
    const seen = active.events.length;
    active.send({ upgrade: "good", watchBatches: 1_000, watchMs: 600_000 });
    await event(active, "upgrading", { after: seen });
    // A batch of the new declaration.
    await continues(active);
    await active.end("SIGKILL");
    const failed = await event(standby, "upgradeFailed");
    expect(failed).toMatchObject({ stream: "plain", rolledBack: true });
    expect(failed.error).toMatch(/^UPGRADE_INTERRUPTED/);
    await event(standby, "started");
    await continues(standby);
  });

  it("have written each row exactly once, and end at SIGTERM", async () => {
    expect(await standby.end("SIGTERM")).toBe(0);
    await using session = await SparkSession.builder().remote(spark.url).create();
    for (const stream of STREAMS) {
      const table = session.read.format("delta").load(join(folder, stream));
      const rows = (await table.collect()).map((row) => ({
        value: Number(row["value"]),
        generation: Number(row["generation"]),
      }));
      const values = rows.map(({ value }) => value).sort((a, b) => a - b);
      const written = new Set(values);
      const count = loggedBatches(checkpoint(stream), "commits").length * ROWS_PER_BATCH;
      const expected = Array.from({ length: count }, (_, value) => value);
      figures.rows += values.length;
      figures.duplicates += values.length - written.size;
      figures.lost += expected.filter((value) => !written.has(value)).length;
      expect(values, stream).toEqual(expected);
      if (stream === "callback") continue;
      // The upgrade ran, and the former declaration ran after it.
      const upgraded = rows.filter(({ generation }) => generation === 2);
      expect(upgraded.length).toBeGreaterThan(0);
      const last = rows.reduce((a, b) => (a.value > b.value ? a : b));
      expect(last.generation).toBe(1);
    }
  });
});
