import { ArgumentError, SparkError } from "../errors.js";
import type { Logger } from "../connection/logger.js";
import { withToJson } from "../streaming/json-safe.js";
import { sharedAbort } from "./aborting.js";
import type { Clock } from "./clock.js";
import type { SessionKeeper } from "./session-keeper.js";
import type { SupervisorState } from "./store/state-journal.js";
import { ScheduledRuns } from "./scheduled-runs.js";
import { StreamRecord } from "./stream-record.js";
import type { StreamState, StreamStatus, UpgradeStatus } from "./stream-status.js";
import { SupervisedPipeline } from "./supervised-pipeline.js";
import { SupervisedStream, type SupervisedStreamParts } from "./supervised-stream.js";
import type { Emit, SupervisorCommand } from "./supervisor-events.js";
import type { StreamDeclaration } from "./supervisor-options.js";
import { UpgradeWatch, type WatchLimits } from "./upgrade-watch.js";

/** A stream that a command stopped is not among them: a command may start it again, so the supervisor waits for that. */
const ENDED: ReadonlySet<StreamState> = new Set(["completed", "superseded", "fatal"]);

/** The dependencies that all streams of a supervisor share. */
export interface SteeredStreamParts {
  readonly keeper: Pick<SessionKeeper, "lease" | "check">;
  readonly state: SupervisorState;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly logger: Logger | undefined;
  readonly shutdownTimeoutMs: number;
  /** Aborts when the supervisor must stop. */
  readonly stop: AbortSignal;
  /** Aborts when the time for a graceful stop of the supervisor is over. */
  readonly deadline: AbortSignal;
  /** Aborts when another process has taken over the state. */
  readonly letGo: AbortSignal | undefined;
  /** Called when the stream has ended, or a command is done. */
  readonly changed: () => void;
}

/** The work on a stream between two commands: one run, or the runs of a schedule. */
interface Life {
  readonly declaration: StreamDeclaration;
  readonly stop: AbortController;
  readonly deadline: AbortController;
  readonly scheduled: ScheduledRuns | undefined;
  stream: SupervisedStream | SupervisedPipeline | undefined;
  done: Promise<void>;
}

