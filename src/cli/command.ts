import type { OptionValues } from "./option-values.js";
import type { Terminal } from "./terminal.js";

/** An option of a command. */
export interface OptionSpec {
  readonly type: "boolean" | "string";
  /** One letter: `-f`. */
  readonly short?: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** The placeholder of the value in the help: `FILE`. */
  readonly value?: string;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The name, arguments and options of a command: enough to parse it and to print its help. */
export interface CommandSpec {
  /** `sql`, `streams list`. */
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** The arguments as the help shows them: `[STATEMENT]`. */
  readonly usage: string;
  readonly maxArguments: number;
  readonly options: OptionSpecs;
  /** Paragraphs of the help, below the options. */
  readonly notes: readonly string[];
}

/** The input of a command. */
export interface CommandContext {
  readonly options: OptionValues;
  readonly arguments: readonly string[];
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts with the reason Interrupted or OutputClosed. */
  readonly signal: AbortSignal;
}

/** A command that can run. */
export interface Command extends CommandSpec {
  /** @returns the exit code of the process */
  run(context: CommandContext): Promise<number>;
}

/** The options of every command. */
export const COMMON_OPTIONS: OptionSpecs = {
  json: { type: "boolean", help: "print JSON; docs/cli.md describes its shape" },
  help: { type: "boolean", short: "h", help: "show this help" },
};
