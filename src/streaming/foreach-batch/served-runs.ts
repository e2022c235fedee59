import type { ForeachBatchBinding } from "./binding.js";

/** Ended bindings that are kept, so that a query's exception can be asked for later. */
const MAX_ENDED = 50;

/** The callbacks that this process runs, or ran, for the runs of a session: `connection.part(ServedRuns)`. */
export class ServedRuns {
  readonly #bindings = new Map<string, ForeachBatchBinding>();

  /** The callback of a run, if this process has it. */
  bindingOf(runId: string): ForeachBatchBinding | undefined {
    return this.#bindings.get(runId);
  }

  add(runId: string, binding: ForeachBatchBinding): void {
    this.#bindings.set(runId, binding);
    const ended = [...this.#bindings].filter(([, other]) => other.hasEnded);
    for (const [endedRunId] of ended.slice(0, -MAX_ENDED)) this.#bindings.delete(endedRunId);
  }
}
