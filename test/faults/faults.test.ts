import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startReplayApi, type ReplayApi } from "../../examples/demo/replay-api.js";
import { SparkSession } from "../../src/index.js";
import { prepareLocalSpark } from "../../src/local/index.js";
import { eventually } from "../support/eventually.js";
import { batchUnderWay, loggedBatches, payloadRows } from "../support/checkpoint.js";
import { addFigures } from "./figures.js";
import { RestartableSpark } from "./restartable-spark.js";
import { Service, type ServiceSettings } from "./service.js";

const REPLAY_SOURCES = fileURLToPath(new URL("../../python-udsource/src", import.meta.url));
const LEASE_MS = 4_000;
const RECOVERY_MS = 120_000;
/** A network cut shorter than the lease, and a longer one. */
const CUTS_MS = [1_500, 1.6 * LEASE_MS] as const;

const FAULTS = ["clientKill", "clientPause", "serverKill", "networkCut", "callbackThrows"] as const;
type Fault = (typeof FAULTS)[number];
const ROUNDS_PER_PHASE = 2 * FAULTS.length;

const STREAMS = {
  apis: ["rest-callback", "coingecko-callback", "rest-plain", "coingecko-plain"],
  generated: ["generated-callback", "generated-plain"],
} as const;
type Phase = keyof typeof STREAMS;

/** Figures of the run, for the summary. */
const figures = { rounds: 0, rows: 0, duplicates: 0, lost: 0 };
const strikes = new Map<string, number>();

function count(name: string): void {
  strikes.set(name, (strikes.get(name) ?? 0) + 1);
}

