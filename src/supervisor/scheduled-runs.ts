import type { Clock } from "./clock.js";
import type { SupervisorState } from "./store/state-journal.js";
import { overdue, type DueTimes } from "./stream-schedule.js";
import type { Emit } from "./supervisor-events.js";

/** The longest wait without a look at the clock, which may jump. */
const LONGEST_WAIT_MS = 60_000;

/** The dependencies of scheduled runs. */
export interface ScheduledRunsParts {
  readonly clock: Clock;
  readonly state: SupervisorState;
  readonly emit: Emit;
}

/** Decides when the runs of a scheduled stream start. */
export class ScheduledRuns {
  readonly #stream: string;
  readonly #times: DueTimes;
  readonly #parts: ScheduledRunsParts;
  #nextRunAtMs: number | undefined;
  #now: AbortController | undefined;

  constructor(stream: string, times: DueTimes, parts: ScheduledRunsParts) {
    this.#stream = stream;
    this.#times = times;
    this.#parts = parts;
  }

  /** When the next run starts, in milliseconds since 1970. Undefined while a run is under way. */
  get nextRunAtMs(): number | undefined {
    return this.#nextRunAtMs;
  }

  /** Milliseconds until the next due time. */
  untilNextRunMs(): number {
    const nowMs = this.#parts.clock.date();
    const next = this.#times.after(this.#parts.state.lastDueMs(this.#stream) ?? nowMs);
    return Math.max(0, next - nowMs);
  }

  /** Ends the wait for the next run. */
  runNow(): void {
    this.#now?.abort();
  }

  /**
   * Resolves when a run must start, or the signal aborts. Runs that became due during another run, or while no supervisor
   * ran, are reported and become one run.
   *
   * @param waits called before the wait, if there is one
   */
  async untilDue(signal: AbortSignal, waits: () => void): Promise<void> {
    const { clock, state, emit } = this.#parts;
    const stream = this.#stream;
    const lastMs = state.lastDueMs(stream);
    const missed = lastMs === undefined ? undefined : overdue(this.#times, lastMs, clock.date());
    if (missed !== undefined) {
      emit("missedRuns", { stream, missed: missed.count, firstAtMs: missed.firstAtMs });
      state.setLastDueMs(stream, missed.lastAtMs);
      return;
    }
    const dueMs =
      lastMs === undefined ? this.#times.first(clock.date()) : this.#times.after(lastMs);
    const now = new AbortController();
    this.#now = now;
    if (dueMs > clock.date()) {
      this.#nextRunAtMs = dueMs;
      waits();
      emit("waiting", { stream, nextRunAtMs: dueMs });
    }
    const early = AbortSignal.any([signal, now.signal]);
    while (!early.aborted && clock.date() < dueMs) {
      const ms = Math.min(dueMs - clock.date(), LONGEST_WAIT_MS);
      await clock.wait(ms, early).catch(() => undefined);
    }
    this.#nextRunAtMs = undefined;
    this.#now = undefined;
    // A run on command is not the due one. That follows at its own time.
    if (!early.aborted) state.setLastDueMs(stream, dueMs);
    else if (!signal.aborted) state.setLastDueMs(stream, lastMs ?? clock.date());
  }
}
