import { readFile } from "node:fs/promises";
import { SparkError, type SparkSession, type StreamingQuery } from "../index.js";
import type { CommandContext, OptionSpecs } from "./command.js";
import { UsageError } from "./exit-code.js";
import { remoteValue, requireRemote, sessionBuilder } from "./remote.js";

export const SESSION_ID_OPTION: OptionSpecs = {
  "session-id": {
    type: "string",
    value: "UUID",
    help: "join this session of the same user, and leave it running. Anyone with the server's token and this id can join it; to keep the id secret, put ;session_id=… into the address in --remote-file",
  },
};

/** The options with which the `streams` commands name the session. */
export const SESSION_OPTIONS: OptionSpecs = {
  ...SESSION_ID_OPTION,
  state: {
    type: "string",
    value: "FILE",
    help: "join the session of the StreamSupervisor with this state file. The file is only read",
  },
};

/** Notes in the help of each `streams` command. */
export const SESSION_NOTES: readonly string[] = [
  "Only the session that started a query can see it, and only with the same user (--user-id). A server has no list of its sessions, so you must name one. If no session has the given id, Spark does not fail: it creates an empty session, and closes it after one hour without a call.",
];

/** A query that a supervisor started, as its state file names it. */
export interface SupervisedRun {
  readonly stream: string;
  readonly queryId: string;
  readonly runId: string;
}

/** The session that a `streams` command has joined. */
export interface JoinedSession extends AsyncDisposable {
  readonly spark: SparkSession;
  /** The queries that the state file lists as running. */
  readonly supervised: readonly SupervisedRun[];
}

/**
 * Joins the session that the options name. Disposing the result leaves the session running on the server.
 *
 * @throws {UsageError} the options name no session, or the state file has no session
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
      "No session is named. Only the session that started a streaming query can see it: give --session-id, --state, or session_id in the address.",
    );
  }
  const builder = await sessionBuilder(context, remote);
  // `list` and `stop` end at once, and `watch` calls the server all the time, so none needs a heartbeat.
  const spark = await builder.sessionId(sessionId).heartbeat(false).create();
  return {
    spark,
    supervised: state?.runs ?? [],
    [Symbol.asyncDispose]: () => spark.stop(),
  };
}

/**
 * The queries that a state file lists as running at the moment.
 *
 * @throws {UsageError} the file cannot be read
 */
export async function savedRuns(path: string): Promise<readonly SupervisedRun[]> {
  return (await readState(path)).runs;
}

/** Reads a supervisor's state file without its lock, because the supervisor holds that. */
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
        ? `--state ${path} does not exist. A supervisor writes its state file while its streams run.`
        : `--state ${path} cannot be read (${code}).`,
    );
  }
  const { format, version, sessionId, streams } = parsed(text);
  if (format !== "sparktide-supervisor" || (version !== 1 && version !== 2)) {
    throw new UsageError(
      `--state ${path} is not a state file that a supervisor of this release wrote.`,
    );
  }
  if (typeof sessionId !== "string") {
    throw new UsageError(
      `--state ${path} has no session id, because its supervisor has no session at the moment. Try again later.`,
    );
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
 * The running queries that the arguments name by id, run id or name, each once. All running queries if
 * there are no arguments.
 *
 * @throws {SparkError} code STREAM_NOT_FOUND: no running query of the session has such a name
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
        `No query named ${JSON.stringify(name)} runs in the session. ${running === "" ? "No query runs there" : `Running queries: ${running}`}.`,
      );
    }
    for (const query of found) chosen.add(query);
  }
  return [...chosen];
}

/** The name to print for a query: the supervisor's name, else its own name, else its id. */
export function nameOf(query: StreamingQuery, supervised: readonly SupervisedRun[]): string {
  const run = supervised.find(({ runId }) => runId === query.runId);
  return run?.stream ?? query.name ?? query.id;
}
