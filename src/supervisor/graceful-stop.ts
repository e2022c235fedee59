import type { StreamingQuery } from "../streaming/streaming-query.js";
import type { Clock } from "./clock.js";

/** How often a query is asked whether it is between two triggers. */
const POLL_MS = 100;
/** What stop() itself may take: with the default grace and the session's end, less than the 30 s an orchestrator gives. */
const STOP_DEADLINE_MS = 5_000;

/** How a query was stopped. */
export interface QueryStop {
  /** No batch was cut off. */
  readonly graceful: boolean;
  /** Whether the server has stopped it. */
  readonly stopped: boolean;
  readonly error?: unknown;
}

/**
 * Stops a query where it loses no work: a TypeScript callback finishes its batch and sees it committed,
 * another query comes to the end of its trigger. Spark has no such stop, so one begun later cuts a
 * batch off, which is run again at the next start. Never rejects.
 *
 * @param deadline aborted when the query must be stopped as it is
 * @param batches how many reports of the query have come so far
 */
export async function stopBetweenBatches(
  query: StreamingQuery,
  clock: Clock,
  deadline: AbortSignal,
  batches: () => number,
): Promise<QueryStop> {
  let graceful = false;
  let failure: { readonly error: unknown } | undefined;
  try {
    if (query.hasForeachBatch) await query.drain({ signal: deadline });
    else await untilBetweenTriggers(query, clock, deadline, batches);
    graceful = true;
  } catch (error) {
    if (!deadline.aborted) failure = { error };
  }
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
    // A query without pauses is never seen between triggers; its report says that a batch is done.
    if (!isTriggerActive || batches() > before) return;
    await clock.wait(POLL_MS, deadline);
  }
}
