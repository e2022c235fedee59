import { setTimeout as delay } from "node:timers/promises";
import { LockFile } from "../../files/lock-file.js";

/** How often a waiting process looks again. */
const RETRY_EVERY_MS = 200;

/**
 * Runs `work` while holding the lock file `path`, whose folder must exist.
 *
 * Waits while another living process holds it, calling `onWait` with that process' id each time it
 * looks; a lock whose owner is dead is taken over.
 *
 * @throws `signal.reason` when aborted while waiting
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onWait?: (ownerPid: number) => void;
  } = {},
): Promise<T> {
  for (;;) {
    const taken = await LockFile.tryTake(path);
    if ("lock" in taken) {
      try {
        return await work();
      } finally {
        await taken.lock.release();
      }
    }
    options.signal?.throwIfAborted();
    options.onWait?.(taken.heldBy?.pid ?? 0);
    await delay(RETRY_EVERY_MS, undefined, { signal: options.signal }).catch(() => undefined);
  }
}
