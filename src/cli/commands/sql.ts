import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { SparkSession } from "../../index.js";
import type { Command, CommandContext } from "../command.js";
import { EXIT, UsageError } from "../exit-code.js";
import { FORMATS, type FormatOptions } from "../format/row-writer.js";
import { CONF_OPTION, LOCAL_OPTIONS, localSparkOptions } from "../local-options.js";
import type { OptionValues } from "../option-values.js";
import { packagedSources, SOURCE_OPTION } from "../packaged-sources.js";
import { progressText } from "../progress-text.js";
import { REMOTE_OPTIONS, requireRemote, sessionBuilder } from "../remote.js";
import { RowOutput } from "../row-output.js";
import { SESSION_ID_OPTION } from "../session-of.js";
import { statementText } from "../statement-text.js";

export const sql: Command = {
  name: "sql",
  summary: "Run one SQL statement and print its rows, or open a prompt",
  usage: "[STATEMENT]",
  maxArguments: 1,
  options: {
    file: {
      type: "string",
      short: "f",
      value: "FILE",
      help: "read the statement from this file; - means standard input",
    },
    format: {
      type: "string",
      value: "FORMAT",
      help: `${FORMATS.join(", ")}. Default: table. --json means --format json`,
    },
    truncate: {
      type: "string",
      value: "N",
      help: "table: cut cells after N characters. Default: do not cut",
    },
    null: {
      type: "string",
      value: "TEXT",
      help: "CSV: the text for NULL. Default: empty, so in a result of one column a NULL is an empty line",
    },
    "no-header": { type: "boolean", help: "CSV: omit the line of column names" },
    "quote-numbers": {
      type: "boolean",
      help: "JSON: write BIGINT and DECIMAL as strings, for readers that parse numbers as doubles (JavaScript, older jq)",
    },
    ...CONF_OPTION,
    ...SOURCE_OPTION,
    ...SESSION_ID_OPTION,
    local: {
      type: "boolean",
      help: "start an embedded Spark for this statement only. --spark-version, --heap-mb, --master and --no-delta need it",
    },
    ...LOCAL_OPTIONS,
    ...REMOTE_OPTIONS,
  },
  notes: [
    "Without STATEMENT and -f, a terminal opens a prompt with history, completion by Tab and a pager; \\? there lists its commands. If standard input is no terminal, the statement is read from it.",
    "Rows are printed as they arrive; the first 1000 rows define the column widths of a table. To run several statements as one, use BEGIN … END.",
    "The command closes its session at the end, which drops temporary views. With --session-id the session continues.",
    "Ctrl-C interrupts the statement on the server.",
  ],
  run: runSql,
};

async function runSql(context: CommandContext): Promise<number> {
  const { options, terminal, signal } = context;
  const format = formatOptions(options);
  const connect = await sessionMaker(context);
  const statement = await readStatement(context);
  await using spark = await connect();
  signal.throwIfAborted();
  if (statement === undefined) {
    const { runPrompt } = await import("../repl/prompt.js");
    await runPrompt(spark, { terminal, environment: context.environment, format, signal });
    return EXIT.ok;
  }
  spark.registerProgressHandler((progress) => {
    terminal.status(progressText(progress));
  });
  const output = new RowOutput(terminal);
  for await (const text of statementText(spark, statement, format, { signal })) {
    const writing = output.add(text);
    if (writing !== undefined) await writing;
  }
  await output.flush();
  return EXIT.ok;
}

function formatOptions(options: OptionValues): FormatOptions {
  const chosen = options.choice("format", FORMATS);
  if (options.flag("json") && chosen !== undefined && chosen !== "json") {
    throw new UsageError(
      `--json means --format json and excludes --format ${chosen}. Give one of them.`,
    );
  }
  const format = chosen ?? (options.flag("json") ? "json" : "table");
  const truncate = options.integer("truncate", 1, 1_000_000);
  const isJson = format === "json" || format === "jsonl";
  const misplaced = [
    ...(truncate !== undefined && format !== "table" ? ["--truncate needs --format table"] : []),
    ...(options.flag("no-header") && format !== "csv" ? ["--no-header needs --format csv"] : []),
    ...(options.text("null") !== undefined && format !== "csv"
      ? ["--null needs --format csv"]
      : []),
    ...(options.flag("quote-numbers") && !isJson
      ? ["--quote-numbers needs --format json or jsonl"]
      : []),
  ];
  if (misplaced.length > 0)
    throw new UsageError(`${misplaced.join(", ")}; the format is ${format}.`);
  return {
    format,
    truncate,
    header: !options.flag("no-header"),
    nullText: options.text("null") ?? "",
    quoteNumbers: options.flag("quote-numbers"),
  };
}

/** Returns a function that creates the session. Throws for a wrong command line before the statement is read. */
async function sessionMaker(context: CommandContext): Promise<() => Promise<SparkSession>> {
  const { options } = context;
  const conf = options.pairs("conf");
  const sessionId = options.text("session-id");
  const sources = packagedSources(options);
  if (options.flag("local")) {
    if (options.text("remote") !== undefined || options.text("remote-file") !== undefined) {
      throw new UsageError(
        "--local starts its own Spark, so it excludes --remote and --remote-file.",
      );
    }
    if (sessionId !== undefined) {
      throw new UsageError("--local starts a new Spark, so it excludes --session-id.");
    }
    const local = localSparkOptions(context, conf);
    return () =>
      SparkSession.builder()
        .local(local)
        .dataSources(...sources)
        .create();
  }
  const misplaced = Object.keys(LOCAL_OPTIONS).find(
    (name) => options.flag(name) || options.text(name) !== undefined,
  );
  if (misplaced !== undefined) throw new UsageError(`--${misplaced} needs --local.`);
  const remote = await requireRemote(
    context,
    ", and `sparktide sql --local` starts one for this statement only",
  );
  let builder = (await sessionBuilder(context, remote)).dataSources(...sources);
  if (sessionId !== undefined) builder = builder.sessionId(sessionId);
  for (const [key, value] of Object.entries(conf)) builder = builder.config(key, value);
  return () => builder.create();
}

/** The statement to run. Undefined without one on a terminal, which starts a prompt. */
async function readStatement({
  options,
  arguments: given,
}: CommandContext): Promise<string | undefined> {
  const [statement] = given;
  const path = options.text("file");
  if (statement !== undefined && path !== undefined) {
    throw new UsageError("Give a statement or -f FILE, not both.");
  }
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  if (statement === undefined && path === undefined && isTerminal) return undefined;
  const text = statement ?? (await readSource(path ?? "-"));
  if (text.trim() === "") throw new UsageError("The statement is empty.");
  return text;
}

async function readSource(path: string): Promise<string> {
  if (path === "-") return readAll(process.stdin);
  try {
    // Spark's parser rejects a byte order mark.
    return (await readFile(path, "utf8")).replace(/^\ufeff/, "");
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError(`-f ${path} cannot be read (${code}).`);
  }
}
