import { SparkError } from "../../errors.js";
import type { DynamicStream } from "../dynamic-stream.js";
import type { DesiredState } from "../stream-status.js";
import type { PipelineRunStatus } from "../supervised-pipeline-options.js";

/** The first field of a state. It distinguishes our JSON from another program's. */
const FORMAT = "sparktide-supervisor";
const FORMAT_VERSION = 2;
/** Version 1 had the session and the runs only. */
const READ_VERSIONS: readonly unknown[] = [1, FORMAT_VERSION];

/** The ids with which a later process finds a running query. */
export interface SavedRun {
  readonly queryId: string;
  readonly runId: string;
  /** The query calls a function in the supervising process, so a later process must bind its own. */
  readonly hasForeachBatch: boolean;
  /** The tag of a run's operations. Only a pipeline's run has one: it is not a query, and the ids are empty. */
  readonly tag?: string;
}

/** What commands and schedules left for the next process. */
export interface SavedStream {
  /** Undefined: `running`. */
  readonly desired?: Exclude<DesiredState, "running">;
  /** When the newest run of the schedule was due, in milliseconds since 1970. */
  readonly lastDueMs?: number;
  /** The last run of a pipeline. */
  readonly lastRun?: PipelineRunStatus;
  /** The watch of an upgrade began and did not end. */
  readonly upgrading?: true;
  /** The declaration of a stream declared by data. */
  readonly declaration?: DynamicStream;
}

/** The state of a supervisor. */
export interface SavedState {
  readonly sessionId: string | undefined;
  readonly runs: ReadonlyMap<string, SavedRun>;
  readonly streams: ReadonlyMap<string, SavedStream>;
}

export const EMPTY_STATE: SavedState = {
  sessionId: undefined,
  runs: new Map(),
  streams: new Map(),
};

/** The text of a state. Undefined if nothing needs to be kept. */
export function serializeState({ sessionId, runs, streams }: SavedState): string | undefined {
  if (sessionId === undefined && runs.size === 0 && streams.size === 0) return undefined;
  const state = {
    format: FORMAT,
    version: FORMAT_VERSION,
    sessionId: sessionId ?? null,
    streams: Object.fromEntries(runs),
    kept: Object.fromEntries(streams),
  };
  return `${JSON.stringify(state, undefined, 2)}\n`;
}

/**
 * Reads the text of a state.
 *
 * @throws {SparkError} code STATE_FILE_CORRUPT or STATE_FILE_FOREIGN
 */
export function parseState(text: string | undefined, location: string): SavedState {
  if (text === undefined) return EMPTY_STATE;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(location, error);
  }
  const fields = record(value);
  if (fields?.["format"] !== FORMAT) {
    throw new SparkError(
      "STATE_FILE_FOREIGN",
      `${location} is not a supervisor's state file, so it was not changed. Set "state" to another path.`,
    );
  }
  if (!READ_VERSIONS.includes(fields["version"])) {
    throw new SparkError(
      "STATE_FILE_FOREIGN",
      `The state file ${location} has format version ${String(fields["version"])}; this sparktide reads versions 1 to ${FORMAT_VERSION}. Use the sparktide that wrote it, or stop its queries and remove the file.`,
    );
  }
  const sessionId = fields["sessionId"];
  const runs = entries(fields["streams"], savedRun);
  const streams = entries(fields["kept"] ?? {}, savedStream);
  const isValid = (typeof sessionId === "string" || sessionId === null) && runs && streams;
  if (!isValid) throw corrupt(location);
  return { sessionId: sessionId ?? undefined, runs, streams };
}

function entries<T>(
  value: unknown,
  parse: (fields: Record<string, unknown>) => T | undefined,
): ReadonlyMap<string, T> | undefined {
  const fields = record(value);
  if (fields === undefined) return undefined;
  const parsed = new Map<string, T>();
  for (const [name, field] of Object.entries(fields)) {
    const entry = parse(record(field) ?? {});
    if (entry === undefined) return undefined;
    parsed.set(name, entry);
  }
  return parsed;
}

function savedRun({
  queryId,
  runId,
  hasForeachBatch,
  tag,
}: Record<string, unknown>): SavedRun | undefined {
  if (typeof queryId !== "string" || typeof runId !== "string") return undefined;
  if (typeof hasForeachBatch !== "boolean") return undefined;
  if (tag !== undefined && typeof tag !== "string") return undefined;
  return { queryId, runId, hasForeachBatch, ...(tag !== undefined && { tag }) };
}

function savedStream(fields: Record<string, unknown>): SavedStream | undefined {
  const { desired, lastDueMs, lastRun, upgrading, declaration } = fields;
  const isValid =
    (desired === undefined || desired === "paused" || desired === "stopped") &&
    (lastDueMs === undefined || typeof lastDueMs === "number") &&
    (lastRun === undefined || isRunStatus(record(lastRun))) &&
    (upgrading === undefined || upgrading === true) &&
    (declaration === undefined || record(declaration) !== undefined);
  // The supervisor checks the declaration itself when it starts the stream.
  return isValid ? fields : undefined;
}

function isRunStatus(fields: Record<string, unknown> | undefined): boolean {
  return (
    typeof fields?.["state"] === "string" &&
    typeof fields["startedAtMs"] === "number" &&
    typeof fields["durationMs"] === "number"
  );
}

function record(value: unknown): Record<string, unknown> | undefined {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}

function corrupt(location: string, cause?: unknown): SparkError {
  return new SparkError(
    "STATE_FILE_CORRUPT",
    `The state file ${location} is damaged: its content does not come from a supervisor. Remove it and start again: each stream then starts from its checkpoint. If one of its queries still runs, Spark stops it when its stream starts from the same checkpoint on the same server.`,
    { cause },
  );
}
