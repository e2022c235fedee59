import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { kindOf } from "../value-kind.js";
import type { Logger } from "../connection/logger.js";
import type { SparkSession } from "../session/spark-session.js";
import type { StreamStartOptions } from "../streaming/data-stream-writer.js";
import type { StreamingQuery } from "../streaming/streaming-query.js";
import { LONGEST_MS, milliseconds } from "./duration.js";
import type { DynamicStream, Schedule } from "./dynamic-stream.js";
import { isDynamicStream, streamOf } from "./dynamic-stream-start.js";
import {
  resolveRestartPolicy,
  type ResolvedRestartPolicy,
  type RestartPolicy,
} from "./restart-policy.js";
import type { StateStore } from "./store/state-store.js";
import type { PipelineRuns, SupervisedPipelineOptions } from "./supervised-pipeline-options.js";
import { dueTimesOf, type DueTimes } from "./stream-schedule.js";

/** Declares a stream that a supervisor keeps running. */
export interface SupervisedStreamOptions {
  /** Unique among the supervisor's streams; also the label in metrics and the key in the state file. */
  readonly name: string;
  /**
   * Starts the stream's query, always from the same checkpoint. The supervisor calls it again for each
   * restart, with the current session. Pass `options` on to `start()` of a writer with `foreachBatch()`: they name
   * a running query of a former process, which the callback then serves. Without them the query starts anew from its
   * checkpoint.
   */
  readonly start: (spark: SparkSession, options: StreamStartOptions) => Promise<StreamingQuery>;
  readonly restart?: RestartPolicy | undefined;
  /**
   * Classifies a failure instead of the supervisor: true is fatal, false is retryable. Undefined: the
   * supervisor decides.
   */
  readonly isFatal?: ((error: unknown) => boolean | undefined) | undefined;
  /**
   * True for a query that ends by itself, for example with the trigger availableNow: an end without an
   * error is then `completed`. Default: false, such an end is `superseded`.
   */
  readonly ends?: boolean | undefined;
  /**
   * When the stream runs, for a query with the trigger availableNow. A run that is due while another one runs, or while no
   * supervisor runs, is missed; the stream then runs once for all missed runs. Implies `ends: true`.
   */
  readonly schedule?: Schedule | undefined;
  /**
   * True: a query that a former process left running continues unchanged. False: the supervisor starts
   * it anew from its checkpoint, which stops the former run. Default: true.
   */
  readonly adopt?: boolean | undefined;
  /** The trigger's interval in milliseconds, to detect stalls. */
  readonly triggerIntervalMs?: number | undefined;
  /**
   * The number of trigger intervals without a report or idle event that count as a stall. At least 20
   * seconds, because Spark reports an idle query every 10 seconds. Default: 3. Needs `triggerIntervalMs`.
   */
  readonly stallAfterTriggers?: number | undefined;
  /** The same in milliseconds, without a minimum. Without this and `triggerIntervalMs` nothing is a stall. */
  readonly stallAfterMs?: number | undefined;
}

/** The options of a StreamSupervisor. */
export interface StreamSupervisorOptions {
  /**
   * Creates a session with the data sources that the streams need. The supervisor calls it again when
   * the session is lost, and closes each session.
   */
  readonly connect: () => Promise<SparkSession>;
  /**
   * Streams declared by code or by data, and pipelines. Without this, or if it is empty, the streams come from `add()`, and run() ends only
   * after `stop()`.
   */
  readonly streams?:
    readonly (SupervisedStreamOptions | SupervisedPipelineOptions | DynamicStream)[] | undefined;
  /**
   * A file, or another store, with which the next process finds the queries that still run if this process is killed, and
   * what commands asked for.
   */
  readonly state?: string | StateStore | undefined;
  /** Waits while another process holds the state, and takes over when that ends. Default: false, run() fails. */
  readonly standby?: boolean | undefined;
  /**
   * After this time without a sign of life, in milliseconds, another process may take over the state. Default: 15 000. It must be
   * longer than the event loop is ever blocked.
   */
  readonly leaseMs?: number | undefined;
  /** Longest wait of a stop for running batches, in milliseconds. Default: 15 000. */
  readonly shutdownTimeoutMs?: number | undefined;
  /** Stops on SIGTERM and SIGINT during run(). A second signal stops without waiting. Default: false. */
  readonly handleSignals?: boolean | undefined;
  /** Logs each event except progress. Default: no logging. */
  readonly logger?: Logger | undefined;
}

