import { SparkError } from "../../errors.js";
import type { Clock } from "../clock.js";
import { sharedAbort } from "../aborting.js";
import type { StateLease } from "./state-store.js";

/** The renewals in the time of a lease. */
const RENEWALS = 3;
/** The part of its time after which a holder without a renewal does not act any more. The rest covers its running calls. */
const SAFE_PART = 0.8;

/** A lease that its holder renews until it is released or lost. */
export class HeldLease {
  readonly #lease: StateLease;
  readonly #leaseMs: number;
  readonly #clock: Clock;
  readonly #lost = sharedAbort();
  readonly #over = new AbortController();
  #validUntilMs: number;
  #renewing: Promise<void> | undefined;

  /** @param sinceMs when this process asked for the lease, by the clock: the answer may have taken long */
  constructor(lease: StateLease, leaseMs: number, clock: Clock, sinceMs: number) {
    this.#lease = lease;
    this.#leaseMs = leaseMs;
    this.#clock = clock;
    this.#validUntilMs = sinceMs + leaseMs * SAFE_PART;
    void this.#keep();
  }

  /** Aborts when another process has the lease. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Resolves if this process holds the lease now. Call it before each act that another process must not do at the same time: a process
   * that was suspended does not know how much time has passed.
   *
   * @throws {SparkError} code STATE_LEASE_LOST
   */
  async confirm(): Promise<void> {
    if (!this.#lost.signal.aborted && this.#clock.now() >= this.#validUntilMs) await this.#renew();
    if (!this.#lost.signal.aborted && this.#clock.now() >= this.#validUntilMs) this.#lose();
    this.#lost.signal.throwIfAborted();
  }

  /** Ends the renewals, and gives the lease back. */
  async release(): Promise<void> {
    this.#over.abort();
    await this.#renewing;
    await this.#lease.release();
  }

  async #keep(): Promise<void> {
    const { signal } = this.#over;
    const isOver = (): boolean => signal.aborted || this.#lost.signal.aborted;
    while (!isOver()) {
      await this.#clock.wait(this.#leaseMs / RENEWALS, signal).catch(() => undefined);
      if (!isOver()) await this.#renew();
    }
  }

  #renew(): Promise<void> {
    return (this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined;
    }));
  }

  /** An error of the store is not a loss: the next renewal may succeed in time. */
  async #renewOnce(): Promise<void> {
    const startedMs = this.#clock.now();
    try {
      if (await this.#lease.renew()) this.#validUntilMs = startedMs + this.#leaseMs * SAFE_PART;
      else this.#lose();
    } catch {
      if (this.#clock.now() >= startedMs + this.#leaseMs) this.#lose();
    }
  }

  #lose(): void {
    this.#lost.abort(
      new SparkError(
        "STATE_LEASE_LOST",
        "Another process has taken over the supervisor's state, because this process did not renew its lease in time. It was suspended, or its event loop was blocked.",
      ),
    );
  }
}
