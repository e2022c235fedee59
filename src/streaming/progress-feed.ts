import { SparkError } from "../errors.js";
import type { CallOptions } from "../connection/call-options.js";
import { asUserCode, inBackground } from "../user-calls.js";
import { waitMs } from "../waiting.js";
import type { ListenerBus } from "./listeners/listener-bus.js";
import { isIdleReport, type MissedBatches, type StreamingQueryProgress } from "./progress.js";
import type { ProgressWatch } from "./progress-watch.js";
import type { StreamingQuery } from "./streaming-query.js";

/** How often to ask the server for a new report while no events arrive. */
const POLL_MS = 500;
/** What telemetry calls these requests. */
const POLL = "stream progress";

/** Options of StreamingQuery.progress(). */
export interface ProgressOptions extends CallOptions {
  /**
   * Called if the reader was too slow and the server dropped reports (it keeps 100, see
   * `spark.sql.streaming.numRecentProgressUpdates`). Without this callback, missed reports are an error.
   */
  readonly onMissed?: ((missed: MissedBatches) => void) | undefined;
}

/**
 * Yields a query's reports, each batch once. They come from the session's events while events arrive, and
 * from requests otherwise. Reports that a slow reader missed are requested again.
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
  const failure = await inBackground(POLL, () => query.exception({ signal: options.signal }));
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
    // Restart before the request, so that reports that arrive meanwhile are not missed.
    watch.restart();
    const active = !watch.hasEnded && (await inBackground(POLL, () => query.isActive({ signal })));
    // The server stores the last report before the query becomes inactive, so none is missed.
    for (const report of await inBackground(POLL, () =>
      reportsAfter(query, seen, active, options),
    )) {
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

/** The reports after the last batch seen. Requests all recent reports only if one may be missing. */
async function reportsAfter(
  query: StreamingQuery,
  seen: bigint | undefined,
  active: boolean,
  { signal, onMissed }: ProgressOptions,
): Promise<StreamingQueryProgress[]> {
  const last = await query.lastProgress({ signal });
  if (last === undefined) return [];
  if (seen !== undefined) {
    // An idle report carries the id of the next batch.
    const newest = isIdleReport(last) ? last.batchId - 1n : last.batchId;
    if (newest <= seen) return [];
    if (newest === seen + 1n && active && !isIdleReport(last)) return [last];
  }
  const recent = await query.recentProgress({ signal });
  const oldest = recent[0]?.batchId;
  if (seen !== undefined && oldest !== undefined && oldest > seen + 1n) {
    const missed = { from: seen + 1n, to: oldest - 1n };
    if (onMissed === undefined) throw missedError(query, missed);
    asUserCode(() => {
      onMissed(missed);
    });
  }
  return recent.filter(
    (report) => !isIdleReport(report) && (seen === undefined || report.batchId > seen),
  );
}

function missedError(query: StreamingQuery, { from, to }: MissedBatches): SparkError {
  return new SparkError(
    "PROGRESS_MISSED",
    `The server dropped the reports of batches ${from} to ${to} of query ${query.id} before they were read. Read faster, raise spark.sql.streaming.numRecentProgressUpdates, or pass onMissed to progress().`,
  );
}
