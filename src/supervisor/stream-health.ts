import type { SupervisorMetrics } from "./metrics-text.js";
import type { StreamState, StreamStatus, SupervisorHealth } from "./stream-status.js";
import type { StreamFailure } from "./streams-failed-error.js";

const FAILED: ReadonlySet<StreamState> = new Set(["fatal", "superseded"]);
/** A stream that a command paused or stopped is as it should be. */
const SETTLED: ReadonlySet<StreamState> = new Set([
  "running",
  "completed",
  "paused",
  "waiting",
  "stopped",
]);

/** The health of a supervisor, for probes. */
export function healthOf({ connected, streams }: SupervisorMetrics): SupervisorHealth {
  return {
    healthy: streams.every(({ state, isStalled }) => !FAILED.has(state) && !isStalled),
    ready: connected && streams.length > 0 && streams.every(({ state }) => SETTLED.has(state)),
    connected,
    streams: streams.map(({ name, state, isStalled }) => ({ name, state, isStalled })),
  };
}

/** The streams that failed for good, and why. */
export function failuresOf(streams: readonly StreamStatus[]): readonly StreamFailure[] {
  return streams
    .filter(({ state }) => FAILED.has(state))
    .map(({ name, lastError }) => ({ stream: name, error: lastError }));
}
