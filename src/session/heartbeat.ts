import { ArgumentError } from "../errors.js";
import { publish } from "../transport/diagnostics.js";
import type { SparkConnectClient } from "../transport/spark-connect-client.js";
import type { Logger } from "../connection/logger.js";

/** Spark's own default of the conf below, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 3_600_000;
const TIMEOUT_KEY = "spark.connect.session.manager.defaultSessionTimeout";
/** Often enough that three beats may be lost before a session of one hour ends. */
const LONGEST_INTERVAL_MS = 300_000;
/** A beat is short: one that takes longer than this has failed, and the next one follows soon. */
const BEAT_DEADLINE_MS = 20_000;

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a duration as Spark prints it: `3600000ms`, `60m`, plain numbers are milliseconds. */
export function durationMs(text: string): number | undefined {
  const match = /^(-?\d+)\s*(ms|s|m|min|h|d)?$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * (UNIT_MS[match[2] ?? "ms"] ?? 1);
}

/**
 * Keeps a session in use on the server. A session without an RPC for an hour (unless configured
 * otherwise) is closed, and its streaming queries are stopped with it. A beat carries the session's
 * server-side id, so it never makes a new session of the same id in silence.
 */
export class Heartbeat {
  readonly #client: SparkConnectClient;
  readonly #logger: Logger | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: SparkConnectClient, logger: Logger | undefined) {
    this.#client = client;
    this.#logger = logger;
  }

  /**
   * Starts beating, every min(5 min, a quarter of the server's own timeout) unless told otherwise.
   *
   * @param deadlineMs what the server may take to say its timeout
   */
  async start(deadlineMs: number, intervalMs?: number): Promise<void> {
    const every = intervalMs ?? (await this.#intervalMs(deadlineMs));
    if (every === undefined) return;
    this.#schedule(every, performance.now());
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Undefined where the server never ends idle sessions. */
  async #intervalMs(deadlineMs: number): Promise<number | undefined> {
    const answer = await this.#client.config(
      { case: "getOption", value: { keys: [TIMEOUT_KEY] } },
      { deadlineMs },
    );
    const timeoutMs = durationMs(answer.pairs[0]?.value ?? "") ?? DEFAULT_TIMEOUT_MS;
    return timeoutMs < 0 ? undefined : Math.min(LONGEST_INTERVAL_MS, timeoutMs / 4);
  }

  #schedule(intervalMs: number, lastAtMs: number): void {
    this.#timer = setTimeout(() => {
      const lateMs = performance.now() - lastAtMs - intervalMs;
      if (lateMs > intervalMs) {
        this.#logger?.warn(
          { lateMs: Math.round(lateMs), intervalMs },
          "the heartbeat was late because the event loop was busy; a session without one ends on the server",
        );
      }
      const beatAtMs = performance.now();
      void this.#beat().then(() => {
        if (!this.#client.isClosed) this.#schedule(intervalMs, beatAtMs);
      });
    }, intervalMs);
    // A heartbeat alone is no reason for the process to go on.
    this.#timer.unref();
  }

  async #beat(): Promise<void> {
    const startedAtMs = performance.now();
    let succeeded = true;
    try {
      await this.#client.analyze(
        { case: "sparkVersion", value: {} },
        { deadlineMs: BEAT_DEADLINE_MS },
      );
    } catch (error) {
      // What it means for the session is the client's to say, at the next call.
      succeeded = false;
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      this.#logger?.warn({ code }, "a heartbeat failed");
    }
    publish("sparktide:heartbeat", () => ({
      sessionId: this.#client.sessionId,
      durationMs: performance.now() - startedAtMs,
      succeeded,
    }));
  }
}

/** Checks a caller's interval. */
export function checkInterval(intervalMs: number): number {
  if (Number.isFinite(intervalMs) && intervalMs >= 100) return intervalMs;
  throw new ArgumentError(
    "intervalMs",
    "A heartbeat's interval must be at least 100 milliseconds.",
  );
}
