import type { StreamingQueryProgress } from "../streaming/progress.js";

/** Where a stream stands. The last four are final; `stopping` leads to `stopped`. */
export type StreamState =
  | "starting"
  | "running"
  | "backingOff"
  | "stopping"
  | "stopped"
  | "completed"
  | "superseded"
  | "fatal";

/** One stream at this moment. */
export interface StreamStatus {
  readonly name: string;
  readonly state: StreamState;
  /** The present run's, or the last one's. */
  readonly queryId: string | undefined;
  readonly runId: string | undefined;
  /** Starts after a failure or a lost session, since the supervisor was made. */
  readonly restarts: number;
  readonly isStalled: boolean;
  readonly lastProgress: StreamingQueryProgress | undefined;
  /** Milliseconds since that report came. */
  readonly lastProgressAgeMs: number | undefined;
  /** Input rows this supervisor has seen reported. */
  readonly rowsTotal: bigint;
  /** What ended the last run that failed. */
  readonly lastError: unknown;
  /** Milliseconds until the next start, in state `backingOff`. */
  readonly nextAttemptInMs: number | undefined;
}

/** A supervisor's health, for probes. */
export interface SupervisorHealth {
  /** False when something needs a person: a stream is fatal, superseded or stalled. */
  readonly healthy: boolean;
  /** True when the session answers and each stream runs or has completed. */
  readonly ready: boolean;
  /** Whether there is a session that answered when it was last asked. */
  readonly connected: boolean;
  readonly streams: readonly Pick<StreamStatus, "name" | "state" | "isStalled">[];
}
