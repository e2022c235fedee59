import { SparkError } from "../../errors.js";
import type { MetricsObserver } from "../../plan/observers.js";
import { thrownMessage } from "../../thrown-value.js";

type Metrics = Readonly<Record<string, unknown>>;

/** The result of the actions so far: metrics, which stay, or an error. */
type Outcome = { readonly metrics: Metrics } | { readonly error: Error };

/** The metrics of one Observation. get() waits until an action delivers them or ends without them. */
export class ObservedMetrics implements MetricsObserver {
  readonly #name: string;
  /** The number of running actions. */
  #running = 0;
  #outcome: Outcome | undefined;
  #waiting: { resolve: (metrics: Metrics) => void; reject: (error: Error) => void }[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** Whether get() has its answer already. */
  get isSettled(): boolean {
    return this.#outcome !== undefined;
  }

  get(): Promise<Metrics> {
    const outcome = this.#outcome;
    if (outcome === undefined) {
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    }
    return "metrics" in outcome ? Promise.resolve(outcome.metrics) : Promise.reject(outcome.error);
  }

  started(): void {
    this.#running += 1;
    // This action may deliver the metrics that the previous one did not.
    if (this.#outcome !== undefined && "error" in this.#outcome) this.#outcome = undefined;
  }

  observed(metrics: Metrics): void {
    this.#settle({ metrics });
  }

  failed(error: Error): void {
    this.#settle({ error });
  }

  ended(failure: { readonly error: unknown } | undefined, isComplete: boolean): void {
    this.#running -= 1;
    if (this.#running > 0) return;
    if (failure !== undefined) {
      this.#without(`the action failed: ${thrownMessage(failure.error)}`, failure.error);
    } else if (isComplete) {
      this.#without(
        "the action ended without computing the observed rows, for example because the optimizer removed them or they were cached",
      );
    } else {
      this.#without("the action ended before its rows were read to the end");
    }
  }

  #without(reason: string, cause?: unknown): void {
    const text = `Observation ${this.#name} has no metrics: ${reason}. Run an action on the observed DataFrame to its end, then call get() again.`;
    const error = new SparkError("OBSERVATION_WITHOUT_METRICS", text, { cause });
    this.#settle({ error });
  }

  /** The first outcome stays; later ones are ignored. */
  #settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if ("metrics" in outcome) resolve(outcome.metrics);
      else reject(outcome.error);
    }
  }
}
