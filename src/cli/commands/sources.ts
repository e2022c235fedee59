import { sourceOptions } from "../../files/packaged-files.js";
import type { Command, CommandContext } from "../command.js";
import { EXIT, UsageError } from "../exit-code.js";
import { wrapped } from "../help-text.js";
import { suggestion } from "../../near-name.js";

/** An option as the tables of docs/sources describe it. */
interface SourceOption {
  readonly name: string;
  readonly group: string;
  readonly type: string;
  /** The value if the option is not set, as text. Null: the option has no default. */
  readonly default: string | null;
  readonly required: boolean;
  readonly meaning: string;
}

/** A source of this package. */
interface SourceFacts {
  readonly summary: string;
  readonly columns: string;
}

const SOURCES: Readonly<Record<string, SourceFacts>> = {
  weather: {
    summary: "current weather from Open-Meteo, one row for each station and poll",
    columns: "station STRING, temperature_2m DOUBLE, relative_humidity_2m DOUBLE, ts_ingest BIGINT",
  },
  coingecko: {
    summary: "prices from CoinGecko, one row for each coin and poll",
    columns: "coin STRING, usd_price DOUBLE, ts_ingest BIGINT",
  },
  rest: {
    summary: "any HTTP API, one row for each record",
    columns: "output STRING; outputType and other options change it",
  },
};

export const sources: Command = {
  name: "sources",
  summary: "List the data sources of this package, or explain the options of one source",
  usage: "[NAME]",
  maxArguments: 1,
  options: {},
  notes: [
    "This command does not call a server. You install nothing on a server: the program that uses a source deploys it to its session, with builder.dataSources(…) or with sparktide sql --source NAME.",
  ],
  run: runSources,
};

async function runSources({
  options,
  arguments: given,
  terminal,
}: CommandContext): Promise<number> {
  const [wanted] = given;
  const names = wanted === undefined ? Object.keys(SOURCES) : [knownName(wanted)];
  const all = await readOptions();
  const listed = names.map((name) => ({
    name,
    summary: SOURCES[name]?.summary ?? "",
    columns: SOURCES[name]?.columns ?? "",
    options: all[name] ?? [],
  }));
  if (options.flag("json")) {
    await terminal.print(`${JSON.stringify({ sources: listed })}\n`);
    return EXIT.ok;
  }
  for (const source of listed) {
    const { name, summary, columns } = source;
    await terminal.print(`${terminal.coloured("bold", name)}: ${summary}\n  columns: ${columns}\n`);
    await terminal.print(wanted === undefined ? overview(source.options) : details(source.options));
  }
  if (wanted === undefined)
    terminal.note("Run sparktide sources NAME for the meaning of each option.");
  return EXIT.ok;
}

function knownName(name: string): string {
  const found = Object.keys(SOURCES).find((known) => known === name.toLowerCase());
  if (found !== undefined) return found;
  const known = Object.keys(SOURCES);
  throw new UsageError(
    `Unknown source ${JSON.stringify(name)}.${suggestion(name, known)} The sources are ${known.join(", ")}.`,
  );
}

/** The names and defaults of the options, in one paragraph for each group. */
function overview(options: readonly SourceOption[]): string {
  const groups = [...new Set(options.map(({ group }) => group))];
  const lines = groups.map((group) => {
    const own = options.filter((option) => option.group === group);
    const items = own.map((option) => `${option.name}${shortDefault(option)}`).join(", ");
    return `  ${wrapped(`${group.toLowerCase()}: ${items}`, 4)}\n`;
  });
  return `${lines.join("")}\n`;
}

function shortDefault({ default: otherwise, required }: SourceOption): string {
  if (required) return " (required)";
  return otherwise === null || /\s/.test(otherwise) ? "" : `=${otherwise}`;
}

function details(options: readonly SourceOption[]): string {
  let group = "";
  return options
    .map((option) => {
      const title = option.group === group ? "" : `\n${option.group}\n`;
      group = option.group;
      const otherwise = option.default === null ? "" : `, ${defaultText(option)}`;
      return `${title}  ${option.name}: ${option.type}${otherwise}\n    ${wrapped(option.meaning, 4)}\n`;
    })
    .join("");
}

/** `required with Basic` is not a default, so it gets no label. */
function defaultText({ default: otherwise }: SourceOption): string {
  const text = String(otherwise);
  return text.startsWith("required") ? text : `default ${text}`;
}

async function readOptions(): Promise<Readonly<Record<string, readonly SourceOption[]>>> {
  return JSON.parse(await sourceOptions()) as Record<string, SourceOption[]>;
}
