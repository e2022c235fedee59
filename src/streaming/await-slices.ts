import { ArgumentError } from "../errors.js";

/**
 * An endless await on the server would pin one of its threads and be abandoned after five detached
 * minutes: the wait is made of slices.
 */
const SLICE_MS = 10_000;

/** How long to wait for an end. */
export interface AwaitOptions {
  /** In milliseconds; omitted: no limit. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Asks again and again whether something has ended, each time letting the server wait a while.
 *
 * @param hasEnded waits on the server so many milliseconds, which must be positive
 * @returns false if the time ran out first
 * @throws {ArgumentError} timeoutMs is negative
 */
export async function awaitInSlices(
  { timeoutMs = Infinity }: AwaitOptions,
  hasEnded: (sliceMs: bigint) => Promise<boolean>,
): Promise<boolean> {
  if (Number.isNaN(timeoutMs) || timeoutMs < 0) {
    throw new ArgumentError("timeoutMs", "timeoutMs must not be negative.");
  }
  const endsAtMs = Date.now() + timeoutMs;
  for (;;) {
    const sliceMs = Math.max(1, Math.min(SLICE_MS, endsAtMs - Date.now()));
    if (await hasEnded(BigInt(Math.ceil(sliceMs)))) return true;
    if (Date.now() >= endsAtMs) return false;
  }
}
