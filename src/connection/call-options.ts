/** What every call that reaches the server accepts. */
export interface CallOptions {
  /** Aborting it rejects the call with the signal's own reason and interrupts the operation. */
  readonly signal?: AbortSignal | undefined;
}
