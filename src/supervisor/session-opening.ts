import { SessionError } from "../errors.js";
import type { SparkSession } from "../session/spark-session.js";
import type { StreamingQuery } from "../streaming/streaming-query.js";
import type { SupervisorState } from "./store/state-journal.js";

/** A session for the supervisor's streams. */
export interface OpenedSession {
  readonly spark: SparkSession;
  /** Queries of a former process that still run, by the names of their streams. */
  readonly running: Map<string, StreamingQuery>;
}

/**
 * Connects. Uses the session of a former process if queries of the state still run there. Stops the
 * queries of streams that should not run, and the runs of pipelines, which nobody can follow any more.
 *
 * @param wanted the names of the streams that should run
 */
export async function openSession(
  connect: () => Promise<SparkSession>,
  state: SupervisorState,
  wanted: ReadonlySet<string>,
): Promise<OpenedSession> {
  const fresh = await connect();
  let opened: OpenedSession;
  try {
    // Another process may have taken over the former session while this one was suspended.
    await state.confirm();
    opened = await chooseSession(fresh, state);
  } catch (error) {
    await fresh.stop();
    throw error;
  }
  const { spark, running } = opened;
  state.setSession(spark.sessionId);
  for (const stream of state.streams()) {
    const query = running.get(stream);
    if (query !== undefined && wanted.has(stream)) continue;
    await query?.stop();
    const tag = state.run(stream)?.tag;
    if (tag !== undefined) await spark.interruptTag(tag);
    running.delete(stream);
    state.forgetRun(stream);
  }
  return opened;
}

async function chooseSession(fresh: SparkSession, state: SupervisorState): Promise<OpenedSession> {
  const former = state.sessionId;
  const none = { spark: fresh, running: new Map<string, StreamingQuery>() };
  // An embedded Spark is always new, because the former one ended with its process.
  if (former === undefined || fresh.localSpark !== undefined) return none;
  if (former === fresh.sessionId) return { spark: fresh, running: await formerRuns(fresh, state) };
  try {
    const beside = await fresh.besideSession(former);
    const running = await formerRuns(beside, state).catch(async (error: unknown) => {
      await beside.stop();
      throw error;
    });
    if (running.size > 0) {
      await fresh.stop();
      return { spark: beside, running };
    }
    // Also ends a query that the former process started but did not save before it crashed.
    await beside.stop();
  } catch (error) {
    // The former session was closed, and its queries ended with it.
    if (!(error instanceof SessionError)) throw error;
  }
  return none;
}

/** The runs of the state that still run on the server. */
async function formerRuns(
  spark: SparkSession,
  state: SupervisorState,
): Promise<Map<string, StreamingQuery>> {
  const active = await spark.streams.active();
  const running = new Map<string, StreamingQuery>();
  for (const stream of state.streams()) {
    const saved = state.run(stream);
    const query = active.find(({ id, runId }) => id === saved?.queryId && runId === saved.runId);
    if (query !== undefined) running.set(stream, query);
  }
  return running;
}
