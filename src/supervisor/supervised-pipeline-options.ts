import type { SparkSession } from "../session/spark-session.js";
import type { Schedule } from "./dynamic-stream.js";
import type { RestartPolicy } from "./restart-policy.js";

/** What a supervisor shows of a flow. */
export interface FlowStatus {
  /** The flow's full name: `spark_catalog.markets.prices`. */
  readonly flow: string;
  /** The dataset or sink that it writes. */
  readonly dataset?: string | undefined;
  /** Its newest state, in Spark's words: `RUNNING`, `COMPLETED`, `FAILED` … */
  readonly state: string;
  /** The rows that a streaming flow read, when its run is over. */
  readonly rows?: bigint | undefined;
  readonly error?:
    { readonly message: string; readonly errorClass?: string | undefined } | undefined;
}

/** A step of a run. */
export interface FlowEvent {
  readonly flow?: string | undefined;
  readonly dataset?: string | undefined;
  readonly state?: string | undefined;
  readonly error?: FlowStatus["error"];
}

/** A run of a pipeline, which ends by itself. */
export interface SupervisedRun extends AsyncIterable<FlowEvent> {
  /** The id of the run's graph on the server. */
  readonly graphId: string;
  /** Resolves when the run ended well, and rejects when it failed or was stopped. */
  result(): Promise<{ readonly flows: readonly FlowStatus[] }>;
  /** Stops the run on the server, and waits until it ended. */
  stop(): Promise<void>;
}

/** How to start and end the runs of a pipeline. */
export interface PipelineRuns {
  /** Starts a run in the current session. The signal ends it. */
  readonly startRun: (spark: SparkSession, signal: AbortSignal) => Promise<SupervisedRun>;
  /** Ends a run with this tag that a former process, or a lost connection, left in the session. */
  readonly stopFormerRun: (spark: SparkSession, tag: string) => Promise<void>;
}

/** Declares a pipeline that a supervisor runs. Made by `pipelineRun()` of `sparktide/pipelines`. */
export interface SupervisedPipelineOptions extends PipelineRuns {
  readonly kind: "pipeline";
  /** Unique among the supervisor's streams. */
  readonly name: string;
  /** When the pipeline runs. Default: once, when the supervisor starts. */
  readonly schedule?: Schedule | undefined;
  readonly restart?: RestartPolicy | undefined;
  /**
   * Classifies a failure instead of the supervisor: true is fatal, false is retryable. Undefined: the
   * supervisor decides.
   */
  readonly isFatal?: ((error: unknown) => boolean | undefined) | undefined;
}

/** The runs of a pipeline. */
export interface PipelineStatus {
  /** The flows of the current run, or of the last one. */
  readonly flows: readonly FlowStatus[];
  /** Runs that completed, since the supervisor was created. */
  readonly completedRuns: number;
  /** Runs that failed, since the supervisor was created. */
  readonly failedRuns: number;
  /** The runs that ended, the newest first, at most 20. The state keeps the newest one for the next process. */
  readonly lastRuns: readonly PipelineRunStatus[];
}

/** A run that ended. */
export interface PipelineRunStatus {
  /** `stopped`: a command or the end of the supervisor stopped it. It is repeated when the pipeline starts again. */
  readonly state: "completed" | "failed" | "stopped";
  /** In milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly durationMs: number;
}
