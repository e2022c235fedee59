import { setMaxListeners } from "node:events";
import type { Clock } from "./clock.js";

/** A controller for any number of listeners. By default Node warns about a leak at the eleventh. */
export function sharedAbort(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** A signal for any number of listeners that aborts with the first of these. */
export function eitherOf(...signals: readonly AbortSignal[]): AbortSignal {
  const either = AbortSignal.any([...signals]);
  setMaxListeners(0, either);
  return either;
}

/** Waits until the work settles, but no longer than `ms` milliseconds. Returns whether it has settled. */
export async function settledWithin(
  work: Promise<unknown>,
  ms: number,
  clock: Clock,
): Promise<boolean> {
  const over = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  const late = clock.wait(ms, over.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    over.abort();
  }
}
