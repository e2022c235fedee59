import { parseArgs } from "node:util";
import { COMMON_OPTIONS, type CommandSpec, type OptionSpecs } from "./command.js";
import { UsageError } from "./exit-code.js";
import { suggestion } from "../near-name.js";
import { OptionValues } from "./option-values.js";

/** A command line, understood. */
export interface ParsedCommand {
  readonly options: OptionValues;
  readonly arguments: readonly string[];
}

/**
 * Reads the words after a command's name.
 *
 * @throws {UsageError} an unknown option, one without its value or given twice, or too many arguments
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
    const most = spec.maxArguments === 0 ? "no argument" : `at most ${spec.maxArguments}`;
    throw new UsageError(
      `sparktide ${spec.name} takes ${most}, not ${positionals.length}. Quote what belongs together: sparktide ${spec.name} ${spec.usage}.`,
    );
  }
  return { options: new OptionValues(values), arguments: positionals };
}

function unknownOption(rawName: string, names: readonly string[]): UsageError {
  // A statement that begins with a comment arrives as an option called by its text.
  const shown = rawName.length > 40 ? `${rawName.slice(0, 40)}…` : rawName;
  const near = rawName.startsWith("--") ? suggestion(rawName.slice(2), names, "--") : "";
  const advice = /\s/.test(rawName)
    ? " Put -- before an argument that begins with a dash, as an SQL comment does."
    : near;
  return new UsageError(`There is no option ${shown}.${advice}`);
}
