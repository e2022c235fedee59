/**
 * Where supervisors keep their state: one text, and a lease that says which process may act on it. `state: "path"` uses a
 * file. Implement this to keep the state in a database; `checkStateStore()` of `sparktide/testing` tests an implementation.
 *
 * A call that fails rejects. Give the client of a database a timeout, because a supervisor waits for each call except renewals.
 */
export interface StateStore {
  /** For messages, such as the path of a file, or a table and a key. */
  readonly location: string;
  /** The stored text. Undefined if nothing is stored. */
  read(): Promise<string | undefined>;
  /**
   * Stores `next` if the stored text is still `expected`, in one atomic step. Undefined stands for nothing: as `expected` it
   * means that nothing is stored, as `next` it removes the text. Returns false, without a change, if another text is stored.
   * The text must survive a crash of the machine once this resolves.
   */
  compareAndSet(expected: string | undefined, next: string | undefined): Promise<boolean>;
  /**
   * Takes the lease if nobody holds it, or if its holder did not renew it for `leaseMs` milliseconds. Of processes that call this at the same
   * time, one gets it at most. A store that can see that the holder is dead may give it away earlier.
   */
  tryLease(leaseMs: number): Promise<StateLease | LeaseHolder>;
}

/** The right to act on a state, until it was not renewed for the lease's time. */
export interface StateLease {
  /** Extends the lease. Resolves to false if another process has it now, or had it meanwhile, or after `release()`. */
  renew(): Promise<boolean>;
  /** Gives the lease back, so that another process gets it at once. Has no effect if another process has it. */
  release(): Promise<void>;
}

/** Who holds a lease. */
export interface LeaseHolder {
  /** For messages, such as `process 17 on host-a`. */
  readonly heldBy: string;
}
