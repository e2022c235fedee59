import { SparkError } from "../errors.js";
import type { Logger } from "../connection/logger.js";
import { asUserCode } from "../user-calls.js";
import { unlessAborted, untilAborted } from "../waiting.js";
import type { StreamingQueryProgress } from "../streaming/progress.js";
import type { StreamStartOptions } from "../streaming/data-stream-writer.js";
import type { StreamingQuery } from "../streaming/streaming-query.js";
import type { Clock } from "./clock.js";
import { stopBetweenBatches, type QueryStop } from "./graceful-stop.js";
import { isSessionTrouble, RunFailures } from "./run-failures.js";
import type { SessionKeeper, SessionLease } from "./session-keeper.js";
import { StallWatch } from "./stall-watch.js";
import type { SupervisorState } from "./store/state-journal.js";
import type { StreamRecord } from "./stream-record.js";
import type { StreamDeclaration } from "./supervisor-options.js";
import type { Emit } from "./supervisor-events.js";

/** The longest wait for the reason of a run's end. An ended run answers at once, unless the server is slow. */
const REASON_TIMEOUT_MS = 2_000;

/** The dependencies of a supervised stream. */
export interface SupervisedStreamParts {
  readonly record: StreamRecord;
  readonly keeper: Pick<SessionKeeper, "lease" | "check">;
  readonly state: SupervisorState;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly logger: Logger | undefined;
  /** Aborts when the stream must stop. */
  readonly stop: AbortSignal;
  /** Aborts when the time for a graceful stop is over. */
  readonly deadline: AbortSignal;
  /** Aborts when another process has taken over the state. The stream then leaves its query to that process. */
  readonly letGo: AbortSignal | undefined;
  /** True while an upgrade watches the stream: then each failure is final, and the upgrade reports it. */
  readonly isWatched: () => boolean;
  /**
   * Milliseconds until the schedule starts the stream again. Too many failures in a row then end only this run. Undefined
   * without a schedule.
   */
  readonly untilNextRunMs: () => number | undefined;
}

/** A stream's query in a session. */
interface Begun {
  readonly query: StreamingQuery;
  /** A former process started it. */
  readonly isAdopted: boolean;
}

/** How one run of a stream ended. */
type RunEnd =
  | { readonly kind: "stopping"; readonly error?: unknown }
  | { readonly kind: "sessionLost" }
  | { readonly kind: "noSession"; readonly error: unknown }
  | { readonly kind: "ended" }
  | { readonly kind: "failed"; readonly error: unknown };

const STOPPING: RunEnd = { kind: "stopping" };
const SESSION_LOST: RunEnd = { kind: "sessionLost" };

/** Keeps the query of one declared stream running until it completes, is stopped, or fails for good. A record keeps the facts. */
export class SupervisedStream {
  readonly #declaration: StreamDeclaration;
  readonly #parts: SupervisedStreamParts;
  readonly #failures: RunFailures;
  readonly #stall: StallWatch;
  readonly #record: StreamRecord;
  #query: StreamingQuery | undefined;
  #startedAtMs: number | undefined;

