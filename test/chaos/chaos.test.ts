import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SparkError, SparkSession } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { ChaosProxy } from "../support/chaos-proxy.js";
import { EventCounts } from "../support/event-counts.js";
import { SeededRandom } from "../support/seeded-random.js";
import { runQueries, type Outcome } from "./chaos-run.js";
import { knownQueries, ROWS_PER_INSERT } from "./queries.js";

const RUN_BOUND_MS = 360_000;
const QUERIES = 200;
const seed = Number(process.env["SPARKTIDE_CHAOS_SEED"] ?? Date.now() % 1_000_000);

/** The number of queries of each kind that ended with each code, for the summary. */
function codes(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { query, error } of outcomes) {
    const name = `  ${query.kind} ${error instanceof SparkError ? error.code : String(error)}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe("200 queries through a proxy that cuts, stalls, half-opens and slows connections", () => {
  let outcomes: Outcome[] = [];
  let proxy: ChaosProxy;
  /** The rows in the table for each INSERT, read over a connection without faults. */
  const written = new Map<number, number>();
  const events = new EventCounts();

  const ended = (ending: Outcome["ending"]): Outcome[] =>
    outcomes.filter((outcome) => outcome.ending === ending);

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "sparktide-chaos-"));
    await using spark = await LocalSpark.start({ heapMb: 1536 });
    const direct = await SparkSession.builder().remote(spark.url).create();
    const table = `delta.\`${join(folder, "inserted")}\``;
    await direct.sql(`CREATE TABLE ${table} (id INT, part INT) USING delta`);

    const url = /^sc:\/\/([^:/]+):(\d+)(.*)$/.exec(spark.url);
    const [, host = "", port = "", rest = ""] = url ?? [];
    proxy = await ChaosProxy.start({
      target: { host: host === "localhost" ? "127.0.0.1" : host, port: Number(port) },
      seed,
      weights: { reset: 3, fin: 2, stall: 3, halfOpen: 1, slow: 2 },
      bytesUp: { min: 100, max: 200_000 },
      bytesDown: { min: 100, max: 2_000_000 },
      stallMs: { min: 100, max: 6000 },
      slowBytesPerSecond: { min: 20_000, max: 500_000 },
      slowBytes: 50_000,
    });
    const queries = knownQueries(new SeededRandom(seed), table);
    const bound = AbortSignal.timeout(RUN_BOUND_MS);
    outcomes = await runQueries(queries, `sc://127.0.0.1:${proxy.port}${rest}`, bound);

    const groups = await direct.sql(`SELECT id, count(*) AS n FROM ${table} GROUP BY id`);
    for (const row of await groups.collect()) written.set(Number(row["id"]), Number(row["n"]));
    await proxy.stop();
    await direct.stop();
    await rm(folder, { recursive: true, force: true });
  });

  afterAll(async () => {
    events[Symbol.dispose]();
    const figures = {
      seed,
      queries: outcomes.length,
      cuts: proxy.count("reset", "fin"),
      stalls: proxy.count("stall"),
      halfOpen: proxy.count("halfOpen"),
      slow: proxy.count("slow"),
      reattaches: events.reattaches,
      retries: events.retries,
      exact: ended("exact").length,
      late: ended("late").length,
      "typed errors": ended("typed error").length,
      ...codes(ended("typed error")),
      wrong: ended("wrong").length,
    };
    const file = process.env["SPARKTIDE_CHAOS_FIGURES"];
    if (file !== undefined) await writeFile(file, JSON.stringify(figures));
  });

  it("each return their exact rows or fail with an error of this client", () => {
    expect(outcomes).toHaveLength(QUERIES);
    const foreign = ended("foreign").map(({ query, error }) => `${query.kind}: ${String(error)}`);
    expect(foreign).toEqual([]);
  });

  it("never return a wrong or partial result", () => {
    expect(ended("wrong").map(({ query }) => query.kind)).toEqual([]);
  });

  it("succeed in at least 90 % of the cases", () => {
    const failures = outcomes
      .filter(({ ending }) => ending !== "exact")
      .map(({ query, error }) => `${query.kind}: ${String(error)}`);
    expect(ended("exact").length, failures.join("\n")).toBeGreaterThanOrEqual(QUERIES * 0.9);
  });

  it("apply an INSERT exactly once if it reports success, and at most once otherwise", () => {
    const inserts = outcomes.filter(({ query }) => query.insertedId !== undefined);
    expect(inserts.length).toBeGreaterThan(0);
    for (const { query, ending } of inserts) {
      const rows = written.get(query.insertedId ?? -1) ?? 0;
      const allowed = ending === "exact" ? [ROWS_PER_INSERT] : [0, ROWS_PER_INSERT];
      expect(allowed, `INSERT ${query.insertedId ?? -1} ended ${ending}`).toContain(rows);
    }
  });

  it("see each kind of fault, and continue in a new stream after a cut", () => {
    for (const fault of ["reset", "fin", "stall", "halfOpen", "slow"] as const) {
      expect(proxy.count(fault), fault).toBeGreaterThan(0);
    }
    expect(events.reattaches).toBeGreaterThan(0);
  });
});
