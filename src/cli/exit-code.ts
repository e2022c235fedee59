/** What the process' exit code says; a promise to scripts, documented in docs/cli.md. */
export const EXIT: {
  readonly ok: 0;
  readonly failed: 1;
  readonly usage: 2;
} = { ok: 0, failed: 1, usage: 2 };

/** By POSIX shells' convention a program that a signal ended has 128 and the signal's number. */
export const SIGNAL_EXITS: Readonly<Record<"SIGHUP" | "SIGINT" | "SIGTERM", number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/** The user, or the system, asked the process to end. */
export class Interrupted extends Error {
  override readonly name: string = "Interrupted";
  readonly exitCode: number;

  constructor(signal: keyof typeof SIGNAL_EXITS) {
    super(`Ended by ${signal}.`);
    this.exitCode = SIGNAL_EXITS[signal];
  }
}

/** Who read standard output has gone, as `head` does: there is nothing left to do. */
export class OutputClosed extends Error {
  override readonly name: string = "OutputClosed";
}

/** The command line cannot be understood, or asks for what does not go together. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
