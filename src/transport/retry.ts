/** When and how often a failed call is tried again. */
export interface RetryPolicy {
  /** Tries after the first one. */
  readonly maxRetries: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly backoffMultiplier: number;
  /** Up to this much is added at random to a wait of at least `minJitterThresholdMs`. */
  readonly jitterMs: number;
  readonly minJitterThresholdMs: number;
  /** Upper bound for a wait that the server itself asks for. */
  readonly maxServerRetryDelayMs: number;
}

/** PySpark's DefaultPolicy (sql/connect/client/retries.py, v4.1 to v4.3): at least 10 minutes in all. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxRetries: 15,
  initialBackoffMs: 50,
  maxBackoffMs: 60_000,
  backoffMultiplier: 4,
  jitterMs: 500,
  minJitterThresholdMs: 2_000,
  maxServerRetryDelayMs: 600_000,
};

/** A retry that is about to happen, for a hook that logs or counts. */
export interface RetryEvent {
  readonly rpc: string;
  /** 1 for the first retry. */
  readonly attempt: number;
  readonly waitMs: number;
}

/** The retries of one call: counts them and waits between them. */
export class RetryState {
  readonly #policy: RetryPolicy;
  readonly #startedAtMs = Date.now();
  #retries = 0;
  #backoffMs: number;

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
    this.#backoffMs = policy.initialBackoffMs;
  }

  /** Tries made so far, the first one included. */
  get attempts(): number {
    return this.#retries + 1;
  }

  get elapsedMs(): number {
    return Date.now() - this.#startedAtMs;
  }

  /** Progress was made: the next failure starts counting anew. */
  reset(): void {
    this.#retries = 0;
    this.#backoffMs = this.#policy.initialBackoffMs;
  }

  /** Milliseconds to wait before the next try; undefined when none is left. */
  next(serverDelayMs = 0): number | undefined {
    if (this.#retries >= this.#policy.maxRetries) return undefined;
    this.#retries += 1;
    let waitMs = this.#backoffMs;
    this.#backoffMs = Math.min(
      this.#backoffMs * this.#policy.backoffMultiplier,
      this.#policy.maxBackoffMs,
    );
    waitMs = Math.max(waitMs, Math.min(serverDelayMs, this.#policy.maxServerRetryDelayMs));
    if (waitMs >= this.#policy.minJitterThresholdMs)
      waitMs += Math.random() * this.#policy.jitterMs;
    return waitMs;
  }
}
