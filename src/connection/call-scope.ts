import { AsyncLocalStorage } from "node:async_hooks";

/** Settings for all operations that an async context starts, directly or later. */
export interface CallScope {
  /** Aborts the operations. */
  readonly signal: AbortSignal;
  /** The owner of the scope, such as the run id of a streaming query. */
  readonly owner: string;
  /** A tag of the operations, so that others can interrupt them. */
  readonly tag: string;
  /** Throws if no more operations may start. Called before each operation, because timers may be late. */
  check(): void;
}

/**
 * The scope of the current async context. It applies to all sessions: operations that a callback starts in
 * another session, such as its own clone, also end with the callback.
 */
class CallScopes {
  readonly #storage = new AsyncLocalStorage<CallScope | undefined>();

  current(): CallScope | undefined {
    return this.#storage.getStore();
  }

  /** Runs work and all that it starts in the scope, or outside any scope if it is undefined. */
  run<T>(scope: CallScope | undefined, work: () => T): T {
    return this.#storage.run(scope, work);
  }
}

/** The call scopes of this process. */
export const callScopes: CallScopes = new CallScopes();
