// The JSON documents of the monitor's HTTP interface, version 1. The page and other clients read only these.
// Times are ISO 8601 in UTC. Counts are numbers, or text beyond ±(2^53 - 1).

/** The version in each document. A change that breaks a reader of the documents raises it. */
export const API_VERSION = 1;

/** A count: a number, or text if a number cannot hold all its digits. */
export type Count = number | string;

/** A stream's state. `paused` and `waiting` (for its schedule) are states of a supervisor's stream. */
export type MonitoredState =
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

/** The answer of `GET /api/streams`. */
export interface StreamsDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly generatedAt: string;
  readonly service: ServiceDocument;
  /** In the order of the supervisor. */
  readonly streams: readonly StreamSummary[];
}

/** What runs the streams. */
export interface ServiceDocument {
  /** `supervisor`, or `session` when the monitor watches the queries of a session. */
  readonly kind: "supervisor" | "session";
  /** The title that `serveMonitor()` was given. */
  readonly title: string;
  /** `standby`: another process holds the state, and this one waits to take over. */
  readonly role: "active" | "standby";
  /** The session answered the last call. */
  readonly connected: boolean;
  readonly healthy: boolean;
  readonly ready: boolean;
  readonly sessionId: string | null;
  readonly sparkVersion: string | null;
  /** When this process began to supervise. */
  readonly startedAt: string;
  /** The commands that this monitor accepts. Empty without `control: true`. */
  readonly commands: readonly CommandName[];
}

/** A stream in the list. */
export interface StreamSummary {
  readonly name: string;
  readonly state: MonitoredState;
  /** When the stream entered its state. */
  readonly since: string;
  /** What commands asked for. `running` without a command. */
  readonly desired: "running" | "paused" | "stopped";
  readonly queryId: string | null;
  readonly runId: string | null;
  readonly isStalled: boolean;
  readonly restarts: number;
  readonly rowsTotal: Count;
  /** The newest batch with a report. */
  readonly lastBatch: BatchSummary | null;
  readonly lag: LagDocument | null;
  /** When the stream starts again, in state `backingOff`, or by its schedule, in state `waiting`. */
  readonly nextStartAt: string | null;
  readonly schedule: string | null;
  readonly upgrade: UpgradeDocument | null;
  /** The runs of a pipeline. Null for a stream. */
  readonly pipeline: PipelineDocument | null;
  /** The error of the last failed run, until a command or a batch succeeds. */
  readonly lastError: ErrorDocument | null;
  /**
   * Processed rows per second over the last hour, one value for each two minutes, the oldest first. Null where nothing was
   * reported.
   */
  readonly sparkline: readonly (number | null)[];
}

/** The runs of a pipeline since the supervisor was created. */
export interface PipelineDocument {
  readonly completedRuns: number;
  readonly failedRuns: number;
  /** The runs that ended, the newest first, at most 20. */
  readonly lastRuns: readonly RunDocument[];
  /** The flows of the current run, or of the last one. */
  readonly flows: readonly FlowDocument[];
}

/** A run of a pipeline that ended. */
export interface RunDocument {
  /** `stopped`: it is repeated when the pipeline starts again. */
  readonly state: "completed" | "failed" | "stopped";
  /** When it started. */
  readonly at: string;
  readonly durationMs: number;
}

export interface FlowDocument {
  /** The full name, such as `spark_catalog.markets.prices`. */
  readonly flow: string;
  /** The dataset or sink that the flow writes. */
  readonly dataset: string | null;
  /** In Spark's words: `QUEUED`, `RUNNING`, `COMPLETED`, `FAILED`, `SKIPPED` … */
  readonly state: string;
  /** The rows that a streaming flow read, when its run is over. */
  readonly rows: Count | null;
  readonly error: string | null;
}

export interface BatchSummary {
  readonly id: Count;
  readonly at: string;
  readonly durationMs: number;
  readonly rows: Count;
  readonly inputRowsPerSecond: number;
  readonly processedRowsPerSecond: number;
}

/** How far a stream is behind its source. */
export interface LagDocument {
  readonly value: number;
  /** Such as `offsets`, `files` or `bytes`. */
  readonly unit: string;
}

/** An upgrade that is being watched, or the last one. */
export interface UpgradeDocument {
  readonly state: "watching" | "succeeded" | "rolledBack";
  readonly at: string;
  readonly error: ErrorDocument | null;
}

/** An error, without secrets. */
export interface ErrorDocument {
  readonly at: string;
  /** The class of the error, such as `StreamingQueryException`. */
  readonly name: string;
  /** Such as `TABLE_OR_VIEW_NOT_FOUND`. */
  readonly code: string | null;
  readonly message: string;
  /** What to do about it. */
  readonly advice: string | null;
  /** The address of the entry in the troubleshooting pages. */
  readonly help: string | null;
}

