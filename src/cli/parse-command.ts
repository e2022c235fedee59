import { parseArgs } from "node:util";
import { COMMON_OPTIONS, type CommandSpec, type OptionSpecs } from "./command.js";
import { UsageError } from "./exit-code.js";
import { suggestion } from "../near-name.js";
import { OptionValues } from "./option-values.js";

/** A parsed command line. */
export interface ParsedCommand {
  readonly options: OptionValues;
  readonly arguments: readonly string[];
}

/**
 * Parses the words after a command's name.
 *
 * @throws {UsageError} an option is unknown, has no value or is repeated, or there are too many arguments
 */
export function parseCommand(
  spec: Pick<CommandSpec, "name" | "options" | "maxArguments" | "usage">,
  words: readonly string[],
): ParsedCommand {
  const known: OptionSpecs = { ...spec.options, ...COMMON_OPTIONS };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short !== undefined && { short }), ...(multiple === true && { multiple }) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...words],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = known[token.name];
    if (option === undefined) throw unknownOption(token.rawName, Object.keys(known));
    if (seen.has(token.name) && option.multiple !== true) {
      throw new UsageError(`${token.rawName} is given twice.`);
    }
    seen.add(token.name);
    if (option.type === "boolean" && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value.`);
    }
    const looksLikeOption = token.inlineValue === false && /^-./.test(token.value);
    if (option.type === "string" && (token.value === undefined || looksLikeOption)) {
      throw new UsageError(
        `${token.rawName} needs a value: ${token.rawName} ${option.value ?? "VALUE"}.`,
      );
    }
  }
  const { values, positionals } = parseArgs({
    args: [...words],
    options,
    allowPositionals: true,
    strict: true,
  });
  if (positionals.length > spec.maxArguments) {
    const most = spec.maxArguments === 0 ? "no arguments" : `at most ${spec.maxArguments} argument`;
    throw new UsageError(
      `sparktide ${spec.name} takes ${most}, got ${positionals.length}. Put quotes around an argument that contains spaces. Usage: sparktide ${spec.name} ${spec.usage}`.trimEnd(),
    );
  }
  return { options: new OptionValues(values), arguments: positionals };
}

function unknownOption(rawName: string, names: readonly string[]): UsageError {
  // parseArgs reads a statement that begins with a `--` comment as an option.
  const shown = rawName.length > 40 ? `${rawName.slice(0, 40)}…` : rawName;
  const near = rawName.startsWith("--") ? suggestion(rawName.slice(2), names, "--") : "";
  const advice = /\s/.test(rawName)
    ? " Put -- before an argument that begins with a dash, such as an SQL comment."
    : near;
  return new UsageError(`Unknown option ${shown}.${advice}`);
}
