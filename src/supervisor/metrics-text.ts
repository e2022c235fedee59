import type { SourceProgress } from "../streaming/progress.js";
import type { StreamState, StreamStatus } from "./stream-status.js";

/** Metrics with which sources report their lag: the metric's name, and its unit. */
const LAG_METRICS: readonly (readonly [metric: string, unit: string])[] = [
  ["maxOffsetsBehindLatest", "offsets"],
  ["numFilesOutstanding", "files"],
  ["numBytesOutstanding", "bytes"],
];
const STATES: readonly StreamState[] = [
  "starting",
  "running",
  "backingOff",
  "stopping",
  "stopped",
  "completed",
  "superseded",
  "fatal",
];

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | bigint;
}

/** The state of a supervisor in Prometheus' text format. Unknown values are omitted. */
export function metricsText(connected: boolean, streams: readonly StreamStatus[]): string {
  const each = (valueOf: (stream: StreamStatus) => number | bigint | undefined): Sample[] =>
    streams.flatMap((stream) => {
      const value = valueOf(stream);
      return value === undefined ? [] : [{ labels: { stream: stream.name }, value }];
    });
  return [
    family("sparktide_session_up", "gauge", "1 if the session answered the last call.", [
      { labels: {}, value: Number(connected) },
    ]),
    family(
      "sparktide_stream_up",
      "gauge",
      "1 if the stream's query runs.",
      each(({ state }) => Number(state === "running")),
    ),
    family("sparktide_stream_state", "gauge", "1 for the stream's current state.", states(streams)),
    family(
      "sparktide_stream_stalled",
      "gauge",
      "1 if the stream sent no report and no idle event for too long.",
      each(({ isStalled }) => Number(isStalled)),
    ),
    family(
      "sparktide_stream_restarts_total",
      "counter",
      "Starts after a failure or a lost session.",
      each(({ restarts }) => restarts),
    ),
    family(
      "sparktide_stream_rows_total",
      "counter",
      "Input rows in the reports that this supervisor received.",
      each(({ rowsTotal }) => rowsTotal),
    ),
    family(
      "sparktide_stream_input_rows_per_second",
      "gauge",
      "Rate at which rows arrived before the newest batch.",
      each(({ lastProgress }) => lastProgress?.inputRowsPerSecond),
    ),
    family(
      "sparktide_stream_processed_rows_per_second",
      "gauge",
      "Rate at which the newest batch was processed.",
      each(({ lastProgress }) => lastProgress?.processedRowsPerSecond),
    ),
    family(
      "sparktide_stream_batch_duration_seconds",
      "gauge",
      "Duration of the newest batch.",
      each(({ lastProgress }) => seconds(lastProgress?.batchDuration)),
    ),
    family(
      "sparktide_stream_last_progress_age_seconds",
      "gauge",
      "Time since the newest report.",
      each(({ lastProgressAgeMs }) => seconds(lastProgressAgeMs)),
    ),
    family(
      "sparktide_stream_source_lag",
      "gauge",
      "Distance of a source from its newest data, if the source reports it.",
      streams.flatMap(lagSamples),
    ),
  ].join("");
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function states(streams: readonly StreamStatus[]): Sample[] {
  return streams.flatMap(({ name, state }) =>
    STATES.map((candidate) => ({
      labels: { stream: name, state: candidate },
      value: Number(candidate === state),
    })),
  );
}

function lagSamples({ name, lastProgress }: StreamStatus): Sample[] {
  return (lastProgress?.sources ?? []).flatMap((source, index) =>
    lagsOf(source).map(([unit, value]) => ({
      labels: { stream: name, source: String(index), unit },
      value,
    })),
  );
}

/** The lag that a source reports, else the difference of its newest offset and the offset it reached. */
function lagsOf({ metrics, endOffset, latestOffset }: SourceProgress): [string, number][] {
  const reported = LAG_METRICS.flatMap(([metric, unit]): [string, number][] => {
    const value = Number(metrics[metric] ?? Number.NaN);
    return Number.isNaN(value) ? [] : [[unit, value]];
  });
  if (reported.length > 0) return reported;
  const distance = offsetDistance(endOffset, latestOffset);
  return distance === undefined ? [] : [["offsets", distance]];
}

/** Sums the differences of two offsets that are numbers, or trees of numbers with the same keys, as Kafka's. */
function offsetDistance(end: unknown, latest: unknown): number | undefined {
  if (isNumber(end) && isNumber(latest)) return Number(latest) - Number(end);
  if (!isRecord(end) || !isRecord(latest)) return undefined;
  let sum = 0;
  for (const [key, reached] of Object.entries(end)) {
    const distance = offsetDistance(reached, latest[key]);
    if (distance === undefined) return undefined;
    sum += distance;
  }
  return sum;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function family(
  name: string,
  type: "gauge" | "counter",
  help: string,
  samples: readonly Sample[],
): string {
  if (samples.length === 0) return "";
  const lines = samples.map(
    ({ labels, value }) => `${name}${labelText(labels)} ${number(value)}\n`,
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function labelText(labels: Sample["labels"]): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** Prometheus writes Infinity as +Inf and -Inf. */
function number(value: number | bigint): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  return String(value);
}
