import type { SparkSession } from "../../index.js";
import { coingecko, rest, weather } from "../../sources/index.js";
import type { Declared } from "../catalog-types/declared.js";
import { fileText, schemasIn } from "../catalog-types/declarations-file.js";
import { OutputFile } from "../catalog-types/output-file.js";
import { readSource, readTables } from "../catalog-types/read-catalog.js";
import { fileDiff, type EntryDiff } from "../catalog-types/file-diff.js";
import type { Command, CommandContext } from "../command.js";
import { EXIT, UsageError } from "../exit-code.js";
import { CONF_OPTION } from "../local-options.js";
import { printableText } from "../printable.js";
import { REMOTE_OPTIONS, requireRemote, sessionBuilder } from "../remote.js";
import { SESSION_ID_OPTION } from "../session-of.js";

const PACKAGED = [weather, coingecko, rest];

/** Formats with columns that depend on the files or the table that a program reads. */
const WITHOUT_OWN_COLUMNS: readonly string[] = [
  ...["avro", "csv", "delta", "iceberg", "jdbc", "json", "orc", "parquet", "xml"],
];

export const types: Command = {
  name: "types",
  summary: "Write TypeScript types for tables, views and data sources",
  usage: "",
  maxArguments: 0,
  options: {
    out: {
      type: "string",
      value: "FILE",
      help: "the file to write, such as src/spark-tables.d.ts. A .ts file that is not .d.ts also registers the schemas of the tables, for spark.table(name, { verify: true }). If the content is up to date, the command does not write the file",
    },
    database: {
      type: "string",
      multiple: true,
      value: "NAME",
      help: "all tables and views of this database; repeatable. Default without --table and --source: the current database",
    },
    table: {
      type: "string",
      multiple: true,
      value: "NAME",
      help: "this table or view; repeatable",
    },
    source: {
      type: "string",
      multiple: true,
      value: "NAME",
      help: "the rows of this data source; repeatable. The command deploys weather, coingecko and rest itself",
    },
    option: {
      type: "string",
      multiple: true,
      value: "KEY=VALUE",
      help: "an option of the data source; repeatable. Needs exactly one --source",
    },
    check: {
      type: "boolean",
      help: "write nothing. If the file is not up to date, print the differences and exit with 1",
    },
    ...CONF_OPTION,
    ...SESSION_ID_OPTION,
    ...REMOTE_OPTIONS,
  },
  notes: [
    "The file adds members to the interfaces Tables and Formats of sparktide, so that spark.table() and format() know the columns. It contains one type for each table, view and source. The command replaces only files that it has written.",
    "If one schema cannot be read, the command writes nothing. For CI, run the same command with --check.",
  ],
  run: runTypes,
};

interface Selection {
  readonly databases: readonly string[];
  readonly tables: readonly string[];
  readonly sources: readonly string[];
  readonly sourceOptions: Readonly<Record<string, string>>;
}

