import { waitMs } from "../waiting.js";

/** Time and random numbers, so that tests can control them. */
export interface Clock {
  /** Milliseconds of a monotonic clock. Only differences have a meaning. */
  now(): number;
  /** Resolves after `ms` milliseconds. Rejects with the signal's reason when it aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** A random number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

/** The clock of the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wait: waitMs,
  random: () => Math.random(),
};
