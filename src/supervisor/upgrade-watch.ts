import { ArgumentError } from "../errors.js";
import type { Clock } from "./clock.js";
import { milliseconds } from "./duration.js";

/** How long an upgrade watches the new declaration. */
export interface WatchLimits {
  /** The watch ends after this many batches. Default: 3. */
  readonly watchBatches?: number | undefined;
  /** The watch ends at the latest after this time since the start, in milliseconds. Default: 60 000. */
  readonly watchMs?: number | undefined;
}

const DEFAULT_BATCHES = 3;
const DEFAULT_MS = 60_000;

/** Decides when the new declaration of an upgraded stream has run long enough. */
export class UpgradeWatch {
  readonly #batches: number;
  readonly #ms: number;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  #seen = 0;
  #settle: (isOver: boolean) => void = () => undefined;
  /** True if the stream has run long enough, false if it ended before. */
  readonly over: Promise<boolean>;

  constructor({ watchBatches = DEFAULT_BATCHES, watchMs = DEFAULT_MS }: WatchLimits, clock: Clock) {
    this.#batches = watchBatches;
    this.#ms = watchMs;
    this.#clock = clock;
    this.over = new Promise((resolve) => {
      this.#settle = (isOver) => {
        this.#end.abort();
        resolve(isOver);
      };
    });
  }

  /** Watches until the stream ends or the signal aborts. */
  begin(ended: Promise<void>, signal: AbortSignal): void {
    const stop = (): void => {
      this.#settle(false);
    };
    void ended.then(stop);
    signal.addEventListener("abort", stop, { once: true, signal: this.#end.signal });
    if (signal.aborted) stop();
  }

  /** The query has started. An idle query reports no batches, so from now the time counts. */
  started(): void {
    this.#clock.wait(this.#ms, this.#end.signal).then(
      () => {
        this.#settle(true);
      },
      () => undefined,
    );
  }

  /** The query ended without an error. */
  completed(): void {
    this.#settle(true);
  }

  /** The query reported a batch. */
  batch(): void {
    this.#seen += 1;
    if (this.#seen >= this.#batches) this.#settle(true);
  }
}

/** @throws {ArgumentError} a limit is not a number in its range */
export function checkWatchLimits({ watchBatches, watchMs }: WatchLimits): void {
  if (watchBatches !== undefined && !(Number.isInteger(watchBatches) && watchBatches >= 1)) {
    throw new ArgumentError(
      "watchBatches",
      `watchBatches must be a whole number of at least 1, got ${String(watchBatches)}.`,
    );
  }
  milliseconds("watchMs", watchMs, 1);
}
