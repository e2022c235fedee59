import type { CallOptions } from "../connection/call-options.js";
import { ProtocolError, SparkException } from "../errors.js";
import { managerCommand, queryCommand, type QueryRun } from "../plan/streaming-command.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import { isIdleReport, parseProgress } from "./progress.js";
import type { QueryTerminatedEvent } from "./listeners/streaming-query-listener.js";
import type { StreamingQueryHandle } from "./streaming-query.js";

/** The session's running queries. */
export async function activeRuns(
  connection: SparkConnection,
  options: CallOptions = {},
): Promise<StreamingQueryHandle[]> {
  const { resultType } = await connection.ask(
    managerCommand({ case: "active", value: true }),
    "streamingQueryManagerCommandResult",
    options,
  );
  if (resultType.case !== "active") {
    throw new ProtocolError("NO_ANSWER", "The server did not answer with its active queries.");
  }
  return resultType.value.activeQueries.map(({ id, name }) => handleOf(id, name));
}

/** The handle of a query in a server's answer. */
export function handleOf(
  id: { readonly id: string; readonly runId: string } | undefined,
  name: string | undefined,
): StreamingQueryHandle {
  return {
    queryId: id?.id ?? "",
    runId: id?.runId ?? "",
    name: name === "" ? undefined : name,
  };
}

/** The batches of a run with reports that the server still holds, oldest first. */
export async function reportedBatches(
  connection: SparkConnection,
  run: QueryRun,
  options: CallOptions,
): Promise<bigint[]> {
  const { resultType } = await connection.ask(
    queryCommand(run, { case: "recentProgress", value: true }),
    "streamingQueryCommandResult",
    options,
  );
  const reports =
    resultType.case === "recentProgress"
      ? resultType.value.recentProgressJson.map(parseProgress)
      : [];
  return reports.filter((report) => !isIdleReport(report)).map(({ batchId }) => batchId);
}

/** Rebuilds the terminated event of a run after the original was lost. */
export async function terminatedEvent(
  connection: SparkConnection,
  run: QueryRun,
  options: CallOptions,
): Promise<QueryTerminatedEvent> {
  const { resultType } = await connection.ask(
    queryCommand(run, { case: "exception", value: true }),
    "streamingQueryCommandResult",
    options,
  );
  const failure = resultType.case === "exception" ? resultType.value : undefined;
  return {
    id: run.queryId,
    runId: run.runId,
    exception: failure?.exceptionMessage,
    errorClassOnException: failure?.errorClass,
  };
}

/** The server's answer, or a substitute if the server no longer knows the run. */
export async function orIfForgotten<T>(
  answer: Promise<T>,
  forgotten: (why: string) => T,
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    // The server keeps ended runs for an hour. Listeners must hear of the end even after that.
    if (!(error instanceof SparkException)) throw error;
    return forgotten(error.message);
  }
}
