/** The exit codes of the process. Scripts rely on them; docs/cli.md documents them. */
export const EXIT: {
  readonly ok: 0;
  readonly failed: 1;
  readonly usage: 2;
} = { ok: 0, failed: 1, usage: 2 };

/** POSIX shells report 128 plus the signal's number for a program that a signal ended. */
export const SIGNAL_EXITS: Readonly<Record<"SIGHUP" | "SIGINT" | "SIGTERM", number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/** A signal asked the process to end. */
export class Interrupted extends Error {
  override readonly name: string = "Interrupted";
  readonly exitCode: number;

  constructor(signal: keyof typeof SIGNAL_EXITS) {
    super(`Ended by ${signal}.`);
    this.exitCode = SIGNAL_EXITS[signal];
  }
}

/** The reader closed standard output, as `head` does. The command has no more work to do. */
export class OutputClosed extends Error {
  override readonly name: string = "OutputClosed";
}

/** The command line has an unknown word, a wrong value, or options that exclude each other. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
