import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

/** How long drain() waits. */
const DRAIN_MS = 2_000;

/** Calls that nobody waits for, such as releases. A failed release costs the server some memory, but loses no result. */
export class BackgroundCalls {
  readonly #running = new Set<Promise<unknown>>();
  /** Ends the calls, so that a server that does not answer does not keep the process alive. */
  readonly #closed = new AbortController();

  constructor() {
    // Many releases may run at once. Node would warn about a leak at the eleventh listener.
    setMaxListeners(0, this.#closed.signal);
  }

  /** Aborts at close(). */
  get signal(): AbortSignal {
    return this.#closed.signal;
  }

  add(call: Promise<unknown>): void {
    const settled = call.catch(() => undefined).finally(() => this.#running.delete(settled));
    this.#running.add(settled);
  }

  /** Waits briefly for the running calls. */
  async drain(): Promise<void> {
    const timer = new AbortController();
    const waited = delay(DRAIN_MS, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled([...this.#running]), waited]);
    timer.abort();
  }

  close(): void {
    this.#closed.abort();
  }
}
