import { SparkError } from "../../errors.js";
import type { DynamicStream } from "../dynamic-stream.js";
import type { DesiredState } from "../stream-status.js";
import type { PipelineRunStatus } from "../supervised-pipeline-options.js";
import type { HeldLease } from "./held-lease.js";
import {
  EMPTY_STATE,
  parseState,
  serializeState,
  type SavedRun,
  type SavedState,
  type SavedStream,
} from "./saved-state.js";
import type { StateStore } from "./state-store.js";

/** What a supervisor must know of its former process, and what the next process must know of this one. */
export interface SupervisorState {
  readonly sessionId: string | undefined;
  run(stream: string): SavedRun | undefined;
  /** Names of the streams that have a run. */
  streams(): readonly string[];
  /** Sets the session. Removes the runs if it is another session than before. */
  setSession(sessionId: string): void;
  /** Removes the session and its runs. */
  forgetSession(): void;
  setRun(stream: string, run: SavedRun): void;
  forgetRun(stream: string): void;

  desired(stream: string): DesiredState;
  setDesired(stream: string, desired: DesiredState): void;
  /** The streams declared by data, in the order in which they were added. */
  dynamicStreams(): readonly DynamicStream[];
  setDeclaration(declaration: DynamicStream): void;
  /** When the newest run of the stream's schedule was due, in milliseconds since 1970. */
  lastDueMs(stream: string): number | undefined;
  setLastDueMs(stream: string, ms: number): void;
  /** The last run of a pipeline. */
  lastRun(stream: string): PipelineRunStatus | undefined;
  setLastRun(stream: string, run: PipelineRunStatus): void;
  isUpgrading(stream: string): boolean;
  setUpgrading(stream: string, upgrading: boolean): void;
  /** Removes everything about a stream except its run. */
  forgetStream(stream: string): void;

  /**
   * Resolves when all changes so far are stored.
   *
   * @throws the error of the store: the changes are only in memory
   */
  saved(): Promise<void>;
  /** @throws {SparkError} code STATE_LEASE_LOST: another process acts on this state */
  confirm(): Promise<void>;
}

/** A store, and this process' right to act on it. */
export interface HeldStore {
  readonly store: StateStore;
  readonly lease: HeldLease;
}

/** The state in memory, written to its store after each change. Without a store it is only in memory. */
export class StateJournal implements SupervisorState {
  readonly #held: HeldStore | undefined;
  readonly #onFailure: (error: unknown) => void;
  #state: SavedState;
  /** The text that the store had when this process read or wrote it last. */
  #stored: string | undefined;
  #writing: Promise<void> | undefined;
  #isDirty = false;
  #failure: { readonly error: unknown } | undefined;

  private constructor(
    held: HeldStore | undefined,
    stored: string | undefined,
    onFailure: (error: unknown) => void,
  ) {
    this.#held = held;
    this.#stored = stored;
    this.#state = held === undefined ? EMPTY_STATE : parseState(stored, held.store.location);
    this.#onFailure = onFailure;
  }

  /**
   * Reads the state.
   *
   * @param onFailure called when a change cannot be stored
   * @throws {SparkError} code STATE_FILE_CORRUPT or STATE_FILE_FOREIGN
   */
  static async open(
    held: HeldStore | undefined,
    onFailure: (error: unknown) => void,
  ): Promise<StateJournal> {
    return new StateJournal(held, await held?.store.read(), onFailure);
  }

  get sessionId(): string | undefined {
    return this.#state.sessionId;
  }

  run(stream: string): SavedRun | undefined {
    return this.#state.runs.get(stream);
  }

