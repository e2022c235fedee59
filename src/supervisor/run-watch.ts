import type { SparkSession } from "../session/spark-session.js";
import type { StreamingQuery } from "../streaming/streaming-query.js";
import type { QueryGap } from "../streaming/listeners/streaming-query-listener.js";
import type { StreamingQueryProgress } from "../streaming/progress.js";
import type { Clock } from "./clock.js";

/** How often the server is asked which queries run, in case an event of an end was lost. */
const SWEEP_MS = 10_000;
/** A server that takes longer is treated as one that does not answer. */
const ANSWER_DEADLINE_MS = 20_000;

/** Hears what happens to one run. */
export interface RunObserver {
  progress(progress: StreamingQueryProgress): void;
  /** A sign of life without a report. */
  idle(): void;
  /** The run is over; why is not known yet. May be told more than once. */
  ended(): void;
}

/** Hears what happens to the watch itself. */
export interface RunWatchObserver {
  /** The server did not answer, or the session is gone; the watch goes on when this resolves. */
  trouble(error: unknown): Promise<unknown>;
  /** Events were lost. */
  gap(queries: readonly QueryGap[]): void;
}

/** The queries the server runs in a session; an answer that takes too long is an error. */
export function activeQueries(spark: SparkSession): Promise<StreamingQuery[]> {
  return spark.streams.active({ signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) });
}

/**
 * Follows the runs of one session: the listener's events are fast, and asking the server now and then
 * finds the end of a run whose event never came.
 */
export class RunWatch {
  readonly #spark: SparkSession;
  readonly #clock: Clock;
  readonly #observers = new Map<string, RunObserver>();

  constructor({ spark, clock }: { readonly spark: SparkSession; readonly clock: Clock }) {
    this.#spark = spark;
    this.#clock = clock;
  }

  /** Watches until the signal is aborted; resolves as soon as events come. */
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

  /** Ends, by throwing, only when the signal is aborted. */
  async #sweep(signal: AbortSignal, observer: RunWatchObserver): Promise<never> {
    for (;;) {
      await this.#clock.wait(SWEEP_MS, signal);
      // Only runs that were known before the question can be missing from its answer.
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
