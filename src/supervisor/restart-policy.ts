import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";

/** When and how often a stream that failed is started again. */
export interface RestartPolicy {
  /** Wait before the first restart, in milliseconds; each next one doubles it. Default 1000. */
  readonly initialBackoffMs?: number | undefined;
  /** Default 60 000. */
  readonly maxBackoffMs?: number | undefined;
  /** Restarts in a row that may fail; the next failure is fatal. Default 10, about five minutes of waits. */
  readonly maxRestarts?: number | undefined;
  /** A run of at least this long is health: the failure after it counts as the first. Default 600 000. */
  readonly resetAfterMs?: number | undefined;
}

/** A policy with nothing left open. */
export type ResolvedRestartPolicy = { readonly [K in keyof RestartPolicy]-?: number };

const DEFAULTS: ResolvedRestartPolicy = {
  initialBackoffMs: 1_000,
  maxBackoffMs: 60_000,
  maxRestarts: 10,
  resetAfterMs: 600_000,
};
/** Node's timers hold no more. */
const LONGEST_MS = 2_147_483_647;
/** One millisecond doubled this often is longer than any wait. */
const MOST_DOUBLINGS = 31;

/**
 * Fills a policy's gaps with the defaults.
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
      throw new ArgumentError(`restart.${key}`, `restart.${key} must be from 0 to ${most}.`);
    }
    resolved[key] = value;
  }
  return resolved;
}

/** Counts failures in a row and says how long to wait after each. */
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
   * @param healthyMs how long the run that failed had lasted
   * @returns milliseconds to wait before the next start; undefined when the budget is used up
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
    // Half of the wait is chance, so that streams that failed together do not come back together.
    return Math.round(fullMs * (0.5 + this.#random() / 2));
  }
}
