/** Reports the action, the progress and the duration of long installation steps. */

/** The steps of an installation and a start, in order. */
export type SetupStep = "python" | "environment" | "java" | "packages" | "archive" | "server";

/** A progress report of a step. A step without news repeats its last report every second. */
export interface SetupProgress {
  readonly step: SetupStep;
  /** The current action: `downloading pyspark-4.2.1.tar.gz`. */
  readonly detail: string;
  /** Bytes transferred so far, if the step transfers any. */
  readonly doneBytes?: number;
  /** Total bytes to transfer, if known. */
  readonly totalBytes?: number;
  /** Time since the step began, in milliseconds. */
  readonly elapsedMs: number;
  /** True in the last report of a step. */
  readonly finished?: boolean;
}

/** Receives progress reports. */
export type ProgressListener = (progress: SetupProgress) => void;

/** The interval at which the last report is repeated, because a long silence looks like a hang. */
const REPEAT_EVERY_MS = 1000;

/** A running step. It measures its duration and repeats its last report until it ends. */
export class ProgressStep implements Disposable {
  readonly #step: SetupStep;
  readonly #listener: ProgressListener | undefined;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #last: Pick<SetupProgress, "detail" | "doneBytes" | "totalBytes">;

  constructor(step: SetupStep, detail: string, listener: ProgressListener | undefined) {
    this.#step = step;
    this.#listener = listener;
    this.#last = { detail };
    this.#emit(false);
    if (listener === undefined) return;
    this.#timer = setInterval(() => {
      this.#emit(false);
    }, REPEAT_EVERY_MS);
    this.#timer.unref();
  }

  /** Reports a new state of the step. */
  update(detail: string, bytes: { readonly done?: number; readonly total?: number } = {}): void {
    this.#last = {
      detail,
      ...(bytes.done === undefined ? {} : { doneBytes: bytes.done }),
      ...(bytes.total === undefined ? {} : { totalBytes: bytes.total }),
    };
    this.#emit(false);
  }

  /** Reports the step's success. */
  finish(detail: string): void {
    this.#last = { detail };
    this.#emit(true);
    this[Symbol.dispose]();
  }

  /** Stops the repeated reports. May be called twice. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #emit(finished: boolean): void {
    const elapsedMs = Math.round(performance.now() - this.#startedAt);
    this.#listener?.({
      step: this.#step,
      ...this.#last,
      elapsedMs,
      ...(finished ? { finished } : {}),
    });
  }
}
