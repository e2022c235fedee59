import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "../../connection/logger.js";
import type { ListenerEvent } from "./listener-event.js";
import type { StreamingQueryListener } from "./streaming-query-listener.js";

/** Gives each event to all listeners, in the order they were added, before the next event. */
export class ListenerFanOut {
  readonly #listeners = new Set<StreamingQueryListener>();
  readonly #logger: Logger | undefined;
  /** Says that the code that runs was called by a listener. */
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
   * Resolves once every listener has heard the event. An event that a listener causes, as by starting
   * a query, does not wait for the one it is hearing: neither would ever end.
   */
  deliver(event: ListenerEvent): Promise<void> {
    if (this.#inListener.getStore() === true) return this.#tellAll(event);
    this.#last = this.#last.then(() => this.#tellAll(event));
    return this.#last;
  }

  /** Resolves once no listener is busy; at once for a listener itself. */
  idle(): Promise<void> {
    return this.#inListener.getStore() === true ? Promise.resolve() : this.#last;
  }

  async #tellAll(event: ListenerEvent): Promise<void> {
    for (const listener of [...this.#listeners]) {
      // One may have removed another while it heard this event.
      if (!this.#listeners.has(listener)) continue;
      try {
        await this.#inListener.run(true, () => tell(listener, event));
      } catch (error) {
        this.#logger?.error({ err: error, method: event.method }, "a streaming listener failed");
      }
    }
  }
}

function tell(listener: StreamingQueryListener, event: ListenerEvent): void | Promise<void> {
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
