import { describe, expect, it } from "vitest";
import type { SourceProgress } from "../../../src/streaming/progress.js";
import { metricsText } from "../../../src/supervisor/metrics-text.js";
import type { StreamStatus } from "../../../src/supervisor/stream-status.js";
import { report } from "./support/fake-spark.js";

function status(fields: Partial<StreamStatus>): StreamStatus {
  return {
    name: "a",
    state: "running",
    queryId: "q",
    runId: "r",
    restarts: 2,
    isStalled: false,
    lastProgress: undefined,
    lastProgressAgeMs: undefined,
    rowsTotal: 0n,
    lastError: undefined,
    nextAttemptInMs: undefined,
    ...fields,
  };
}

function withSource(source: Partial<SourceProgress>): StreamStatus {
  const sources = [
    { metrics: {}, endOffset: null, latestOffset: null, ...source },
  ] as SourceProgress[];
  return status({
    lastProgress: report({ id: "q", runId: "r" }, 1, { sources }),
    lastProgressAgeMs: 1,
  });
}

describe("metricsText", () => {
  it("writes the help, the type and a sample for each stream in each family", () => {
    const text = metricsText(true, [
      status({
        lastProgress: report({ id: "q", runId: "r" }, 1),
        lastProgressAgeMs: 1_500,
        rowsTotal: 2n ** 60n,
      }),
      status({ name: "b", state: "fatal" }),
    ]);
    expect(text).toContain(
      "# HELP sparktide_stream_up 1 if the stream's query runs.\n# TYPE sparktide_stream_up gauge\n" +
        'sparktide_stream_up{stream="a"} 1\nsparktide_stream_up{stream="b"} 0\n',
    );
    for (const sample of [
      "sparktide_session_up 1",
      'sparktide_stream_state{stream="b",state="fatal"} 1',
      'sparktide_stream_restarts_total{stream="a"} 2',
      'sparktide_stream_rows_total{stream="a"} 1152921504606846976',
      'sparktide_stream_input_rows_per_second{stream="a"} 5',
      'sparktide_stream_processed_rows_per_second{stream="a"} 40',
      'sparktide_stream_batch_duration_seconds{stream="a"} 0.25',
      'sparktide_stream_last_progress_age_seconds{stream="a"} 1.5',
    ]) {
      expect(text.split("\n")).toContain(sample);
    }
    expect(text).not.toContain('input_rows_per_second{stream="b"}');
    const valid =
      /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? \S+)$/;
    for (const line of text.trimEnd().split("\n")) expect(line).toMatch(valid);
    const types = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(types).size).toBe(types.length);
  });

  it("escapes a stream's name", () => {
    expect(metricsText(false, [status({ name: 'a"\\\nb' })])).toContain(
      'sparktide_stream_up{stream="a\\"\\\\\\nb"} 1\n',
    );
  });

  it("writes infinite rates and NaN as Prometheus expects them", () => {
    const lastProgress = report({ id: "q", runId: "r" }, 1, {
      inputRowsPerSecond: Infinity,
      processedRowsPerSecond: Number.NaN,
    });
    const text = metricsText(true, [status({ lastProgress })]);
    expect(text).toContain('input_rows_per_second{stream="a"} +Inf\n');
    expect(text).toContain('processed_rows_per_second{stream="a"} NaN\n');
  });

  it.each([
    [
      "that Kafka reports",
      { metrics: { maxOffsetsBehindLatest: "7" } },
      'source="0",unit="offsets"} 7',
    ],
    [
      "that Delta reports",
      { metrics: { numFilesOutstanding: "3", numBytesOutstanding: "900" } },
      'source="0",unit="bytes"} 900',
    ],
    ["between two numbers", { endOffset: 5, latestOffset: 9n }, 'source="0",unit="offsets"} 4'],
    [
      "between two trees of numbers",
      { endOffset: { t: { "0": 5, "1": 1 } }, latestOffset: { t: { "0": 6, "1": 3 } } },
      'source="0",unit="offsets"} 3',
    ],
  ])("writes the lag %s", (_, source, sample) => {
    expect(metricsText(true, [withSource(source)])).toContain(
      `sparktide_stream_source_lag{stream="a",${sample}\n`,
    );
  });

  it.each([
    ["offsets are strings", { endOffset: "a", latestOffset: "b" }],
    [
      "offsets contain other values than numbers",
      { endOffset: { index: 1, id: "x" }, latestOffset: { index: 2, id: "x" } },
    ],
    [
      "offsets have different keys",
      { endOffset: { t: { "0": 5 } }, latestOffset: { other: { "0": 6 } } },
    ],
    ["the newest offset is unknown", { endOffset: 5, latestOffset: null }],
  ])("omits the lag if %s", (_, source) => {
    expect(metricsText(true, [withSource(source)])).not.toContain("source_lag");
  });
});
