import { SparkError } from "../../errors.js";
import { settledWithin, sharedAbort } from "../aborting.js";
import type { Clock } from "../clock.js";
import type { StateLease } from "./state-store.js";

/** The renewals in the time of a lease. */
const RENEWALS = 3;
/** The part of its time after which a holder without a renewal does not act any more. The rest covers its running calls. */
const SAFE_PART = 0.8;

/** A moment, by both times of a clock. */
interface Moment {
  readonly nowMs: number;
  readonly dateMs: number;
}

/** A lease that its holder renews until it is released or lost. */
export class HeldLease {
  readonly #lease: StateLease;
  readonly #leaseMs: number;
  readonly #clock: Clock;
  readonly #lost = sharedAbort();
  readonly #over = new AbortController();
  /** When this process asked for the lease, or for the last renewal that succeeded. */
  #since: Moment;
  /** Why the last renewal failed. */
  #failure: unknown;
  #renewing: Promise<void> | undefined;

  /** @param since when this process asked for the lease: the answer may have taken long */
  constructor(lease: StateLease, leaseMs: number, clock: Clock, since: Moment) {
    this.#lease = lease;
    this.#leaseMs = leaseMs;
    this.#clock = clock;
    this.#since = since;
    void this.#keep();
  }

  /** Aborts when another process has the lease, or may have it. */
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
    if (!this.#lost.signal.aborted && !this.#isSafe) await this.#renew();
    if (!this.#lost.signal.aborted && !this.#isSafe) this.#lose(this.#failure);
    this.#lost.signal.throwIfAborted();
  }

  /** Ends the renewals, and gives the lease back. If the store does not answer, the lease ends by its time. */
  async release(): Promise<void> {
    this.#over.abort();
    await this.#renewing;
    await this.#inTime(this.#lease.release());
  }

  /** The monotonic clock stands still while the machine sleeps, so the date counts too. */
  get #isSafe(): boolean {
    const { nowMs, dateMs } = momentOf(this.#clock);
    const safeMs = this.#leaseMs * SAFE_PART;
    return nowMs - this.#since.nowMs < safeMs && dateMs - this.#since.dateMs < safeMs;
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

  /** An error of the store is not a loss: until somebody else takes the lease, a later renewal may succeed. */
  async #renewOnce(): Promise<void> {
    const since = momentOf(this.#clock);
    try {
      if (await this.#inTime(this.#lease.renew())) this.#since = since;
      else this.#lose();
    } catch (error) {
      this.#failure = error;
    }
  }

  /** A store that does not answer must neither hold up a stop nor hide the loss of the lease. */
  async #inTime<T>(answer: Promise<T>): Promise<T> {
    if (await settledWithin(answer, this.#leaseMs / RENEWALS, this.#clock)) return answer;
    throw new SparkError(
      "STATE_STORE_SILENT",
      `The store of the state did not answer within ${Math.round(this.#leaseMs / RENEWALS)} ms.`,
    );
  }

  /** @param cause why this process could not renew the lease. Undefined if another process has taken it */
  #lose(cause?: unknown): void {
    const what =
      cause === undefined
        ? "Another process has taken over the state, because this process did not renew its lease in time. It was suspended, or its event loop was blocked."
        : "This process could not renew its lease of the state in time, so another process may have taken over. See the cause.";
    this.#lost.abort(new SparkError("STATE_LEASE_LOST", what, { cause }));
  }
}

/** The present moment. */
export function momentOf(clock: Clock): Moment {
  return { nowMs: clock.now(), dateMs: clock.date() };
}