/** A stream's options, checked and completed with the defaults. */
export interface StreamDeclaration {
  readonly name: string;
  readonly start: SupervisedStreamOptions["start"];
  /** The runs of a pipeline. Undefined for a stream. */
  readonly pipeline: PipelineRuns | undefined;
  readonly restart: ResolvedRestartPolicy;
  readonly isFatal: ((error: unknown) => boolean | undefined) | undefined;
  readonly ends: boolean;
  readonly adopt: boolean;
  readonly stallAfterMs: number | undefined;
  readonly schedule: DueTimes | undefined;
  /** The declaration of a stream declared by data. */
  readonly data: DynamicStream | undefined;
}

/** A supervisor's options for its state, completed with the defaults. */
export interface LeaseOptions {
  readonly standby: boolean;
  readonly leaseMs: number;
}

const DEFAULT_SHUTDOWN_TIMEOUT_MS = 15_000;
const DEFAULT_LEASE_MS = 15_000;
/** Below this, ordinary pauses of a process would lose the lease. */
const SHORTEST_LEASE_MS = 1_000;
const DEFAULT_STALL_TRIGGERS = 3;
/** Twice spark.sql.streaming.noDataProgressEventInterval, the interval of an idle query's events. */
const SHORTEST_TRIGGER_STALL_MS = 20_000;

/**
 * Checks the streams of a supervisor.
 *
 * @throws {ArgumentError} two have the same name, or an option has an invalid value
 */
export function declareStreams(
  streams: StreamSupervisorOptions["streams"] = [],
): readonly StreamDeclaration[] {
  if (!Array.isArray(streams)) {
    throw new ArgumentError("streams", `streams must be an array, got ${kindOf(streams)}.`);
  }
  const declared = (streams as NonNullable<StreamSupervisorOptions["streams"]>).map(declareStream);
  const names = new Set<string>();
  for (const { name } of declared) {
    if (names.has(name)) {
      throw new ArgumentError(
        "streams",
        `Two streams are named "${name}". Give each stream its own name.`,
      );
    }
    names.add(name);
  }
  return declared;
}

/** @throws {ArgumentError} a value is not valid */
export function leaseOptionsOf(options: StreamSupervisorOptions): LeaseOptions {
  const { state, standby = false } = options;
  const leaseMs = milliseconds("leaseMs", options.leaseMs, SHORTEST_LEASE_MS);
  if (typeof standby !== "boolean") {
    throw new ArgumentError("standby", `standby must be true or false, got ${String(standby)}.`);
  }
  if (state === undefined && (standby || leaseMs !== undefined)) {
    const option = standby ? "standby" : "leaseMs";
    throw new ArgumentError(option, `${option} needs state, which the processes share.`);
  }
  return { standby, leaseMs: leaseMs ?? DEFAULT_LEASE_MS };
}

/** @throws {ArgumentError} the value is not a number of milliseconds */
export function shutdownTimeoutOf({ shutdownTimeoutMs }: StreamSupervisorOptions): number {
  return milliseconds("shutdownTimeoutMs", shutdownTimeoutMs, 0) ?? DEFAULT_SHUTDOWN_TIMEOUT_MS;
}

