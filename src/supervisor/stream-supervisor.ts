import { ArgumentError, SparkError } from "../errors.js";
import { SIGNAL, checkMethods, checkOptions } from "../option-check.js";
import { sharedAbort } from "./aborting.js";
import { systemClock, type Clock } from "./clock.js";
import { metricsText } from "./metrics-text.js";
import { SessionKeeper } from "./session-keeper.js";
import { openSession } from "./session-opening.js";
import { StateFile } from "./state-file.js";
import type { StreamState, StreamStatus, SupervisorHealth } from "./stream-status.js";
import { StreamsFailedError } from "./streams-failed-error.js";
import { SupervisedStream } from "./supervised-stream.js";
import {
  SupervisorEventBus,
  type SupervisorEvent,
  type SupervisorHandler,
} from "./supervisor-events.js";
import {
  SUPERVISOR_OPTIONS,
  declareStreams,
  shutdownTimeoutOf,
  type StreamDeclaration,
  type StreamSupervisorOptions,
} from "./supervisor-options.js";

const SIGNALS: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT"];
const FAILED: ReadonlySet<StreamState> = new Set(["fatal", "superseded"]);
const SETTLED: ReadonlySet<StreamState> = new Set(["running", "completed"]);

/** What a run has, beside what the supervisor was made with. */
interface Run {
  readonly keeper: SessionKeeper;
  readonly streams: readonly SupervisedStream[];
}

/**
 * Keeps streams running: starts them, watches them, starts those that fail again from their
 * checkpoints, in a new session where the old one is lost, and stops them between batches.
 *
 * @see docs/supervision.md
 */
export class StreamSupervisor {
  readonly #options: StreamSupervisorOptions;
  readonly #declarations: readonly StreamDeclaration[];
  readonly #shutdownTimeoutMs: number;
  readonly #clock: Clock;
  readonly #events: SupervisorEventBus;
  readonly #stop = sharedAbort();
  readonly #deadline = sharedAbort();
  #running: Promise<void> | undefined;
  #run: Run | undefined;

  /**
   * Nothing happens before `run()`.
   *
   * @param clock for tests
   * @throws {ArgumentError} no stream is named, two have one name, or an option has no possible value
   */
  constructor(options: StreamSupervisorOptions, clock: Clock = systemClock) {
    checkOptions("StreamSupervisor", options, SUPERVISOR_OPTIONS);
    if (typeof options.connect !== "function") {
      throw new ArgumentError("connect", "connect must be a function that makes a session.");
    }
    this.#options = options;
    this.#declarations = declareStreams(options.streams);
    this.#shutdownTimeoutMs = shutdownTimeoutOf(options);
    this.#clock = clock;
    this.#events = new SupervisorEventBus(options.logger);
  }

  /**
   * Runs the streams until the signal is aborted or `stop()` is called, or none is left to run.
   * Resolves once each stream has finished its batch and stopped, and the session with them.
   *
   * @throws {StreamsFailedError} no stream is left to run, and some cannot go on
   * @throws {SparkError} code STATE_FILE_IN_USE, STATE_FILE_NOT_WRITABLE, STATE_FILE_CORRUPT,
   *   STATE_FILE_FOREIGN: nothing was started; SUPERVISOR_RAN_BEFORE: a supervisor runs once
   */
  run(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    if (this.#running !== undefined) {
      return Promise.reject(
        new SparkError(
          "SUPERVISOR_RAN_BEFORE",
          "run() was called before on this StreamSupervisor. Make a new one for each run.",
        ),
      );
    }
    this.#running = this.#supervise(options.signal);
    return this.#running;
  }

  /**
   * Stops all streams as an abort of run()'s signal does, and waits until run() is over; that is where
   * an error is thrown. Not to be waited for in a foreachBatch callback, which would wait for itself.
   */
  async stop(): Promise<void> {
    this.#requestStop();
    await this.#running?.catch(() => undefined);
  }

