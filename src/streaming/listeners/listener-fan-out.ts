import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "../../connection/logger.js";
import { asUserCode } from "../../user-calls.js";
import type { ListenerEvent } from "./listener-event.js";
import type { StreamingQueryListener } from "./streaming-query-listener.js";

/** Delivers each event to all listeners, in the order they were added, before the next event. */
export class ListenerFanOut {
  readonly #listeners = new Set<StreamingQueryListener>();
  readonly #logger: Logger | undefined;
  /** Set while code runs that a listener called. */
  readonly #inListener = new AsyncLocalStorage<true>();
  #last: Promise<void> = Promise.resolve();

  constructor(logger: Logger | undefined) {
    this.#logger = logger;
  }

  get size(): number {
    return this.#listeners.size;
  }
  has(listener: StreamingQueryListener): boolean {
    return this.#listeners.has(listener);
  }
  add(listener: StreamingQueryListener): void {
    this.#listeners.add(listener);
  }
  delete(listener: StreamingQueryListener): void {
    this.#listeners.delete(listener);
  }

  /**
   * Resolves after all listeners have handled the event. If a listener causes an event, for example by
   * starting a query, that event does not wait for the current one, which would be a deadlock.
   */
  deliver(event: ListenerEvent): Promise<void> {
    if (this.#inListener.getStore() === true) return this.#deliverAll(event);
    this.#last = this.#last.then(() => this.#deliverAll(event));
    return this.#last;
  }

  /** Resolves when no listener is busy. Resolves at once if a listener calls it. */
  idle(): Promise<void> {
    return this.#inListener.getStore() === true ? Promise.resolve() : this.#last;
  }

  async #deliverAll(event: ListenerEvent): Promise<void> {
    for (const listener of [...this.#listeners]) {
      // A listener may have removed another one during this event.
      if (!this.#listeners.has(listener)) continue;
      try {
        await this.#inListener.run(true, () => asUserCode(() => deliver(listener, event)));
      } catch (error) {
        this.#logger?.error({ err: error, method: event.method }, "a streaming listener failed");
      }
    }
  }
}

function deliver(listener: StreamingQueryListener, event: ListenerEvent): void | Promise<void> {
  switch (event.method) {
    case "onQueryStarted":
      return listener.onQueryStarted?.(event.event);
    case "onQueryProgress":
      return listener.onQueryProgress?.(event.event);
    case "onQueryIdle":
      return listener.onQueryIdle?.(event.event);
    case "onQueryTerminated":
      return listener.onQueryTerminated?.(event.event);
    case "onGap":
      return listener.onGap?.(event.event);
  }
}