  constructor(declaration: StreamDeclaration, parts: SupervisedStreamParts) {
    this.#declaration = declaration;
    this.#parts = parts;
    this.#record = parts.record;
    this.#failures = new RunFailures(declaration, parts);
    this.#stall = new StallWatch(declaration.stallAfterMs, parts.clock, {
      stalled: (silentMs) => {
        const { run } = this.#record;
        if (run !== undefined) parts.emit("stalled", { ...run, silentMs });
      },
      resumed: (silentMs) => {
        const { run } = this.#record;
        if (run !== undefined) parts.emit("resumed", { ...run, silentMs });
      },
    });
  }

  /** The running query. Undefined between two runs. */
  get query(): StreamingQuery | undefined {
    return this.#query;
  }

  get isStalled(): boolean {
    return this.#record.state === "running" && this.#stall.isStalled;
  }

  /** Resolves when the stream has reached a final state. Never rejects. */
  async supervise(): Promise<void> {
    for (;;) {
      const end = await this.#runOnce();
      // A query that another process took ends without an error, or with one. That is not this process' business.
      if (!(await this.#holdsState())) {
        this.#record.state = "stopped";
        return;
      }
      switch (end.kind) {
        case "stopping":
          await this.#stop(end.error);
          return;
        case "sessionLost":
          if (this.#query !== undefined) this.#record.restarts += 1;
          break;
        case "noSession":
          this.#failures.fatal(end.error, "connection");
          return;
        case "ended":
          this.#endWithoutFailure();
          return;
        case "failed":
          if (!(await this.#failures.recover(end.error, this.#ranMs()))) return;
          this.#query = undefined;
      }
    }
  }

  async #runOnce(): Promise<RunEnd> {
    const { keeper, stop } = this.#parts;
    this.#query = undefined;
    this.#startedAtMs = undefined;
    let lease: SessionLease;
    try {
      stop.throwIfAborted();
      this.#record.state = "starting";
      lease = await keeper.lease(stop);
    } catch (error) {
      return stop.aborted ? STOPPING : { kind: "noSession", error };
    }
    try {
      const begun = await this.#begin(lease);
      if (begun === undefined) return { kind: "stopping", error: this.#startAbandoned() };
      return await this.#follow(begun, lease);
    } catch (error) {
      return this.#classified(error, lease);
    }
  }

  /** Starts the stream's query, or adopts the query of a former process. Undefined if the deadline passes. */
  async #begin(lease: SessionLease): Promise<Begun | undefined> {
    const { state, clock, deadline } = this.#parts;
    const { adopt, name } = this.#declaration;
    // A process that was suspended may have lost the stream to another one, which must not be disturbed.
    await state.confirm();
    const former = adopt ? lease.running.get(name) : undefined;
    lease.running.delete(name);
    const starting = this.#startOrAdopt(lease, former);
    let query: StreamingQuery;
    try {
      query = await unlessAborted(starting, AbortSignal.any([deadline, lease.lost]));
    } catch (error) {
      if (!deadline.aborted && !lease.lost.aborted) throw error;
      // The start may still succeed later. Stop that query, because nothing supervises it.
      starting.then((late) => late.stop()).catch(() => undefined);
      if (deadline.aborted) return undefined;
      throw error;
    }
    const { id: queryId, runId, hasForeachBatch } = query;
    if (former?.runId !== runId && !(await this.#holdsState())) {
      // This process was suspended while the query started. The process that holds the state does not know the query.
      await query.stop().catch(() => undefined);
    }
    state.setRun(name, { queryId, runId, hasForeachBatch });
    this.#query = query;
    const run = { stream: name, queryId, runId };
    this.#record.run = run;
    this.#startedAtMs = clock.now();
    this.#record.state = "running";
    this.#stall.alive();
    const isAdopted = former?.runId === runId;
    if (isAdopted) this.#parts.emit("adopted", run);
    else this.#parts.emit("started", { ...run, restarts: this.#record.restarts });
    return { query, isAdopted };
  }

  #startOrAdopt(lease: SessionLease, former: StreamingQuery | undefined): Promise<StreamingQuery> {
    const { name, start } = this.#declaration;
    // start() is user code: the async function turns an error that it throws synchronously into a rejection.
    const started = async (options: StreamStartOptions): Promise<StreamingQuery> =>
      asUserCode(() => start(lease.spark, options));
    if (former === undefined) return started({});
    const saved = this.#parts.state.run(name);
    if (saved?.hasForeachBatch !== true) return Promise.resolve(former);
    return started({ adopt: { queryId: saved.queryId, runId: saved.runId } });
  }

  /** Watches the query until it ends, the session is lost, or the supervisor stops. */
  async #follow(begun: Begun, lease: SessionLease): Promise<RunEnd> {
    const { stop } = this.#parts;
    const { query } = begun;
    const over = new AbortController();
    let endReported = new AbortController();
    lease.watch.observe(query.runId, {
      progress: (progress) => {
        this.#progress(progress);
      },
      idle: () => {
        this.#stall.alive();
      },
      ended: () => {
        endReported.abort();
      },
    });
    void this.#stall.watch(AbortSignal.any([over.signal, stop, lease.lost]));
    try {
      if (!(await this.#catchUp(begun, lease))) endReported.abort();
      for (;;) {
        await untilAborted(AbortSignal.any([endReported.signal, stop, lease.lost]));
        if (lease.lost.aborted) return SESSION_LOST;
        if (stop.aborted) return STOPPING;
        endReported = new AbortController();
        const end = await this.#reason(query, lease);
        if (end !== undefined) return end;
      }
    } finally {
      over.abort();
      // During a stop, the reports of the last batches still count.
      if (!stop.aborted) lease.watch.forget(query.runId);
    }
  }

  /** Reads the reports from before the query was observed. Returns false if the query has already ended. */
  async #catchUp({ query, isAdopted }: Begun, lease: SessionLease): Promise<boolean> {
    const { keeper, logger, stop } = this.#parts;
    try {
      if (isAdopted) {
        // The former process has already reported and counted earlier batches.
        const last = await query.lastProgress({ signal: stop });
        if (last !== undefined) this.#record.note(last);
      } else {
        for (const progress of await query.recentProgress({ signal: stop })) {
          this.#progress(progress);
        }
      }
      return await query.isActive({ signal: stop });
    } catch (error) {
      // The query runs anyway. If it has ended, the session's RunWatch finds that.
      if (!stop.aborted) {
        logger?.warn(
          { err: error, ...this.#record.run },
          "supervisor: the first reports of a query could not be read",
        );
      }
      if (isSessionTrouble(error)) {
        await unlessAborted(keeper.check(lease, error), stop).catch(() => undefined);
      }
      return true;
    }
  }

  /** Why the query has ended. Undefined if it still runs. */
  async #reason(query: StreamingQuery, lease: SessionLease): Promise<RunEnd | undefined> {
    const { keeper, stop } = this.#parts;
    for (;;) {
      try {
        const options = { timeoutMs: REASON_TIMEOUT_MS, signal: stop };
        return (await query.awaitTermination(options)) ? { kind: "ended" } : undefined;
      } catch (error) {
        if (stop.aborted) return STOPPING;
        if (!isSessionTrouble(error)) return { kind: "failed", error };
        const health = await unlessAborted(keeper.check(lease, error), stop).catch(() => undefined);
        if (health === undefined) return STOPPING;
        if (health === "lost") return SESSION_LOST;
        // After an outage, ask the server again: a superseded run must not be restarted.
        if (health === "fine") return { kind: "failed", error };
      }
    }
  }

  async #classified(error: unknown, lease: SessionLease): Promise<RunEnd> {
    const kind = await this.#failures.kindOfEnd(error, lease);
    return kind === "failed" ? { kind, error } : { kind };
  }

  /** How long the last run has run, in milliseconds. */
  #ranMs(): number {
    return this.#startedAtMs === undefined ? 0 : this.#parts.clock.now() - this.#startedAtMs;
  }

  #endWithoutFailure(): void {
    const { state, emit } = this.#parts;
    const { name, ends } = this.#declaration;
    state.forgetRun(name);
    if (!ends) {
      this.#failures.superseded(
        new SparkError(
          "STREAM_SUPERSEDED",
          `The query of stream "${name}" ended without an error, and its supervisor did not stop it: another run took its checkpoint, or somebody stopped or interrupted it. The supervisor does not restart it, because two supervisors would take the checkpoint from each other in turn. Run one supervisor per checkpoint. If the stream is supposed to end, declare it with ends: true.`,
        ),
      );
      return;
    }
    this.#record.state = "completed";
    const { run } = this.#record;
    if (run !== undefined) emit("completed", run);
  }

  #startAbandoned(): SparkError {
    return new SparkError(
      "START_ABANDONED",
      `Stream "${this.#declaration.name}" was still starting when the time for a graceful stop was over. Its query ends with the session.`,
    );
  }

  async #stop(abandoned: unknown): Promise<void> {
    const { clock, deadline, state, emit } = this.#parts;
    const { name } = this.#declaration;
    const query = this.#query;
    this.#record.state = "stopping";
    const stop: QueryStop | undefined =
      query === undefined
        ? { stopped: true, graceful: abandoned === undefined, error: abandoned }
        : await stopBetweenBatches(query, {
            clock,
            deadline,
            batches: () => this.#record.batches,
            mayStop: () => this.#holdsState(),
          });
    if (stop === undefined) {
      this.#record.state = "stopped";
      return;
    }
    const { stopped, ...outcome } = stop;
    // A query that may still run stays in the state file, so that the next process finds it.
    if (stopped) state.forgetRun(name);
    this.#record.state = "stopped";
    emit("stopped", { stream: name, runId: query?.runId, ...outcome });
  }

  /** False if another process has taken over the state. A process that was suspended learns it here. */
  async #holdsState(): Promise<boolean> {
    const { letGo, state } = this.#parts;
    await state.confirm().catch(() => undefined);
    return letGo?.aborted !== true;
  }

  #progress(progress: StreamingQueryProgress): void {
    this.#stall.alive();
    const { run } = this.#record;
    if (!this.#record.count(progress) || run === undefined) return;
    this.#parts.emit("progress", { ...run, progress });
  }
}
