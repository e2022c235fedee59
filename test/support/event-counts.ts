import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** Counts the reattaches and retries of the clients of this process since its creation. */
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
