import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import type { SourceProgress } from "../../../src/streaming/progress.js";
import parseText from "parse-prometheus-text-format";
import { metricsText as textOf } from "../../../src/supervisor/metrics-text.js";
import type { StreamStatus } from "../../../src/supervisor/stream-status.js";
import { report } from "./support/fake-spark.js";

function status(fields: Partial<StreamStatus>): StreamStatus {
  return {
    name: "a",
    state: "running",
    stateSinceMs: 0,
    desired: "running",
    declaration: undefined,
    schedule: undefined,
    nextRunAtMs: undefined,
    upgrade: undefined,
    queryId: "q",
    runId: "r",
    restarts: 2,
    isStalled: false,
    lastProgress: undefined,
    lastProgressAgeMs: undefined,
    rowsTotal: 0n,
    lastError: undefined,
    nextAttemptInMs: undefined,
    pipeline: undefined,
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

function metricsText(connected: boolean, streams: readonly StreamStatus[]): string {
  return textOf([{ connected, streams }]);
}

/** The samples of a metric, as a parser of the format reads them. */
function parsed(text: string, metric: string): unknown[] {
  const families = parseText(text).filter(({ name }) => name === metric);
  expect(families, text).toHaveLength(1);
  return families.flatMap(({ metrics }) => metrics);
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

  it("joins supervisors with one HELP and one TYPE line for each metric", () => {
    const supervisors = [
      { supervisor: "orders", connected: true, streams: [status({ rowsTotal: 7n })] },
      { supervisor: "prices", connected: false, streams: [status({ state: "fatal" })] },
    ];
    const text = textOf(supervisors, { prefix: "shop_", labels: { env: "prod" } });
    for (const kind of ["HELP", "TYPE"]) {
      const names = [...text.matchAll(new RegExp(`^# ${kind} (\\S+)`, "gm"))].map(([, n]) => n);
      expect(names).toContain("shop_sparktide_stream_up");
      expect(new Set(names).size).toBe(names.length);
    }
    expect(parsed(text, "shop_sparktide_session_up")).toEqual([
      { value: "1", labels: { env: "prod", supervisor: "orders" } },
      { value: "0", labels: { env: "prod", supervisor: "prices" } },
    ]);
    expect(parsed(text, "shop_sparktide_stream_rows_total")).toEqual([
      { value: "7", labels: { env: "prod", supervisor: "orders", stream: "a" } },
      { value: "0", labels: { env: "prod", supervisor: "prices", stream: "a" } },
    ]);
  });

  it("is read back by a parser, whatever characters names and labels have", () => {
    const name = 'a"\\\n{b="c"},';
    const text = textOf([{ supervisor: name, connected: true, streams: [status({ name })] }], {
      labels: { team: "\\n" },
    });
    expect(parsed(text, "sparktide_stream_up")).toEqual([
      { value: "1", labels: { team: "\\n", supervisor: name, stream: name } },
    ]);
  });

  it.each([
    ["prefix", { prefix: "my-app_" }, /prefix may have letters/],
    ["prefix", { prefix: "1_" }, /got "1_"/],
    ["labels", { labels: { "my-label": "x" } }, /got "my-label"/],
    ["labels", { labels: { __own: "x" } }, /neither a digit nor "__" at its start/],
    ["labels", { labels: { stream: "x" } }, /sets the label stream itself/],
    ["labels", { labels: { port: 1 } as never }, /label port must be a string/],
  ])("refuses %s %j", (argument, options, message) => {
    const write = (): string => textOf([], options);
    expect(write).toThrow(ArgumentError);
    expect(write).toThrow(message);
    expect(write).toThrow(expect.objectContaining({ argument }));
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
