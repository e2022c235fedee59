/** Of the time the server gives, what the client counts on: it must give up first. */
const CLIENT_SHARE = 0.6;

/**
 * The client's side of a lease. It runs out here before it does on the server, so that a client that
 * was held up stops writing before its batch is given up there.
 */
export class Lease {
  readonly #clientMs: number;
  readonly #now: () => number;
  #renewedAtMs: number;

  /**
   * @param sentAtMs when the claim that began it was sent
   * @param now a clock that goes on while the process is suspended
   */
  constructor(leaseMs: number, sentAtMs: number, now: () => number = () => performance.now()) {
    this.#clientMs = leaseMs * CLIENT_SHARE;
    this.#now = now;
    this.#renewedAtMs = sentAtMs;
  }

  /** Milliseconds until it counts as lost; negative when it does. */
  get remainingMs(): number {
    return this.#renewedAtMs + this.#clientMs - this.#now();
  }

  /** The same as the time a call may take: a whole number, at least 1. */
  get deadlineMs(): number {
    return Math.max(1, Math.ceil(this.remainingMs));
  }

  /** The server has got a renewal that was sent at this time; once lost it stays lost. */
  renewed(sentAtMs: number): void {
    if (this.remainingMs > 0) this.#renewedAtMs = Math.max(this.#renewedAtMs, sentAtMs);
  }
}
