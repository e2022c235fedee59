// Pipelines that do not exist, for the tests of the monitor's page and for its preview.
import type { PipelineDocument, StreamSummary } from "../../src/monitor/documents.js";

const MINUTE = 60_000;
const NEGATIVE =
  "[USER_RAISED_EXCEPTION] The price of order 4711 is negative. SQLSTATE: P0001\nDefined at src/pipelines/markets.ts:42";

/** The runs of a pipeline whose last run failed in one flow. */
function failedRun(now: number): PipelineDocument {
  const ended = (minutes: number, state: "completed" | "failed" | "stopped") => ({
    state,
    at: new Date(now - minutes * MINUTE).toISOString(),
    durationMs: 41_000 + minutes * 100,
  });
  const flow = (
    name: string,
    state: string,
    rows: number | null = null,
    error: string | null = null,
  ) => ({ flow: `spark_catalog.markets.${name}`, dataset: name, state, rows, error });
  return {
    completedRuns: 22,
    failedRuns: 2,
    lastRuns: [
      ended(12, "failed"),
      ended(72, "completed"),
      ended(132, "completed"),
      ended(192, "stopped"),
      ended(252, "completed"),
    ],
    flows: [
      flow("prices", "COMPLETED", 12_480),
      flow("orders", "COMPLETED", 3_112),
      flow("daily_high", "FAILED", null, NEGATIVE),
      flow("report", "SKIPPED"),
    ],
  };
}

/** What differs from a stream in the list. */
export function pipelineSummary(now: number): Partial<StreamSummary> {
  return {
    state: "waiting",
    schedule: "every 1 hour",
    nextStartAt: new Date(now + 48 * MINUTE).toISOString(),
    pipeline: failedRun(now),
    lastBatch: null,
    lag: null,
    restarts: 1,
    rowsTotal: 15_592,
    sparkline: Array.from({ length: 30 }, () => null),
  };
}