describe("a supervised service with 20 injected faults", () => {
  let folder: string;
  let spark: RestartableSpark;
  let api: ReplayApi;
  let service: Service;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-faults-"));
    api = await startReplayApi((await prepareLocalSpark()).pythonPath, REPLAY_SOURCES);
    spark = await RestartableSpark.start(join(folder, "token"));
  });
  afterAll(async () => {
    await service.end("SIGKILL");
    await spark[Symbol.asyncDispose]();
    await api[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    const { rounds, ...rest } = figures;
    addFigures({ rounds, ...Object.fromEntries(strikes), ...rest });
  });

  const checkpoint = (stream: string): string => join(folder, `${stream}-checkpoint`);
  const lastCommit = (stream: string): number =>
    loggedBatches(checkpoint(stream), "commits").at(-1) ?? -1;

  function settings(phase: Phase): ServiceSettings {
    const state = join(folder, `${phase}.json`);
    const { port, tokenFile } = spark;
    return { apiUrl: api.url, folder, leaseMs: LEASE_MS, phase, port, state, tokenFile };
  }

  /** Waits until each stream commits a batch that is planned after this call. */
  async function recovers(phase: Phase): Promise<void> {
    for (const stream of STREAMS[phase]) {
      const planned = loggedBatches(checkpoint(stream), "offsets").at(-1) ?? -1;
      await eventually(
        () => {
          if (service.failures.length > 0 || service.hasExited) return "gave up";
          return lastCommit(stream) > planned;
        },
        { withinMs: RECOVERY_MS },
      ).catch((error: unknown) => {
        const tail = JSON.stringify(service.events.slice(-12), undefined, 1);
        throw new Error(`${stream} did not continue after batch ${String(planned)}: ${tail}`, {
          cause: error,
        });
      });
    }
    expect(service.failures).toEqual([]);
    expect(service.hasExited).toBe(false);
  }

  async function strike(fault: Fault, phase: Phase, round: number): Promise<void> {
    switch (fault) {
      case "clientKill":
        await service.end("SIGKILL");
        service = new Service(settings(phase));
        return;
      case "clientPause":
        service.signal("SIGSTOP");
        await delay(1.6 * LEASE_MS);
        service.signal("SIGCONT");
        return;
      case "serverKill":
        await spark.killAndRestart();
        return;
      case "networkCut":
        spark.cut();
        await delay(CUTS_MS[round % CUTS_MS.length]);
        spark.mend();
        return;
      case "callbackThrows": {
        const before = service.events.length;
        service.signal("SIGUSR2");
        await eventually(
          () => service.events.slice(before).some(({ error }) => error?.includes("struck")),
          { withinMs: RECOVERY_MS },
        );
      }
    }
  }

  for (const phase of ["apis", "generated"] as const) {
    describe(`with streams from ${phase}`, () => {
      beforeAll(async () => {
        service = new Service(settings(phase));
        await recovers(phase);
      });

      for (let round = 0; round < ROUNDS_PER_PHASE; round++) {
        const fault = FAULTS[round % FAULTS.length] ?? "clientKill";
        it(`continues all streams after round ${String(round + 1)}: ${fault} inside a batch`, async () => {
          const struck = await eventually(
            () => {
              const stream = service.stream;
              return (
                stream !== undefined && batchUnderWay(checkpoint(stream)) !== undefined && stream
              );
            },
            { withinMs: RECOVERY_MS },
          );
          await strike(fault, phase, round);
          await recovers(phase);
          expect(lastCommit(struck)).toBeGreaterThan(0);
          figures.rounds += 1;
          count(fault);
        });
      }

      it("has written each row exactly once, and exits at SIGTERM", async () => {
        expect(await service.end("SIGTERM")).toBe(0);
        const stopped = service.events.filter(({ event }) => event === "stopped");
        expect(stopped.map(({ stream }) => stream).sort()).toEqual([...STREAMS[phase]].sort());
        await using session = await SparkSession.builder().remote(spark.directUrl).create();
        for (const stream of STREAMS[phase]) {
          const table = session.read.format("delta").load(join(folder, stream));
          const rows = await table.collect({ rowMode: "array" });
          const written = rows.map(asText);
          const expected = await expectedRows(stream, rows);
          figures.rows += written.length;
          figures.duplicates += written.length - new Set(written).size;
          const held = new Set(written);
          figures.lost += expected.filter((row) => !held.has(row)).length;
          expect(written.sort(), stream).toEqual(expected.sort());
        }
      });
    });
  }

  /** The rows that the table of a stream must hold, from the served records and the committed batches. */
  async function expectedRows(
    stream: string,
    rows: readonly (readonly unknown[])[],
  ): Promise<string[]> {
    const committed = loggedBatches(checkpoint(stream), "commits");
    if (stream.startsWith("coingecko")) {
      const polls = await served("/api/v3/simple/price");
      expect(committed.length).toBeLessThanOrEqual(polls);
      return committed.flatMap((batchId) => payloadRows(checkpoint(stream), batchId).map(asText));
    }
    if (stream.startsWith("rest")) {
      const state = (await (await fetch(`${api.url}/__state`)).json()) as {
        readonly records: { readonly events: readonly { readonly id: string }[] };
      };
      const read = rows.map(([output]) =>
        BigInt((JSON.parse(String(output)) as { id: string }).id),
      );
      const newest = read.reduce((a, b) => (a > b ? a : b), 0n);
      const ids = state.records.events.map(({ id }) => BigInt(id)).filter((id) => id <= newest);
      // Compare by id: each row of the table is the JSON text of one record.
      expect(read.sort(ascending)).toEqual(ids.sort(ascending));
      return rows.map(asText);
    }
    const rowsPerBatch = 50;
    const values = rows.map(([, value]) => value as bigint).sort(ascending);
    expect(values).toEqual([...Array(committed.length * rowsPerBatch).keys()].map(BigInt));
    return rows.map(asText);
  }

  async function served(path: string): Promise<number> {
    const journal = (await (await fetch(`${api.url}/__journal`)).json()) as { path: string }[];
    return journal.filter((request) => request.path === path).length;
  }
});

function asText(row: readonly unknown[]): string {
  return JSON.stringify(row.map((value) => (typeof value === "bigint" ? Number(value) : value)));
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