  /** How each stream stands, in the order they were declared. No network. */
  status(): readonly StreamStatus[] {
    return this.#run?.streams.map((stream) => stream.status()) ?? [];
  }

  /** For probes: `healthy` for people to be called, `ready` for traffic. No network. */
  health(): SupervisorHealth {
    const streams = this.status();
    const connected = this.#run?.keeper.isConnected ?? false;
    return {
      healthy: streams.every(({ state, isStalled }) => !FAILED.has(state) && !isStalled),
      ready: connected && streams.length > 0 && streams.every(({ state }) => SETTLED.has(state)),
      connected,
      streams: streams.map(({ name, state, isStalled }) => ({ name, state, isStalled })),
    };
  }

  /** Rates, durations, restarts and lag of each stream in Prometheus' text format. No network. */
  metricsText(): string {
    return metricsText(this.#run?.keeper.isConnected ?? false, this.status());
  }

  /** Has a handler told of each event of a kind, in order. What it throws is logged, nothing more. */
  on<E extends SupervisorEvent>(event: E, handler: SupervisorHandler<E>): this {
    this.#events.add(event, handler);
    return this;
  }

  off<E extends SupervisorEvent>(event: E, handler: SupervisorHandler<E>): this {
    this.#events.remove(event, handler);
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #supervise(signal: AbortSignal | undefined): Promise<void> {
    const { tell } = this.#events;
    const stateFailed = (path: string, error: unknown): void => {
      tell("stateFailed", { path, error });
    };
    const requestStop = (): void => {
      this.#requestStop();
    };
    const interrupted = (): void => {
      if (this.#stop.signal.aborted) this.#deadline.abort();
      this.#requestStop();
    };
    const state = await StateFile.open(this.#options.state, stateFailed);
    if (this.#options.handleSignals === true) {
      for (const name of SIGNALS) process.on(name, interrupted);
    }
    signal?.addEventListener("abort", requestStop, { once: true });
    if (signal?.aborted === true) this.#requestStop();
    try {
      const run = this.#prepare(state);
      this.#run = run;
      await Promise.all(run.streams.map((stream) => stream.supervise()));
      await run.keeper.close();
      this.#throwFailures(run);
    } finally {
      signal?.removeEventListener("abort", requestStop);
      for (const name of SIGNALS) process.removeListener(name, interrupted);
      // Ends the wait for the deadline, which nobody needs any more.
      this.#deadline.abort();
      await state.close();
    }
  }

  #prepare(state: StateFile): Run {
    const { connect, logger } = this.#options;
    const clock = this.#clock;
    const { tell } = this.#events;
    const names = new Set(this.#declarations.map(({ name }) => name));
    const open = (): ReturnType<typeof openSession> => openSession(connect, state, names);
    const keeper = new SessionKeeper({ open, state, clock, tell, logger });
    const parts = {
      keeper,
      state,
      clock,
      tell,
      logger,
      stop: this.#stop.signal,
      deadline: this.#deadline.signal,
    };
    return {
      keeper,
      streams: this.#declarations.map((declaration) => new SupervisedStream(declaration, parts)),
    };
  }

  #requestStop(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort(new SparkError("SUPERVISOR_STOPPED", "The supervisor was stopped."));
    const { signal } = this.#deadline;
    if (this.#running === undefined) return;
    this.#clock.wait(this.#shutdownTimeoutMs, signal).then(
      () => {
        this.#deadline.abort();
      },
      // Aborted: the streams have stopped, or are not to be waited for.
      () => undefined,
    );
  }

  /** An end that was asked for is no failure, whatever became of single streams before. */
  #throwFailures({ streams }: Run): void {
    if (this.#stop.signal.aborted) return;
    const failures = streams
      .map((stream) => stream.status())
      .filter(({ state }) => FAILED.has(state))
      .map(({ name, lastError }) => ({ stream: name, error: lastError }));
    if (failures.length > 0) throw new StreamsFailedError(failures);
  }
}

checkMethods(StreamSupervisor.prototype, { run: [0, SIGNAL] });