/** A stream through all its runs, and the commands for it. Commands take effect one after the other. */
export class SteeredStream {
  readonly #parts: SteeredStreamParts;
  readonly #record: StreamRecord;
  /** Added by a command, so a command may remove it. */
  readonly isAdded: boolean;
  #declaration: StreamDeclaration;
  #life: Life | undefined;
  #watch: UpgradeWatch | undefined;
  #upgrade: UpgradeStatus | undefined;
  #commands = 0;
  #isRemoved = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(declaration: StreamDeclaration, isAdded: boolean, parts: SteeredStreamParts) {
    this.#declaration = declaration;
    this.isAdded = isAdded;
    this.#parts = parts;
    this.#record = new StreamRecord(parts.clock);
    this.#record.pipeline.restore(parts.state.lastRun(declaration.name));
  }

  get name(): string {
    return this.#declaration.name;
  }

  get declaration(): StreamDeclaration {
    return this.#declaration;
  }

  /** True if the stream runs no more, and only a command could start it again. */
  get hasEnded(): boolean {
    return this.#life === undefined && this.#commands === 0 && ENDED.has(this.#record.state);
  }

  /** Whether remove() has begun. It does not wait for an add() that has not started the stream yet. */
  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  /** Resolves when the stream's work and commands are done. */
  async idle(): Promise<void> {
    while (this.#commands > 0 || this.#life !== undefined) {
      await this.#queue;
      await this.#life?.done;
    }
  }

  /** Starts the stream, unless a command of an earlier process paused or stopped it. */
  begin(): void {
    const { state, emit } = this.#parts;
    const desired = state.desired(this.name);
    if (state.isUpgrading(this.name)) {
      state.setUpgrading(this.name, false);
      const error = new SparkError(
        "UPGRADE_INTERRUPTED",
        `The supervisor ended while it watched an upgrade of stream "${this.name}". The former declaration runs again.`,
      );
      this.#setUpgrade("rolledBack", error);
      emit("upgradeFailed", { stream: this.name, error, rolledBack: true });
      // The query that runs has the new declaration, so it is not adopted.
      this.#declaration = { ...this.#declaration, adopt: false };
    }
    if (desired === "running") this.#start(this.#declaration);
    else this.#record.state = desired;
  }

  /** Does not use the network. */
  status(): StreamStatus {
    const record = this.#record;
    const { state, clock } = this.#parts;
    const { nextAttemptAtMs } = record;
    return withToJson({
      name: this.name,
      state: record.state,
      stateSinceMs: record.stateSinceMs,
      desired: state.desired(this.name),
      declaration: this.#declaration.data,
      schedule: this.#declaration.schedule?.text,
      nextRunAtMs: this.#life?.scheduled?.nextRunAtMs,
      upgrade: this.#upgrade,
      queryId: record.run?.queryId,
      runId: record.run?.runId,
      restarts: record.restarts,
      isStalled: this.#life?.stream?.isStalled ?? false,
      lastProgress: record.lastProgress,
      lastProgressAgeMs: record.lastProgressAgeMs,
      rowsTotal: record.rowsTotal,
      lastError: record.lastError,
      pipeline: this.#declaration.pipeline === undefined ? undefined : record.pipeline.status(),
      nextAttemptInMs:
        nextAttemptAtMs === undefined ? undefined : Math.max(0, nextAttemptAtMs - clock.now()),
    });
  }

  /** The plan of the running query. Asks the server. Undefined if no query runs. */
  async explainString(): Promise<string | undefined> {
    return this.#life?.stream?.query?.explainString();
  }

  pause(by: string | undefined): Promise<void> {
    return this.#command("pause", by, async () => {
      await this.#desire("paused");
      await this.#halt();
      if (this.#record.state === "paused" || !this.#mayAct()) return;
      this.#record.state = "paused";
      this.#parts.emit("paused", { stream: this.name });
    });
  }

  resume(by: string | undefined): Promise<void> {
    return this.#command("resume", by, async () => {
      await this.#desire("running");
      this.#ensureStarted();
    });
  }

  restart(by: string | undefined): Promise<void> {
    return this.#command("restart", by, async () => {
      await this.#desire("running");
      await this.#halt();
      this.#ensureStarted();
    });
  }

  stop(by: string | undefined): Promise<void> {
    return this.#command("stop", by, async () => {
      await this.#desire("stopped");
      await this.#halt();
      if (this.#mayAct()) this.#record.state = "stopped";
    });
  }

  /** Starts the next run of the schedule now. Has no effect while a run is under way. */
  runNow(by: string | undefined): Promise<void> {
    return this.#command("run", by, async () => {
      if (this.#declaration.schedule === undefined) {
        throw new ArgumentError(
          "stream",
          `Stream "${this.name}" has no schedule, so it has no next run. Use resume() or restart().`,
        );
      }
      await this.#desire("running");
      this.#ensureStarted();
      this.#life?.scheduled?.runNow();
    });
  }

  /** Stops the stream and forgets it. */
  remove(by: string | undefined): Promise<void> {
    return this.#command("remove", by, async () => {
      const { state, emit } = this.#parts;
      this.#isRemoved = true;
      await this.#halt();
      if (!this.#mayAct()) return;
      this.#record.state = "stopped";
      state.forgetStream(this.name);
      state.forgetRun(this.name);
      await state.saved();
      emit("removed", { stream: this.name });
    });
  }

  /**
   * Runs the new declaration instead of the current one. If it fails while it is watched, the current one runs again.
   *
   * @param check rejects if the new declaration cannot work. The current one then continues unchanged
   * @throws {SparkError} code UPGRADE_FAILED
   */
  upgrade(
    next: StreamDeclaration,
    limits: WatchLimits,
    by: string | undefined,
    check: () => Promise<void>,
  ): Promise<void> {
    return this.#command("upgrade", by, async () => {
      await check();
      const former = this.#declaration;
      if (this.#parts.state.desired(this.name) !== "running") {
        // Nothing runs, so there is nothing to watch: resume() shows whether it works.
        await this.#setDeclaration(next);
        this.#setUpgrade("succeeded");
        return;
      }
      await this.#replace(former, next, limits);
    });
  }

  async #replace(
    former: StreamDeclaration,
    next: StreamDeclaration,
    limits: WatchLimits,
  ): Promise<void> {
    const { state, emit, stop, clock } = this.#parts;
    const { name } = this;
    state.setUpgrading(name, true);
    await state.saved();
    await this.#halt();
    stop.throwIfAborted();
    emit("upgrading", { stream: name });
    this.#setUpgrade("watching");
    const watch = new UpgradeWatch(limits, clock);
    this.#watch = watch;
    this.#start(next);
    // A scheduled stream shows now whether it works, not at its next due time.
    this.#life?.scheduled?.runNow();
    watch.begin(this.#life?.done ?? Promise.resolve(), stop);
    const isOver = await watch.over;
    stop.throwIfAborted();
    this.#watch = undefined;
    if (isOver) {
      await this.#setDeclaration(next);
      this.#setUpgrade("succeeded");
      emit("upgraded", { stream: name });
      return;
    }
    await this.#rollBack(former, this.#record.lastError);
  }

  async #rollBack(former: StreamDeclaration, error: unknown): Promise<never> {
    const { state, emit } = this.#parts;
    await this.#halt();
    state.setUpgrading(this.name, false);
    this.#setUpgrade("rolledBack", error);
    this.#start(former);
    emit("upgradeFailed", { stream: this.name, error, rolledBack: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new SparkError(
      "UPGRADE_FAILED",
      `The new declaration of stream "${this.name}" failed, and the former one was started again: ${reason}`,
      { cause: error },
    );
  }

  async #setDeclaration(next: StreamDeclaration): Promise<void> {
    const { state } = this.#parts;
    this.#declaration = next;
    state.setUpgrading(this.name, false);
    if (next.data !== undefined) state.setDeclaration(next.data);
    await state.saved();
  }

  #setUpgrade(state: UpgradeStatus["state"], error?: unknown): void {
    this.#upgrade = { state, atMs: this.#parts.clock.date(), error };
  }

  /** Runs commands one after the other, in the order of their calls. */
  #command(
    command: SupervisorCommand,
    by: string | undefined,
    work: () => Promise<void>,
  ): Promise<void> {
    const { state, emit, stop, letGo, changed } = this.#parts;
    this.#commands += 1;
    const done = this.#queue.then(async () => {
      stop.throwIfAborted();
      await state.confirm();
      emit("commanded", { stream: this.name, command, by });
      await work();
      // Another process took the stream during the command, and may not carry it out.
      letGo?.throwIfAborted();
    });
    const settled = done
      .catch(() => undefined)
      .then(() => {
        this.#commands -= 1;
        changed();
      });
    this.#queue = settled;
    // The caller continues when the command also counts as done.
    return settled.then(() => done);
  }

  /** Stores what the stream is supposed to do, before it does it. */
  async #desire(desired: "running" | "paused" | "stopped"): Promise<void> {
    const { state } = this.#parts;
    const before = state.desired(this.name);
    state.setDesired(this.name, desired);
    try {
      await state.saved();
    } catch (error) {
      state.setDesired(this.name, before);
      throw error;
    }
  }

  #mayAct(): boolean {
    return !this.#parts.stop.aborted;
  }

  #ensureStarted(): void {
    if (this.#life === undefined && this.#mayAct()) this.#start(this.#declaration);
  }

  #start(declaration: StreamDeclaration): void {
    const { clock, state, emit, changed } = this.#parts;
    const { schedule, name } = declaration;
    this.#record.state = "starting";
    this.#record.nextAttemptAtMs = undefined;
    const life: Life = {
      declaration,
      stop: sharedAbort(),
      deadline: sharedAbort(),
      scheduled:
        schedule === undefined
          ? undefined
          : new ScheduledRuns(name, schedule, { clock, state, emit }),
      stream: undefined,
      done: Promise.resolve(),
    };
    this.#life = life;
    life.done = this.#live(life).then(() => {
      if (this.#life === life) this.#life = undefined;
      changed();
    });
  }

  async #live(life: Life): Promise<void> {
    const stop = AbortSignal.any([this.#parts.stop, life.stop.signal]);
    const { scheduled } = life;
    // A run of a former process, which may still be under way, comes first.
    let isBegun = this.#parts.state.run(this.name) !== undefined;
    do {
      if (scheduled !== undefined && !isBegun) {
        await scheduled.untilDue(stop, () => {
          this.#record.state = "waiting";
        });
      }
      isBegun = false;
      await this.#runOnce(life, stop);
    } while (scheduled !== undefined && !stop.aborted && this.#continues());
  }

  /** A schedule continues after a run that completed, and after one that failed too often in a row. */
  #continues(): boolean {
    return this.#record.state === "completed" || this.#record.state === "waiting";
  }

  async #runOnce(life: Life, stop: AbortSignal): Promise<void> {
    const { keeper, state, clock, logger, deadline, letGo } = this.#parts;
    const { declaration } = life;
    const parts: SupervisedStreamParts = {
      record: this.#record,
      keeper,
      state,
      clock,
      logger,
      letGo,
      stop,
      deadline: AbortSignal.any([deadline, life.deadline.signal]),
      emit: this.#observed,
      isWatched: () => this.#watch !== undefined,
      untilNextRunMs: () => life.scheduled?.untilNextRunMs(),
    };
    const { pipeline } = declaration;
    life.stream =
      pipeline === undefined
        ? new SupervisedStream(declaration, parts)
        : new SupervisedPipeline(declaration, pipeline, this.#record.pipeline, parts);
    await life.stream.supervise();
    life.stream = undefined;
  }

  readonly #observed: Emit = (name, event) => {
    this.#parts.emit(name, event);
    if (name === "started") this.#watch?.started();
    if (name === "progress") this.#watch?.batch();
    if (name === "completed") this.#watch?.completed();
  };

  /** Stops the stream's run between two batches. */
  async #halt(): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    const { clock, shutdownTimeoutMs } = this.#parts;
    life.stop.abort(
      new SparkError("STREAM_HALTED", `Stream "${this.name}" was stopped by a command.`),
    );
    const over = new AbortController();
    const late = clock.wait(shutdownTimeoutMs, over.signal).then(
      () => {
        life.deadline.abort();
      },
      () => undefined,
    );
    await life.done;
    over.abort();
    await late;
  }
}
