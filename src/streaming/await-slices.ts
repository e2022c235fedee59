import { ArgumentError } from "../errors.js";
import { inBackground } from "../user-calls.js";

/**
 * The client waits in slices: one endless await would block a server thread, and the server abandons an
 * operation after five minutes without a client.
 */
const SLICE_MS = 10_000;

/** How long to wait. */
export interface AwaitOptions {
  /** Longest wait in milliseconds. Default: no limit. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Asks the server repeatedly whether something has ended. The server waits for one slice in each call.
 *
 * @param hasEnded waits on the server for up to `sliceMs` milliseconds, which is at least 1
 * @returns true if it ended, false if the time ran out
 * @throws {ArgumentError} timeoutMs is negative
 */
export async function awaitInSlices(
  { timeoutMs = Infinity }: AwaitOptions,
  hasEnded: (sliceMs: bigint) => Promise<boolean>,
): Promise<boolean> {
  if (Number.isNaN(timeoutMs) || timeoutMs < 0) {
    throw new ArgumentError("timeoutMs", `timeoutMs must not be negative, got ${timeoutMs}.`);
  }
  const endsAtMs = Date.now() + timeoutMs;
  for (;;) {
    const sliceMs = Math.max(1, Math.min(SLICE_MS, endsAtMs - Date.now()));
    const slice = BigInt(Math.ceil(sliceMs));
    if (await inBackground("wait for a query", () => hasEnded(slice))) return true;
    if (Date.now() >= endsAtMs) return false;
  }
}
