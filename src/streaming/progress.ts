import { withDeepToJson } from "./json-safe.js";
import { parseLosslessJson } from "./lossless-json.js";
import { ProgressFields } from "./progress-fields.js";

/** What a source read in a batch. */
export interface SourceProgress {
  readonly description: string;
  /**
   * The offset before the batch: the source's JSON, parsed, with bigint for integers above 2^53. Null if
   * there is no offset, text if it is not JSON.
   */
  readonly startOffset: unknown;
  readonly endOffset: unknown;
  readonly latestOffset: unknown;
  readonly numInputRows: bigint;
  readonly inputRowsPerSecond: number;
  readonly processedRowsPerSecond: number;
  readonly metrics: Readonly<Record<string, string>>;
}

/** What the sink wrote in a batch. */
export interface SinkProgress {
  readonly description: string;
  /** -1 if the sink does not count rows. */
  readonly numOutputRows: bigint;
  readonly metrics: Readonly<Record<string, string>>;
}

/** The size of a stateful operator's state, and its work in a batch. */
export interface StateOperatorProgress {
  readonly operatorName: string;
  readonly numRowsTotal: bigint;
  readonly numRowsUpdated: bigint;
  readonly numRowsRemoved: bigint;
  readonly allUpdatesTimeMs: number;
  readonly allRemovalsTimeMs: number;
  readonly commitTimeMs: number;
  readonly memoryUsedBytes: bigint;
  readonly numRowsDroppedByWatermark: bigint;
  readonly numShufflePartitions: number;
  readonly numStateStoreInstances: number;
  /** Metrics of the state store: counts, bytes and milliseconds. */
  readonly customMetrics: Readonly<Record<string, bigint>>;
}

/**
 * The report of one batch. recentProgress() also returns idle reports, of triggers without data. Counts are
 * always bigint, rates and durations always numbers.
 *
 * JSON.stringify() of a report, or of a part of it, writes counts as numbers, or as text beyond ±(2^53 - 1), and NaN as text.
 */
export interface StreamingQueryProgress {
  /** The query's id, which stays the same across restarts from one checkpoint. */
  readonly id: string;
  /** The run's id, which is new at each start. */
  readonly runId: string;
  readonly name: string | undefined;
  /** When the trigger started, ISO 8601 in UTC. */
  readonly timestamp: string;
  /** The batch's id. An idle report has the id of the next batch. */
  readonly batchId: bigint;
  /** Milliseconds. */
  readonly batchDuration: number;
  /** Milliseconds by phase, such as `addBatch`. */
  readonly durationMs: Readonly<Record<string, number>>;
  /** `avg`, `max`, `min`, `watermark`: ISO 8601. */
  readonly eventTime: Readonly<Record<string, string>>;
  /** The sum over all sources, like the two rates. Spark rounds the rates for listeners to a tenth. */
  readonly numInputRows: bigint;
  readonly inputRowsPerSecond: number;
  readonly processedRowsPerSecond: number;
  readonly sources: readonly SourceProgress[];
  readonly sink: SinkProgress;
  readonly stateOperators: readonly StateOperatorProgress[];
  /**
   * Observed metrics by the observation's name. Integers are bigint. Fractions are numbers, or text if a
   * number cannot hold all digits. Spark writes dates and timestamps as text for listeners, but as
   * milliseconds for lastProgress() and recentProgress(). Cast them in the metric to get one form.
   */
  readonly observedMetrics: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The report as Spark's JSON. */
  readonly json: string;
}

/** A range of batches with missed reports, both ends included. */
export interface MissedBatches {
  readonly from: bigint;
  readonly to: bigint;
}

/** Parses Spark's progress JSON, from an event or from a request. */
export function parseProgress(json: string): StreamingQueryProgress {
  const fields = new ProgressFields(parseLosslessJson(json));
  const sink = new ProgressFields(fields.raw("sink"));
  const sources = fields.list("sources").map(sourceProgress);
  /** Only events contain the sums. */
  const sum = (name: "inputRowsPerSecond" | "processedRowsPerSecond"): number =>
    fields.has(name)
      ? fields.number(name)
      : sources.reduce((total, source) => total + source[name], 0);
  return withDeepToJson({
    id: fields.text("id"),
    runId: fields.text("runId"),
    name: fields.optionalText("name"),
    timestamp: fields.text("timestamp"),
    batchId: fields.count("batchId"),
    batchDuration: fields.number("batchDuration"),
    durationMs: fields.numbers("durationMs"),
    eventTime: fields.texts("eventTime"),
    numInputRows: fields.has("numInputRows")
      ? fields.count("numInputRows")
      : sources.reduce((total, source) => total + source.numInputRows, 0n),
    inputRowsPerSecond: sum("inputRowsPerSecond"),
    processedRowsPerSecond: sum("processedRowsPerSecond"),
    sources,
    sink: {
      description: sink.text("description"),
      numOutputRows: sink.count("numOutputRows", -1n),
      metrics: sink.texts("metrics"),
    },
    stateOperators: fields.list("stateOperators").map(stateOperatorProgress),
    observedMetrics: fields.rows("observedMetrics"),
    json,
  });
}

/** Whether a report is about a trigger without data, not about a batch. */
export function isIdleReport({ durationMs }: StreamingQueryProgress): boolean {
  return "triggerExecution" in durationMs && !("addBatch" in durationMs);
}

function sourceProgress(fields: ProgressFields): SourceProgress {
  return {
    description: fields.text("description"),
    startOffset: fields.offset("startOffset"),
    endOffset: fields.offset("endOffset"),
    latestOffset: fields.offset("latestOffset"),
    numInputRows: fields.count("numInputRows"),
    inputRowsPerSecond: fields.number("inputRowsPerSecond"),
    processedRowsPerSecond: fields.number("processedRowsPerSecond"),
    metrics: fields.texts("metrics"),
  };
}

function stateOperatorProgress(fields: ProgressFields): StateOperatorProgress {
  return {
    operatorName: fields.text("operatorName"),
    numRowsTotal: fields.count("numRowsTotal"),
    numRowsUpdated: fields.count("numRowsUpdated"),
    numRowsRemoved: fields.count("numRowsRemoved"),
    allUpdatesTimeMs: fields.number("allUpdatesTimeMs"),
    allRemovalsTimeMs: fields.number("allRemovalsTimeMs"),
    commitTimeMs: fields.number("commitTimeMs"),
    memoryUsedBytes: fields.count("memoryUsedBytes"),
    numRowsDroppedByWatermark: fields.count("numRowsDroppedByWatermark"),
    numShufflePartitions: fields.number("numShufflePartitions"),
    numStateStoreInstances: fields.number("numStateStoreInstances"),
    customMetrics: fields.counts("customMetrics"),
  };
}
