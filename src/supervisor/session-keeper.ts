import { ArgumentError, SessionError, SparkError } from "../errors.js";
import type { Logger } from "../connection/logger.js";
import type { SparkSession } from "../session/spark-session.js";
import { unlessAborted } from "../waiting.js";
import type { StreamingQuery } from "../streaming/streaming-query.js";
import { settledWithin, sharedAbort } from "./aborting.js";
import type { Clock } from "./clock.js";
import { isAuthError } from "./failure.js";
import { resolveRestartPolicy, RestartBudget } from "./restart-policy.js";
import { activeQueries, RunWatch } from "./run-watch.js";
import type { OpenedSession } from "./session-opening.js";
import type { SupervisorState } from "./store/state-journal.js";
import type { Emit } from "./supervisor-events.js";

/** The waits between tries to reach the server, without a limit. A session of a minute resets them. */
const BACKOFF = resolveRestartPolicy({
  initialBackoffMs: 500,
  maxBackoffMs: 30_000,
  maxRestarts: Infinity,
  resetAfterMs: 60_000,
});
/** The longest wait for the end of a session. After that, the server ends it by itself. */
const END_DEADLINE_MS = 10_000;

/** A session, until it is lost. */
export interface SessionLease {
  readonly spark: SparkSession;
  readonly watch: RunWatch;
  /** Aborts when the session is lost. */
  readonly lost: AbortSignal;
  /** Running queries of a former process, by stream. A stream removes the query that it adopts. */
  readonly running: Map<string, StreamingQuery>;
}

/** The state of a session after a failed call. */
export type SessionHealth = "fine" | "recovered" | "lost";

/** The dependencies of a SessionKeeper. */
export interface SessionKeeperParts {
  readonly open: () => Promise<OpenedSession>;
  readonly state: SupervisorState;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly logger: Logger | undefined;
}

interface OwnLease extends SessionLease {
  readonly end: AbortController;
  readonly sinceMs: number;
  readonly sparkVersion: string;
  /** The running check of the session, shared by all callers. */
  checking: Promise<SessionHealth> | undefined;
}

/** Keeps one session for all streams, and opens a new one when it is lost. Retries without end. */
export class SessionKeeper {
  readonly #parts: SessionKeeperParts;
  readonly #closing = sharedAbort();
  readonly #backoff: RestartBudget;
  #current: OwnLease | undefined;
  #opening: Promise<OwnLease> | undefined;
  /** The end of the former session. A new session waits for it. */
  #ending: Promise<void> = Promise.resolve();
  #isAnswering = false;
  /** The wait before the next try to connect. */
  #delayMs = 0;

  constructor(parts: SessionKeeperParts) {
    this.#parts = parts;
    this.#backoff = new RestartBudget(BACKOFF, () => parts.clock.random());
  }

  /** True if there is a session and it answered the last call. */
  get isConnected(): boolean {
    return this.#current !== undefined && this.#isAnswering;
  }

  get sessionId(): string | undefined {
    return this.#current?.spark.sessionId;
  }

  get sparkVersion(): string | undefined {
    return this.#current?.sparkVersion;
  }

