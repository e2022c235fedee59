import { ArgumentError, SessionError, SparkError, StreamingQueryException } from "../errors.js";
import { checkOptions } from "../option-check.js";
import type { SparkSession } from "../session/spark-session.js";
import type { StreamingQueryProgress } from "../streaming/progress.js";
import type { StreamingQuery } from "../streaming/streaming-query.js";
import { systemClock } from "../supervisor/clock.js";
import { stopBetweenBatches } from "../supervisor/graceful-stop.js";
import type { StreamState, StreamStatus, SupervisorHealth } from "../supervisor/stream-status.js";
import {
  SupervisorEventBus,
  type SupervisorEvent,
  type SupervisorHandler,
} from "../supervisor/supervisor-events.js";
import { inBackground } from "../user-calls.js";
import { waitMs } from "../waiting.js";
import type { CommandOptions } from "../supervisor/command-options.js";
import type { MonitoredService } from "./monitored-service.js";

/** How to watch a session. */
export interface WatchSessionOptions {
  /** The name to show for a query. Default: its own name, else its id. */
  readonly nameOf?:
    ((query: StreamingQuery) => string | undefined | Promise<string | undefined>) | undefined;
}

const POLL_MS = 2_000;
/** The longest wait for the end of a batch. */
const STOP_MS = 15_000;
/** Queries that have ended stay in the list, so many at most. */
const MOST_ENDED = 100;
const RUNNING: ReadonlySet<StreamState> = new Set(["starting", "running"]);

/** A query that runs, or ran. */
interface WatchedQuery {
  readonly query: StreamingQuery;
  state: StreamState;
  stateSinceMs: number;
  lastProgress: StreamingQueryProgress | undefined;
  lastProgressAtMs: number;
  rowsTotal: bigint;
  batches: number;
  lastError: unknown;
}

/**
 * Watches the streaming queries of a session, for `serveMonitor()`. It asks the server every two seconds for new queries, and each
 * query for its reports as `query.progress()` does. It adds no listener, so another process can watch the session too.
 *
 * @example
 * const session = watchSession(spark);
 * const monitor = await serveMonitor({ supervisor: session });
 */
export function watchSession(
  spark: SparkSession,
  options: WatchSessionOptions = {},
): WatchedSession {
  checkOptions("watchSession()", options, ["nameOf"]);
  if (typeof (spark as SparkSession | undefined)?.streams !== "object")
    throw new ArgumentError("spark", "watchSession() needs a SparkSession.");
  return new WatchedSession(spark, options);
}

/** The queries of a session, as a monitor sees them. Its only command is `stop`. */
export class WatchedSession implements MonitoredService, AsyncDisposable {
  readonly kind = "session" as const;
  /** When the watch began, in milliseconds since 1970. */
  readonly startedAtMs: number = Date.now();
  readonly #spark: SparkSession;
  readonly #options: WatchSessionOptions;
  readonly #events = new SupervisorEventBus(undefined);
  readonly #ending = new AbortController();
  readonly #queries = new Map<string, WatchedQuery>();
  /** The runs whose reports are read. */
  readonly #followed = new Set<string>();
  readonly #watching: Promise<void>;
  #sparkVersion: string | undefined;
  #isConnected = false;
  #isFirstPoll = true;

  /** @internal Use watchSession(). */
  constructor(spark: SparkSession, options: WatchSessionOptions) {
    this.#spark = spark;
    this.#options = options;
    this.#watching = inBackground("monitor", () => this.#watch());
  }

