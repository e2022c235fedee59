import { SparkError, SparkSession } from "../../src/index.js";
import type { KnownQuery } from "./queries.js";

/** The end of one query. */
export interface Outcome {
  readonly query: KnownQuery;
  /** `late`: the deadline of the query or of the run ended it; `foreign`: an error that is not a SparkError. */
  readonly ending: "exact" | "wrong" | "typed error" | "late" | "foreign";
  readonly error?: unknown;
}

const DEADLINE_MS = 60_000;
const SESSIONS = 4;
/** The number of queries that share a session, and so a connection. */
const QUERIES_PER_SESSION = 2;

/** Short waits, because the faults of this run last seconds, not minutes. */
const RETRY_POLICY = {
  maxRetries: 30,
  initialBackoffMs: 50,
  maxBackoffMs: 1000,
  backoffMultiplier: 2,
  jitterMs: 100,
  minJitterThresholdMs: 50,
  maxServerRetryDelayMs: 2000,
};

function connect(remote: string): Promise<SparkSession> {
  return SparkSession.builder()
    .remote(remote)
    .keepalive({ timeMs: 2000, timeoutMs: 2000 })
    .retryPolicy(RETRY_POLICY)
    .connectTimeoutMs(DEADLINE_MS)
    .create();
}

async function ask(query: KnownQuery, spark: SparkSession, bound: AbortSignal): Promise<Outcome> {
  const signal = AbortSignal.any([AbortSignal.timeout(DEADLINE_MS), bound]);
  try {
    return { query, ending: (await query.run(spark, signal)) ? "exact" : "wrong" };
  } catch (error) {
    if (error instanceof SparkError) return { query, ending: "typed error", error };
    return { query, ending: signal.aborted ? "late" : "foreign", error };
  }
}

/** Runs the queries, up to eight at once, through the fault-injecting proxy at `remote`. */
export async function runQueries(
  queries: readonly KnownQuery[],
  remote: string,
  bound: AbortSignal,
): Promise<Outcome[]> {
  const waiting = [...queries];
  const outcomes: Outcome[] = [];
  const serveOneSession = async (): Promise<void> => {
    while (waiting.length > 0) {
      const spark = await connect(remote);
      const serve = async (): Promise<void> => {
        for (let query = waiting.shift(); query !== undefined; query = waiting.shift()) {
          outcomes.push(await ask(query, spark, bound));
          if (spark.isStopped) return;
        }
      };
      await Promise.all(Array.from({ length: QUERIES_PER_SESSION }, serve));
      // A cut may lose the last responses of a session. The server then ends the session by itself.
      await spark.stop().catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, serveOneSession));
  return outcomes;
}
