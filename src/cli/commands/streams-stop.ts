import type { Command, CommandContext } from "../command.js";
import { EXIT, UsageError } from "../exit-code.js";
import { printableCell } from "../printable.js";
import { REMOTE_OPTIONS } from "../remote.js";
import {
  chosenQueries,
  joinSession,
  nameOf,
  SESSION_NOTES,
  SESSION_OPTIONS,
} from "../session-of.js";

export const streamsStop: Command = {
  name: "streams stop",
  summary: "Stop streaming queries",
  usage: "[NAME or ID …]",
  maxArguments: 1000,
  options: {
    all: { type: "boolean", help: "stop every query of the session" },
    ...SESSION_OPTIONS,
    ...REMOTE_OPTIONS,
  },
  notes: [
    "A query is named by its name, its id or its run id. If one of the names fits none, nothing is stopped.",
    "Spark has no graceful stop: a batch under way is cut off, and is run again when the query is started from its checkpoint. A supervisor does not start a query again that was stopped from outside; to end it between two batches, end its process by SIGTERM (docs/stopping.md).",
    ...SESSION_NOTES,
  ],
  run: runStop,
};

async function runStop(context: CommandContext): Promise<number> {
  const { options, terminal, signal, arguments: names } = context;
  if (options.flag("all") === names.length > 0) {
    throw new UsageError("Name the queries to stop, or give --all.");
  }
  await using joined = await joinSession(context);
  const { spark, supervised } = joined;
  const active = await spark.streams.active({ signal });
  const queries = chosenQueries(active, supervised, names);
  if (queries.length === 0) terminal.note("No streaming query runs in this session.");
  const stopped: { name: string; id: string; runId: string }[] = [];
  try {
    for (const query of queries) {
      await query.stop({ signal });
      const { id, runId } = query;
      stopped.push({ name: nameOf(query, supervised), id, runId });
    }
  } finally {
    // What was stopped before an error is told too.
    await terminal.print(
      options.flag("json")
        ? `${JSON.stringify({ stopped })}\n`
        : stopped.map(({ name, id }) => `stopped ${printableCell(name)} (${id})\n`).join(""),
    );
  }
  return EXIT.ok;
}
