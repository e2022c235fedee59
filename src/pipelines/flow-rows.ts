import { unlessAborted } from "../waiting.js";
import type { SparkSession } from "../session/spark-session.js";
import type { StreamingQueryListener } from "../streaming/listeners/streaming-query-listener.js";

/** The longest wait for the last report of the flows after the end of a run. */
const LAST_REPORT_MS = 5_000;

/**
 * Counts the rows that the streaming flows of a run read. The events of a run do not have them, but each streaming flow
 * is a streaming query of the session with the flow's name.
 */
export class FlowRows {
  readonly #spark: SparkSession;
  readonly #isFlow: (name: string) => boolean;
  readonly #rows = new Map<string, bigint>();
  /** The names of queries by run id, known from their progress. */
  readonly #names = new Map<string, string>();
  #ended = 0;
  #isLost = false;
  #changed: () => void = () => undefined;
  readonly #listener: StreamingQueryListener = {
    onQueryProgress: ({ progress }) => {
      const { name, runId, numInputRows } = progress;
      if (name === undefined) return;
      this.#names.set(runId, name);
      this.#rows.set(name, (this.#rows.get(name) ?? 0n) + numInputRows);
    },
    onQueryTerminated: ({ runId, exception }) => {
      // Spark repeats a flow that failed, and the next query of the flow reports its end too.
      if (exception !== undefined) return;
      const name = this.#names.get(runId);
      // A flow without new rows has no progress, so its name is unknown.
      if (name !== undefined && !this.#isFlow(name)) return;
      this.#ended += 1;
      this.#changed();
    },
    onGap: () => {
      this.#isLost = true;
      this.#changed();
    },
  };

  /** @param isFlow whether a query's name is a flow of the run */
  constructor(spark: SparkSession, isFlow: (name: string) => boolean) {
    this.#spark = spark;
    this.#isFlow = isFlow;
  }

  /** Starts to count. Without the events of the session, the rows stay unknown. */
  async open(): Promise<void> {
    try {
      await this.#spark.streams.addListener(this.#listener);
    } catch {
      this.#isLost = true;
    }
  }

  /** Waits until as many streaming flows have reported their end, and stops to count. */
  async close(completedFlows: number): Promise<void> {
    if (completedFlows > 0) await this.#settled(completedFlows);
    const removing = this.#spark.streams.removeListener(this.#listener);
    // A server that does not answer must not delay the end of the run.
    await unlessAborted(removing, AbortSignal.timeout(LAST_REPORT_MS)).catch(() => undefined);
  }

  /** The rows that a flow read. Undefined if reports are missing. */
  of(flow: string): bigint | undefined {
    return this.#isLost ? undefined : (this.#rows.get(flow) ?? 0n);
  }

  async #settled(wanted: number): Promise<void> {
    const isSettled = (): boolean => this.#isLost || this.#ended >= wanted;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#isLost = true;
        resolve();
      }, LAST_REPORT_MS);
      this.#changed = () => {
        if (!isSettled()) return;
        clearTimeout(timer);
        resolve();
      };
      this.#changed();
    });
  }
}
