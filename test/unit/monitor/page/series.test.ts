import { describe, expect, it } from "vitest";
import type { HistoryDocument, PointDocument } from "../../../../src/monitor/documents.js";
import {
  coarser,
  phaseNames,
  stacked,
  withGaps,
  withPoints,
  within,
} from "../../../../src/monitor/page/series.js";
import { sparklinePath } from "../../../../src/monitor/page/sparkline-path.js";

function point(at: number, change: Partial<PointDocument> = {}): PointDocument {
  return {
    stream: "s",
    at,
    inputRowsPerSecond: at,
    processedRowsPerSecond: null,
    phasesMs: { addBatch: 10 },
    batchDurationMs: 10,
    lag: null,
    stateRows: null,
    stateMemoryBytes: null,
    watermarkDelayMs: null,
    ...change,
  };
}

/** A history of these times. Input rows per second are the times. */
function history(at: readonly number[], stepMs = 0): HistoryDocument {
  const nulls = at.map(() => null);
  return {
    apiVersion: 1,
    stepMs,
    at,
    inputRowsPerSecond: at,
    processedRowsPerSecond: nulls,
    phasesMs: { walCommit: at.map(() => 3) },
    batchDurationMs: nulls,
    lag: nulls,
    lagUnit: "files",
    stateRows: nulls,
    stateMemoryBytes: nulls,
    watermarkDelayMs: nulls,
  };
}

describe("the values of a chart", () => {
  it("continue with live points, without those that the history has", () => {
    const series = withPoints(history([1, 2]), [point(2), point(3), point(4)]);
    expect(series.at).toEqual([1, 2, 3, 4]);
    expect(series.inputRowsPerSecond).toEqual([1, 2, 3, 4]);
    expect(series.lagUnit).toBe("files");
  });

  it("have null where a phase is missing, and phases in the order of a batch", () => {
    const series = withPoints(history([1, 2]), [point(3, { phasesMs: { own: 1, addBatch: 5 } })]);
    expect(series.phasesMs).toEqual({
      walCommit: [3, 3, null],
      own: [null, null, 1],
      addBatch: [null, null, 5],
    });
    expect(phaseNames(series)).toEqual(["walCommit", "addBatch", "own"]);
  });

  it("continue in the steps of the history, with the mean of each step", () => {
    const live = [point(25), point(30), point(34), point(41)];
    const series = withPoints(history([10, 20], 10), live);
    expect(series.at).toEqual([10, 20, 30, 40]);
    expect(series.inputRowsPerSecond).toEqual([10, 20, 32, 41]);
  });

  it("are the mean of the known values of a step, or null", () => {
    const series = withPoints(history([]), [point(1, { lag: 4 }), point(2), point(11)]);
    expect(coarser(series, 10).lag).toEqual([4, null]);
  });

  it("are those of the time span, and not more than a chart can draw", () => {
    const at = Array.from({ length: 5_000 }, (_, index) => index * 1_000);
    const series = within(history(at), 1_000_000, 4_000_000);
    expect(series.at.length).toBeLessThanOrEqual(1_500);
    expect(series.at.length).toBeGreaterThan(700);
    expect(within(history([1, 2, 3, 4]), 2, 3).at).toEqual([2, 3]);
    expect(within(history([1, 2]), 5, 6).at).toEqual([]);
  });

  it("have a gap where no batch came for long, and none between regular batches", () => {
    const at = [0, 10_000, 20_000, 30_000, 100_000, 110_000];
    const gaps = withGaps(at, [at]);
    expect(gaps.at).toEqual([0, 10_000, 20_000, 30_000, 65_000, 100_000, 110_000]);
    expect(gaps.values[0]?.[4]).toBeNull();
    const hourly = [0, 3_600_000, 7_200_000];
    expect(withGaps(hourly, [hourly]).at).toEqual(hourly);
  });

  it("are sums in a stacked chart, and null only where nothing is known", () => {
    expect(
      stacked([
        [1, null, null],
        [2, 5, null],
        [3, null, null],
      ]),
    ).toEqual([
      [1, null, null],
      [3, 5, null],
      [6, 5, null],
    ]);
  });
});

describe("a sparkline", () => {
  it("has one line for each run of known values, and uses the whole height", () => {
    const { line, area } = sparklinePath([0, 4, null, 2], 30, 10);
    expect(line).toBe("M0.0 9.0L10.0 1.0M30.0 5.0");
    expect(area.match(/Z/g)).toHaveLength(2);
  });

  it("is empty without values, and flat for zeros", () => {
    expect(sparklinePath([null, null], 30, 10)).toEqual({ line: "", area: "" });
    expect(sparklinePath([0, 0], 30, 10).line).toBe("M0.0 9.0L30.0 9.0");
  });
});
