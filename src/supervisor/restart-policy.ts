import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { LONGEST_MS } from "./duration.js";

/** When and how often a supervisor restarts a failed stream. */
export interface RestartPolicy {
  /** Wait before the first restart, in milliseconds. Each further restart doubles it. Default: 1000. */
  readonly initialBackoffMs?: number | undefined;
  /** Longest wait before a restart, in milliseconds. Default: 60 000. */
  readonly maxBackoffMs?: number | undefined;
  /** Number of restarts in a row. The next failure is fatal. Default: 10, about five minutes of waits. */
  readonly maxRestarts?: number | undefined;
  /** After a run of at least this many milliseconds, a failure counts as the first again. Default: 600 000. */
  readonly resetAfterMs?: number | undefined;
}

/** A policy with a value for each field. */
export type ResolvedRestartPolicy = { readonly [K in keyof RestartPolicy]-?: number };

const DEFAULTS: ResolvedRestartPolicy = {
  initialBackoffMs: 1_000,
  maxBackoffMs: 60_000,
  maxRestarts: 10,
  resetAfterMs: 600_000,
};
/** After this many doublings, one millisecond is longer than any wait. */
const MOST_DOUBLINGS = 31;

/**
 * Completes a policy with the defaults.
 *
 * @throws {ArgumentError} a number is negative, not a number, or longer than a timer can wait
 */
export function resolveRestartPolicy(policy: RestartPolicy = {}): ResolvedRestartPolicy {
  checkOptions("restart", policy, Object.keys(DEFAULTS));
  const resolved = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS) as (keyof RestartPolicy)[]) {
    const value = policy[key];
    if (value === undefined) continue;
    const most = key === "maxRestarts" ? Infinity : LONGEST_MS;
    if (typeof value !== "number" || !(value >= 0 && value <= most)) {
      throw new ArgumentError(
        `restart.${key}`,
        `restart.${key} must be a number from 0 to ${most}, got ${String(value)}.`,
      );
    }
    resolved[key] = value;
  }
  return resolved;
}

/** Counts failures in a row and computes the wait after each. */
export class RestartBudget {
  readonly #policy: ResolvedRestartPolicy;
  readonly #random: () => number;
  #failures = 0;

  constructor(policy: ResolvedRestartPolicy, random: () => number) {
    this.#policy = policy;
    this.#random = random;
  }

  /**
   * Counts a failure.
   *
   * @param healthyMs the duration of the failed run, in milliseconds
   * @returns milliseconds to wait before the next start. Undefined if there were too many restarts
   */
  fail(healthyMs: number): number | undefined {
    const { initialBackoffMs, maxBackoffMs, maxRestarts, resetAfterMs } = this.#policy;
    if (healthyMs >= resetAfterMs) this.#failures = 0;
    if (this.#failures >= maxRestarts) return undefined;
    const fullMs = Math.min(
      maxBackoffMs,
      initialBackoffMs * 2 ** Math.min(this.#failures, MOST_DOUBLINGS),
    );
    this.#failures += 1;
    // Half of the wait is random, so that streams that failed together do not restart together.
    return Math.round(fullMs * (0.5 + this.#random() / 2));
  }
}
