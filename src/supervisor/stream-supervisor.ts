import { ArgumentError, SparkError } from "../errors.js";
import { SIGNAL, checkMethods, checkOptions } from "../option-check.js";
import { eitherOf, sharedAbort } from "./aborting.js";
import { systemClock, type Clock } from "./clock.js";
import {
  COMMAND_OPTIONS,
  UPGRADE_OPTIONS,
  type CommandOptions,
  type UpgradeOptions,
} from "./command-options.js";
import {
  METRICS_TEXT_OPTIONS,
  metricsText,
  type MetricsTextOptions,
  type SupervisorMetrics,
} from "./metrics-text.js";
import { kindOf } from "../value-kind.js";
import { SessionKeeper } from "./session-keeper.js";
import { openSession } from "./session-opening.js";
import { asUserCode, inBackground } from "../user-calls.js";
import { FileStateStore } from "./store/file-state-store.js";
import type { HeldLease } from "./store/held-lease.js";
import { StateJournal } from "./store/state-journal.js";
import type { StateStore } from "./store/state-store.js";
import { takeLease } from "./store/take-lease.js";
import { SteeredStreams } from "./steered-streams.js";
import { failuresOf, healthOf } from "./stream-health.js";
import type { StreamStatus, SupervisorHealth } from "./stream-status.js";
import { StreamsFailedError } from "./streams-failed-error.js";
import type { DynamicStream } from "./dynamic-stream.js";
import {
  SupervisorEventBus,
  type SupervisorEvent,
  type SupervisorHandler,
} from "./supervisor-events.js";
import type { SupervisedPipelineOptions } from "./supervised-pipeline-options.js";
import {
  SUPERVISOR_OPTIONS,
  declareStream,
  declareStreams,
  leaseOptionsOf,
  shutdownTimeoutOf,
  type LeaseOptions,
  type StreamDeclaration,
  type StreamSupervisorOptions,
  type SupervisedStreamOptions,
} from "./supervisor-options.js";
import { checkWatchLimits } from "./upgrade-watch.js";

const SIGNALS: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT"];

/** The parts of a supervisor that exist only while it holds its state. */
interface Run {
  readonly keeper: SessionKeeper;
  readonly streams: SteeredStreams;
}

/**
 * Keeps streams running. It starts and watches them, restarts failed streams from their checkpoints,
 * opens a new session when the old one is lost, and stops streams between batches. Commands add, pause, resume, restart,
 * stop, upgrade and remove single streams while it runs.
 *
 * @see docs/supervision.md
 */
export class StreamSupervisor {
  readonly #options: StreamSupervisorOptions;
  readonly #declarations: readonly StreamDeclaration[];
  readonly #shutdownTimeoutMs: number;
  readonly #lease: LeaseOptions;
  readonly #clock: Clock;
  readonly #events: SupervisorEventBus;
  readonly #stop = sharedAbort();
  readonly #deadline = sharedAbort();
  #running: Promise<void> | undefined;
  #run: Run | undefined;
  /** The process that holds the state, while this one is in standby. */
  #heldBy: string | undefined;
  /** Resolves when this process holds the state or waits for it. */
  #opening: Promise<void> | undefined;
  #opened: () => void = () => undefined;

  /**
   * Checks the options. Nothing starts before `run()`.
   *
   * @param clock for tests
   * @throws {ArgumentError} two streams have the same name, or an option has an invalid value
   */
  constructor(options: StreamSupervisorOptions, clock: Clock = systemClock) {
    checkOptions("StreamSupervisor", options, SUPERVISOR_OPTIONS);
    if (typeof options.connect !== "function") {
      throw new ArgumentError("connect", "connect must be a function that creates a session.");
    }
    this.#options = options;
    this.#declarations = declareStreams(options.streams);
    this.#shutdownTimeoutMs = shutdownTimeoutOf(options);
    this.#lease = leaseOptionsOf(options);
    this.#clock = clock;
    this.#events = new SupervisorEventBus(options.logger);
  }

