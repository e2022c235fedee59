import { readFile } from "node:fs/promises";
import { SparkError, type SparkSession, type StreamingQuery } from "../index.js";
import type { CommandContext, OptionSpecs } from "./command.js";
import { UsageError } from "./exit-code.js";
import { remoteValue, requireRemote, sessionBuilder } from "./remote.js";

export const SESSION_ID_OPTION: OptionSpecs = {
  "session-id": {
    type: "string",
    value: "UUID",
    help: "the session to join, of the same user; it is left running. Whoever has a server's token can join a session by its id: where that matters, put session_id into the address of --remote-file",
  },
};

/** How the commands of streams name the session. */
export const SESSION_OPTIONS: OptionSpecs = {
  ...SESSION_ID_OPTION,
  state: {
    type: "string",
    value: "FILE",
    help: "the state file of a StreamSupervisor, whose session is joined; it is only read",
  },
};

/** What help must say of each of them. */
export const SESSION_NOTES: readonly string[] = [
  "Only the session that started a query sees it, and only for the same user (--user-id). A server keeps no list of sessions, so one must be named. An id that no session has is no error for Spark: it makes an empty session, which it closes after an hour without a call.",
];

/** A query that a supervisor started, as its state file names it. */
export interface SupervisedRun {
  readonly stream: string;
  readonly queryId: string;
  readonly runId: string;
}

/** The session that a command of streams is about. */
export interface JoinedSession extends AsyncDisposable {
  readonly spark: SparkSession;
  /** What the state file says to be running there. */
  readonly supervised: readonly SupervisedRun[];
}

/**
 * Joins the session that the options name; it is left running on the server.
 *
 * @throws {UsageError} none is named, or the state file has none
 */
export async function joinSession(context: CommandContext): Promise<JoinedSession> {
  const { options } = context;
  const remote = await requireRemote(context);
  const statePath = options.text("state");
  const given = options.text("session-id");
  if (statePath !== undefined && given !== undefined) {
    throw new UsageError("Give --session-id or --state, not both.");
  }
  const state = statePath === undefined ? undefined : await readState(statePath);
  const sessionId = given ?? state?.sessionId ?? remoteValue(remote.url, "session_id");
  if (sessionId === undefined) {
    throw new UsageError(
      "No session is named, and a streaming query is seen by its own session alone. Give --session-id, --state, or session_id in the address.",
    );
  }
  const builder = await sessionBuilder(context, remote);
  // One look needs none, and a watch asks all the time.
  const spark = await builder.sessionId(sessionId).heartbeat(false).create();
  return {
    spark,
    supervised: state?.runs ?? [],
    [Symbol.asyncDispose]: () => spark.stop(),
  };
}

/** Reads what a supervisor wrote; the file stays the supervisor's, so nothing is locked. */
async function readState(
  path: string,
): Promise<{ readonly sessionId: string; readonly runs: readonly SupervisedRun[] }> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "ENOENT"
        ? `There is no state file ${path}. A supervisor has one while its streams run.`
        : `--state ${path} cannot be read (${code}).`,
    );
  }
  const { format, version, sessionId, streams } = parsed(text);
  if (format !== "sparktide-supervisor" || version !== 1) {
    throw new UsageError(`--state ${path} is no state file of a supervisor of this release.`);
  }
  if (typeof sessionId !== "string") {
    throw new UsageError(`The state file ${path} names no session: its supervisor has none now.`);
  }
  const runs = Object.entries(fieldsOf(streams)).map(([stream, run]) => {
    const { queryId, runId } = fieldsOf(run);
    return { stream, queryId: String(queryId), runId: String(runId) };
  });
  return { sessionId, runs };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * The running queries that the arguments name by id, run id or name, each once; all of them where
 * nothing is named.
 *
 * @throws {SparkError} code STREAM_NOT_FOUND: a name fits no query that runs in the session
 */
export function chosenQueries(
  active: readonly StreamingQuery[],
  supervised: readonly SupervisedRun[],
  names: readonly string[],
): StreamingQuery[] {
  if (names.length === 0) return [...active];
  const chosen = new Set<StreamingQuery>();
  for (const name of names) {
    const found = active.filter(
      (query) =>
        [query.id, query.runId, query.name].includes(name) ||
        supervised.some(({ stream, runId }) => stream === name && runId === query.runId),
    );
    if (found.length === 0) {
      const running = active.map((query) => nameOf(query, supervised)).join(", ");
      throw new SparkError(
        "STREAM_NOT_FOUND",
        `No query called ${JSON.stringify(name)} runs in the session; ${running === "" ? "none does" : `those that do: ${running}`}.`,
      );
    }
    for (const query of found) chosen.add(query);
  }
  return [...chosen];
}

/** What a query is called: its supervisor's name for it, its own, else its id. */
export function nameOf(query: StreamingQuery, supervised: readonly SupervisedRun[]): string {
  const run = supervised.find(({ runId }) => runId === query.runId);
  return run?.stream ?? query.name ?? query.id;
}
