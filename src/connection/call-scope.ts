import { AsyncLocalStorage } from "node:async_hooks";

/** What holds for every operation started in an async context, and in what is started from it. */
export interface CallScope {
  /** Aborts the operations. */
  readonly signal: AbortSignal;
  /** What the scope belongs to, e.g. the run id of a streaming query. */
  readonly owner: string;
  /** Carried by the operations, so that others can interrupt them. */
  readonly tag: string;
  /** Throws when no operation may be started any more. Asked before each, whatever timers have missed. */
  check(): void;
}

/**
 * Which scope the current async context is in. One for all sessions: what a callback starts in another
 * session, as in a clone of its own, ends with it too.
 */
class CallScopes {
  readonly #storage = new AsyncLocalStorage<CallScope | undefined>();

  current(): CallScope | undefined {
    return this.#storage.getStore();
  }

  /** Runs in the scope, everything it starts included; without one, outside of all. */
  run<T>(scope: CallScope | undefined, work: () => T): T {
    return this.#storage.run(scope, work);
  }
}

/** The scopes of this process. */
export const callScopes: CallScopes = new CallScopes();
