import { SparkError } from "../../errors.js";
import type { Clock } from "../clock.js";
import { HeldLease } from "./held-lease.js";
import type { StateStore } from "./state-store.js";

/** How often a process in standby asks for the lease. */
const POLL_MS = 500;

/** How a process takes the lease of a state. */
export interface LeaseSettings {
  readonly leaseMs: number;
  /** Wait for the lease instead of failing. */
  readonly standby: boolean;
  readonly clock: Clock;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Called for each process that holds the lease while this one waits. */
  readonly onStandby: (heldBy: string) => void;
}

/**
 * Takes the lease of a state, so that this process alone acts on it.
 *
 * @throws {SparkError} code STATE_FILE_IN_USE: another process holds it, and `standby` is false
 */
export async function takeLease(store: StateStore, settings: LeaseSettings): Promise<HeldLease> {
  const { leaseMs, standby, clock, signal, onStandby } = settings;
  let lastHolder: string | undefined;
  for (;;) {
    const sinceMs = clock.now();
    const taken = await store.tryLease(leaseMs);
    if (!("heldBy" in taken)) {
      if (!signal.aborted) return new HeldLease(taken, leaseMs, clock, sinceMs);
      await taken.release();
      throw signal.reason;
    }
    const { heldBy } = taken;
    if (!standby) {
      throw new SparkError(
        "STATE_FILE_IN_USE",
        `The state file ${store.location} is in use by ${heldBy}. Only one supervisor can use a state file at a time: stop that process, set standby: true to wait for its end, or give this supervisor another file.`,
      );
    }
    if (heldBy !== lastHolder) onStandby(heldBy);
    lastHolder = heldBy;
    await clock.wait(POLL_MS, signal);
  }
}
