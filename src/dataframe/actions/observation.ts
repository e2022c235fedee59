import { randomUUID } from "node:crypto";
import { ArgumentError, UnsupportedOperationException } from "../../errors.js";
import { SIGNAL, checkMethods } from "../../option-check.js";
import type { MetricsObserver } from "../../plan/observers.js";
import type { CallOptions } from "../../connection/call-options.js";
import { unlessAborted } from "../../waiting.js";
import { ObservedMetrics } from "./observed-metrics.js";

/**
 * Receives the metrics that `df.observe(observation, …)` computes during the first action on that
 * DataFrame. An observation serves one DataFrame. For a streaming DataFrame call `observe("name", …)`
 * instead: the query's progress reports those metrics.
 */
export class Observation {
  readonly #name: string;
  readonly #metrics: ObservedMetrics;
  #isStreaming: ((options: CallOptions) => Promise<boolean>) | undefined;

  /**
   * @param name default: a random UUID
   * @throws {ArgumentError} the name is empty
   */
  constructor(name: string = randomUUID()) {
    // JavaScript callers may pass any type.
    if (typeof (name as unknown) !== "string" || name.trim() === "") {
      throw new ArgumentError(
        "name",
        "The name of an Observation must be a string that is not empty.",
      );
    }
    this.#name = name;
    this.#metrics = new ObservedMetrics(name);
  }

  /**
   * The name of the metrics in the query: the constructor's argument or a random UUID.
   *
   * @example new Observation("seen").name; // 'seen'
   */
  get name(): string {
    return this.#name;
  }

  /**
   * Waits for the metrics of the first action on the observed DataFrame that is read to its end, and returns
   * them by name. It does not start an action: the caller does. After an action without metrics it rejects,
   * until another action starts.
   *
   * @throws {ArgumentError} the observation was not passed to df.observe()
   * @throws {UnsupportedOperationException} the observed DataFrame is a stream
   * @throws {SparkException} the server could not compute the metrics
   * @throws {SparkError} code OBSERVATION_WITHOUT_METRICS: the last action failed or was aborted (`cause` is its
   * error), its rows were not read to the end, or it did not compute the observed rows
   * @example
   * const seen = new Observation();
   * await people.observe(seen, max("age").alias("oldest")).collect();
   * await seen.get();
   */
  async get(options: CallOptions = {}): Promise<Readonly<Record<string, unknown>>> {
    if (this.#isStreaming === undefined) {
      throw new ArgumentError("observation", "Pass the observation to df.observe() before get().");
    }
    if (!this.#metrics.isSettled && (await this.#isStreaming(options))) {
      throw new UnsupportedOperationException(
        `An Observation cannot receive the metrics of a stream. Use observe("${this.#name}", …) and progress.observedMetrics instead.`,
        { errorClass: "OBSERVATION_OF_STREAM" },
      );
    }
    return unlessAborted(this.#metrics.get(), options.signal);
  }

  /** @internal df.observe() calls this once. */
  start(isStreaming: (options: CallOptions) => Promise<boolean>): MetricsObserver {
    if (this.#isStreaming !== undefined) {
      throw new ArgumentError(
        "observation",
        `The Observation ${this.#name} already observes a DataFrame. Create another Observation.`,
      );
    }
    this.#isStreaming = isStreaming;
    return this.#metrics;
  }
}

checkMethods(Observation.prototype, {
  get: [0, SIGNAL],
});
