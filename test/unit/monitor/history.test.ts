import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { merged, pointOf, rate } from "../../../src/monitor/history/batch-point.js";
import { HistoryFile } from "../../../src/monitor/history/history-file.js";
import { StreamHistory } from "../../../src/monitor/history/stream-history.js";
import type { StreamingQueryProgress } from "../../../src/streaming/progress.js";
import { report } from "../supervisor/support/fake-spark.js";

const START = Date.parse("2026-05-01T10:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function progress(fields: Partial<StreamingQueryProgress> = {}): StreamingQueryProgress {
  return report({ id: "q", runId: "r" }, 1, fields);
}

/** A history with a batch at each of these times. `fieldsOf` changes the batch. */
function historyOf(
  times: readonly number[],
  fieldsOf: (at: number) => Partial<StreamingQueryProgress> = () => ({}),
): StreamHistory {
  const history = new StreamHistory();
  for (const at of times) history.add(pointOf(progress(fieldsOf(at)), at), "offsets");
  return history;
}

function every(stepMs: number, from: number, to: number): number[] {
  return Array.from(
    { length: Math.ceil((to - from) / stepMs) },
    (_, index) => from + index * stepMs,
  );
}

describe("the history of a stream", () => {
  it("gives each batch of a short range, with the rates that Spark reported", () => {
    const history = historyOf([START, START + 1000], (at) =>
      at === START
        ? { numInputRows: 500n, inputRowsPerSecond: 0, processedRowsPerSecond: 250.5 }
        : { numInputRows: 30n, inputRowsPerSecond: 12.3, processedRowsPerSecond: 60 },
    );
    const found = history.document({ fromMs: START, toMs: START + MINUTE, points: 100 });
    expect(found).toMatchObject({
      stepMs: 0,
      at: [START, START + 1000],
      // Spark knows no rate of the first batch's rows.
      inputRowsPerSecond: [null, 12.3],
      processedRowsPerSecond: [250.5, 60],
      batchDurationMs: [250, 250],
      lagUnit: "offsets",
    });
  });

  it("keeps the duration and the phases of the slowest batch when it merges batches", () => {
    const slow = START + 7_000;
    const history = historyOf(every(1000, START, START + 2 * HOUR), (at) =>
      at === slow
        ? {
            batchDuration: 90_000,
            durationMs: { addBatch: 89_000, walCommit: 1_000, triggerExecution: 90_000 },
          }
        : { batchDuration: 200, durationMs: { addBatch: 150, walCommit: 50 } },
    );
    const found = history.document({ fromMs: START, toMs: START + 2 * HOUR, points: 20 });
    expect(found.stepMs).toBe(10 * MINUTE);
    expect(found.batchDurationMs[0]).toBe(90_000);
    expect(found.phasesMs["addBatch"]?.[0]).toBe(89_000);
    expect(found.batchDurationMs[1]).toBe(200);
    expect(found.phasesMs).not.toHaveProperty("triggerExecution");
  });

  it("merges rates as rows divided by time, not as the mean of rates", () => {
    const small = pointOf(progress({ numInputRows: 10n, processedRowsPerSecond: 1 }), START);
    const large = pointOf(progress({ numInputRows: 1000n, processedRowsPerSecond: 1000 }), START);
    const both = merged(small, large);
    expect(rate(both.rows, both.workMs)).toBe(Number((1010 / 11).toPrecision(7)));
  });

  it("has every batch of the last hour, minutes of a day, and quarters of an hour of a week", () => {
    const end = START + 8 * 24 * HOUR;
    const history = historyOf([
      ...every(30_000, START, end - 2 * HOUR),
      ...every(1000, end - 2 * HOUR, end),
    ]);
    const range = (hours: number, points: number): ReturnType<typeof history.document> =>
      history.document({ fromMs: end - hours * HOUR, toMs: end, points });
    expect(range(0.9, 5_000)).toMatchObject({ stepMs: 0 });
    expect(range(0.9, 5_000).at).toHaveLength(0.9 * 3600);
    expect(range(20, 5_000)).toMatchObject({ stepMs: MINUTE });
    expect(range(20, 5_000).at).toHaveLength(20 * 60);
    expect(range(6 * 24, 5_000)).toMatchObject({ stepMs: 15 * MINUTE });
    expect(range(6 * 24, 100).at.length).toBeLessThanOrEqual(101);
    // The eighth day is gone.
    expect(range(8 * 24, 5_000).at[0]).toBeGreaterThanOrEqual(end - 7 * 24 * HOUR - 15 * MINUTE);
  });

  it("gives all that it knows if it began within the range", () => {
    const history = historyOf(every(1000, START + 14 * MINUTE, START + 20 * MINUTE));
    const found = history.document({ fromMs: START, toMs: START + HOUR, points: 5_000 });
    expect(found.stepMs).toBe(0);
    expect(found.at).toHaveLength(360);
  });

  it("has null for the steps between two batches that had none", () => {
    const history = historyOf([START, START + 30_000, START + 4 * MINUTE]);
    const found = history.document({ fromMs: START, toMs: START + HOUR, points: 2 });
    expect(found.stepMs).toBe(30 * MINUTE);
    const fine = historyOf([...every(1000, START, START + MINUTE), START + 4 * MINUTE]).document({
      fromMs: START,
      toMs: START + 5 * MINUTE,
      points: 5,
    });
    expect(fine.at).toEqual(every(MINUTE, START, START + 5 * MINUTE));
    expect(fine.processedRowsPerSecond).toEqual([40, null, null, null, 40]);
    expect(fine.batchDurationMs).toEqual([250, null, null, null, 250]);
  });

  it("shows state, lag and watermark only where a batch has them", () => {
    const operator = {
      numRowsTotal: 5n,
      memoryUsedBytes: 2n ** 40n,
    } as StreamingQueryProgress["stateOperators"][number];
    const source = {
      metrics: {},
      endOffset: { topic: { 0: 5n } },
      latestOffset: { topic: { 0: 12n } },
    } as unknown as StreamingQueryProgress["sources"][number];
    const history = historyOf([START, START + 1000], (at) =>
      at === START
        ? {}
        : {
            stateOperators: [operator, operator],
            sources: [source, source],
            eventTime: { max: "2026-05-01T10:00:09.500Z", watermark: "2026-05-01T10:00:00.000Z" },
          },
    );
    expect(history.document({ fromMs: START, toMs: START + MINUTE, points: 9 })).toMatchObject({
      stateRows: [null, 10],
      stateMemoryBytes: [null, Number((2 ** 41).toPrecision(7))],
      lag: [null, 14],
      watermarkDelayMs: [null, 9_500],
    });
  });

  it("keeps batches in order if the clock of the server goes back", () => {
    const history = historyOf([START, START - HOUR, START - HOUR + 1000]);
    const found = history.document({ fromMs: START, toMs: START + MINUTE, points: 9 });
    expect(found.at).toEqual([START, START + 1, START + 2]);
  });

  it("needs at most 0.5 MB for a stream with a batch each second for a week", () => {
    const end = START + 7 * 24 * HOUR + HOUR;
    const phases = [
      "addBatch",
      "commitBatch",
      "commitOffsets",
      "getBatch",
      "latestOffset",
      "queryPlanning",
      "walCommit",
    ];
    const history = historyOf(
      [...every(30_000, START, end - HOUR), ...every(1000, end - HOUR, end)],
      () => ({
        durationMs: Object.fromEntries(phases.map((phase) => [phase, 12])),
        stateOperators: [{ numRowsTotal: 1n, memoryUsedBytes: 1n }] as never,
        sources: [{ metrics: { maxOffsetsBehindLatest: "1" } }] as never,
        eventTime: { max: "2026-05-01T10:00:09Z", watermark: "2026-05-01T10:00:00Z" },
      }),
    );
    const { byteLength } = history;
    console.log(
      `history of one full stream: ${byteLength} bytes; of 100 streams: ${(byteLength / 1e4).toFixed(1)} MB`,
    );
    expect(byteLength).toBeLessThan(500_000);
    expect(byteLength).toBeGreaterThan(100_000);
  });

  it("shares one column among the phases of a server that invents names", () => {
    const history = historyOf(every(1000, START, START + 100_000), (at) => ({
      durationMs: { [`phase ${at}`]: 5 },
    }));
    const found = history.document({ fromMs: START, toMs: START + HOUR, points: 500 });
    const phases = Object.keys(found.phasesMs);
    expect(phases.length).toBeLessThan(25);
    expect(phases).toContain("other");
  });
});

