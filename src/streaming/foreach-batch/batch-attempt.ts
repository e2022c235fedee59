import { SparkError } from "../../errors.js";
import type { CallScope } from "../../connection/call-scope.js";
import type { Lease } from "./lease.js";
import type { BatchOffer } from "./mailbox.js";

/**
 * One run of the callback on one batch. Nothing may be started in its name once its lease is in doubt
 * or it was told to end: by then the server may run the batch again.
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
    // The Python side makes the same name to interrupt what carries it.
    this.tag = `sparktide-foreach-batch-${offer.attempt}`;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  check(): void {
    // Timers do not fire while a process is suspended: the clock is asked itself.
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
    `The callback for batch ${batchId} was stopped: its lease could not be renewed in time, and the server may run the batch again.`,
  );
}
