import type {
  FlowEvent,
  FlowStatus,
  PipelineRunStatus,
  PipelineStatus,
} from "./supervised-pipeline-options.js";

/** So many runs are shown. */
const MOST_RUNS = 20;

/** What a supervisor knows of a pipeline, through all its runs. */
export class PipelineRecord {
  #flows = new Map<string, FlowStatus>();
  #lastRuns: readonly PipelineRunStatus[] = [];
  #completedRuns = 0;
  #failedRuns = 0;

  /** Adds the last run of a former process. */
  restore(run: PipelineRunStatus | undefined): void {
    if (run !== undefined && this.#lastRuns.length === 0) this.#lastRuns = [run];
  }

  /** Forgets the flows of the former run. */
  begin(): void {
    this.#flows = new Map();
  }

  note({ flow, dataset, state, error }: FlowEvent): void {
    if (flow !== undefined && state !== undefined)
      this.#flows.set(flow, { flow, dataset, state, error });
  }

  /**
   * Counts a run that ended.
   *
   * @param flows with their rows. Empty if the events have all that is known
   */
  end(flows: readonly FlowStatus[], run: PipelineRunStatus): void {
    if (flows.length > 0) this.#flows = new Map(flows.map((flow) => [flow.flow, flow]));
    if (run.state === "completed") this.#completedRuns += 1;
    if (run.state === "failed") this.#failedRuns += 1;
    this.#lastRuns = [run, ...this.#lastRuns].slice(0, MOST_RUNS);
  }

  status(): PipelineStatus {
    return {
      flows: [...this.#flows.values()],
      completedRuns: this.#completedRuns,
      failedRuns: this.#failedRuns,
      lastRuns: this.#lastRuns,
    };
  }
}
