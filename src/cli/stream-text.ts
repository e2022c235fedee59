import type { StreamingQueryProgress } from "../index.js";

function rate(value: number): string {
  return value.toFixed(1);
}

/** A progress report in one line: `batch 12 at 2026-01-31T10:00:00.000Z: 3 rows in 120 ms (0.3 rows/s)`. */
export function progressText(progress: StreamingQueryProgress): string {
  const { batchId, timestamp, numInputRows, batchDuration, processedRowsPerSecond } = progress;
  return `batch ${batchId} at ${timestamp}: ${numInputRows} rows in ${batchDuration} ms (${rate(processedRowsPerSecond)} rows/s)`;
}
