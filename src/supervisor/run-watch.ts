import type { SparkSession } from "../session/spark-session.js";
import type { StreamingQuery } from "../streaming/streaming-query.js";
import type { QueryGap } from "../streaming/listeners/streaming-query-listener.js";
import type { StreamingQueryProgress } from "../streaming/progress.js";
import type { Clock } from "./clock.js";

/** The interval at which the server is asked which queries run, because the event of an end can be lost. */
const SWEEP_MS = 10_000;
/** A server that needs longer counts as not answering. */
const ANSWER_DEADLINE_MS = 20_000;

/** Receives the events of one run. */
export interface RunObserver {
  progress(progress: StreamingQueryProgress): void;
  /** The run is idle: it sent an event without a report. */
  idle(): void;
  /** The run has ended, for a reason that is not known yet. May be called more than once. */
  ended(): void;
}

/** Receives the problems of the watch itself. */
export interface RunWatchObserver {
  /** The server did not answer, or the session is lost. The watch continues when this resolves. */
  trouble(error: unknown): Promise<unknown>;
  /** Events were lost. */
  gap(queries: readonly QueryGap[]): void;
}

/** The running queries of a session. Rejects if the server does not answer in time. */
export function activeQueries(spark: SparkSession): Promise<StreamingQuery[]> {
  return spark.streams.active({ signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) });
}

/**
 * Follows the runs of one session. The listener delivers events quickly. In addition, a regular call to
 * the server finds the end of a run if its event was lost.
 */
export class RunWatch {
  readonly #spark: SparkSession;
  readonly #clock: Clock;
  readonly #observers = new Map<string, RunObserver>();

  constructor({ spark, clock }: { readonly spark: SparkSession; readonly clock: Clock }) {
    this.#spark = spark;
    this.#clock = clock;
  }

  /** Watches until the signal aborts. Resolves when the listener is active. */
  async start(signal: AbortSignal, observer: RunWatchObserver): Promise<void> {
    await this.#spark.streams.addListener({
      onQueryProgress: ({ progress }) => {
        this.#observers.get(progress.runId)?.progress(progress);
      },
      onQueryIdle: ({ runId }) => {
        this.#observers.get(runId)?.idle();
      },
      onQueryTerminated: ({ runId }) => {
        this.#observers.get(runId)?.ended();
      },
      onGap: async ({ reason, error, queries }) => {
        if (reason === "sessionLost") await observer.trouble(error);
        else observer.gap(queries);
      },
    });
    this.#sweep(signal, observer).catch(() => undefined);
  }

  observe(runId: string, observer: RunObserver): void {
    this.#observers.set(runId, observer);
  }

  forget(runId: string): void {
    this.#observers.delete(runId);
  }

  /** Runs until the signal aborts, and then throws. */
  async #sweep(signal: AbortSignal, observer: RunWatchObserver): Promise<never> {
    for (;;) {
      await this.#clock.wait(SWEEP_MS, signal);
      // Only runs that started before the call must be in its answer.
      const observed = [...this.#observers];
      try {
        const active = await activeQueries(this.#spark);
        const running = new Set(active.map(({ runId }) => runId));
        for (const [runId, run] of observed) if (!running.has(runId)) run.ended();
      } catch (error) {
        signal.throwIfAborted();
        await observer.trouble(error);
      }
    }
  }
}