  /** The status of each query, the oldest first. Does not use the network. */
  status(): readonly StreamStatus[] {
    return [...this.#queries].map(([name, watched]) => ({
      name,
      state: watched.state,
      stateSinceMs: watched.stateSinceMs,
      desired: "running" as const,
      declaration: undefined,
      schedule: undefined,
      nextRunAtMs: undefined,
      upgrade: undefined,
      queryId: watched.query.id,
      runId: watched.query.runId,
      restarts: 0,
      isStalled: false,
      lastProgress: watched.lastProgress,
      lastProgressAgeMs:
        watched.lastProgress === undefined ? undefined : Date.now() - watched.lastProgressAtMs,
      rowsTotal: watched.rowsTotal,
      lastError: watched.lastError,
      nextAttemptInMs: undefined,
      pipeline: undefined,
    }));
  }

  /** The health for probes: not `healthy` if a query failed, `ready` if the server answers. Does not use the network. */
  health(): SupervisorHealth {
    const streams = this.status();
    return {
      healthy: streams.every(({ state }) => state !== "fatal"),
      ready: this.#isConnected,
      connected: this.#isConnected,
      streams: streams.map(({ name, state, isStalled }) => ({ name, state, isStalled })),
    };
  }

  /** The session's id. */
  get sessionId(): string {
    return this.#spark.sessionId;
  }

  /** The version of the server, once it has answered. */
  get sparkVersion(): string | undefined {
    return this.#sparkVersion;
  }

  /** Calls the handler for each event of this name. */
  on<E extends SupervisorEvent>(event: E, handler: SupervisorHandler<E>): this {
    this.#events.add(event, handler);
    return this;
  }

  /** Removes a handler that on() added. */
  off<E extends SupervisorEvent>(event: E, handler: SupervisorHandler<E>): this {
    this.#events.remove(event, handler);
    return this;
  }

  /** The plan of a query's latest batch as text. Asks the server. Undefined if the query does not run. */
  async explainString(name: string): Promise<string | undefined> {
    const watched = this.#queries.get(name);
    if (watched === undefined || !RUNNING.has(watched.state)) return undefined;
    return watched.query.explainString(false, { signal: this.#ending.signal });
  }

  /**
   * Stops a query between two batches. A batch that takes longer than 15 seconds is aborted: Spark runs it again when the query
   * starts from its checkpoint.
   *
   * @throws {SparkError} code STREAM_NOT_FOUND
   */
  async stop(name: string, { by }: CommandOptions = {}): Promise<void> {
    const watched = this.#queries.get(name);
    if (watched === undefined)
      throw new SparkError("STREAM_NOT_FOUND", `No query is named ${JSON.stringify(name)}.`);
    this.#events.emit("commanded", { stream: name, command: "stop", by });
    const deadline = AbortSignal.timeout(STOP_MS);
    const outcome = await stopBetweenBatches(watched.query, {
      clock: systemClock,
      deadline,
      batches: () => watched.batches,
      mayStop: () => Promise.resolve(true),
    });
    if (outcome?.stopped !== true) throw outcome?.error;
    const { runId } = watched.query;
    this.#ended(watched, "stopped", undefined);
    this.#events.emit("stopped", { stream: name, runId, graceful: outcome.graceful });
  }

  /** Watches no longer. The session and its queries continue. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#watching;
  }

  /** Calls close() at the end of `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ending;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        await this.#poll();
      } catch (error) {
        if (isOver()) return;
        if (error instanceof SessionError) {
          this.#sessionLost(error);
          return;
        }
        if (this.#isConnected || this.#isFirstPoll)
          this.#events.emit("disconnected", { error, delayMs: POLL_MS });
        this.#isConnected = false;
        this.#isFirstPoll = false;
      }
      await waitMs(POLL_MS, signal).catch(() => undefined);
    }
  }

  async #poll(): Promise<void> {
    const { signal } = this.#ending;
    const { sessionId } = this.#spark;
    const active = await this.#spark.streams.active({ signal });
    this.#sparkVersion ??= await this.#spark.version();
    if (!this.#isConnected) {
      this.#isConnected = true;
      if (this.#isFirstPoll) this.#events.emit("connected", { sessionId, resumed: true });
      else this.#events.emit("reconnected", { sessionId });
    }
    const running = new Set(active.map(({ runId }) => runId));
    for (const runId of this.#followed) if (!running.has(runId)) this.#followed.delete(runId);
    for (const query of active) {
      if (this.#followed.has(query.runId)) continue;
      const name = (await this.#options.nameOf?.(query)) ?? query.name ?? query.id;
      this.#follow(query, name, this.#isFirstPoll);
    }
    this.#isFirstPoll = false;
  }

  #follow(query: StreamingQuery, name: string, ranBefore: boolean): void {
    const former = this.#queries.get(name);
    const watched: WatchedQuery = {
      query,
      state: "running",
      stateSinceMs: Date.now(),
      lastProgress: undefined,
      lastProgressAtMs: 0,
      rowsTotal: former?.rowsTotal ?? 0n,
      batches: 0,
      lastError: undefined,
    };
    this.#followed.add(query.runId);
    this.#queries.set(name, watched);
    this.#dropOldest();
    const run = { stream: name, queryId: query.id, runId: query.runId };
    if (ranBefore) this.#events.emit("adopted", run);
    else this.#events.emit("started", { ...run, restarts: 0 });
    void this.#read(name, watched);
  }

  /** Reads the reports until the query ends. Never rejects. */
  async #read(name: string, watched: WatchedQuery): Promise<void> {
    const { query } = watched;
    const { signal } = this.#ending;
    const run = { stream: name, queryId: query.id, runId: query.runId };
    while (!signal.aborted && RUNNING.has(watched.state)) {
      try {
        for await (const progress of query.progress({ signal, onMissed: () => undefined })) {
          const last = watched.lastProgress;
          if (last !== undefined && progress.batchId <= last.batchId) continue;
          watched.lastProgress = progress;
          watched.lastProgressAtMs = Date.now();
          watched.rowsTotal += progress.numInputRows;
          watched.batches += 1;
          this.#events.emit("progress", { ...run, progress });
        }
        // stop() has reported the end already.
        if (!RUNNING.has(watched.state)) return;
        this.#ended(watched, "stopped", undefined);
        this.#events.emit("completed", run);
      } catch (error) {
        if (error instanceof StreamingQueryException) {
          this.#ended(watched, "fatal", error);
          this.#events.emit("fatal", { stream: name, error, reason: "fatal" });
        } else if (error instanceof SessionError) return;
        // The server does not answer. The poll reports that.
        else await waitMs(POLL_MS, signal).catch(() => undefined);
      }
    }
  }

  #ended(watched: WatchedQuery, state: StreamState, error: unknown): void {
    watched.state = state;
    watched.stateSinceMs = Date.now();
    watched.lastError = error;
  }

  #sessionLost(error: SessionError): void {
    this.#isConnected = false;
    for (const watched of this.#queries.values())
      if (RUNNING.has(watched.state)) this.#ended(watched, "stopped", undefined);
    this.#events.emit("sessionLost", { sessionId: this.#spark.sessionId, error });
  }

  #dropOldest(): void {
    const ended = [...this.#queries].filter(([, { state }]) => !RUNNING.has(state));
    for (const [name] of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) {
      this.#queries.delete(name);
      this.#events.emit("removed", { stream: name });
    }
  }
}
