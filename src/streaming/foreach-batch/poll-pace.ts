/** Of the time to or from when the next batch is due. */
const SHARE = 1 / 10;
const SHORTEST_MS = 4;
const LONGEST_MS = 100;

/**
 * How long to wait before looking for the next batch: batches of a trigger come at regular times, so
 * it is looked for often around then and seldom otherwise.
 */
export class PollPace {
  #lastMs: number;
  #gapMs: number | undefined;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  /** A batch was found. */
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
