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
  summary: "Print the reports of streaming queries as they come",
  usage: "[NAME or ID …]",
  maxArguments: 1000,
  options: {
    history: {
      type: "boolean",
      help: "begin with the reports the server still holds, 100 or fewer, and not with the newest",
    },
    ...SESSION_OPTIONS,
    ...REMOTE_OPTIONS,
  },
  notes: [
    "Without a name, all queries that run now are watched; those started later are not. A query is named by its name, its id or its run id. The command ends when all of them have ended: with 0 when they were stopped, with 1 when one failed.",
    "The server is asked twice a second. The session's listeners are left alone: the events still reach the process that the queries belong to.",
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
  // The first that cannot be watched on ends the watch of the others too.
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

/** Prints a query's reports until it ends; says how it ended. */
async function watch(
  watched: Watched,
  { options, terminal, signal }: CommandContext,
  history: boolean,
): Promise<"stopped" | "failed"> {
  const { query } = watched;
  const teller = options.flag("json") ? jsonTeller(watched) : textTeller(watched);
  const newest = history ? undefined : await query.lastProgress({ signal });
  const missed: string[] = [];
  try {
    const onMissed = ({ from, to }: { from: bigint; to: bigint }): void => {
      missed.push(teller.missed(from, to));
    };
    for await (const progress of query.progress({ signal, onMissed })) {
      if (newest !== undefined && progress.batchId < newest.batchId) continue;
      await terminal.print(
        missed.splice(0).join("") + teller.progress(progress.json, progressText(progress)),
      );
    }
    await terminal.print(teller.ended(undefined));
    return "stopped";
  } catch (error) {
    if (!(error instanceof StreamingQueryException)) throw error;
    await terminal.print(teller.ended(error));
    return "failed";
  }
}

interface Teller {
  progress(json: string, text: string): string;
  missed(from: bigint, to: bigint): string;
  ended(error: StreamingQueryException | undefined): string;
}

function textTeller({ name }: Watched): Teller {
  const label = printableCell(name);
  return {
    progress: (_json, text) => `${label}: ${text}\n`,
    missed: (from, to) =>
      `${label}: the reports of batches ${from} to ${to} were dropped by the server before they were read\n`,
    ended: (error) =>
      error === undefined
        ? `${label}: stopped\n`
        : `${label}: failed: ${printableText(error.message)}\n`,
  };
}

/** A JSON object on each line; Spark's report in it is as Spark wrote it. */
function jsonTeller({ query, name }: Watched): Teller {
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
