import { ArgumentError } from "../errors.js";
import { publish } from "../transport/diagnostics.js";
import type { SparkConnectClient } from "../transport/spark-connect-client.js";
import type { Logger } from "../connection/logger.js";
import { inBackground } from "../user-calls.js";

/** Spark's default of TIMEOUT_KEY, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 3_600_000;
const TIMEOUT_KEY = "spark.connect.session.manager.defaultSessionTimeout";
/** Short enough that a session with a timeout of one hour survives several lost heartbeats. */
const LONGEST_INTERVAL_MS = 300_000;
/** A heartbeat normally takes milliseconds. After this time it counts as failed, and the next one follows. */
const BEAT_DEADLINE_MS = 20_000;

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Parses a duration as Spark prints it: `3600000ms`, `60m`. A plain number means milliseconds. */
export function durationMs(text: string): number | undefined {
  const match = /^(-?\d+)\s*(ms|s|m|min|h|d)?$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * (UNIT_MS[match[2] ?? "ms"] ?? 1);
}

/**
 * Keeps a session alive on the server. The server closes a session after an hour without an RPC (by
 * default) and stops its streaming queries. A heartbeat carries the server-side session id, so it
 * never silently creates a new session with the same id.
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
   * Starts the heartbeat. Default interval: the smaller of 5 minutes and a quarter of the server's timeout.
   *
   * @param deadlineMs longest wait for the server to return its timeout
   */
  async start(deadlineMs: number, intervalMs?: number): Promise<void> {
    const every = intervalMs ?? (await this.#intervalMs(deadlineMs));
    if (every === undefined) return;
    this.#schedule(every, performance.now());
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Undefined if the server never closes idle sessions. */
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
          "the heartbeat was late because the event loop was busy; without heartbeats the server closes the session",
        );
      }
      const beatAtMs = performance.now();
      void this.#beat().then(() => {
        if (!this.#client.isClosed) this.#schedule(intervalMs, beatAtMs);
      });
    }, intervalMs);
    // The heartbeat must not keep the process alive.
    this.#timer.unref();
  }

  async #beat(): Promise<void> {
    const startedAtMs = performance.now();
    let succeeded = true;
    try {
      await inBackground("heartbeat", () =>
        this.#client.analyze({ case: "sparkVersion", value: {} }, { deadlineMs: BEAT_DEADLINE_MS }),
      );
    } catch (error) {
      // If the session is lost, the next call reports it.
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
    `intervalMs must be at least 100 milliseconds, got ${String(intervalMs)}.`,
  );
}
