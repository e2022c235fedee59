import { setMaxListeners } from "node:events";
import type { Clock } from "./clock.js";

/** A controller that any number of streams may listen to; Node would warn of a leak at the eleventh. */
export function sharedAbort(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** Waits for the work, whatever becomes of it, but no longer than this; says whether it is over. */
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
