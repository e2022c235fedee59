/** The pause as a fraction of the time until (or since) the next batch is due. */
const SHARE = 1 / 10;
const SHORTEST_MS = 4;
const LONGEST_MS = 100;

/**
 * How long to wait before the next check for a batch. A trigger makes batches at regular intervals, so the
 * client checks often around the due time and rarely otherwise.
 */
export class PollPace {
  #lastMs: number;
  #gapMs: number | undefined;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  /** Records that a batch was found. */
  found(nowMs: number): void {
    this.#gapMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
  }

  pauseMs(nowMs: number): number {
    const sinceMs = nowMs - this.#lastMs;
    const distanceMs = this.#gapMs === undefined ? sinceMs : Math.abs(this.#gapMs - sinceMs);
    return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, distanceMs * SHARE));
  }
}
