import { ArgumentError, SparkError } from "../errors.js";
import { SIGNAL, checkMethods, checkOptions } from "../option-check.js";
import { sharedAbort } from "./aborting.js";
import { systemClock, type Clock } from "./clock.js";
import {
  METRICS_TEXT_OPTIONS,
  metricsText,
  type MetricsTextOptions,
  type SupervisorMetrics,
} from "./metrics-text.js";
import { SessionKeeper } from "./session-keeper.js";
import { openSession } from "./session-opening.js";
import { asUserCode, inBackground } from "../user-calls.js";
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

/** The parts of a supervisor that exist only during run(). */
interface Run {
  readonly keeper: SessionKeeper;
  readonly streams: readonly SupervisedStream[];
}

/**
 * Keeps streams running. It starts and watches them, restarts failed streams from their checkpoints,
 * opens a new session when the old one is lost, and stops streams between batches.
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
   * Checks the options. Nothing starts before `run()`.
   *
   * @param clock for tests
   * @throws {ArgumentError} there are no streams, two have the same name, or an option has an invalid value
   */
  constructor(options: StreamSupervisorOptions, clock: Clock = systemClock) {
    checkOptions("StreamSupervisor", options, SUPERVISOR_OPTIONS);
    if (typeof options.connect !== "function") {
      throw new ArgumentError("connect", "connect must be a function that creates a session.");
    }
    this.#options = options;
    this.#declarations = declareStreams(options.streams);
    this.#shutdownTimeoutMs = shutdownTimeoutOf(options);
    this.#clock = clock;
    this.#events = new SupervisorEventBus(options.logger);
  }

  /**
   * Runs the streams until the signal aborts, `stop()` is called, or all streams have ended.
   * Resolves when each stream has finished its batch and stopped, and the session is closed.
   *
   * @throws {StreamsFailedError} all streams have ended, and at least one has failed for good
   * @throws {SparkError} code STATE_FILE_IN_USE, STATE_FILE_NOT_WRITABLE, STATE_FILE_CORRUPT,
   *   STATE_FILE_FOREIGN: nothing was started; SUPERVISOR_RAN_BEFORE: run() was called before
   */
  run(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    if (this.#running !== undefined) {
      return Promise.reject(
        new SparkError(
          "SUPERVISOR_RAN_BEFORE",
          "run() was already called on this StreamSupervisor. Create a new one for each run.",
        ),
      );
    }
    this.#running = inBackground("supervisor", () => this.#supervise(options.signal));
    return this.#running;
  }

  /**
   * Stops all streams, as an abort of run()'s signal does, and waits until run() is over. run() throws
   * the errors. Do not await this in a foreachBatch callback: the stop waits for the callback.
   */
  async stop(): Promise<void> {
    this.#requestStop();
    await this.#running?.catch(() => undefined);
  }

  /** The status of each stream, in the order of declaration. Does not use the network. */
  status(): readonly StreamStatus[] {
    return this.#run?.streams.map((stream) => stream.status()) ?? [];
  }

  /** The health for probes: alert a person if not `healthy`, send traffic if `ready`. Does not use the network. */
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

  /**
   * Rates, durations, restarts and lag of each stream in Prometheus' text format. Does not use the network.
   *
   * @throws {ArgumentError} Prometheus does not allow the prefix, or the name of a label
   */
  metricsText(options?: MetricsTextOptions): string {
    return metricsText([this.#metrics()], options);
  }

  /**
   * Like `metricsText()`, for several supervisors in one text: each metric has one HELP and one TYPE line, and each
   * sample the label `supervisor` with the supervisor's key.
   *
   * @example `StreamSupervisor.metricsText({ orders, prices }, { prefix: "shop_" })`
   * @throws {ArgumentError} Prometheus does not allow the prefix, or the name of a label
   */
  static metricsText(
    supervisors: Readonly<Record<string, StreamSupervisor>>,
    options?: MetricsTextOptions,
  ): string {
    const each = Object.entries(supervisors).map(([supervisor, one]) => {
      return { supervisor, ...one.#metrics() };
    });
    return metricsText(each, options);
  }

  #metrics(): SupervisorMetrics {
    return { connected: this.#run?.keeper.isConnected ?? false, streams: this.status() };
  }

  /** Calls the handler for each event of this name, in order. Errors of the handler are only logged. */
  on<E extends SupervisorEvent>(event: E, handler: SupervisorHandler<E>): this {
    this.#events.add(event, handler);
    return this;
  }

  /** Removes a handler that on() added. */
  off<E extends SupervisorEvent>(event: E, handler: SupervisorHandler<E>): this {
    this.#events.remove(event, handler);
    return this;
  }

  /** Calls stop() at the end of `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #supervise(signal: AbortSignal | undefined): Promise<void> {
    const { emit } = this.#events;
    const stateFailed = (path: string, error: unknown): void => {
      emit("stateFailed", { path, error });
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
      // Ends the wait for the deadline.
      this.#deadline.abort();
      await state.close();
    }
  }

  #prepare(state: StateFile): Run {
    const { connect, logger } = this.#options;
    const clock = this.#clock;
    const { emit } = this.#events;
    const names = new Set(this.#declarations.map(({ name }) => name));
    const open = (): ReturnType<typeof openSession> =>
      openSession(() => asUserCode(connect), state, names);
    const keeper = new SessionKeeper({ open, state, clock, emit, logger });
    const parts = {
      keeper,
      state,
      clock,
      emit,
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
      // Aborted: the streams have stopped, or a second signal ended the wait for them.
      () => undefined,
    );
  }

  /** A requested stop is not a failure, even if single streams failed before. */
  #throwFailures({ streams }: Run): void {
    if (this.#stop.signal.aborted) return;
    const failures = streams
      .map((stream) => stream.status())
      .filter(({ state }) => FAILED.has(state))
      .map(({ name, lastError }) => ({ stream: name, error: lastError }));
    if (failures.length > 0) throw new StreamsFailedError(failures);
  }
}

checkMethods(StreamSupervisor.prototype, {
  run: [0, SIGNAL],
  metricsText: [0, METRICS_TEXT_OPTIONS],
});
checkMethods(StreamSupervisor, { metricsText: [1, METRICS_TEXT_OPTIONS] });