  /**
   * Runs the streams until the signal aborts, `stop()` is called, or all streams have ended. Paused and stopped streams
   * have not ended: a command may start them again.
   * Resolves when each stream has finished its batch and stopped, and the session is closed.
   *
   * @throws {StreamsFailedError} all streams have ended, and at least one has failed for good
   * @throws {SparkError} code STATE_FILE_IN_USE, STATE_FILE_NOT_WRITABLE, STATE_FILE_CORRUPT,
   *   STATE_FILE_FOREIGN: nothing was started; SUPERVISOR_RAN_BEFORE: run() was called before;
   *   STATE_LEASE_LOST: another process has taken over the streams, without `standby`
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
    this.#willOpen();
    this.#running = inBackground("supervisor", () => this.#supervise(options.signal));
    return this.#running;
  }

  /**
   * Stops all streams, as an abort of run()'s signal does, and waits until run() is over. run() throws
   * the errors. Do not await this in a foreachBatch callback: the stop waits for the callback.
   */
  stop(): Promise<void>;
  /**
   * Stops a stream between two batches. It stays stopped, also after a restart of the process, until `resume()`. It does not make
   * run() end.
   *
   * @throws {SparkError} code STREAM_NOT_FOUND or SUPERVISOR_NOT_ACTIVE
   */
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- Two different things.
  stop(name: string, options?: CommandOptions): Promise<void>;
  async stop(...call: readonly [name?: string, options?: CommandOptions]): Promise<void> {
    // An undefined name is a mistake. It must not stop all streams.
    if (call.length > 0) {
      const [name, options = {}] = call;
      await (await this.#stream(name)).stop(options.by);
      return;
    }
    this.#requestStop();
    await this.#running?.catch(() => undefined);
  }

  /**
   * Adds a stream and starts it. A stream declared by data is kept in the state, so the next process starts it
   * again; one declared by code must be added again. Adding the same data again has no effect.
   *
   * @throws {ArgumentError} an option has an invalid value
   * @throws {SparkError} code STREAM_EXISTS: another stream has this name; SUPERVISOR_NOT_ACTIVE
   */
  async add(
    stream: SupervisedStreamOptions | SupervisedPipelineOptions | DynamicStream,
    options: CommandOptions = {},
  ): Promise<void> {
    const declaration = declareStream(stream);
    await (await this.#active()).streams.add(declaration, options.by);
  }

  /**
   * Stops a stream between two batches, and forgets it. An unknown name has no effect. The checkpoint and the data
   * stay.
   *
   * @throws {SparkError} code STREAM_IN_CODE: the stream is among the options of the supervisor, so only a change of
   *   the code removes it; SUPERVISOR_NOT_ACTIVE
   */
  async remove(name: string, options: CommandOptions = {}): Promise<void> {
    await (await this.#active()).streams.remove(name, options.by);
  }

  /**
   * Stops a stream between two batches until `resume()`. It stays paused when the process or the server restarts.
   *
   * @throws {SparkError} code STREAM_NOT_FOUND or SUPERVISOR_NOT_ACTIVE
   */
  async pause(name: string, options: CommandOptions = {}): Promise<void> {
    await (await this.#stream(name)).pause(options.by);
  }

  /**
   * Starts a stream that is paused, stopped, completed, superseded or fatal. Its restarts count from zero again.
   *
   * @throws {SparkError} code STREAM_NOT_FOUND or SUPERVISOR_NOT_ACTIVE
   */
  async resume(name: string, options: CommandOptions = {}): Promise<void> {
    await (await this.#stream(name)).resume(options.by);
  }

  /**
   * Stops a stream between two batches and starts it again, from its checkpoint.
   *
   * @throws {SparkError} code STREAM_NOT_FOUND or SUPERVISOR_NOT_ACTIVE
   */
  async restart(name: string, options: CommandOptions = {}): Promise<void> {
    await (await this.#stream(name)).restart(options.by);
  }

  /**
   * Starts the next run of a scheduled stream now. Has no effect while a run is under way.
   *
   * @throws {ArgumentError} the stream has no schedule
   * @throws {SparkError} code STREAM_NOT_FOUND or SUPERVISOR_NOT_ACTIVE
   */
  async runNow(name: string, options: CommandOptions = {}): Promise<void> {
    await (await this.#stream(name)).runNow(options.by);
  }

  /**
   * Replaces a stream's declaration by one that continues from the same checkpoint. The query finishes its batch and stops, and
   * the new one starts. Resolves when that has run for `watchBatches` batches, or for `watchMs`. If it fails before, the
   * former declaration starts again.
   *
   * @throws {ArgumentError} a stream declared by data has another source or checkpoint. Nothing was stopped
   * @throws {SparkException} the server refuses the SQL of a stream declared by data. Nothing was stopped
   * @throws {SparkError} code UPGRADE_FAILED: the former declaration runs again, see `cause`; STREAM_NOT_FOUND;
   *   SUPERVISOR_NOT_ACTIVE
   */
  async upgrade(
    name: string,
    stream: SupervisedStreamOptions | SupervisedPipelineOptions | DynamicStream,
    { by, ...limits }: UpgradeOptions = {},
  ): Promise<void> {
    checkWatchLimits(limits);
    const declaration = declareStream(stream);
    await (await this.#active()).streams.upgrade(name, declaration, limits, by);
  }

  /** `standby` while another process holds the state and this one waits, else `active`. */
  get role(): "active" | "standby" {
    return this.#heldBy === undefined ? "active" : "standby";
  }

  /** The id of the session. Undefined if there is none at the moment. */
  get sessionId(): string | undefined {
    return this.#run?.keeper.sessionId;
  }

  /** The version of the session's Spark, such as `4.2.1`. Undefined if there is no session at the moment. */
  get sparkVersion(): string | undefined {
    return this.#run?.keeper.sparkVersion;
  }

  /**
   * The plan of a stream's query, as text. Asks the server. Undefined if the query does not run.
   *
   * @throws {SparkError} code STREAM_NOT_FOUND or SUPERVISOR_NOT_ACTIVE
   */
  async explainString(name: string): Promise<string | undefined> {
    return (await this.#stream(name)).explainString();
  }

  /** The status of each stream, in the order of declaration. Does not use the network. */
  status(): readonly StreamStatus[] {
    return this.#run?.streams.status() ?? [];
  }

  /** The health for probes: alert a person if not `healthy`, send traffic if `ready`. Does not use the network. */
  health(): SupervisorHealth {
    return healthOf(this.#metrics());
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
    const requestStop = (): void => {
      this.#requestStop();
    };
    const interrupted = (): void => {
      if (this.#stop.signal.aborted) this.#deadline.abort();
      this.#requestStop();
    };
    if (this.#options.handleSignals === true) {
      for (const name of SIGNALS) process.on(name, interrupted);
    }
    signal?.addEventListener("abort", requestStop, { once: true });
    if (signal?.aborted === true) this.#requestStop();
    try {
      let isKnown = false;
      while (await this.#superviseOnce(isKnown)) {
        isKnown = true;
        this.#run = undefined;
        this.#willOpen();
      }
    } finally {
      signal?.removeEventListener("abort", requestStop);
      for (const name of SIGNALS) process.removeListener(name, interrupted);
      // Ends the wait for the deadline.
      this.#deadline.abort();
      this.#opened();
    }
  }

  /** Takes the state, and runs the streams while it is held. Returns true if it must wait for the state again. */
  async #superviseOnce(isKnown: boolean): Promise<boolean> {
    const store = storeOf(this.#options.state);
    const failed = (error: unknown): void => {
      this.#events.emit("stateFailed", { path: store?.location ?? "", error });
    };
    const lease = store && (await this.#takeLease(store, isKnown, failed));
    if (store !== undefined && lease === undefined) return false;
    try {
      const state = await StateJournal.open(store && lease && { store, lease }, failed);
      await this.#runStreams(state, lease);
      await state.close();
    } finally {
      // Without an answer of the store the lease ends by its time.
      await lease?.release().catch(failed);
    }
    if (lease?.lost.aborted !== true) return false;
    const error: unknown = lease.lost.reason;
    this.#events.emit("leaseLost", { error });
    if (this.#stop.signal.aborted) return false;
    if (this.#lease.standby) return true;
    throw error;
  }

  /** Undefined if the supervisor was stopped before it held the state. */
  async #takeLease(
    store: StateStore,
    isKnown: boolean,
    failed: (error: unknown) => void,
  ): Promise<HeldLease | undefined> {
    const startedMs = this.#clock.now();
    const { signal } = this.#stop;
    const waits = (heldBy: string): void => {
      this.#heldBy = heldBy;
      this.#opened();
    };
    try {
      const lease = await takeLease(store, {
        ...this.#lease,
        isKnown,
        clock: this.#clock,
        signal,
        onStandby: (heldBy) => {
          waits(heldBy);
          this.#events.emit("standby", { heldBy });
        },
        onFailure: (error) => {
          waits(this.#heldBy ?? "another process");
          failed(error);
        },
      });
      if (this.#heldBy !== undefined) {
        this.#heldBy = undefined;
        // Commands wait for the streams, which are not there yet.
        this.#willOpen();
        this.#events.emit("tookOver", { waitedMs: Math.round(this.#clock.now() - startedMs) });
      }
      return lease;
    } catch (error) {
      if (signal.aborted && error === signal.reason) return undefined;
      throw error;
    } finally {
      this.#heldBy = undefined;
    }
  }

  #willOpen(): void {
    this.#opening = new Promise((resolve) => {
      this.#opened = resolve;
    });
  }

  async #runStreams(state: StateJournal, lease: HeldLease | undefined): Promise<void> {
    const { connect, logger } = this.#options;
    const clock = this.#clock;
    const { emit } = this.#events;
    const letGo = lease?.lost;
    const stop = letGo === undefined ? this.#stop.signal : eitherOf(this.#stop.signal, letGo);
    const keeper: SessionKeeper = new SessionKeeper({
      open: () => openSession(() => asUserCode(connect), state, streams.wanted()),
      state,
      clock,
      emit,
      logger,
    });
    const streams = new SteeredStreams(this.#declarations, {
      keeper,
      state,
      clock,
      emit,
      logger,
      shutdownTimeoutMs: this.#shutdownTimeoutMs,
      stop,
      deadline: this.#deadline.signal,
      letGo,
    });
    this.#run = { keeper, streams };
    this.#opened();
    await streams.run();
    await keeper.close();
    // What happened to the queries after another process took them is not a failure of the streams.
    if (letGo?.aborted !== true) this.#throwFailures();
  }

  /** @throws {SparkError} code SUPERVISOR_NOT_ACTIVE */
  async #active(): Promise<Run> {
    if (this.#running === undefined) throw notActive("run() was not called yet");
    await this.#opening;
    if (this.#heldBy !== undefined) {
      throw notActive(`it is in standby, and ${this.#heldBy} holds the state`);
    }
    if (this.#run === undefined || this.#stop.signal.aborted) throw notActive("it has ended");
    return this.#run;
  }

  async #stream(name: unknown): Promise<ReturnType<SteeredStreams["get"]>> {
    if (typeof name !== "string") {
      throw new ArgumentError(
        "name",
        `The name of a stream must be a string, got ${kindOf(name)}.`,
      );
    }
    return (await this.#active()).streams.get(name);
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
  #throwFailures(): void {
    if (this.#stop.signal.aborted) return;
    const failures = failuresOf(this.status());
    if (failures.length > 0) throw new StreamsFailedError(failures);
  }
}

function storeOf(state: StreamSupervisorOptions["state"]): StateStore | undefined {
  return typeof state === "string" ? new FileStateStore(state) : state;
}

function notActive(reason: string): SparkError {
  return new SparkError(
    "SUPERVISOR_NOT_ACTIVE",
    `The supervisor cannot carry out commands: ${reason}. Give the command to the process that runs the streams.`,
  );
}

checkMethods(StreamSupervisor.prototype, {
  run: [0, SIGNAL],
  stop: [1, COMMAND_OPTIONS],
  add: [1, COMMAND_OPTIONS],
  remove: [1, COMMAND_OPTIONS],
  pause: [1, COMMAND_OPTIONS],
  resume: [1, COMMAND_OPTIONS],
  restart: [1, COMMAND_OPTIONS],
  runNow: [1, COMMAND_OPTIONS],
  upgrade: [2, UPGRADE_OPTIONS],
  metricsText: [0, METRICS_TEXT_OPTIONS],
});
checkMethods(StreamSupervisor, { metricsText: [1, METRICS_TEXT_OPTIONS] });
