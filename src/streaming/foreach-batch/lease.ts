/** The fraction of the server's lease that the client uses, so that the client gives up first. */
const CLIENT_SHARE = 0.6;

/**
 * The client's side of a lease. It expires here before it expires on the server, so that a delayed client
 * stops writing before the server gives the batch to another attempt.
 */
export class Lease {
  readonly #clientMs: number;
  readonly #now: () => number;
  #renewedAtMs: number;

  /**
   * @param sentAtMs when the request that started the lease was sent
   * @param now a clock that also runs while the process is suspended
   */
  constructor(leaseMs: number, sentAtMs: number, now: () => number = () => performance.now()) {
    this.#clientMs = leaseMs * CLIENT_SHARE;
    this.#now = now;
    this.#renewedAtMs = sentAtMs;
  }

  /** Milliseconds until the lease expires; 0 or negative after that. */
  get remainingMs(): number {
    return this.#renewedAtMs + this.#clientMs - this.#now();
  }

  /** The remaining time as a deadline for a call: an integer of at least 1. */
  get deadlineMs(): number {
    return Math.max(1, Math.ceil(this.remainingMs));
  }

  /** Records that the server received a renewal sent at this time. An expired lease stays expired. */
  renewed(sentAtMs: number): void {
    if (this.remainingMs > 0) this.#renewedAtMs = Math.max(this.#renewedAtMs, sentAtMs);
  }
}
