import { SparkError } from "../../errors.js";
import type { CallScope } from "../../connection/call-scope.js";
import type { Lease } from "./lease.js";
import type { BatchOffer } from "./mailbox.js";

/**
 * One run of the callback on one batch. No call may start under it after its lease ran out or it was
 * aborted, because the server may then already run the batch again.
 */
export class BatchAttempt implements CallScope {
  readonly offer: BatchOffer;
  readonly lease: Lease;
  readonly tag: string;
  readonly owner: string;
  readonly #ended = new AbortController();

  constructor(offer: BatchOffer, runId: string, lease: Lease) {
    this.offer = offer;
    this.owner = runId;
    this.lease = lease;
    // The Python side derives the same tag, and interrupts the operations that have it.
    this.tag = `sparktide-foreach-batch-${offer.attempt}`;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  check(): void {
    // Timers do not fire while a process is suspended, so read the clock.
    if (this.lease.remainingMs <= 0) this.abort(leaseLost(this.offer.batchId));
    this.#ended.signal.throwIfAborted();
  }

  abort(reason: SparkError): void {
    this.#ended.abort(reason);
  }
}

function leaseLost(batchId: bigint): SparkError {
  return new SparkError(
    "FOREACH_BATCH_LEASE_LOST",
    `The callback for batch ${batchId} was stopped because its lease could not be renewed in time. The server may run the batch again.`,
  );
}
