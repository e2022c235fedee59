import type { StreamingQuery } from "../streaming/streaming-query.js";
import type { Clock } from "./clock.js";

/** The interval of the checks whether a query is between two triggers. */
const POLL_MS = 100;
/**
 * The longest wait for stop(). With the default shutdown timeout and the session's end it stays below the
 * 30 seconds that an orchestrator such as Kubernetes allows.
 */
const STOP_DEADLINE_MS = 5_000;

/** The result of stopping a query. */
export interface QueryStop {
  /** True if no batch was aborted. */
  readonly graceful: boolean;
  /** True if the server has stopped the query. */
  readonly stopped: boolean;
  readonly error?: unknown;
}

/** How to stop a query. */
export interface StopParts {
  readonly clock: Clock;
  /** Aborts when the query must be stopped without further waiting. */
  readonly deadline: AbortSignal;
  /** The number of reports of the query so far. */
  readonly batches: () => number;
  /** False if another process has taken over the query. */
  readonly mayStop: () => Promise<boolean>;
}

/**
 * Stops a query between two batches: it waits until a TypeScript callback has finished its batch and the
 * batch is committed, or until another query has no active trigger. Spark itself has no graceful stop, so
 * a batch that starts in between is aborted, and Spark runs it again at the next start. Never rejects.
 *
 * @returns undefined if the query was not stopped, because another process has taken it over
 */
export async function stopBetweenBatches(
  query: StreamingQuery,
  { clock, deadline, batches, mayStop }: StopParts,
): Promise<QueryStop | undefined> {
  let graceful = false;
  let failure: { readonly error: unknown } | undefined;
  try {
    if (query.hasForeachBatch) await query.drain({ signal: deadline });
    else await untilBetweenTriggers(query, clock, deadline, batches);
    graceful = true;
  } catch (error) {
    if (!deadline.aborted) failure = { error };
  }
  // The wait may have been long, and this process suspended in it.
  if (!(await mayStop())) return undefined;
  try {
    await query.stop({ signal: AbortSignal.timeout(STOP_DEADLINE_MS) });
  } catch (error) {
    return { graceful: false, stopped: false, error };
  }
  return { graceful, stopped: true, ...failure };
}

async function untilBetweenTriggers(
  query: StreamingQuery,
  clock: Clock,
  deadline: AbortSignal,
  batches: () => number,
): Promise<void> {
  const before = batches();
  for (;;) {
    const { isTriggerActive } = await query.status({ signal: deadline });
    // A query without pauses always has an active trigger. Its report shows that a batch is done.
    if (!isTriggerActive || batches() > before) return;
    await clock.wait(POLL_MS, deadline);
  }
}
