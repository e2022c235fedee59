import { ArgumentError, SparkError, SparkException } from "../index.js";
import { EXIT, Interrupted, OutputClosed, UsageError } from "./exit-code.js";
import { printableText } from "./printable.js";
import type { Terminal } from "./terminal.js";

/** An error as `--json` prints it. */
export interface ErrorJson {
  readonly name: string;
  /** The client's code, or Spark's error condition. */
  readonly code: string | null;
  readonly sqlState: string | null;
  readonly message: string;
}

/** An error's name, code and message. */
export function errorJson(error: unknown): ErrorJson {
  if (!(error instanceof Error)) {
    return { name: "Error", code: null, sqlState: null, message: String(error) };
  }
  const sqlState = error instanceof SparkException ? (error.sqlState ?? null) : null;
  const code = error instanceof SparkError ? error.code : systemCode(error);
  return { name: error.name, code, sqlState, message: error.message };
}

/** Prints the error that ended a command to standard error. Returns the exit code. */
export function reportError(
  error: unknown,
  terminal: Terminal,
  { json, command }: { readonly json: boolean; readonly command: string },
): number {
  if (error instanceof OutputClosed) return EXIT.ok;
  if (error instanceof Interrupted) return error.exitCode;
  const isUsage = error instanceof UsageError || error instanceof ArgumentError;
  if (json) {
    terminal.note(JSON.stringify({ error: errorJson(error) }));
  } else {
    const label = terminal.coloured("red", "error:", "stderr");
    terminal.note(`${label} ${printableText(messageOf(error))}`);
    if (error instanceof UsageError) {
      terminal.note(
        `See ${["sparktide", command].filter((word) => word !== "").join(" ")} --help.`,
      );
    }
  }
  return isUsage ? EXIT.usage : EXIT.failed;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected =
    error instanceof SparkError || error instanceof UsageError || systemCode(error) !== null;
  // Any other error is a defect of this client, so its stack is printed.
  return isExpected ? error.message : (error.stack ?? error.message);
}

function systemCode(error: Error): string | null {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : null;
}
