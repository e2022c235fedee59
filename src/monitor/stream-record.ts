import { isIdleReport, type StreamingQueryProgress } from "../streaming/progress.js";
import { lagOf } from "../supervisor/source-lag.js";
import type { ErrorDocument } from "./documents.js";
import { pointOf, type BatchPoint } from "./history/batch-point.js";
import { StreamHistory } from "./history/stream-history.js";

const SPARKLINE_STEP_MS = 120_000;

/** What the monitor remembers about a stream beside its status. */
export class StreamRecord {
  history: StreamHistory = new StreamHistory();
  /** The newest batch with a report. */
  lastBatch: StreamingQueryProgress | undefined;
  /** The error of the last failed run, until a command or a batch succeeds. */
  lastError: ErrorDocument | undefined;
  /** The error object that `lastError` describes, or that a success has settled. */
  knownError: unknown;
  #sparkline: { readonly step: number; readonly values: readonly (number | null)[] } | undefined;

  /**
   * Notes a report. Returns undefined for an idle report, and for a batch that was reported before.
   *
   * @param nowMs the time of the report if its own cannot be read
   */
  report(
    progress: StreamingQueryProgress,
    nowMs: number,
  ): { readonly point: BatchPoint; readonly minute: BatchPoint | undefined } | undefined {
    const last = this.lastBatch;
    if (isIdleReport(progress)) return undefined;
    if (last?.runId === progress.runId && progress.batchId <= last.batchId) return undefined;
    this.lastBatch = progress;
    this.lastError = undefined;
    this.#sparkline = undefined;
    const began = Date.parse(progress.timestamp);
    const at = Number.isNaN(began) ? nowMs : began + progress.batchDuration;
    return this.history.add(pointOf(progress, at), lagOf(progress.sources)?.unit);
  }

  /** Forgets all values, before they are read from a file. */
  clearHistory(): void {
    this.history = new StreamHistory();
    this.#sparkline = undefined;
  }

  /** Processed rows per second over the last hour. */
  sparkline(nowMs: number): readonly (number | null)[] {
    const step = Math.floor(nowMs / SPARKLINE_STEP_MS);
    if (this.#sparkline?.step !== step)
      this.#sparkline = { step, values: this.history.sparkline(nowMs) };
    return this.#sparkline.values;
  }
}
