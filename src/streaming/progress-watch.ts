import type { StreamingQueryProgress } from "./progress.js";

/** How many reports to keep for a slow reader, who otherwise asks the server. The server keeps as many. */
const CAPACITY = 100;

/** Buffers the reports of one run from the session's events, for one reader. */
export class ProgressWatch {
  readonly runId: string;
  #reports: StreamingQueryProgress[] = [];
  /** Whether the buffer holds all reports since restart(). */
  #isWhole = true;
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(runId: string) {
    this.runId = runId;
  }

  /** Whether the run's terminated event has arrived. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  push(report: StreamingQueryProgress): void {
    if (!this.#isWhole) return;
    if (this.#reports.length < CAPACITY) this.#reports.push(report);
    else this.#isWhole = false;
    this.#wake?.();
  }
  /** Marks that reports may be missing from here on. */
  interrupt(): void {
    this.#isWhole = false;
    this.#wake?.();
  }
  end(): void {
    this.#hasEnded = true;
    this.interrupt();
  }
  /** Clears the buffer, before the reader asks the server. */
  restart(): void {
    this.#reports = [];
    this.#isWhole = true;
  }

  /** Waits for the next report; undefined if the reader must ask the server for it. */
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