/** The answer of `GET /api/streams/NAME`. */
export interface StreamDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly generatedAt: string;
  readonly summary: StreamSummary;
  readonly sources: readonly SourceDocument[];
  readonly sink: {
    readonly description: string;
    readonly metrics: Readonly<Record<string, string>>;
  } | null;
  /** Such as `every 30 seconds`. Null if unknown. */
  readonly trigger: string | null;
  readonly stateOperators: readonly StateOperatorDocument[];
  /** The event-time watermark, ISO 8601. */
  readonly watermark: string | null;
  /** The declaration of a stream declared by data, without secrets. Null for a stream declared by code. */
  readonly declaration: Readonly<Record<string, unknown>> | null;
  /** The newest first, at most 20. */
  readonly errors: readonly ErrorDocument[];
  /** The newest first, at most 200. */
  readonly events: readonly EventDocument[];
}

export interface SourceDocument {
  readonly description: string;
  /** The offsets as JSON, without secrets. */
  readonly startOffset: unknown;
  readonly endOffset: unknown;
  readonly latestOffset: unknown;
  readonly rows: Count;
  readonly inputRowsPerSecond: number;
  readonly processedRowsPerSecond: number;
  readonly lag: LagDocument | null;
  readonly metrics: Readonly<Record<string, string>>;
}

export interface StateOperatorDocument {
  readonly operatorName: string;
  readonly rows: Count;
  readonly updatedRows: Count;
  readonly memoryBytes: Count;
  readonly droppedByWatermark: Count;
}

/** An entry of the log. */
export interface EventDocument {
  /** Increases by one with each event of the process. */
  readonly id: number;
  readonly at: string;
  /** Null for events of the session. */
  readonly stream: string | null;
  /** The supervisor's name of the event, such as `started`, `restarting`, `stalled`, `adopted`, `commanded`. */
  readonly event: string;
  readonly level: "info" | "warn" | "error";
  /** One sentence. */
  readonly text: string;
  readonly error: ErrorDocument | null;
  /** Who gave the command, for `commanded`. */
  readonly by: string | null;
}

/**
 * The answer of `GET /api/streams/NAME/history?from=ISO&to=ISO&points=N`: the values of a stream over time, in columns. Each
 * column has as many values as `at`; null where a value is unknown or nothing was reported.
 */
export interface HistoryDocument {
  readonly apiVersion: typeof API_VERSION;
  /** Milliseconds that a point stands for. 0: each point is one batch. */
  readonly stepMs: number;
  /** Milliseconds since 1970, ascending. */
  readonly at: readonly number[];
  readonly inputRowsPerSecond: readonly (number | null)[];
  readonly processedRowsPerSecond: readonly (number | null)[];
  /** Milliseconds of each phase, such as `addBatch` and `walCommit`. Their sum is about the batch's duration. */
  readonly phasesMs: Readonly<Record<string, readonly (number | null)[]>>;
  readonly batchDurationMs: readonly (number | null)[];
  readonly lag: readonly (number | null)[];
  readonly lagUnit: string | null;
  readonly stateRows: readonly (number | null)[];
  readonly stateMemoryBytes: readonly (number | null)[];
  /** Milliseconds from the watermark to the newest event time of the batch. */
  readonly watermarkDelayMs: readonly (number | null)[];
}

/** The answer of `GET /api/streams/NAME/plan`. Asks the server. */
export interface PlanDocument {
  readonly apiVersion: typeof API_VERSION;
  /** Spark's text of the plan, without secrets. Null if the query does not run or has no batch yet. */
  readonly plan: string | null;
}

/**
 * The messages of `GET /api/live?stream=NAME`, server-sent events. Each has an id; a client that reconnects sends the last one as
 * `Last-Event-ID` and gets what it missed, or `reset` if that is too old.
 */
export interface LiveMessages {
  /** First message of a connection, or after a gap: read `/api/streams` and the history again. */
  readonly reset: Readonly<Record<string, never>>;
  /** Changed streams, in full. */
  readonly streams: {
    readonly streams: readonly StreamSummary[];
    readonly removed: readonly string[];
  };
  readonly service: ServiceDocument;
  readonly log: EventDocument;
  /** A point of the stream of the query parameter `stream`: one batch, the columns of the history as single values. */
  readonly point: PointDocument;
}

export interface PointDocument {
  readonly stream: string;
  readonly at: number;
  readonly inputRowsPerSecond: number | null;
  readonly processedRowsPerSecond: number | null;
  readonly phasesMs: Readonly<Record<string, number>>;
  readonly batchDurationMs: number | null;
  readonly lag: number | null;
  readonly stateRows: number | null;
  readonly stateMemoryBytes: number | null;
  readonly watermarkDelayMs: number | null;
}

/** The commands of `POST /api/streams/NAME/COMMAND`. `run` starts a scheduled stream now. */
export type CommandName = "pause" | "resume" | "restart" | "stop" | "run" | "remove";

/** The answer of a command. */
export interface CommandDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly stream: StreamSummary | null;
}

/** The answer of a request that failed. */
export interface FailureDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly error: { readonly code: string; readonly message: string };
}