  streams(): readonly string[] {
    return [...this.#state.runs.keys()];
  }

  setSession(sessionId: string): void {
    if (this.#state.sessionId === sessionId) return;
    this.#change({ sessionId, runs: new Map() });
  }

  forgetSession(): void {
    this.#change({ sessionId: undefined, runs: new Map() });
  }

  setRun(stream: string, run: SavedRun): void {
    this.#change({ runs: new Map(this.#state.runs).set(stream, run) });
  }

  forgetRun(stream: string): void {
    const runs = new Map(this.#state.runs);
    if (runs.delete(stream)) this.#change({ runs });
  }

  desired(stream: string): DesiredState {
    return this.#state.streams.get(stream)?.desired ?? "running";
  }

  setDesired(stream: string, desired: DesiredState): void {
    this.#keep(stream, { desired: desired === "running" ? undefined : desired });
  }

  dynamicStreams(): readonly DynamicStream[] {
    return [...this.#state.streams.values()].flatMap(({ declaration }) => declaration ?? []);
  }

  setDeclaration(declaration: DynamicStream): void {
    this.#keep(declaration.name, { declaration });
  }

  lastDueMs(stream: string): number | undefined {
    return this.#state.streams.get(stream)?.lastDueMs;
  }

  setLastDueMs(stream: string, lastDueMs: number): void {
    this.#keep(stream, { lastDueMs });
  }

  lastRun(stream: string): PipelineRunStatus | undefined {
    return this.#state.streams.get(stream)?.lastRun;
  }

  setLastRun(stream: string, lastRun: PipelineRunStatus): void {
    this.#keep(stream, { lastRun });
  }

  isUpgrading(stream: string): boolean {
    return this.#state.streams.get(stream)?.upgrading === true;
  }

  setUpgrading(stream: string, upgrading: boolean): void {
    this.#keep(stream, { upgrading: upgrading || undefined });
  }

  forgetStream(stream: string): void {
    const streams = new Map(this.#state.streams);
    if (streams.delete(stream)) this.#change({ streams });
  }

  async saved(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async confirm(): Promise<void> {
    await this.#held?.lease.confirm();
  }

  /**
   * Finishes pending writes. A state without runs forgets its session, because nothing of it is left to adopt. The caller
   * releases the lease after this.
   */
  async close(): Promise<void> {
    if (this.#state.runs.size === 0 && this.#held?.lease.lost.aborted === false) {
      this.#change({ sessionId: undefined });
    }
    await this.#writing;
  }

  /** Undefined fields are removed. */
  #keep(
    stream: string,
    fields: { readonly [K in keyof SavedStream]?: SavedStream[K] | undefined },
  ): void {
    const merged = Object.entries({ ...this.#state.streams.get(stream), ...fields });
    const kept = Object.fromEntries(merged.filter(([, value]) => value !== undefined));
    const streams = new Map(this.#state.streams);
    if (Object.keys(kept).length > 0) streams.set(stream, kept);
    else streams.delete(stream);
    this.#change({ streams });
  }

  #change(fields: Partial<SavedState>): void {
    this.#state = { ...this.#state, ...fields };
    if (this.#held === undefined) return;
    this.#isDirty = true;
    this.#writing ??= this.#write(this.#held);
  }

  /** Writes one version at a time. Changes during a write are part of the next write. */
  async #write({ store, lease }: HeldStore): Promise<void> {
    while (this.#isDirty) {
      this.#isDirty = false;
      try {
        await lease.confirm();
        const text = serializeState(this.#state);
        if (text !== this.#stored) {
          await this.#replace({ store, lease }, text);
          this.#stored = text;
        }
        this.#failure = undefined;
      } catch (error) {
        this.#failure = { error };
        if (!lease.lost.aborted) this.#onFailure(error);
      }
    }
    this.#writing = undefined;
  }

  /** While this process holds the lease, another text comes from a write of the former holder that arrived late. */
  async #replace({ store, lease }: HeldStore, text: string | undefined): Promise<void> {
    for (let tries = 0; tries < 3; tries++) {
      if (await store.compareAndSet(this.#stored, text)) return;
      this.#stored = await store.read();
      // This process may have been suspended during its try. Then the other text is the new holder's.
      await lease.confirm();
    }
    throw new SparkError(
      "STATE_CHANGED",
      `Something else changes the supervisor's state ${store.location} all the time. Only supervisors may write it.`,
    );
  }
}
