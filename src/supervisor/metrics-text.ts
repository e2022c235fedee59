import { ArgumentError } from "../errors.js";
import { lagsOf } from "./source-lag.js";
import type { StreamState, StreamStatus } from "./stream-status.js";

const STATES: readonly StreamState[] = [
  "starting",
  "running",
  "backingOff",
  "stopping",
  "paused",
  "waiting",
  "stopped",
  "completed",
  "superseded",
  "fatal",
];

/** Options of StreamSupervisor.metricsText(). */
export interface MetricsTextOptions {
  /** Text before each metric's name, such as `shop_` for `shop_sparktide_stream_up`. Default: none. */
  readonly prefix?: string | undefined;
  /** Labels that each sample gets, by name. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** The keys of {@link MetricsTextOptions}. */
export const METRICS_TEXT_OPTIONS: readonly string[] = ["prefix", "labels"];

/** The state of one supervisor. */
export interface SupervisorMetrics {
  readonly connected: boolean;
  readonly streams: readonly StreamStatus[];
  /** The name among several supervisors. */
  readonly supervisor?: string | undefined;
}

/** A metric with its samples. */
export interface MetricFamily {
  /** A counter's name ends with `_total`. */
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  /** The unit, which is also a part of the name. Undefined if the value is a count or a rate. */
  readonly unit: "seconds" | undefined;
  readonly samples: readonly Sample[];
}

/** A value of a metric. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number | bigint;
}
type Labels = Readonly<Record<string, string>>;

const OWN_LABELS: readonly string[] = ["supervisor", "stream", "state", "source", "unit"];

/**
 * The state of supervisors in Prometheus' text format. Each metric has one HELP and one TYPE line. Unknown values
 * are omitted.
 *
 * @throws {ArgumentError} a prefix or a label's name is not allowed in Prometheus, or the label is one of our own
 */
export function metricsText(
  supervisors: readonly SupervisorMetrics[],
  options?: MetricsTextOptions,
): string {
  return metricFamilies(supervisors, options).map(familyText).join("");
}

/**
 * The metrics of supervisors. A family without a known value has no samples.
 *
 * @throws {ArgumentError} as metricsText()
 */
export function metricFamilies(
  supervisors: readonly SupervisorMetrics[],
  { prefix = "", labels = {} }: MetricsTextOptions = {},
): MetricFamily[] {
  checkNames(prefix, labels);
  const labelsOf = ({ supervisor }: SupervisorMetrics): Labels =>
    supervisor === undefined ? labels : { ...labels, supervisor };
  const streams = supervisors.flatMap((one) =>
    one.streams.map((stream) => ({ stream, labels: { ...labelsOf(one), stream: stream.name } })),
  );
  const each = (valueOf: (stream: StreamStatus) => number | bigint | undefined): Sample[] =>
    streams.flatMap(({ stream, labels }) => {
      const value = valueOf(stream);
      return value === undefined ? [] : [{ labels, value }];
    });
  const family =
    (type: MetricFamily["type"]) =>
    (name: string, help: string, samples: readonly Sample[]): MetricFamily => ({
      name: `${prefix}sparktide_${name}`,
      type,
      help,
      unit: name.endsWith("_seconds") ? "seconds" : undefined,
      samples,
    });
  const gauge = family("gauge");
  const counter = family("counter");
  return [
    gauge(
      "session_up",
      "1 if the session answered the last call.",
      supervisors.map((one) => ({ labels: labelsOf(one), value: Number(one.connected) })),
    ),
    gauge(
      "stream_up",
      "1 if the stream's query runs.",
      each(({ state }) => Number(state === "running")),
    ),
    gauge(
      "stream_state",
      "1 for the stream's current state.",
      streams.flatMap(({ stream, labels }) =>
        STATES.map((state) => ({
          labels: { ...labels, state },
          value: Number(state === stream.state),
        })),
      ),
    ),
    gauge(
      "stream_stalled",
      "1 if the stream sent no report and no idle event for too long.",
      each(({ isStalled }) => Number(isStalled)),
    ),
    counter(
      "stream_restarts_total",
      "Starts after a failure or a lost session.",
      each(({ restarts }) => restarts),
    ),
    counter(
      "stream_rows_total",
      "Input rows in the reports that this supervisor received.",
      each(({ rowsTotal }) => rowsTotal),
    ),
    gauge(
      "stream_input_rows_per_second",
      "Rate at which rows arrived before the newest batch.",
      each(({ lastProgress }) => lastProgress?.inputRowsPerSecond),
    ),
    gauge(
      "stream_processed_rows_per_second",
      "Rate at which the newest batch was processed.",
      each(({ lastProgress }) => lastProgress?.processedRowsPerSecond),
    ),
    gauge(
      "stream_batch_duration_seconds",
      "Duration of the newest batch.",
      each(({ lastProgress }) => seconds(lastProgress?.batchDuration)),
    ),
    gauge(
      "stream_last_progress_age_seconds",
      "Time since the newest report.",
      each(({ lastProgressAgeMs }) => seconds(lastProgressAgeMs)),
    ),
    counter(
      "pipeline_runs_total",
      "Runs of a pipeline that ended, by their result.",
      streams.flatMap(({ stream: { pipeline }, labels }) =>
        pipeline === undefined
          ? []
          : [
              { labels: { ...labels, state: "completed" }, value: pipeline.completedRuns },
              { labels: { ...labels, state: "failed" }, value: pipeline.failedRuns },
            ],
      ),
    ),
    gauge(
      "pipeline_last_run_duration_seconds",
      "Duration of the last run of a pipeline.",
      each(({ pipeline }) => seconds(pipeline?.lastRuns[0]?.durationMs)),
    ),
    gauge(
      "pipeline_flows",
      "Flows of the current or last run of a pipeline, by their state.",
      streams.flatMap(({ stream, labels }) => flowSamples(stream, labels)),
    ),
    gauge(
      "stream_source_lag",
      "Distance of a source from its newest data, if the source reports it.",
      streams.flatMap(({ stream, labels }) => lagSamples(stream, labels)),
    ),
  ];
}

function checkNames(prefix: string, labels: Labels): void {
  if (!/^(?:[a-zA-Z_:][a-zA-Z0-9_:]*)?$/.test(prefix)) {
    throw new ArgumentError(
      "prefix",
      `prefix may have letters, digits, "_" and ":", and no digit at its start, got ${JSON.stringify(prefix)}.`,
    );
  }
  for (const [name, value] of Object.entries(labels)) {
    if (OWN_LABELS.includes(name)) {
      throw new ArgumentError(
        "labels",
        `metricsText() sets the label ${name} itself. Choose another name.`,
      );
    }
    if (!/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
      throw new ArgumentError(
        "labels",
        `The name of a label may have letters, digits and "_", and neither a digit nor "__" at its start, got ${JSON.stringify(name)}.`,
      );
    }
    // Callers in JavaScript may pass any type.
    if (typeof (value as unknown) !== "string") {
      throw new ArgumentError("labels", `The value of the label ${name} must be a string.`);
    }
  }
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function flowSamples({ pipeline }: StreamStatus, labels: Labels): Sample[] {
  const counts = new Map<string, number>();
  for (const { state } of pipeline?.flows ?? []) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, value]) => ({
    labels: { ...labels, state: state.toLowerCase() },
    value,
  }));
}

function lagSamples({ lastProgress }: StreamStatus, labels: Labels): Sample[] {
  return (lastProgress?.sources ?? []).flatMap((source, index) =>
    lagsOf(source).map(({ unit, value }) => ({
      labels: { ...labels, source: String(index), unit },
      value,
    })),
  );
}

function familyText({ name, type, help, samples }: MetricFamily): string {
  if (samples.length === 0) return "";
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${sampleLines(name, samples)}`;
}

/** A line for each sample, which the formats of Prometheus and OpenMetrics share. */
export function sampleLines(name: string, samples: readonly Sample[]): string {
  return samples
    .map(({ labels, value }) => `${name}${labelText(labels)} ${number(value)}\n`)
    .join("");
}

function labelText(labels: Labels): string {
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
