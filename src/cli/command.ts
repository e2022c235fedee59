import type { OptionValues } from "./option-values.js";
import type { Terminal } from "./terminal.js";

/** An option of a command. */
export interface OptionSpec {
  readonly type: "boolean" | "string";
  /** One letter: `-f`. */
  readonly short?: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What a command is called with: enough to parse it and to explain it. */
export interface CommandSpec {
  /** `sql`, `streams list`. */
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** The arguments as the help writes them: `[STATEMENT]`. */
  readonly usage: string;
  readonly maxArguments: number;
  readonly options: OptionSpecs;
  /** Paragraphs of the help, below the options. */
  readonly notes: readonly string[];
}

/** What a command gets to work with. */
export interface CommandContext {
  readonly options: OptionValues;
  readonly arguments: readonly string[];
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Interrupted or OutputClosed. */
  readonly signal: AbortSignal;
}

/** A command; what it returns is the exit code. */
export interface Command extends CommandSpec {
  run(context: CommandContext): Promise<number>;
}

/** Options that every command has. */
export const COMMON_OPTIONS: OptionSpecs = {
  json: { type: "boolean", help: "write JSON on standard output; its shape is in docs/cli.md" },
  help: { type: "boolean", short: "h", help: "show this" },
};
