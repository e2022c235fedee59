import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../../../src/supervisor/clock.js";

interface Wait {
  readonly atMs: number;
  readonly end: () => void;
}

/** A clock that advances only when a test calls advance(). */
export class FakeClock implements Clock {
  readonly #waits = new Set<Wait>();
  #nowMs = 0;
  /** The result of random(). */
  chance = 0;

  now(): number {
    return this.#nowMs;
  }

  date(): number {
    return Date.UTC(2026, 0, 1) + this.#nowMs;
  }

  random(): number {
    return this.chance;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waits.delete(wait);
        reject(signal?.reason as Error);
      };
      const wait: Wait = {
        atMs: this.#nowMs + ms,
        end: () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      if (signal?.aborted === true) {
        abort();
        return;
      }
      signal?.addEventListener("abort", abort, { once: true });
      this.#waits.add(wait);
    });
  }

  /** Lets time pass in which nothing runs, like a suspension of the process. */
  skip(ms: number): void {
    this.#nowMs += ms;
  }

  /** Runs all callbacks that are ready. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 10; turns++) await turn();
  }

  /** Advances the time, and ends each wait at its own moment. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.settle();
    for (;;) {
      const [next] = [...this.#waits]
        .filter(({ atMs }) => atMs <= endMs)
        .sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#waits.delete(next);
      next.end();
      await this.settle();
    }
    this.#nowMs = endMs;
  }
}
