import { setTimeout as delay } from "node:timers/promises";
import { LockFile } from "./lock-file.js";

/** The interval at which a waiting process tries again. */
const RETRY_EVERY_MS = 200;

/**
 * Runs `work` while this process holds the lock file `path`. The folder of the file must exist.
 *
 * Waits while another running process holds the lock, and calls `onWait` with the id of that process before
 * each new try. Takes over the lock of a dead process.
 *
 * @throws `signal.reason` on abort during the wait
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
