import { StructField, StructType, StringType, type StreamingQuery } from "../../index.js";
import type { Command, CommandContext } from "../command.js";
import { EXIT } from "../exit-code.js";
import { tableWriter } from "../format/table-writer.js";
import { REMOTE_OPTIONS } from "../remote.js";
import { joinSession, SESSION_NOTES, SESSION_OPTIONS, type SupervisedRun } from "../session-of.js";
import { progressText } from "../stream-text.js";

export const streamsList: Command = {
  name: "streams list",
  summary: "List the streaming queries that run in a session",
  usage: "",
  maxArguments: 0,
  options: { ...SESSION_OPTIONS, ...REMOTE_OPTIONS },
  notes: [
    ...SESSION_NOTES,
    "With --state, the list shows the supervisor's stream names, and also the streams of the file that do not run.",
  ],
  run: runList,
};

/** A line of the list. */
interface ListedStream {
  readonly name: string | null;
  /** The supervisor's name of the stream. Null without --state. */
  readonly stream: string | null;
  readonly id: string;
  readonly runId: string;
  readonly status: { message: string; isDataAvailable: boolean; isTriggerActive: boolean } | null;
  /** Spark's JSON of the newest progress report. */
  readonly lastProgress: string | null;
  readonly lastText: string;
}

async function runList(context: CommandContext): Promise<number> {
  const { options, terminal, signal } = context;
  await using joined = await joinSession(context);
  const { spark, supervised } = joined;
  const active = await spark.streams.active({ signal });
  const running = await Promise.all(active.map((query) => described(query, supervised, signal)));
  const streams = [...running, ...supervised.filter(isGone(active)).map(gone)];
  await terminal.print(options.flag("json") ? listJson(streams) : listText(streams));
  if (streams.length === 0) terminal.note("No streaming query runs in this session.");
  return EXIT.ok;
}

async function described(
  query: StreamingQuery,
  supervised: readonly SupervisedRun[],
  signal: AbortSignal,
): Promise<ListedStream> {
  const [status, last] = await Promise.all([
    query.status({ signal }),
    query.lastProgress({ signal }),
  ]);
  const run = supervised.find(({ runId }) => runId === query.runId);
  return {
    name: query.name ?? null,
    stream: run?.stream ?? null,
    id: query.id,
    runId: query.runId,
    status,
    lastProgress: last?.json ?? null,
    lastText: last === undefined ? "no report yet" : progressText(last),
  };
}

function isGone(active: readonly StreamingQuery[]): (run: SupervisedRun) => boolean {
  return ({ runId }) => !active.some((query) => query.runId === runId);
}

function gone({ stream, queryId, runId }: SupervisedRun): ListedStream {
  return {
    name: null,
    stream,
    id: queryId,
    runId,
    status: null,
    lastProgress: null,
    lastText: "",
  };
}

/** Copies Spark's JSON unchanged, because parsing would round its large numbers. */
function listJson(streams: readonly ListedStream[]): string {
  const items = streams.map(({ name, stream, id, runId, status, lastProgress }) => {
    const head = JSON.stringify({ name, stream, id, runId, active: status !== null, status });
    return `${head.slice(0, -1)},"lastProgress":${lastProgress ?? "null"}}`;
  });
  return `{"streams":[${items.join(",")}]}\n`;
}

function listText(streams: readonly ListedStream[]): string {
  if (streams.length === 0) return "";
  const names = ["name", "id", "run id", "status", "last report"];
  const schema = new StructType(names.map((name) => StructField(name, StringType())));
  const table = tableWriter(schema, { truncate: undefined });
  const rows = streams.map(({ name, stream, id, runId, status, lastText }) =>
    table.row([stream ?? name, id, runId, status?.message ?? "not running", lastText]),
  );
  return [table.begin(), ...rows, table.end()].join("");
}
