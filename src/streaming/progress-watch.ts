import type { StreamingQueryProgress } from "./progress.js";

/** Reports kept for a slow reader; past them it asks the server, which keeps as many. */
const CAPACITY = 100;

/** The reports of one run as they come with the session's events, for one reader. */
export class ProgressWatch {
  readonly runId: string;
  #reports: StreamingQueryProgress[] = [];
  /** Whether the reports kept are all there were since restart(). */
  #isWhole = true;
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(runId: string) {
    this.runId = runId;
  }

  /** Whether the run's end was heard of. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  push(report: StreamingQueryProgress): void {
    if (!this.#isWhole) return;
    if (this.#reports.length < CAPACITY) this.#reports.push(report);
    else this.#isWhole = false;
    this.#wake?.();
  }
  /** From here on reports may be missing. */
  interrupt(): void {
    this.#isWhole = false;
    this.#wake?.();
  }
  end(): void {
    this.#hasEnded = true;
    this.interrupt();
  }
  /** Forgets what it holds and starts anew: the reader is about to ask the server itself. */
  restart(): void {
    this.#reports = [];
    this.#isWhole = true;
  }

  /** The next report; undefined where the reader must ask the server for what comes next. */
  async next(signal: AbortSignal | undefined): Promise<StreamingQueryProgress | undefined> {
    for (;;) {
      signal?.throwIfAborted();
      const report = this.#reports.shift();
      if (report !== undefined || !this.#isWhole || this.#hasEnded) return report;
      await new Promise<void>((resolve) => {
        this.#wake = () => {
          signal?.removeEventListener("abort", wake);
          this.#wake = undefined;
          resolve();
        };
        const wake = this.#wake;
        signal?.addEventListener("abort", wake, { once: true });
      });
    }
  }
}
