import { randomUUID } from "node:crypto";
import { ArgumentError, UnsupportedOperationException } from "../errors.js";
import type { MetricsObserver } from "../plan/observers.js";
import type { CallOptions } from "../session/spark-connection.js";
import { unlessAborted } from "../session/unless-aborted.js";

/**
 * Takes what `df.observe(observation, …)` computes of a DataFrame's rows while the first action on it
 * runs. For one DataFrame, not a streaming one: its progress has the metrics of `observe("name", …)`.
 */
export class Observation {
  readonly #name: string;
  readonly #metrics: Promise<Readonly<Record<string, unknown>>>;
  readonly #observer: MetricsObserver;
  #isStreaming: ((options: CallOptions) => Promise<boolean>) | undefined;
  #isTold = false;

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
    const { promise, observer } = awaited(() => {
      this.#isTold = true;
    });
    this.#metrics = promise;
    this.#observer = observer;
  }

  get name(): string {
    return this.#name;
  }

  /**
   * The metrics by name. Waits for the first action on the observed DataFrame to end: start one, it is
   * not started here.
   *
   * @throws {ArgumentError} nothing is observed yet
   * @throws {UnsupportedOperationException} what is observed is a stream
   * @throws {SparkException} the server could not compute the metrics
   */
  async get(options: CallOptions = {}): Promise<Readonly<Record<string, unknown>>> {
    if (this.#isStreaming === undefined) {
      throw new ArgumentError("observation", "Pass the observation to df.observe() before get().");
    }
    if (!this.#isTold && (await this.#isStreaming(options))) {
      throw new UnsupportedOperationException(
        `An Observation cannot take the metrics of a stream; use observe("${this.#name}", …) and progress.observedMetrics.`,
        { errorClass: "OBSERVATION_OF_STREAM" },
      );
    }
    return unlessAborted(this.#metrics, options.signal);
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
    return this.#observer;
  }
}

function awaited(settled: () => void): {
  promise: Promise<Readonly<Record<string, unknown>>>;
  observer: MetricsObserver;
} {
  let observer: MetricsObserver | undefined;
  const promise = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    observer = {
      observed: (metrics) => {
        settled();
        resolve(metrics);
      },
      failed: (error) => {
        settled();
        reject(error);
      },
    };
  });
  // Whoever calls get() hears of a failure; without that it concerns nobody.
  promise.catch(() => undefined);
  if (observer === undefined) throw new TypeError("A Promise calls its executor at once.");
  return { promise, observer };
}
