import { ProtocolError } from "../errors.js";
import { parseLosslessJson } from "./lossless-json.js";

/** What one source read in a batch. */
export interface SourceProgress {
  readonly description: string;
  /** The position before the batch: the source's own JSON, parsed; integers past 2^53 are bigint. */
  readonly startOffset: unknown;
  readonly endOffset: unknown;
  readonly latestOffset: unknown;
  readonly numInputRows: number;
  readonly inputRowsPerSecond: number;
  readonly processedRowsPerSecond: number;
  readonly metrics: Readonly<Record<string, string>>;
}

/** What the sink took in a batch. */
export interface SinkProgress {
  readonly description: string;
  /** -1 where the sink does not count. */
  readonly numOutputRows: number;
  readonly metrics: Readonly<Record<string, string>>;
}

/** What a stateful operator holds and did in a batch. */
export interface StateOperatorProgress {
  readonly operatorName: string;
  readonly numRowsTotal: number;
  readonly numRowsUpdated: number;
  readonly numRowsRemoved: number;
  readonly allUpdatesTimeMs: number;
  readonly allRemovalsTimeMs: number;
  readonly commitTimeMs: number;
  readonly memoryUsedBytes: number;
  readonly numRowsDroppedByWatermark: number;
  readonly numShufflePartitions: number;
  readonly numStateStoreInstances: number;
  readonly customMetrics: Readonly<Record<string, number>>;
}

/** One batch's, or one idle trigger's, report. */
export interface StreamingQueryProgress {
  /** The same over restarts from one checkpoint. */
  readonly id: string;
  /** New at each start. */
  readonly runId: string;
  readonly name: string | undefined;
  /** Start of the trigger, ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly batchId: number;
  /** Milliseconds. */
  readonly batchDuration: number;
  /** Milliseconds of each phase, as `addBatch`. */
  readonly durationMs: Readonly<Record<string, number>>;
  /** `avg`, `max`, `min`, `watermark`: ISO 8601. */
  readonly eventTime: Readonly<Record<string, string>>;
  readonly numInputRows: number;
  readonly inputRowsPerSecond: number;
  readonly processedRowsPerSecond: number;
  readonly sources: readonly SourceProgress[];
  readonly sink: SinkProgress;
  readonly stateOperators: readonly StateOperatorProgress[];
  /** Rows of observed metrics by their name. */
  readonly observedMetrics: Readonly<Record<string, unknown>>;
  /** The report as Spark wrote it. */
  readonly json: string;
}

/** Reads typed fields out of parsed JSON; a field Spark left out has the neutral value. */
class Fields {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#values =
      typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  }

  raw(name: string): unknown {
    return this.#values[name];
  }
  text(name: string): string {
    const value = this.#values[name];
    return typeof value === "string" ? value : "";
  }
  /** Rates that are NaN or infinite come as text or are left out. */
  number(name: string): number {
    const value = this.#values[name];
    if (typeof value === "bigint") {
      throw new ProtocolError(
        "UNSAFE_COUNT",
        `Progress field ${name} is ${value}, more than a number holds exactly; read progress.json.`,
      );
    }
    if (typeof value === "string") return Number(value);
    return typeof value === "number" ? value : 0;
  }
  record<T>(name: string): Readonly<Record<string, T>> {
    const value = this.#values[name];
    return typeof value === "object" && value !== null ? (value as Record<string, T>) : {};
  }
  list(name: string): Fields[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map((item) => new Fields(item)) : [];
  }
}

/** Reads Spark's progress JSON. */
export function parseProgress(json: string): StreamingQueryProgress {
  const fields = new Fields(parseLosslessJson(json));
  const sink = new Fields(fields.raw("sink"));
  const name = fields.text("name");
  return {
    id: fields.text("id"),
    runId: fields.text("runId"),
    name: name === "" ? undefined : name,
    timestamp: fields.text("timestamp"),
    batchId: fields.number("batchId"),
    batchDuration: fields.number("batchDuration"),
    durationMs: fields.record("durationMs"),
    eventTime: fields.record("eventTime"),
    numInputRows: fields.number("numInputRows"),
    inputRowsPerSecond: fields.number("inputRowsPerSecond"),
    processedRowsPerSecond: fields.number("processedRowsPerSecond"),
    sources: fields.list("sources").map(sourceProgress),
    sink: {
      description: sink.text("description"),
      numOutputRows: sink.number("numOutputRows"),
      metrics: sink.record("metrics"),
    },
    stateOperators: fields.list("stateOperators").map(stateOperatorProgress),
    observedMetrics: fields.record("observedMetrics"),
    json,
  };
}

/** Spark puts an offset into its report as the source's own text, which most sources write in JSON. */
function parsedOffset(offset: unknown): unknown {
  if (typeof offset !== "string") return offset;
  try {
    return parseLosslessJson(offset);
  } catch {
    return offset;
  }
}

function sourceProgress(fields: Fields): SourceProgress {
  return {
    description: fields.text("description"),
    startOffset: parsedOffset(fields.raw("startOffset")),
    endOffset: parsedOffset(fields.raw("endOffset")),
    latestOffset: parsedOffset(fields.raw("latestOffset")),
    numInputRows: fields.number("numInputRows"),
    inputRowsPerSecond: fields.number("inputRowsPerSecond"),
    processedRowsPerSecond: fields.number("processedRowsPerSecond"),
    metrics: fields.record("metrics"),
  };
}

function stateOperatorProgress(fields: Fields): StateOperatorProgress {
  return {
    operatorName: fields.text("operatorName"),
    numRowsTotal: fields.number("numRowsTotal"),
    numRowsUpdated: fields.number("numRowsUpdated"),
    numRowsRemoved: fields.number("numRowsRemoved"),
    allUpdatesTimeMs: fields.number("allUpdatesTimeMs"),
    allRemovalsTimeMs: fields.number("allRemovalsTimeMs"),
    commitTimeMs: fields.number("commitTimeMs"),
    memoryUsedBytes: fields.number("memoryUsedBytes"),
    numRowsDroppedByWatermark: fields.number("numRowsDroppedByWatermark"),
    numShufflePartitions: fields.number("numShufflePartitions"),
    numStateStoreInstances: fields.number("numStateStoreInstances"),
    customMetrics: fields.record("customMetrics"),
  };
}