const STREAM_OPTIONS: readonly (keyof SupervisedStreamOptions)[] = [
  "name",
  "start",
  "restart",
  "isFatal",
  "ends",
  "schedule",
  "adopt",
  "triggerIntervalMs",
  "stallAfterTriggers",
  "stallAfterMs",
];

/** The options of a supervisor. */
export const SUPERVISOR_OPTIONS: readonly (keyof StreamSupervisorOptions)[] = [
  "connect",
  "streams",
  "state",
  "standby",
  "leaseMs",
  "shutdownTimeoutMs",
  "handleSignals",
  "logger",
];

/**
 * Checks a stream.
 *
 * @throws {ArgumentError} an option has an invalid value
 */
export function declareStream(
  stream: SupervisedStreamOptions | SupervisedPipelineOptions | DynamicStream,
): StreamDeclaration {
  if (typeof stream !== "object" || (stream as unknown) === null) {
    throw new ArgumentError("stream", `A stream must be an object, got ${kindOf(stream)}.`);
  }
  if ("kind" in stream) return declarePipeline(stream);
  return isDynamicStream(stream) ? { ...declare(streamOf(stream)), data: stream } : declare(stream);
}

/** A pipeline has no query: its runs end by themselves, and are not adopted by the next process. */
function declarePipeline({
  kind,
  startRun,
  stopFormerRun,
  ...options
}: SupervisedPipelineOptions): StreamDeclaration {
  // JavaScript callers may pass any type.
  if ((kind as unknown) !== "pipeline" || typeof (startRun as unknown) !== "function")
    throw new ArgumentError(
      "kind",
      `Stream "${options.name}" has a kind, so it must be made by pipelineRun() of sparktide/pipelines.`,
    );
  const start = (): never => {
    throw new Error("A pipeline has no query.");
  };
  const declared = declare({ ...options, start, ends: true });
  return { ...declared, pipeline: { startRun, stopFormerRun } };
}

function declare(options: SupervisedStreamOptions): StreamDeclaration {
  checkOptions("A stream of a supervisor", options, STREAM_OPTIONS);
  const { name, start, isFatal, adopt = true } = options;
  const schedule = options.schedule === undefined ? undefined : dueTimesOf(options.schedule);
  const ends = options.ends ?? schedule !== undefined;
  if (schedule !== undefined && !ends) {
    throw new ArgumentError(
      "ends",
      `Stream "${name}" has a schedule, so it must end: remove ends: false.`,
    );
  }
  if (typeof name !== "string" || name.trim() === "") {
    throw new ArgumentError("name", "A stream's name must not be empty.");
  }
  if (typeof start !== "function") {
    throw new ArgumentError("start", `Stream "${name}" has no start function.`);
  }
  return {
    name,
    start,
    pipeline: undefined,
    isFatal,
    ends,
    adopt,
    restart: resolveRestartPolicy(options.restart),
    stallAfterMs: stallAfter(options),
    schedule,
    data: undefined,
  };
}

function stallAfter(options: SupervisedStreamOptions): number | undefined {
  const { stallAfterTriggers } = options;
  const absolute = milliseconds("stallAfterMs", options.stallAfterMs, 1);
  const interval = milliseconds("triggerIntervalMs", options.triggerIntervalMs, 1);
  const triggers = stallAfterTriggers ?? DEFAULT_STALL_TRIGGERS;
  if (!(triggers >= 1)) {
    throw new ArgumentError(
      "stallAfterTriggers",
      `stallAfterTriggers must be a number of at least 1, got ${String(triggers)}.`,
    );
  }
  if (stallAfterTriggers !== undefined && interval === undefined) {
    throw new ArgumentError(
      "stallAfterTriggers",
      "stallAfterTriggers needs triggerIntervalMs. Set both, or set stallAfterMs instead.",
    );
  }
  if (absolute !== undefined || interval === undefined) return absolute;
  return Math.min(LONGEST_MS, Math.max(SHORTEST_TRIGGER_STALL_MS, triggers * interval));
}