describe("the file of the history", () => {
  let folder = "";
  let count = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sparktide-history-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** A file with the histories of a process. */
  function opened(path: string): {
    readonly file: HistoryFile;
    readonly histories: Map<string, StreamHistory>;
    readonly warnings: string[];
    readonly add: (stream: string, at: number, rows?: bigint) => void;
    readonly close: () => Promise<void>;
  } {
    const histories = new Map<string, StreamHistory>();
    const warnings: string[] = [];
    const file = new HistoryFile(
      path,
      () => histories,
      (text) => warnings.push(text),
    );
    const of = (stream: string): StreamHistory => {
      const history = histories.get(stream) ?? new StreamHistory();
      histories.set(stream, history);
      return history;
    };
    file.restore(of);
    const add = (stream: string, at: number, numInputRows = 10n): void => {
      const point = pointOf(progress({ numInputRows, processedRowsPerSecond: 40 }), at);
      const { minute } = of(stream).add(point, "files");
      if (minute !== undefined) file.append(stream, minute);
    };
    const close = async (): Promise<void> => {
      for (const [name, history] of histories) file.appendOpen(name, history);
      await file.close();
    };
    return { file, histories, warnings, add, close };
  }
  const nextPath = (): string => join(folder, `history-${++count}`);
  const rows = (history: StreamHistory | undefined): number[] =>
    [...(history?.minutes.between(0, Infinity) ?? [])].map((point) => point.rows);

  it("gives a restarted process the minutes and quarters of the former one", async () => {
    const path = nextPath();
    const first = opened(path);
    for (const at of every(10_000, START, START + 40 * MINUTE)) first.add("a b", at);
    await first.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const second = opened(path);
    expect(second.warnings).toEqual([]);
    expect(rows(second.histories.get("a b"))).toEqual(Array.from({ length: 40 }, () => 60));
    const quarters = [...(second.histories.get("a b")?.quarters.between(0, Infinity) ?? [])];
    expect(quarters.map((point) => point.rows)).toEqual([900, 900, 600]);
  });

  it("counts each batch once if the process restarts within a minute", async () => {
    const path = nextPath();
    for (let process = 0; process < 3; process++) {
      const one = opened(path);
      one.add("s", START + process * 10_000);
      await one.close();
    }
    const last = opened(path);
    expect(rows(last.histories.get("s"))).toEqual([30]);
    last.add("s", START + 2 * MINUTE);
    await last.close();
    expect(rows(opened(path).histories.get("s"))).toEqual([30, 10]);
  });

  it("is rewritten when it has grown, and keeps what the charts show", async () => {
    const path = nextPath();
    const first = opened(path);
    const streams = ["a", "b", "c", "d", "e"];
    for (let day = 0; day < 2; day++) {
      const begin = START + day * 24 * HOUR;
      for (const at of every(MINUTE, begin, begin + 24 * HOUR))
        for (const stream of streams) first.add(stream, at);
      await first.close();
    }
    const lines = readFileSync(path, "utf8").split("\n").length;
    // Two days of minutes would be 14,400 lines.
    expect(lines).toBeLessThan(5 * (24 * 60 + 4 * 24 + 2));
    const second = opened(path);
    expect(second.warnings).toEqual([]);
    const quarters = [...(second.histories.get("c")?.quarters.between(0, Infinity) ?? [])];
    expect(quarters.slice(0, -1).every((point) => point.rows === 150)).toBe(true);
    expect(quarters).toHaveLength(2 * 24 * 4);
  });

  it("forgets a stream that had no batch for a week", async () => {
    const path = nextPath();
    const first = opened(path);
    first.add("removed", START);
    first.add("a", START);
    first.add("a", START + 8 * 24 * HOUR);
    await first.close();
    expect([...opened(path).histories.keys()]).toEqual(["a"]);
  });

  it("ignores the last line if a crash cut it", async () => {
    const path = nextPath();
    const first = opened(path);
    first.add("s", START);
    first.add("s", START + MINUTE);
    await first.close();
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(0, -20));
    const second = opened(path);
    expect(second.warnings).toEqual([]);
    expect(rows(second.histories.get("s"))).toEqual([10]);
    second.add("s", START + 3 * MINUTE);
    await second.close();
    expect(rows(opened(path).histories.get("s"))).toEqual([10, 10]);
  });

  it("starts empty with a warning if its content is damaged, and keeps the damaged file", () => {
    const path = nextPath();
    const header = '{"format":"sparktide-monitor-history","version":1}';
    writeFileSync(path, `${header}\n["s",60000,"yesterday",[],{}]\n["s"\n`);
    const { warnings, histories } = opened(path);
    expect(warnings).toEqual([expect.stringContaining(`renamed to ${path}.damaged`)]);
    expect(histories.size).toBe(0);
    expect(readFileSync(`${path}.damaged`, "utf8")).toContain("yesterday");
    expect(readFileSync(path, "utf8")).toBe(`${header}\n`);
  });

  it("does not change a file of another program", async () => {
    const path = nextPath();
    writeFileSync(path, "my diary\n");
    const one = opened(path);
    expect(one.warnings).toEqual([expect.stringContaining("so it was not changed")]);
    one.add("s", START);
    one.add("s", START + MINUTE);
    await one.close();
    expect(readFileSync(path, "utf8")).toBe("my diary\n");
  });

  it("warns once and continues if it cannot be written", async () => {
    const path = join(folder, "missing", "history");
    const one = opened(path);
    one.add("s", START);
    one.add("s", START + MINUTE);
    await one.close();
    expect(one.warnings).toEqual([expect.stringContaining("cannot be written (ENOENT")]);
  });
});
