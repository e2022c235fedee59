import { randomUUID } from "node:crypto";
import type {
  FlowEvent,
  FlowStatus,
  SupervisedPipelineOptions,
  SupervisedRun,
} from "../../../../src/supervisor/supervised-pipeline-options.js";
import type { FakeSpark } from "./fake-spark.js";

/** A run of a pipeline, controlled by the test. */
export class FakeRun implements SupervisedRun {
  readonly graphId: string = randomUUID();
  readonly #events: FlowEvent[] = [];
  readonly #ended: Promise<{ flows: readonly FlowStatus[] }>;
  #resolve: (flows: readonly FlowStatus[]) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(signal: AbortSignal) {
    this.#ended = new Promise((resolve, reject) => {
      this.#resolve = (flows) => {
        resolve({ flows });
      };
      this.#reject = reject;
    });
    this.#ended.catch(() => undefined);
    signal.addEventListener("abort", () => {
      this.fail(new Error("The run was stopped."));
    });
  }

  report(event: FlowEvent): void {
    this.#events.push(event);
    this.#wake();
  }
  complete(...flows: FlowStatus[]): void {
    this.#resolve(flows);
    this.#isOver = true;
    this.#wake();
  }
  fail(error: Error): void {
    this.#reject(error);
    this.#isOver = true;
    this.#wake();
  }
  result(): Promise<{ readonly flows: readonly FlowStatus[] }> {
    return this.#ended;
  }
  async stop(): Promise<void> {
    this.fail(new Error("The run was stopped."));
    await this.#ended.catch(() => undefined);
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<FlowEvent, void, undefined> {
    for (let next = 0; ;) {
      const event = this.#events[next];
      if (event !== undefined) {
        next += 1;
        yield event;
      } else if (this.#isOver) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** A pipeline whose runs the test controls. */
export class FakePipeline {
  readonly runs: FakeRun[] = [];
  /** The tags of the former runs that the supervisor stopped. */
  readonly stopped: string[] = [];
  readonly options: SupervisedPipelineOptions;

  constructor(options: Partial<SupervisedPipelineOptions> = {}) {
    this.options = {
      kind: "pipeline",
      name: "markets",
      startRun: (_spark, signal) => {
        const run = new FakeRun(signal);
        this.runs.push(run);
        return Promise.resolve(run);
      },
      stopFormerRun: (_spark, tag) => {
        this.stopped.push(tag);
        return Promise.resolve();
      },
      ...options,
    };
  }

  get run(): FakeRun {
    const run = this.runs.at(-1);
    if (run === undefined) throw new Error("No run has started yet.");
    return run;
  }

  /** Adds what the supervisor of a pipeline calls. */
  prepare(spark: FakeSpark): FakeSpark {
    return Object.assign(spark, {
      withTags: <T>(_tags: readonly string[], work: () => T): T => work(),
    });
  }
}
