import { VERSION } from "../version.js";
import { COMMANDS, GROUP_NOTES, type ListedCommand } from "./commands.js";
import { EXIT, Interrupted, SIGNAL_EXITS, UsageError } from "./exit-code.js";
import { commandHelp, groupHelp } from "./help-text.js";
import { suggestion } from "../near-name.js";
import { parseCommand } from "./parse-command.js";
import { Terminal } from "./terminal.js";

/** Runs a command line and ends the process with its exit code. */
export async function runCli(words: readonly string[]): Promise<never> {
  const ending = new AbortController();
  const terminal = new Terminal(process.stdout, process.stderr, process.env, (error) => {
    ending.abort(error);
  });
  for (const signal of Object.keys(SIGNAL_EXITS) as (keyof typeof SIGNAL_EXITS)[]) {
    process.on(signal, () => {
      // The second signal ends the process at once. An embedded Spark ends by itself when this process is gone.
      if (ending.signal.aborted) process.exit(SIGNAL_EXITS[signal]);
      ending.abort(new Interrupted(signal));
    });
  }
  process.exit(await exitCode(words, terminal, ending.signal));
}

async function exitCode(
  words: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const json = words.includes("--json");
  let name = "";
  try {
    const text = generalText(words);
    if (text !== undefined) {
      await terminal.print(text);
      return EXIT.ok;
    }
    const group = words.find((word) => word !== "help") ?? "";
    if (group !== "" && commandsIn(group).length > 0) name = group;
    const { listed, rest } = findCommand(words);
    name = listed.name;
    const command = await listed.load();
    const { options, arguments: given } = parseCommand(command, rest);
    if (options.flag("help")) {
      await terminal.print(commandHelp(command));
      return EXIT.ok;
    }
    const environment = process.env;
    return await command.run({ options, arguments: given, terminal, environment, signal });
  } catch (error) {
    // A lower layer may have wrapped the abort in an error of its own.
    const reason: unknown = signal.aborted ? signal.reason : error;
    const { reportError } = await import("./report-error.js");
    return reportError(reason, terminal, { json, command: name });
  } finally {
    terminal.status("");
  }
}

/** The text for `--version`, and for `--help` without a command or with a group of commands. */
function generalText(words: readonly string[]): string | undefined {
  const asked = words[0] === "help" ? words.slice(1) : words;
  const [first, second] = asked;
  const isHelp = words[0] === "help" || asked.includes("--help") || asked.includes("-h");
  if (words[0] === "--version" || words[0] === "-V") return `${VERSION}\n`;
  if (isHelp && (first === undefined || first.startsWith("-"))) return listOf("");
  const inGroup = commandsIn(first ?? "");
  if (isHelp && inGroup.length > 0 && (second === undefined || second.startsWith("-"))) {
    return listOf(first ?? "");
  }
  return undefined;
}

function commandsIn(group: string): readonly ListedCommand[] {
  return group === "" ? COMMANDS : COMMANDS.filter(({ name }) => name.startsWith(`${group} `));
}

function listOf(group: string): string {
  const rows = commandsIn(group).map(
    ({ name, summary }) => [group === "" ? name : name.slice(group.length + 1), summary] as const,
  );
  return groupHelp(group, rows, GROUP_NOTES[group] ?? []);
}

/** @throws {UsageError} the words do not name a command */
export function findCommand(words: readonly string[]): {
  readonly listed: ListedCommand;
  readonly rest: readonly string[];
} {
  const asksHelp = words[0] === "help";
  const [first, second, ...others] = asksHelp ? words.slice(1) : words;
  const help = asksHelp ? ["--help"] : [];
  if (first === undefined || first.startsWith("-")) {
    throw new UsageError(`A command is missing. The commands are ${topNames().join(", ")}.`);
  }
  const single = COMMANDS.find(({ name }) => name === first);
  if (single !== undefined) {
    const rest = second === undefined ? [] : [second, ...others];
    return { listed: single, rest: [...help, ...rest] };
  }
  const group = commandsIn(first);
  if (group.length === 0) {
    throw new UsageError(`Unknown command ${first}.${suggestion(first, topNames())}`);
  }
  const listed = group.find(({ name }) => name === `${first} ${second ?? ""}`);
  if (listed !== undefined) return { listed, rest: [...help, ...others] };
  const names = group.map(({ name }) => name.slice(first.length + 1));
  throw new UsageError(
    second === undefined || second.startsWith("-")
      ? `sparktide ${first} needs a command: ${names.join(", ")}.`
      : `Unknown command ${first} ${second}.${suggestion(second, names, `${first} `)}`,
  );
}

function topNames(): string[] {
  return [...new Set(COMMANDS.map(({ name }) => name.split(" ")[0] ?? ""))];
}
