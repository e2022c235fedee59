import { parseLosslessJson } from "./lossless-json.js";
import { ProgressFields } from "./progress-fields.js";

/** What one source read in a batch. */
export interface SourceProgress {
  readonly description: string;
  /**
   * The position before the batch: the source's own JSON, parsed; integers past 2^53 are bigint. Null
   * where there is none, text where it is not JSON.
   */
  readonly startOffset: unknown;
  readonly endOffset: unknown;
  readonly latestOffset: unknown;
  readonly numInputRows: bigint;
  readonly inputRowsPerSecond: number;
  readonly processedRowsPerSecond: number;
  readonly metrics: Readonly<Record<string, string>>;
}

/** What the sink took in a batch. */
export interface SinkProgress {
  readonly description: string;
  /** -1 where the sink does not count. */
  readonly numOutputRows: bigint;
  readonly metrics: Readonly<Record<string, string>>;
}

/** What a stateful operator holds and did in a batch. */
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
  /** The state store's own counts, sizes and milliseconds. */
  readonly customMetrics: Readonly<Record<string, bigint>>;
}

/**
 * One batch's report; among `recentProgress()`, an idle stretch's too. Counts are always bigint, rates
 * and durations always numbers.
 */
export interface StreamingQueryProgress {
  /** The same over restarts from one checkpoint. */
  readonly id: string;
  /** New at each start. */
  readonly runId: string;
  readonly name: string | undefined;
  /** Start of the trigger, ISO 8601 in UTC. */
  readonly timestamp: string;
  /** Of an idle stretch: the batch that will come next. */
  readonly batchId: bigint;
  /** Milliseconds. */
  readonly batchDuration: number;
  /** Milliseconds of each phase, as `addBatch`. */
  readonly durationMs: Readonly<Record<string, number>>;
  /** `avg`, `max`, `min`, `watermark`: ISO 8601. */
  readonly eventTime: Readonly<Record<string, string>>;
  /** Over all sources, as the two rates. Listeners get rates rounded to a tenth: Spark does it. */
  readonly numInputRows: bigint;
  readonly inputRowsPerSecond: number;
  readonly processedRowsPerSecond: number;
  readonly sources: readonly SourceProgress[];
  readonly sink: SinkProgress;
  readonly stateOperators: readonly StateOperatorProgress[];
  /**
   * Rows of observed metrics by the observation's name: integers are bigint, fractions are numbers,
   * or text where a number would not hold each digit. Spark writes dates and timestamps as text for
   * listeners and as milliseconds for who asks; cast them in the metric for one form.
   */
  readonly observedMetrics: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The report as Spark wrote it. */
  readonly json: string;
}

/** Batches whose reports were missed, both ends included. */
export interface MissedBatches {
  readonly from: bigint;
  readonly to: bigint;
}

/** Reads Spark's progress JSON, as a listener gets it or as it is asked for. */
export function parseProgress(json: string): StreamingQueryProgress {
  const fields = new ProgressFields(parseLosslessJson(json));
  const sink = new ProgressFields(fields.raw("sink"));
  const sources = fields.list("sources").map(sourceProgress);
  /** Only listeners are sent the sums. */
  const sum = (name: "inputRowsPerSecond" | "processedRowsPerSecond"): number =>
    fields.has(name)
      ? fields.number(name)
      : sources.reduce((total, source) => total + source[name], 0);
  return {
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
  };
}

/** Whether a report tells of a trigger that found nothing to do, and not of a batch. */
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
