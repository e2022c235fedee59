import { SparkError } from "../../errors.js";
import type { Clock } from "../clock.js";
import { HeldLease, momentOf } from "./held-lease.js";
import type { LeaseHolder, StateLease, StateStore } from "./state-store.js";

/** How often a process in standby asks for the lease. */
const POLL_MS = 500;

/** How a process takes the lease of a state. */
export interface LeaseSettings {
  readonly leaseMs: number;
  /** Wait for the lease instead of failing. */
  readonly standby: boolean;
  /** This process has used the store before, so an error of the store passes. */
  readonly isKnown: boolean;
  readonly clock: Clock;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Called for each process that holds the lease while this one waits. */
  readonly onStandby: (heldBy: string) => void;
  /** Called when the store begins to fail during the wait. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Takes the lease of a state, so that this process alone acts on it. A process in standby also waits while the store fails, if the store
 * has answered before.
 *
 * @throws {SparkError} code STATE_FILE_IN_USE: another process holds it, and `standby` is false
 */
export async function takeLease(store: StateStore, settings: LeaseSettings): Promise<HeldLease> {
  const { leaseMs, standby, isKnown, clock, signal, onStandby, onFailure } = settings;
  let lastHolder: string | undefined;
  let isFailing = false;
  for (;;) {
    signal.throwIfAborted();
    const since = momentOf(clock);
    let taken: StateLease | LeaseHolder | undefined;
    try {
      taken = await store.tryLease(leaseMs);
      isFailing = false;
    } catch (error) {
      if (!standby || !(isKnown || lastHolder !== undefined)) throw error;
      if (!isFailing) onFailure(error);
      isFailing = true;
    }
    if (taken !== undefined && !("heldBy" in taken)) {
      if (!signal.aborted) return new HeldLease(taken, leaseMs, clock, since);
      await taken.release();
      throw signal.reason;
    }
    if (taken !== undefined) {
      const { heldBy } = taken;
      if (!standby) {
        throw new SparkError(
          "STATE_FILE_IN_USE",
          `The state ${store.location} is in use by ${heldBy}. Only one process can use a state at a time: stop that process, set standby: true to wait for its end, or use another state here.`,
        );
      }
      if (heldBy !== lastHolder) onStandby(heldBy);
      lastHolder = heldBy;
    }
    await clock.wait(POLL_MS, signal);
  }
}
