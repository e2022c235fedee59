import { performance } from "node:perf_hooks";
import type { RateBudget } from "./broker-options.js";

/** Reserves the times of requests, so that all readers together keep a rate. */
export class RequestBudget {
  readonly #gapMs: number;
  readonly #burst: number;
  /** When the next request may start without a burst. */
  #nextMs: number;

  constructor({ requestsPerSecond, burst = 1 }: RateBudget) {
    this.#gapMs = 1000 / requestsPerSecond;
    this.#burst = burst;
    // A broker does not know what the one before it granted, so it begins with an empty burst.
    this.#nextMs = performance.now() + this.#gapMs * burst;
  }

  /**
   * Reserves so many requests.
   *
   * @returns the wait until they may be sent. A wait longer than `maxWaitMs` reserves nothing
   */
  reserve(requests: number, maxWaitMs: number): { granted: boolean; waitMs: number } {
    const nowMs = performance.now();
    const nextMs = Math.max(this.#nextMs, nowMs);
    const dueMs = nextMs + (requests - 1) * this.#gapMs - (this.#burst - 1) * this.#gapMs;
    const waitMs = Math.ceil(Math.max(dueMs - nowMs, 0));
    if (waitMs > maxWaitMs) return { granted: false, waitMs };
    this.#nextMs = nextMs + requests * this.#gapMs;
    return { granted: true, waitMs };
  }
}
