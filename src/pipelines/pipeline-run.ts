import { SparkError } from "../errors.js";
import { thrownMessage } from "../thrown-value.js";
import type { FlowError, FlowState, PipelineEvent } from "./pipeline-event.js";

/** What happened to a flow in a run. */
export interface FlowResult {
  /** The flow's full name: `spark_catalog.markets.prices`. */
  readonly flow: string;
  /** The dataset or sink that it writes. */
  readonly dataset?: string | undefined;
  /** Its last state that the server reported. */
  readonly state: FlowState;
  /** The rows that a streaming flow read. Undefined for a materialized view: Spark does not report them. */
  readonly rows?: bigint | undefined;
  readonly error?: FlowError | undefined;
}

/** What happened in a run. */
export interface PipelineResult {
  readonly flows: readonly FlowResult[];
}

/**
 * A run failed or was stopped. `cause` is Spark's error. `code` is PIPELINE_FAILED, or PIPELINE_STOPPED after `stop()`
 * or an abort.
 */
export class PipelineFailedError extends SparkError {
  override readonly name: string = "PipelineFailedError";
  readonly flows: readonly FlowResult[];

  constructor(code: string, message: string, flows: readonly FlowResult[], options?: ErrorOptions) {
    super(code, message, options);
    this.flows = flows;
  }
}

/** The server's side of a run. */
export interface RunSource {
  /** The events, as they arrive. Throws if the run fails. */
  readonly events: AsyncIterable<PipelineEvent>;
  /** The rows that a completed flow read. Called after close(). */
  readonly rowsOf: (flow: string) => bigint | undefined;
  /** The message, and the places of the definitions of the datasets and flows that it names. */
  readonly located: (message: string, flow?: string) => string;
  /** Ends the operation on the server. */
  readonly abort: () => void;
  /** Removes what the run holds on the server and in this process. */
  readonly close: (completedFlows: readonly string[]) => Promise<void>;
}

/** The states of a flow that has ended. */
const ENDED: readonly FlowState[] = [
  ...(["COMPLETED", "FAILED", "SKIPPED", "STOPPED", "EXCLUDED", "IDLE"] as const),
];

/** A run of a pipeline. Each iteration yields all events from the first one, and ends with the run. */
export class PipelineRun implements AsyncIterable<PipelineEvent> {
  /** The id of the graph on the server. */
  readonly graphId: string;
  readonly #events: PipelineEvent[] = [];
  readonly #source: RunSource;
  readonly #waiting = new Set<() => void>();
  readonly #result: Promise<PipelineResult>;
  #isOver = false;
  #isStopped = false;

  /** @internal Use Pipeline.start(). */
  constructor(graphId: string, source: RunSource, signal: AbortSignal | undefined) {
    this.graphId = graphId;
    this.#source = source;
    const abort = (): void => {
      this.#stopNow();
    };
    signal?.addEventListener("abort", abort, { once: true });
    this.#result = this.#follow().finally(() => signal?.removeEventListener("abort", abort));
    // A program may only iterate over the events. Then the failure reaches it there.
    this.#result.catch(() => undefined);
    if (signal?.aborted === true) this.#stopNow();
  }

  /**
   * Waits for the end of the run.
   *
   * @throws {PipelineFailedError} the run failed or was stopped; it names the flows
   */
  result(): Promise<PipelineResult> {
    return this.#result;
  }

  /** Stops the run and its flows on the server, and waits until it ended. Does nothing if it ended before. */
  async stop(): Promise<void> {
    if (!this.#isOver) this.#stopNow();
    await this.#result.catch(() => undefined);
  }

  /** The events of the run from the first one. Ends when the run ends, also if it fails: see result(). */
  async *[Symbol.asyncIterator](): AsyncGenerator<PipelineEvent, void, undefined> {
    for (let next = 0; ;) {
      const event = this.#events[next];
      if (event !== undefined) {
        next += 1;
        yield event;
      } else if (this.#isOver) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    }
  }

  #stopNow(): void {
    this.#isStopped = true;
    this.#source.abort();
  }

  #wake(): void {
    for (const resume of this.#waiting) resume();
    this.#waiting.clear();
  }

  async #follow(): Promise<PipelineResult> {
    try {
      let failure: { readonly cause: unknown } | undefined;
      try {
        for await (const event of this.#source.events) {
          this.#events.push(event);
          this.#wake();
        }
      } catch (cause) {
        failure = { cause };
      }
      const isCompleted = ({ state }: FlowResult): boolean => state === "COMPLETED";
      await this.#source.close(
        this.#flows()
          .filter(isCompleted)
          .map(({ flow }) => flow),
      );
      const flows = this.#flows().map((flow) => {
        const rows = isCompleted(flow) ? this.#source.rowsOf(flow.flow) : undefined;
        return rows === undefined ? flow : { ...flow, rows };
      });
      const failed = flows.filter(({ state }) => state === "FAILED");
      if (failure === undefined && failed.length === 0 && !this.#isStopped) return { flows };
      throw this.#error(flows, failure?.cause);
    } finally {
      this.#isOver = true;
      this.#wake();
    }
  }

  #error(flows: readonly FlowResult[], cause: unknown): PipelineFailedError {
    if (this.#isStopped) {
      const ended = flows.map((flow) =>
        ENDED.includes(flow.state) ? flow : { ...flow, state: "STOPPED" as const },
      );
      return new PipelineFailedError("PIPELINE_STOPPED", "The run was stopped.", ended, { cause });
    }
    const lines = flows
      .filter(({ state }) => state === "FAILED")
      .map(({ flow, error }) =>
        this.#source.located(`${flow}: ${error?.message ?? "failed"}`, flow),
      );
    // Some faults of a graph, such as a cycle, belong to no flow.
    const reason = lines.length > 0 ? lines.join("\n") : this.#source.located(thrownMessage(cause));
    return new PipelineFailedError("PIPELINE_FAILED", `The run failed.\n${reason}`, flows, {
      cause,
    });
  }

  /** The last state of each flow. */
  #flows(): FlowResult[] {
    const flows = new Map<string, FlowResult>();
    for (const { flow, dataset, state, error } of this.#events) {
      if (flow === undefined || state === undefined) continue;
      flows.set(flow, {
        flow,
        ...(dataset !== undefined && { dataset }),
        state,
        ...(error !== undefined && { error }),
      });
    }
    return [...flows.values()];
  }
}
