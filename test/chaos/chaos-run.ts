import { SparkError, SparkSession } from "../../src/index.js";
import type { KnownQuery } from "./queries.js";

/** How one query ended. */
export interface Outcome {
  readonly query: KnownQuery;
  /** `late`: its own deadline or the run's bound ended it; `foreign`: an error outside our tree. */
  readonly ending: "exact" | "wrong" | "typed error" | "late" | "foreign";
  readonly error?: unknown;
}

const DEADLINE_MS = 60_000;
const SESSIONS = 4;
/** Queries that share one session, and so one connection, at a time. */
const QUERIES_PER_SESSION = 2;

/** Short waits: a link of this run is down for seconds, not minutes. */
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

/** Runs the queries, up to eight at once, through connections that `remote` hurts. */
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
      // The last answers of a session may be lost to a cut: it ends on the server by itself.
      await spark.stop().catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, serveOneSession));
  return outcomes;
}
