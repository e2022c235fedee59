import { setImmediate as whenLoopTurns } from "node:timers";

/**
 * How long to work before the event loop turns. A timer may have to wait for two slices, because a slice that
 * starts in the loop's poll phase is followed by a slice in its check phase.
 */
const SLICE_MS = 4;

/**
 * Divides long work into slices, so that timers and sockets of the program do not wait for all of it. Promises
 * alone do not help: Node runs their callbacks before timers and sockets.
 *
 *     if (turns.isDue()) await turns.turn();
 *
 * Everything that works in slices shares one time budget, because it shares the loop. In each turn of the loop, one
 * waiting caller continues.
 */
export class LoopTurns {
  readonly #sliceMs: number;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  /** When the current slice began; undefined if nothing has worked since the last turn. */
  #beganAtMs: number | undefined;

  /** @param now the clock in milliseconds, for tests */
  constructor(sliceMs: number = SLICE_MS, now: () => number = () => performance.now()) {
    this.#sliceMs = sliceMs;
    this.#now = now;
  }

  /** Whether the current slice has lasted long enough. The first call after a turn begins a slice. */
  isDue(): boolean {
    if (this.#beganAtMs !== undefined) return this.#now() - this.#beganAtMs >= this.#sliceMs;
    this.#begin();
    return false;
  }

  /**
   * Resolves in a later turn of the loop, in the order of the calls.
   *
   * @throws the signal's reason, if the signal is aborted by then
   */
  async turn(signal?: AbortSignal): Promise<void> {
    if (this.#beganAtMs === undefined) this.#begin();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    signal?.throwIfAborted();
  }

  #begin(): void {
    this.#beganAtMs = this.#now();
    whenLoopTurns(() => {
      this.#beganAtMs = undefined;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      // The caller works as soon as this callback returns, and the next one has to wait for another turn.
      this.#begin();
      next();
    });
  }
}

/** The budget of this process. */
export const loopTurns: LoopTurns = new LoopTurns();
