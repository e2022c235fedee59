import { SparkError } from "../errors.js";
import type { CallOptions } from "../connection/call-options.js";
import { waitMs } from "../waiting.js";
import type { ListenerBus } from "./listeners/listener-bus.js";
import { isIdleReport, type MissedBatches, type StreamingQueryProgress } from "./progress.js";
import type { ProgressWatch } from "./progress-watch.js";
import type { StreamingQuery } from "./streaming-query.js";

/** How often the server is asked for a new report while no events come. */
const POLL_MS = 500;

/** How a query's reports are followed. */
export interface ProgressOptions extends CallOptions {
  /**
   * Told when the reader was so slow that the server dropped reports (it keeps 100, see
   * `spark.sql.streaming.numRecentProgressUpdates`); without it, that is an error.
   */
  readonly onMissed?: ((missed: MissedBatches) => void) | undefined;
}

/**
 * A query's reports, each batch once: from the session's events while they come, by asking while they
 * do not. What a reader has not taken in time is asked for again.
 */
export async function* progressOf(
  query: StreamingQuery,
  bus: ListenerBus,
  options: ProgressOptions,
): AsyncGenerator<StreamingQueryProgress, void, undefined> {
  const watch = bus.watch(query.runId);
  try {
    yield* reportsOf(query, bus, watch, options);
  } finally {
    bus.unwatch(watch);
  }
  const failure = await query.exception({ signal: options.signal });
  if (failure !== undefined) throw failure;
}

async function* reportsOf(
  query: StreamingQuery,
  bus: ListenerBus,
  watch: ProgressWatch,
  options: ProgressOptions,
): AsyncGenerator<StreamingQueryProgress, void, undefined> {
  const { signal } = options;
  let seen: bigint | undefined;
  for (;;) {
    // Before asking, so that what comes meanwhile is not missed.
    watch.restart();
    const active = !watch.hasEnded && (await query.isActive({ signal }));
    // The last report is on the server before the query is inactive: none is missed after that.
    for (const report of await reportsAfter(query, seen, active, options)) {
      seen = report.batchId;
      yield report;
    }
    if (!active) return;
    if (!bus.isUp) {
      await waitMs(POLL_MS, signal);
      continue;
    }
    for (;;) {
      const report = await watch.next(signal);
      if (report === undefined) break;
      if (seen !== undefined && report.batchId <= seen) continue;
      seen = report.batchId;
      yield report;
    }
  }
}

/** The reports that follow a batch already seen; asks for them all only where one may be missing. */
async function reportsAfter(
  query: StreamingQuery,
  seen: bigint | undefined,
  active: boolean,
  { signal, onMissed }: ProgressOptions,
): Promise<StreamingQueryProgress[]> {
  const last = await query.lastProgress({ signal });
  if (last === undefined) return [];
  if (seen !== undefined) {
    // An idle stretch is reported with the batch that will come next.
    const newest = isIdleReport(last) ? last.batchId - 1n : last.batchId;
    if (newest <= seen) return [];
    if (newest === seen + 1n && active && !isIdleReport(last)) return [last];
  }
  const recent = await query.recentProgress({ signal });
  const oldest = recent[0]?.batchId;
  if (seen !== undefined && oldest !== undefined && oldest > seen + 1n) {
    const missed = { from: seen + 1n, to: oldest - 1n };
    if (onMissed === undefined) throw missedError(query, missed);
    onMissed(missed);
  }
  return recent.filter(
    (report) => !isIdleReport(report) && (seen === undefined || report.batchId > seen),
  );
}

function missedError(query: StreamingQuery, { from, to }: MissedBatches): SparkError {
  return new SparkError(
    "PROGRESS_MISSED",
    `The reports of batches ${from} to ${to} of query ${query.id} were dropped by the server before they were read. Read faster, raise spark.sql.streaming.numRecentProgressUpdates, or give progress() an onMissed.`,
  );
}
