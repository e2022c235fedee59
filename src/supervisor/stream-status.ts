import type { StreamingQueryProgress } from "../streaming/progress.js";
import type { DynamicStream } from "./dynamic-stream.js";
import type { PipelineStatus } from "./supervised-pipeline-options.js";

/**
 * The state of a stream. The last four are final until a command starts the stream again. `paused` follows a command,
 * `waiting` means that the next run of the schedule is not due yet.
 */
export type StreamState =
  | "starting"
  | "running"
  | "backingOff"
  | "stopping"
  | "paused"
  | "waiting"
  | "stopped"
  | "completed"
  | "superseded"
  | "fatal";

/**
 * The current status of a stream. JSON.stringify() writes counts as numbers, or as text beyond ±(2^53 - 1), and the error with
 * its name, code, message and cause.
 */
export interface StreamStatus {
  readonly name: string;
  readonly state: StreamState;
  /** When the stream entered its state, in milliseconds since 1970. */
  readonly stateSinceMs: number;
  /** What commands asked for last. `running` without a command. */
  readonly desired: DesiredState;
  /** The declaration of a stream declared by data. Undefined for a stream declared by code. */
  readonly declaration: DynamicStream | undefined;
  /** The schedule as text, such as `every 15 minutes`. Undefined without a schedule. */
  readonly schedule: string | undefined;
  /** When the schedule starts the next run, in milliseconds since 1970. */
  readonly nextRunAtMs: number | undefined;
  /** The upgrade that is being watched, or the last one of this process. */
  readonly upgrade: UpgradeStatus | undefined;
  /** The id of the current query, or of the last one. */
  readonly queryId: string | undefined;
  readonly runId: string | undefined;
  /** Number of starts after a failure or a lost session, since the supervisor was created. */
  readonly restarts: number;
  readonly isStalled: boolean;
  readonly lastProgress: StreamingQueryProgress | undefined;
  /** Milliseconds since the last report arrived. */
  readonly lastProgressAgeMs: number | undefined;
  /** Input rows in the reports that this supervisor received. */
  readonly rowsTotal: bigint;
  /** The error of the last failed run. */
  readonly lastError: unknown;
  /** The runs of a pipeline. Undefined for a stream. */
  readonly pipeline: PipelineStatus | undefined;
  /** Milliseconds until the next start, in state `backingOff`. */
  readonly nextAttemptInMs: number | undefined;
}

/** What a stream is supposed to do. A supervisor keeps it in its state file. */
export type DesiredState = "running" | "paused" | "stopped";

/** The state of an upgrade. */
export interface UpgradeStatus {
  /** `watching`: the new declaration runs, and its watch is not over yet. `rolledBack`: the former one runs again. */
  readonly state: "watching" | "succeeded" | "rolledBack";
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly error: unknown;
}

/** A supervisor's health, for probes. */
export interface SupervisorHealth {
  /** False if a person must act: a stream is fatal, superseded or stalled. */
  readonly healthy: boolean;
  /** True if the session answers and each stream runs or has completed. */
  readonly ready: boolean;
  /** True if there is a session and it answered the last call. */
  readonly connected: boolean;
  readonly streams: readonly Pick<StreamStatus, "name" | "state" | "isStalled">[];
}
