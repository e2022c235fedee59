import type { Clock } from "./clock.js";

/** Detects that a run has sent no report and no idle event for too long, and that it sends them again. */
export class StallWatch {
  readonly #limitMs: number | undefined;
  readonly #clock: Clock;
  readonly #onStalled: (silentMs: number) => void;
  readonly #onResumed: (silentMs: number) => void;
  #lastLifeMs: number;
  #isStalled = false;

  /** @param limitMs the time without a report that counts as a stall. Undefined: nothing is a stall */
  constructor(
    limitMs: number | undefined,
    clock: Clock,
    on: { stalled: (silentMs: number) => void; resumed: (silentMs: number) => void },
  ) {
    this.#limitMs = limitMs;
    this.#clock = clock;
    this.#onStalled = on.stalled;
    this.#onResumed = on.resumed;
    this.#lastLifeMs = clock.now();
  }

  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Records a report or an idle event of the run. */
  alive(): void {
    const silentMs = this.#silentMs();
    this.#lastLifeMs = this.#clock.now();
    if (!this.#isStalled) return;
    this.#isStalled = false;
    this.#onResumed(silentMs);
  }

  /** Watches until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    const limitMs = this.#limitMs;
    while (limitMs !== undefined && !signal.aborted) {
      const silentMs = this.#silentMs();
      if (silentMs >= limitMs && !this.#isStalled) {
        this.#isStalled = true;
        this.#onStalled(silentMs);
      }
      const waitMs = this.#isStalled ? limitMs : limitMs - silentMs;
      // Rejects only on abort, which the loop's condition checks.
      await this.#clock.wait(waitMs, signal).catch(() => undefined);
    }
  }

  #silentMs(): number {
    return this.#clock.now() - this.#lastLifeMs;
  }
}
