import { waitMs } from "../waiting.js";

/** Time and chance, so that tests can hold them. */
export interface Clock {
  /** Milliseconds that only ever grow; their zero means nothing. */
  now(): number;
  /** Rejects with the signal's own reason when it is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** From 0 up to, not including, 1. */
  random(): number;
}

/** The process' own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wait: waitMs,
  random: () => Math.random(),
};
