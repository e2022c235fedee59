import type { QueryEvent } from "./listener-event.js";
import { runOf } from "./listener-event.js";

/** How many ended runs to remember, so that listeners do not hear of an end twice. */
const REMEMBERED_ENDS = 1_000;

/** A query's run that is running, as far as listeners know. */
export interface KnownRun {
  readonly id: string;
  readonly runId: string;
  readonly name: string | undefined;
  /** The last batch that was reported; undefined before the first report. */
  readonly lastBatchId: bigint | undefined;
}

/** What listeners have heard of each run. After a gap, it shows which events they missed. */
export class KnownRuns {
  readonly #running = new Map<string, KnownRun>();
  readonly #ended = new Set<string>();

  running(): KnownRun[] {
    return [...this.#running.values()];
  }
  has(runId: string): boolean {
    return this.#running.has(runId) || this.#ended.has(runId);
  }
  /** Whether listeners have heard of the run's end. */
  hasEnded(runId: string): boolean {
    return this.#ended.has(runId);
  }
  lastBatchId(runId: string): bigint | undefined {
    return this.#running.get(runId)?.lastBatchId;
  }
  note(run: KnownRun): void {
    if (!this.#ended.has(run.runId)) this.#running.set(run.runId, run);
  }
  end(runId: string): void {
    this.#running.delete(runId);
    this.#ended.add(runId);
    const [oldest] = this.#ended;
    if (this.#ended.size > REMEMBERED_ENDS && oldest !== undefined) this.#ended.delete(oldest);
  }
  /** Updates the run of an event. Returns false if listeners have already heard of the run's end. */
  learn(event: QueryEvent): boolean {
    const { id, runId } = runOf(event);
    if (this.#ended.has(runId)) return false;
    const known = this.#running.get(runId);
    if (event.method === "onQueryTerminated") {
      this.end(runId);
    } else if (event.method === "onQueryProgress") {
      const { name, batchId } = event.event.progress;
      this.note({ id, runId, name, lastBatchId: later(known?.lastBatchId, batchId) });
    } else if (known === undefined) {
      const name = event.method === "onQueryStarted" ? event.event.name : undefined;
      this.note({ id, runId, name, lastBatchId: undefined });
    }
    return true;
  }
}

function later(one: bigint | undefined, other: bigint): bigint {
  return one === undefined || other > one ? other : one;
}
