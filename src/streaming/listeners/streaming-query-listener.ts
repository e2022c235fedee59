import type { MissedBatches, StreamingQueryProgress } from "../progress.js";

/**
 * Hears of all queries of its session; give it to `spark.streams.addListener()`. Every method may be
 * left out, and may be async: the next event waits for it, so a slow one holds the events back, and
 * the server keeps them meanwhile. What a method throws is logged and reaches nobody else.
 */
export interface StreamingQueryListener {
  /** Before `start()` resolves; only for queries started by this client. */
  onQueryStarted?(event: QueryStartedEvent): void | Promise<void>;
  /** After each batch. */
  onQueryProgress?(event: QueryProgressEvent): void | Promise<void>;
  /** Every ten seconds while a query finds nothing to do (spark.sql.streaming.noDataProgressEventInterval). */
  onQueryIdle?(event: QueryIdleEvent): void | Promise<void>;
  /** Exactly once for each run that ended while the session lived. */
  onQueryTerminated?(event: QueryTerminatedEvent): void | Promise<void>;
  /** Events were lost; what is known of them. The terminated events it is about follow it. */
  onGap?(event: QueryGapEvent): void | Promise<void>;
}

/** A query was started. */
export interface QueryStartedEvent {
  readonly id: string;
  readonly runId: string;
  readonly name: string | undefined;
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
  /** The Spark jobs' tags. */
  readonly jobTags: readonly string[];
}

/** A batch was done. */
export interface QueryProgressEvent {
  readonly progress: StreamingQueryProgress;
}

/** A query found nothing to do. */
export interface QueryIdleEvent {
  readonly id: string;
  readonly runId: string;
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
}

/** A query was stopped or failed. */
export interface QueryTerminatedEvent {
  readonly id: string;
  readonly runId: string;
  /** Why it failed, as Spark writes it, its stack trace included; undefined when it was stopped. */
  readonly exception: string | undefined;
  /** Spark's error condition of that, where it has one. */
  readonly errorClassOnException: string | undefined;
}

/**
 * Events were lost: the connection was away for longer than the server keeps its place, or another
 * client of the same session took the events over (a session has one listening client at a time).
 */
export interface QueryGapEvent {
  /**
   * `reconnected`: events come again. `sessionLost`: the session is gone and its queries with it; this
   * is the last event.
   */
  readonly reason: "reconnected" | "sessionLost";
  /** What interrupted the events; undefined when they were taken over. */
  readonly error: unknown;
  /** The queries that ran at some time in the gap, so far as this client can know. */
  readonly queries: readonly QueryGap[];
}

/** What a gap hides of one query. */
export interface QueryGap {
  readonly id: string;
  readonly runId: string;
  readonly name: string | undefined;
  /** Whether it runs now; undefined where the session is lost. */
  readonly isActive: boolean | undefined;
  /**
   * The batches whose reports may have been missed, both ends included; undefined where there are
   * none, or the session is lost. A report among them that comes after all is still delivered.
   */
  readonly missedBatches: MissedBatches | undefined;
}