  /**
   * The session. Opens one if there is none.
   *
   * @throws the error of a connection that retries cannot fix: the server refuses the credentials, or
   *   connect() throws an ArgumentError. All other errors are retried
   */
  lease(signal: AbortSignal): Promise<SessionLease> {
    if (this.#opening === undefined) {
      this.#opening = this.#open();
      this.#opening.catch(() => undefined);
    }
    return unlessAborted(this.#opening, signal);
  }

  /**
   * Checks the session after a failed call: calls the server until it answers.
   *
   * @returns `fine`: the server answered at once, so only the call failed; `recovered`: the server did
   *   not answer for some time; `lost`: the session is lost
   */
  check(lease: SessionLease, error: unknown): Promise<SessionHealth> {
    const current = this.#current;
    if (current === undefined || current !== lease) return Promise.resolve("lost");
    const { sessionId, isStopped } = current.spark;
    if (isStopped || (error instanceof SessionError && error.sessionId === sessionId)) {
      this.#lose(current, error);
      return Promise.resolve("lost");
    }
    return (current.checking ??= this.#probe(current).finally(() => {
      current.checking = undefined;
    }));
  }

  /** Closes the session and stops all tries to open one. Never rejects, and ends within a bounded time. */
  async close(): Promise<void> {
    this.#closing.abort(new SparkError("SUPERVISOR_STOPPED", "The supervisor was stopped."));
    await settledWithin(Promise.resolve(this.#opening), END_DEADLINE_MS, this.#parts.clock);
    await this.#ending;
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) return;
    current.end.abort(this.#closing.signal.reason);
    await this.#end(current.spark);
  }

  async #open(): Promise<OwnLease> {
    const { clock, open, emit } = this.#parts;
    const { signal } = this.#closing;
    await this.#ending;
    for (;;) {
      if (this.#delayMs > 0) await clock.wait(this.#delayMs, signal);
      let opened: OpenedSession | undefined;
      try {
        opened = await open();
        return await this.#begin(opened);
      } catch (error) {
        signal.throwIfAborted();
        // If the session was opened and then closed at once, it is lost like any other, so retry.
        if (opened === undefined ? isRefusal(error) : isAuthError(error)) throw error;
        this.#delayMs = this.#backoff.fail(0) ?? BACKOFF.maxBackoffMs;
        emit("disconnected", { error, delayMs: this.#delayMs });
      }
    }
  }

  async #begin({ spark, running }: OpenedSession): Promise<OwnLease> {
    const { clock, emit } = this.#parts;
    const end = sharedAbort();
    const watch = new RunWatch({ spark, clock });
    const lease: OwnLease = {
      spark,
      running,
      watch,
      lost: end.signal,
      end,
      sinceMs: clock.now(),
      sparkVersion: await spark.version(),
      checking: undefined,
    };
    try {
      await watch.start(end.signal, {
        trouble: (error) => this.check(lease, error),
        gap: (queries) => {
          emit("gap", { sessionId: spark.sessionId, queries });
        },
      });
      // The supervisor may have been stopped while the session opened.
      this.#closing.signal.throwIfAborted();
    } catch (error) {
      end.abort(error);
      await this.#end(spark);
      throw error;
    }
    this.#delayMs = 0;
    this.#current = lease;
    this.#isAnswering = true;
    emit("connected", { sessionId: spark.sessionId, resumed: running.size > 0 });
    return lease;
  }

  async #probe(lease: OwnLease): Promise<SessionHealth> {
    const { clock, emit } = this.#parts;
    const { spark, lost } = lease;
    for (let delayMs = BACKOFF.initialBackoffMs; ;) {
      try {
        await activeQueries(spark);
        if (lost.aborted) return "lost";
        if (this.#isAnswering) return "fine";
        this.#isAnswering = true;
        emit("reconnected", { sessionId: spark.sessionId });
        return "recovered";
      } catch (error) {
        if (lost.aborted || this.#closing.signal.aborted) return "lost";
        if (isAuthError(error)) {
          this.#refuse(lease, error);
          return "lost";
        }
        if (error instanceof SessionError || spark.isStopped) {
          this.#lose(lease, error);
          return "lost";
        }
        this.#isAnswering = false;
        emit("disconnected", { error, delayMs });
        // Rejects only when the lease or the keeper ends. The next iteration handles that.
        await clock.wait(delayMs, lost).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, BACKOFF.maxBackoffMs);
      }
    }
  }

  #lose(lease: OwnLease, error: unknown): void {
    const { clock, state, emit } = this.#parts;
    this.#delayMs = this.#backoff.fail(clock.now() - lease.sinceMs) ?? BACKOFF.maxBackoffMs;
    this.#opening = undefined;
    state.forgetSession();
    emit("sessionLost", { sessionId: lease.spark.sessionId, error });
    this.#drop(lease, error);
  }

  /** The queries may still run, so the state keeps them for a later process with valid credentials. */
  #refuse(lease: OwnLease, error: Error): void {
    this.#opening = Promise.reject(error);
    this.#opening.catch(() => undefined);
    this.#drop(lease, error);
  }

  #drop(lease: OwnLease, error: unknown): void {
    this.#current = undefined;
    this.#isAnswering = false;
    this.#ending = this.#end(lease.spark);
    lease.end.abort(error);
  }

  async #end(spark: SparkSession): Promise<void> {
    const isOurs = await this.#parts.state.confirm().then(
      () => true,
      () => false,
    );
    // Another process may have joined this session, and its queries run there.
    const stopping = (isOurs ? spark.stop() : spark.leave()).catch((error: unknown) => {
      this.#parts.logger?.warn({ err: error }, "supervisor: a session could not be stopped");
    });
    await settledWithin(stopping, END_DEADLINE_MS, this.#parts.clock);
  }
}

/** True for errors that a retry cannot fix: wrong credentials, wrong arguments, a closed pinned session. */
function isRefusal(error: unknown): boolean {
  if (isAuthError(error) || error instanceof ArgumentError) return true;
  return error instanceof SessionError && error.code === "SESSION_CLOSED";
}
