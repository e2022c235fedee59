import type { QueryEvent } from "./listener-event.js";
import { runOf } from "./listener-event.js";

/** Runs whose end was told, kept so that it is not told twice. */
const REMEMBERED_ENDS = 1_000;

/** A query's run that was not told to have ended. */
export interface KnownRun {
  readonly id: string;
  readonly runId: string;
  readonly name: string | undefined;
  /** The newest batch reported; undefined before the first. */
  readonly lastBatchId: bigint | undefined;
}

/** What was told of which run: by it, what a gap hides can be found out. */
export class KnownRuns {
  readonly #running = new Map<string, KnownRun>();
  readonly #ended = new Set<string>();

  running(): KnownRun[] {
    return [...this.#running.values()];
  }
  has(runId: string): boolean {
    return this.#running.has(runId) || this.#ended.has(runId);
  }
  /** Whether the run's end was told. */
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
  /** Learns from an event; returns false for one of a run whose end was already told. */
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
