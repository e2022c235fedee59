import type { MissedBatches, StreamingQueryProgress } from "../progress.js";

/**
 * Receives the events of all queries of its session; pass it to `spark.streams.addListener()`. Every method
 * is optional and may be async. The next event waits for it, so a slow method delays the events, which the
 * server keeps meanwhile. An error that a method throws is only logged.
 */
export interface StreamingQueryListener {
  /** Called before `start()` resolves, only for queries that this client starts. */
  onQueryStarted?(event: QueryStartedEvent): void | Promise<void>;
  /** Called after each batch. */
  onQueryProgress?(event: QueryProgressEvent): void | Promise<void>;
  /** Called every ten seconds while a query has no data (spark.sql.streaming.noDataProgressEventInterval). */
  onQueryIdle?(event: QueryIdleEvent): void | Promise<void>;
  /** Called exactly once for each run that ends while the session lives. */
  onQueryTerminated?(event: QueryTerminatedEvent): void | Promise<void>;
  /** Called when events were lost, with what is known about them. Terminated events of the gap follow. */
  onGap?(event: QueryGapEvent): void | Promise<void>;
}

/** A query was started. */
export interface QueryStartedEvent {
  readonly id: string;
  readonly runId: string;
  readonly name: string | undefined;
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
  /** The tags of the query's Spark jobs. */
  readonly jobTags: readonly string[];
}

/** A batch is done. */
export interface QueryProgressEvent {
  readonly progress: StreamingQueryProgress;
}

/** A query has no new data. */
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
  /** Spark's message for the failure, with the stack trace; undefined if the query was stopped. */
  readonly exception: string | undefined;
  /** Spark's error condition of the failure, if it has one. */
  readonly errorClassOnException: string | undefined;
}

/**
 * Events were lost: the connection was down for longer than the server buffers events, or another client of
 * the same session took them over (a session has one listening client at a time).
 */
export interface QueryGapEvent {
  /**
   * `reconnected`: events arrive again. `sessionLost`: the session has ended and its queries with it; this
   * is the last event.
   */
  readonly reason: "reconnected" | "sessionLost";
  /** The error that interrupted the events; undefined if another client took them over. */
  readonly error: unknown;
  /** The queries that ran during the gap, as far as this client can know. */
  readonly queries: readonly QueryGap[];
}

/** What is known about one query's events during a gap. */
export interface QueryGap {
  readonly id: string;
  readonly runId: string;
  readonly name: string | undefined;
  /** Whether the query runs now; undefined if the session is lost. */
  readonly isActive: boolean | undefined;
  /**
   * The batches with reports that may have been missed, both ends included. Undefined if there are no such
   * batches, or the session is lost. If such a report arrives later, it is still delivered.
   */
  readonly missedBatches: MissedBatches | undefined;
}
