import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** How often the clients of this process reattached and retried since this was made. */
export class EventCounts implements Disposable {
  reattaches = 0;
  retries = 0;
  readonly #countReattach = (): void => {
    this.reattaches += 1;
  };
  readonly #countRetry = (): void => {
    this.retries += 1;
  };

  constructor() {
    subscribe("sparktide:reattach", this.#countReattach);
    subscribe("sparktide:retry", this.#countRetry);
  }

  [Symbol.dispose](): void {
    unsubscribe("sparktide:reattach", this.#countReattach);
    unsubscribe("sparktide:retry", this.#countRetry);
  }
}
