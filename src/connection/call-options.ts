/** Options of every method that calls the server. */
export interface CallOptions {
  /** Aborts the call: it rejects with the signal's reason, and the server interrupts the operation. */
  readonly signal?: AbortSignal | undefined;
}
