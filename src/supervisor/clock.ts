import { waitMs } from "../waiting.js";

/** Time and random numbers, so that tests can control them. */
export interface Clock {
  /** Milliseconds of a monotonic clock. Only differences have a meaning. */
  now(): number;
  /** Milliseconds since 1970. They may jump, so use them only for what people and other processes read. */
  date(): number;
  /** Resolves after `ms` milliseconds. Rejects with the signal's reason when it aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** A random number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

/** The clock of the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  wait: waitMs,
  random: () => Math.random(),
};
