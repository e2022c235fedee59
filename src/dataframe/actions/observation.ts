import { randomUUID } from "node:crypto";
import { ArgumentError, UnsupportedOperationException } from "../../errors.js";
import { SIGNAL, checkMethods } from "../../option-check.js";
import type { MetricsObserver } from "../../plan/observers.js";
import type { CallOptions } from "../../connection/call-options.js";
import { unlessAborted } from "../../waiting.js";
import { ObservedMetrics } from "./observed-metrics.js";

/**
 * Takes what `df.observe(observation, …)` computes of a DataFrame's rows while the first action on it
 * runs. For one DataFrame, not a streaming one: its progress has the metrics of `observe("name", …)`.
 */
export class Observation {
  readonly #name: string;
  readonly #metrics: ObservedMetrics;
  #isStreaming: ((options: CallOptions) => Promise<boolean>) | undefined;

  /**
   * @param name default: one of its own
   * @throws {ArgumentError} the name is empty
   */
  constructor(name: string = randomUUID()) {
    // Callers without types pass anything.
    if (typeof (name as unknown) !== "string" || name.trim() === "") {
      throw new ArgumentError("name", "An observation's name is text that is not empty.");
    }
    this.#name = name;
    this.#metrics = new ObservedMetrics(name);
  }

  get name(): string {
    return this.#name;
  }

  /**
   * The metrics by name, of the first action on the observed DataFrame that is read to its end. Waits for that
   * action while none has ended: start one, it is not started here. After an action that gave no metrics it
   * is rejected, until another action begins.
   *
   * @throws {ArgumentError} nothing is observed yet
   * @throws {UnsupportedOperationException} what is observed is a stream
   * @throws {SparkException} the server could not compute the metrics
   * @throws {SparkError} code OBSERVATION_WITHOUT_METRICS: the last action failed or was aborted (`cause` is its
   * error), was left before its end, or did not compute the observed rows
   */
  async get(options: CallOptions = {}): Promise<Readonly<Record<string, unknown>>> {
    if (this.#isStreaming === undefined) {
      throw new ArgumentError("observation", "Pass the observation to df.observe() before get().");
    }
    if (!this.#metrics.isSettled && (await this.#isStreaming(options))) {
      throw new UnsupportedOperationException(
        `An Observation cannot take the metrics of a stream; use observe("${this.#name}", …) and progress.observedMetrics.`,
        { errorClass: "OBSERVATION_OF_STREAM" },
      );
    }
    return unlessAborted(this.#metrics.get(), options.signal);
  }

  /** @internal Called by df.observe(), once. */
  start(isStreaming: (options: CallOptions) => Promise<boolean>): MetricsObserver {
    if (this.#isStreaming !== undefined) {
      throw new ArgumentError(
        "observation",
        `The observation ${this.#name} observes a DataFrame already; make another one.`,
      );
    }
    this.#isStreaming = isStreaming;
    return this.#metrics;
  }
}

checkMethods(Observation.prototype, {
  get: [0, SIGNAL],
});
