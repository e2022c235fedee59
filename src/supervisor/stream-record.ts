import type { StreamingQueryProgress } from "../streaming/progress.js";
import type { Clock } from "./clock.js";
import { PipelineRecord } from "./pipeline-record.js";
import type { StreamState } from "./stream-status.js";
import type { StreamRun } from "./supervisor-events.js";

/** What a supervisor knows of a stream, through all its runs. */
export class StreamRecord {
  readonly #clock: Clock;
  #state: StreamState = "starting";
  #stateSinceMs: number;
  run: StreamRun | undefined;
  restarts = 0;
  /** When a failed stream starts again, by the supervisor's clock. */
  nextAttemptAtMs: number | undefined;
  lastError: unknown;
  #lastProgress: StreamingQueryProgress | undefined;
  #lastProgressAtMs = 0;
  batches = 0;
  rowsTotal = 0n;
  /** The runs of a pipeline. */
  readonly pipeline: PipelineRecord = new PipelineRecord();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#stateSinceMs = clock.date();
  }

  get state(): StreamState {
    return this.#state;
  }

  set state(state: StreamState) {
    if (state === this.#state) return;
    this.#state = state;
    this.#stateSinceMs = this.#clock.date();
  }

  get stateSinceMs(): number {
    return this.#stateSinceMs;
  }

  get lastProgress(): StreamingQueryProgress | undefined {
    return this.#lastProgress;
  }

  get lastProgressAgeMs(): number | undefined {
    return this.#lastProgress === undefined
      ? undefined
      : this.#clock.now() - this.#lastProgressAtMs;
  }

  note(progress: StreamingQueryProgress): void {
    this.#lastProgress = progress;
    this.#lastProgressAtMs = this.#clock.now();
  }

  /** Counts a report. Returns false for one that was counted before. */
  count(progress: StreamingQueryProgress): boolean {
    const last = this.#lastProgress;
    const isRepeated =
      last?.runId === progress.runId &&
      (progress.batchId < last.batchId ||
        (progress.batchId === last.batchId && progress.timestamp <= last.timestamp));
    if (isRepeated) return false;
    this.note(progress);
    this.batches += 1;
    this.rowsTotal += progress.numInputRows;
    return true;
  }
}