async function runTypes(context: CommandContext): Promise<number> {
  const { options, terminal } = context;
  const selection = selected(context);
  const file = await OutputFile.open(options.text("out"), options.flag("check"));
  const connect = await sessionMaker(context, selection);
  const declared = await readAll(context, connect, selection);
  const text = fileText(declared, selectionWords(selection), file.kind);
  const isUpToDate = file.text === text;
  if (options.flag("check")) {
    const differences = isUpToDate ? [] : fileDiff(schemasIn(file.text), declared);
    return await reportCheck(context, file, isUpToDate, differences);
  }
  if (!isUpToDate) await file.write(text);
  const names = (kind: Declared["kind"]): string[] =>
    declared.filter((entry) => entry.kind === kind).map((entry) => entry.names[0]);
  const tables = names("table");
  const sources = names("source");
  const json = { file: file.path, written: !isUpToDate, tables, sources };
  const counts = `${counted(tables.length, "table or view", "tables and views")}, ${counted(sources.length, "source", "sources")}`;
  await terminal.print(
    options.flag("json")
      ? `${JSON.stringify(json)}\n`
      : `${isUpToDate ? "up to date" : "wrote"}: ${file.path} (${counts})\n`,
  );
  return EXIT.ok;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Prints the differences between the file and the catalog. Returns the exit code. */
async function reportCheck(
  { options, terminal }: CommandContext,
  file: OutputFile,
  isUpToDate: boolean,
  differences: readonly EntryDiff[],
): Promise<number> {
  if (options.flag("json")) {
    const json = { file: file.path, upToDate: isUpToDate, differences };
    await terminal.print(`${JSON.stringify(json)}\n`);
    return isUpToDate ? EXIT.ok : EXIT.failed;
  }
  if (isUpToDate) {
    await terminal.print(`up to date: ${file.path}\n`);
    return EXIT.ok;
  }
  const lines = differences.map(
    ({ name, lines: columns }) => `${name}\n${columns.map((line) => `  ${line}\n`).join("")}`,
  );
  await terminal.print(printableText(lines.join("")));
  const what =
    differences.length === 0
      ? "has the columns of the catalog, but another order, other comments, names or layout than the command writes"
      : "does not match the catalog";
  terminal.note(`${file.path} ${what}. Run the command without --check to write it.`);
  return EXIT.failed;
}

function selected({ options }: CommandContext): Selection {
  const [databases, tables, sources] = ["database", "table", "source"].map((name) => {
    const values = options.texts(name);
    if (values.some((value) => value.trim() === "")) throw new UsageError(`--${name} is empty.`);
    return [...new Set(values)].sort();
  }) as [string[], string[], string[]];
  const sourceOptions = options.pairs("option");
  if (Object.keys(sourceOptions).length > 0 && sources.length !== 1) {
    throw new UsageError(
      `--option needs exactly one --source, got ${sources.length}. Write a file of its own for each source that needs options.`,
    );
  }
  const unfit = sources.find((name) => WITHOUT_OWN_COLUMNS.includes(name.toLowerCase()));
  if (unfit !== undefined) {
    throw new UsageError(
      `--source ${unfit} has no columns of its own: they depend on the data that a program reads. Create a table or a view of the data and name it with --table, or give the reader a schema.`,
    );
  }
  return { databases, tables, sources, sourceOptions };
}

/** The selection for the first line of the file. Without the values of options, because they may be secrets. */
function selectionWords({ databases, tables, sources, sourceOptions }: Selection): string[] {
  return [
    ...databases.flatMap((name) => ["--database", name]),
    ...tables.flatMap((name) => ["--table", name]),
    ...sources.flatMap((name) => ["--source", name]),
    ...Object.keys(sourceOptions).flatMap((key) => ["--option", `${key}=…`]),
  ];
}

async function sessionMaker(
  context: CommandContext,
  { sources }: Selection,
): Promise<() => Promise<SparkSession>> {
  const { options } = context;
  const remote = await requireRemote(context);
  const deployed = PACKAGED.filter(({ name }) =>
    sources.some((source) => source.toLowerCase() === name),
  );
  let builder = (await sessionBuilder(context, remote)).dataSources(...deployed);
  const sessionId = options.text("session-id");
  if (sessionId !== undefined) builder = builder.sessionId(sessionId);
  for (const [key, value] of Object.entries(options.pairs("conf"))) {
    builder = builder.config(key, value);
  }
  return () => builder.create();
}

async function readAll(
  { signal }: CommandContext,
  connect: () => Promise<SparkSession>,
  { databases, tables, sources, sourceOptions }: Selection,
): Promise<Declared[]> {
  await using spark = await connect();
  signal.throwIfAborted();
  const isOnlySources = sources.length > 0 && databases.length + tables.length === 0;
  const declared = isOnlySources ? [] : await readTables(spark, { databases, tables }, signal);
  for (const source of sources) {
    declared.push(await readSource(spark, source, sourceOptions, signal));
  }
  return declared;
}
