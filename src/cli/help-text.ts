import { COMMON_OPTIONS, type CommandSpec, type OptionSpec } from "./command.js";

const WIDTH = 96;

/** Breaks a paragraph into lines. All lines but the first begin with `indent` spaces. */
export function wrapped(text: string, indent: number, width: number = WIDTH): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

function twoColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows
    .map(([left, right]) => `  ${left.padEnd(width - 2)}${wrapped(right, width)}`)
    .join("\n");
}

function optionName(name: string, { short, value }: OptionSpec): string {
  const letter = short === undefined ? "    " : `-${short}, `;
  return `${letter}--${name}${value === undefined ? "" : ` ${value}`}`;
}

/** The text of `sparktide COMMAND --help`. */
export function commandHelp(spec: CommandSpec): string {
  const options = { ...spec.options, ...COMMON_OPTIONS };
  const rows = Object.entries(options).map(
    ([name, option]) => [optionName(name, option), option.help] as const,
  );
  const usage = spec.usage === "" ? "" : ` ${spec.usage}`;
  return [
    `Usage: sparktide ${spec.name} [options]${usage}`,
    wrapped(`${spec.summary}.`, 0),
    `Options:\n${twoColumns(rows)}`,
    ...spec.notes.map((note) => wrapped(note, 0)),
    "",
  ]
    .join("\n\n")
    .replace(/\n+$/, "\n");
}

/** The text of `sparktide --help`, or of `sparktide streams --help`. */
export function groupHelp(
  group: string,
  commands: readonly (readonly [name: string, summary: string])[],
  notes: readonly string[],
): string {
  const name = group === "" ? "sparktide" : `sparktide ${group}`;
  return [
    `Usage: ${name} COMMAND [options]`,
    `Commands:\n${twoColumns(commands)}`,
    ...notes.map((note) => wrapped(note, 0)),
    `Run ${name} COMMAND --help for the options of a command.\n`,
  ].join("\n\n");
}
