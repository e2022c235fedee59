import type { StreamingQueryProgress } from "../streaming/progress.js";

/** The state of a stream. The last four are final; `stopped` follows `stopping`. */
export type StreamState =
  | "starting"
  | "running"
  | "backingOff"
  | "stopping"
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
  /** Milliseconds until the next start, in state `backingOff`. */
  readonly nextAttemptInMs: number | undefined;
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
