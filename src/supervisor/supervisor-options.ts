import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import type { Logger } from "../connection/logger.js";
import type { SparkSession } from "../session/spark-session.js";
import type { StreamStartOptions } from "../streaming/data-stream-writer.js";
import type { StreamingQuery } from "../streaming/streaming-query.js";
import {
  resolveRestartPolicy,
  type ResolvedRestartPolicy,
  type RestartPolicy,
} from "./restart-policy.js";

/** One stream that a supervisor keeps running. */
export interface SupervisedStreamOptions {
  /** Unique among the supervisor's streams; also the label in metrics and the key in the state file. */
  readonly name: string;
  /**
   * Starts the stream's query, always from the same checkpoint. Called again for each restart, with the
   * session of that time. Pass `options` on to `start()` of a writer with `foreachBatch()`: they name the query
   * of a former process that the callback shall serve. Without them the query starts anew from its checkpoint.
   */
  readonly start: (spark: SparkSession, options: StreamStartOptions) => Promise<StreamingQuery>;
  readonly restart?: RestartPolicy | undefined;
  /**
   * Judges a failure in place of the supervisor: true is fatal, false is retryable, undefined leaves
   * the judgement to it.
   */
  readonly isFatal?: ((error: unknown) => boolean | undefined) | undefined;
  /**
   * The query is meant to end, as one with the trigger availableNow: its end without an error is
   * `completed`. Default false: such an end is `superseded`.
   */
  readonly ends?: boolean | undefined;
  /**
   * Whether a query that a former process left running goes on as it is. Default true. With false it
   * is started anew from its checkpoint, which stops the former run.
   */
  readonly adopt?: boolean | undefined;
  /** The trigger's interval in milliseconds, by which a stall is measured. */
  readonly triggerIntervalMs?: number | undefined;
  /**
   * Trigger intervals without a sign of life that make a stall, 20 seconds at least, because Spark
   * tells of an idle query every 10. Default 3; needs `triggerIntervalMs`.
   */
  readonly stallAfterTriggers?: number | undefined;
  /** The same in milliseconds, taken as it is. Without this and `triggerIntervalMs` nothing is a stall. */
  readonly stallAfterMs?: number | undefined;
}

/** What a supervisor is told. */
export interface StreamSupervisorOptions {
  /**
   * Makes a session, with the data sources the streams need; called again whenever it is lost. The
   * supervisor owns what it gives and stops it.
   */
  readonly connect: () => Promise<SparkSession>;
  readonly streams: readonly SupervisedStreamOptions[];
  /** A file by which the next process finds the queries that this one leaves running when it dies. */
  readonly state?: string | undefined;
  /** How long a stop waits for batches under way. Default 15 000. */
  readonly shutdownTimeoutMs?: number | undefined;
  /** Stops on SIGTERM and SIGINT while run() is under way; a second signal waits for no batch. Default false. */
  readonly handleSignals?: boolean | undefined;
  /** Takes each event but progress. Default: nowhere. */
  readonly logger?: Logger | undefined;
}

/** A stream's options, checked and with nothing left open. */
export interface StreamDeclaration {
  readonly name: string;
  readonly start: SupervisedStreamOptions["start"];
  readonly restart: ResolvedRestartPolicy;
  readonly isFatal: ((error: unknown) => boolean | undefined) | undefined;
  readonly ends: boolean;
  readonly adopt: boolean;
  readonly stallAfterMs: number | undefined;
}

const DEFAULT_SHUTDOWN_TIMEOUT_MS = 15_000;
const DEFAULT_STALL_TRIGGERS = 3;
/** Twice spark.sql.streaming.noDataProgressEventInterval: an idle query shows life no more often. */
const SHORTEST_TRIGGER_STALL_MS = 20_000;
/** Node's timers hold no more. */
const LONGEST_MS = 2_147_483_647;

/**
 * Checks the streams a supervisor is given.
 *
 * @throws {ArgumentError} there is none, two have one name, or an option has no possible value
 */
export function declareStreams(
  streams: readonly SupervisedStreamOptions[],
): readonly StreamDeclaration[] {
  if (!Array.isArray(streams) || streams.length === 0) {
    throw new ArgumentError("streams", "streams must name at least one stream.");
  }
  const declared = streams.map(declare);
  const names = new Set<string>();
  for (const { name } of declared) {
    if (names.has(name)) {
      throw new ArgumentError(
        "streams",
        `Two streams are named "${name}"; give each its own name.`,
      );
    }
    names.add(name);
  }
  return declared;
}

/** @throws {ArgumentError} it is no number of milliseconds */
export function shutdownTimeoutOf({ shutdownTimeoutMs }: StreamSupervisorOptions): number {
  return milliseconds("shutdownTimeoutMs", shutdownTimeoutMs, 0) ?? DEFAULT_SHUTDOWN_TIMEOUT_MS;
}

const STREAM_OPTIONS: readonly (keyof SupervisedStreamOptions)[] = [
  "name",
  "start",
  "restart",
  "isFatal",
  "ends",
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
  "shutdownTimeoutMs",
  "handleSignals",
  "logger",
];

function declare(options: SupervisedStreamOptions): StreamDeclaration {
  checkOptions("A stream of a supervisor", options, STREAM_OPTIONS);
  const { name, start, isFatal, ends = false, adopt = true } = options;
  if (typeof name !== "string" || name.trim() === "") {
    throw new ArgumentError("name", "A stream's name must not be empty.");
  }
  if (typeof start !== "function") {
    throw new ArgumentError("start", `Stream "${name}" has no start function.`);
  }
  return {
    name,
    start,
    isFatal,
    ends,
    adopt,
    restart: resolveRestartPolicy(options.restart),
    stallAfterMs: stallAfter(options),
  };
}

function stallAfter(options: SupervisedStreamOptions): number | undefined {
  const { stallAfterTriggers } = options;
  const absolute = milliseconds("stallAfterMs", options.stallAfterMs, 1);
  const interval = milliseconds("triggerIntervalMs", options.triggerIntervalMs, 1);
  const triggers = stallAfterTriggers ?? DEFAULT_STALL_TRIGGERS;
  if (!(triggers >= 1)) {
    throw new ArgumentError("stallAfterTriggers", "stallAfterTriggers must be at least 1.");
  }
  if (stallAfterTriggers !== undefined && interval === undefined) {
    throw new ArgumentError(
      "stallAfterTriggers",
      "stallAfterTriggers counts intervals: give triggerIntervalMs too, or stallAfterMs instead.",
    );
  }
  if (absolute !== undefined || interval === undefined) return absolute;
  return Math.min(LONGEST_MS, Math.max(SHORTEST_TRIGGER_STALL_MS, triggers * interval));
}

function milliseconds(
  argument: string,
  value: number | undefined,
  least: number,
): number | undefined {
  if (value === undefined || (value >= least && value <= LONGEST_MS)) return value;
  throw new ArgumentError(argument, `${argument} must be from ${least} to ${LONGEST_MS}.`);
}
