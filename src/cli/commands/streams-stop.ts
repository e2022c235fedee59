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
    "Name a query by its name, its id or its run id. If one of the names matches no query, nothing is stopped.",
    "Spark has no graceful stop: it aborts a running batch, and runs the batch again when the query restarts from its checkpoint. A supervisor does not restart a query that this command stopped. To stop a supervised query between two batches, send SIGTERM to the supervisor's process (docs/stopping.md).",
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
    // After an error, print the queries that were stopped before it.
    await terminal.print(
      options.flag("json")
        ? `${JSON.stringify({ stopped })}\n`
        : stopped.map(({ name, id }) => `stopped ${printableCell(name)} (${id})\n`).join(""),
    );
  }
  return EXIT.ok;
}
