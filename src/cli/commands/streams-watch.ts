import { StreamingQueryException, type StreamingQuery } from "../../index.js";
import type { Command, CommandContext } from "../command.js";
import { EXIT } from "../exit-code.js";
import { printableCell, printableText } from "../printable.js";
import { REMOTE_OPTIONS } from "../remote.js";
import { errorJson } from "../report-error.js";
import {
  chosenQueries,
  joinSession,
  nameOf,
  SESSION_NOTES,
  SESSION_OPTIONS,
} from "../session-of.js";
import { progressText } from "../stream-text.js";

export const streamsWatch: Command = {
  name: "streams watch",
  summary: "Print the progress reports of streaming queries until the queries end",
  usage: "[NAME or ID …]",
  maxArguments: 1000,
  options: {
    history: {
      type: "boolean",
      help: "begin with the oldest report that the server still has (it keeps up to 100). Default: with the newest",
    },
    ...SESSION_OPTIONS,
    ...REMOTE_OPTIONS,
  },
  notes: [
    "Name a query by its name, its id or its run id. Without a name, the command watches all queries that run when it begins. It ends when all watched queries have ended: with exit code 0 if they were stopped, with 1 if one failed.",
    "The command polls the server twice a second. It adds no listener, so the process that owns the queries still receives all events.",
    ...SESSION_NOTES,
  ],
  run: runWatch,
};

async function runWatch(context: CommandContext): Promise<number> {
  const { options, terminal, signal } = context;
  await using joined = await joinSession(context);
  const { spark, supervised } = joined;
  const active = await spark.streams.active({ signal });
  const queries = chosenQueries(active, supervised, context.arguments);
  if (queries.length === 0) terminal.note("No streaming query runs in this session.");
  // If one query cannot be watched any more, the watch of the others ends too.
  const failing = new AbortController();
  const both = AbortSignal.any([signal, failing.signal]);
  const outcomes = await Promise.all(
    queries.map(async (query) => {
      const watched = { query, name: nameOf(query, supervised) };
      try {
        return await watch(watched, { ...context, signal: both }, options.flag("history"));
      } catch (error) {
        failing.abort(error);
        throw error;
      }
    }),
  );
  return outcomes.includes("failed") ? EXIT.failed : EXIT.ok;
}

interface Watched {
  readonly query: StreamingQuery;
  readonly name: string;
}

/** Prints a query's reports until it ends. Returns how it ended. */
async function watch(
  watched: Watched,
  { options, terminal, signal }: CommandContext,
  history: boolean,
): Promise<"stopped" | "failed"> {
  const { query } = watched;
  const lines = options.flag("json") ? jsonLines(watched) : textLines(watched);
  const newest = history ? undefined : await query.lastProgress({ signal });
  const missed: string[] = [];
  try {
    const onMissed = ({ from, to }: { from: bigint; to: bigint }): void => {
      missed.push(lines.missed(from, to));
    };
    for await (const progress of query.progress({ signal, onMissed })) {
      if (newest !== undefined && progress.batchId < newest.batchId) continue;
      await terminal.print(
        missed.splice(0).join("") + lines.progress(progress.json, progressText(progress)),
      );
    }
    await terminal.print(lines.ended(undefined));
    return "stopped";
  } catch (error) {
    if (!(error instanceof StreamingQueryException)) throw error;
    await terminal.print(lines.ended(error));
    return "failed";
  }
}

/** The lines that the command prints for the events of a query. */
interface EventLines {
  progress(json: string, text: string): string;
  missed(from: bigint, to: bigint): string;
  ended(error: StreamingQueryException | undefined): string;
}

function textLines({ name }: Watched): EventLines {
  const label = printableCell(name);
  return {
    progress: (_json, text) => `${label}: ${text}\n`,
    missed: (from, to) =>
      `${label}: the server dropped the reports of batches ${from} to ${to} before they were read\n`,
    ended: (error) =>
      error === undefined
        ? `${label}: stopped\n`
        : `${label}: failed: ${printableText(error.message)}\n`,
  };
}

/** One JSON object for each line. It contains Spark's report unchanged. */
function jsonLines({ query, name }: Watched): EventLines {
  const line = (event: string, field: string, json: string): string => {
    const head = JSON.stringify({ event, name, id: query.id, runId: query.runId });
    return `${head.slice(0, -1)},${JSON.stringify(field)}:${json}}\n`;
  };
  return {
    progress: (json) => line("progress", "progress", json),
    missed: (from, to) => line("missed", "batches", `{"from":${from},"to":${to}}`),
    ended: (error) =>
      line("ended", "error", error === undefined ? "null" : JSON.stringify(errorJson(error))),
  };
}
