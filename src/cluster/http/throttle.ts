/** The request rate of one client: a token bucket, and the quota that the API itself reports. */
export class Throttle {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt = 0;
  #heldUntil = 0;

  /** @param rate requests for each second; 0 for no limit */
  constructor(rate: number, burst: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Seconds until the next request may be sent. `now` is in seconds of a clock that never goes back. */
  wait(now: number): number {
    const held = Math.max(this.#heldUntil - now, 0);
    if (this.#rate === 0) return held;
    this.#fill(now);
    return Math.max(held, (1 - this.#tokens) / this.#rate);
  }

  /** Counts a sent request. Redirects do not wait, so the bucket can become negative. */
  take(now: number): void {
    if (this.#rate === 0) return;
    this.#fill(now);
    this.#tokens--;
  }

  /** Sends no request for this long, because the API asked for it. */
  hold(seconds: number, now: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, now + seconds);
  }

  #fill(now: number): void {
    const passed = Math.max(now - this.#filledAt, 0);
    // Slightly more than exact, since rounding could make a wait of the full time too short.
    this.#tokens = Math.min(this.#tokens + passed * this.#rate + 1e-9, this.#burst);
    this.#filledAt = now;
  }
}
