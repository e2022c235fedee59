/** When and how often to retry a failed call. */
export interface RetryPolicy {
  /** Attempts after the first one. */
  readonly maxRetries: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly backoffMultiplier: number;
  /** The largest random time to add to a pause of at least `minJitterThresholdMs`. */
  readonly jitterMs: number;
  readonly minJitterThresholdMs: number;
  /** The longest pause that the server may request. */
  readonly maxServerRetryDelayMs: number;
}

/** PySpark's DefaultPolicy (sql/connect/client/retries.py, v4.1 to v4.3): at least 10 minutes in total. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxRetries: 15,
  initialBackoffMs: 50,
  maxBackoffMs: 60_000,
  backoffMultiplier: 4,
  jitterMs: 500,
  minJitterThresholdMs: 2_000,
  maxServerRetryDelayMs: 600_000,
};

/** A retry that is about to happen, for logging and counting. */
export interface RetryEvent {
  readonly rpc: string;
  readonly sessionId: string;
  /** The operation, if the call belongs to one. */
  readonly operationId?: string | undefined;
  /** The gRPC status of the failed call, such as `UNAVAILABLE`. */
  readonly status: string;
  /** Why it failed: Spark's error class, else the message of gRPC. It contains no token and no query text. */
  readonly reason: string;
  /** 1 for the first retry. */
  readonly attempt: number;
  readonly waitMs: number;
}

/** Counts the retries of one call and computes the pauses between them. */
export class RetryState {
  readonly #policy: RetryPolicy;
  /** The start of the call; after progress, the first failure since. */
  #startedAtMs: number | undefined = Date.now();
  #retries = 0;
  #backoffMs: number;

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
    this.#backoffMs = policy.initialBackoffMs;
  }

  /** The number of attempts so far, including the first. */
  get attempts(): number {
    return this.#retries + 1;
  }

  /** The time of these attempts. */
  get elapsedMs(): number {
    return this.#startedAtMs === undefined ? 0 : Date.now() - this.#startedAtMs;
  }

  /** Call this after progress: the next failure starts to count from zero. */
  reset(): void {
    this.#retries = 0;
    this.#backoffMs = this.#policy.initialBackoffMs;
    this.#startedAtMs = undefined;
  }

  /** Milliseconds to wait before the next attempt; undefined if no attempts are left. */
  next(serverDelayMs = 0): number | undefined {
    this.#startedAtMs ??= Date.now();
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
