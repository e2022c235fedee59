/**
 * Follows which method of the public API a request to Spark belongs to, for traces and metrics. One method, such as
 * `DataFrame.collect`, may send several requests, also long after the call. An async context carries the call to them.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** What telemetry keeps of a call that sent requests. */
export interface CallRecord {
  /** Ends the record. `failure` holds what the method threw. */
  end(failure?: { readonly error: unknown }): void;
}

/** A call of a public method by the user's code, until its promise settles or its generator ends. */
export class UserCall {
  /** The class and the method: `DataFrame.collect`. */
  readonly name: string;
  readonly startedAtMs: number = performance.now();
  /** Set by the first session that sends a request for this call. */
  record: CallRecord | undefined;
  #isOver = false;

  constructor(name: string) {
    this.name = name;
  }

  /** Whether the call has ended. Work that it left behind may still send requests. */
  get isOver(): boolean {
    return this.#isOver;
  }

  end(failure?: { readonly error: unknown }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.record?.end(failure);
  }
}

/** Requests of this package itself, such as heartbeats and status polls. */
export interface BackgroundWork {
  readonly purpose: string;
}

const storage = new AsyncLocalStorage<UserCall | BackgroundWork | undefined>();
let isFollowing = false;

/** Starts to follow calls. Before, they cost nothing. */
export function followUserCalls(): void {
  if (isFollowing) return;
  isFollowing = true;
  // Node 20 tracks async contexts only after the first use. Code that already runs would share one context.
  storage.run(undefined, () => undefined);
}

/** The call or the background work that runs now. Undefined if the user's code runs, or calls are not followed. */
export function currentWork(): UserCall | BackgroundWork | undefined {
  return storage.getStore();
}

/** Runs work as requests of this package itself, which are not the user's. */
export function inBackground<T>(purpose: string, work: () => T): T {
  return storage.run({ purpose }, work);
}

/** Runs a callback of the user: methods that it calls are calls of their own. */
export function asUserCode<T>(work: () => T): T {
  return storage.run(undefined, work);
}

/** Runs a public method. If another public method called it, it is a part of that call. */
export function asUserCall(name: string, method: () => unknown): unknown {
  if (!isFollowing || storage.getStore() !== undefined) return method();
  const call = new UserCall(name);
  const result = storage.run(call, method);
  if (result instanceof Promise) return untilSettled(call, result);
  if (isAsyncGenerator(result)) followGenerator(call, result);
  return result;
}

/** Makes the steps of a generator a part of the current call, for a method that returns a stream of what it yields. */
export function inCurrentCall<T extends AsyncGenerator>(generator: T): T {
  const work = currentWork();
  if (work instanceof UserCall) followGenerator(work, generator);
  return generator;
}

async function untilSettled(call: UserCall, result: Promise<unknown>): Promise<unknown> {
  try {
    const value: unknown = await result;
    call.end();
    return value;
  } catch (error) {
    call.end({ error });
    throw error;
  }
}

function isAsyncGenerator(value: unknown): value is AsyncGenerator {
  return (
    typeof value === "object" &&
    value !== null &&
    Symbol.asyncIterator in value &&
    "next" in value &&
    "return" in value
  );
}

/** The body of a generator runs in the async context of whoever asks for the next value. So each step enters the call. */
function followGenerator(call: UserCall, generator: AsyncGenerator): void {
  type Step = (value: unknown) => Promise<IteratorResult<unknown>>;
  const within =
    (advance: Step): Step =>
    async (value) => {
      try {
        const result = await storage.run(call, () => advance(value));
        if (result.done === true) call.end();
        return result;
      } catch (error) {
        call.end({ error });
        throw error;
      }
    };
  Object.assign(generator, {
    next: within(generator.next.bind(generator)),
    return: within(generator.return.bind(generator)),
    throw: within(generator.throw.bind(generator)),
  });
}
