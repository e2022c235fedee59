import { thrownMessage } from "../thrown-value.js";
import type { SupervisorEvent, SupervisorEvents } from "../supervisor/supervisor-events.js";
import type { EventDocument } from "./documents.js";

type Level = EventDocument["level"];
/** An event of the log. A progress report is not logged. */
export type LoggedEvent = Exclude<SupervisorEvent, "progress">;
type Sentences = {
  readonly [E in LoggedEvent]: readonly [Level, (event: SupervisorEvents[E]) => string];
};

/** The level of each event, and the sentence that describes it. */
const SENTENCES: Sentences = {
  started: [
    "info",
    ({ restarts }) =>
      restarts === 0 ? "The query started." : `The query started again (restart ${restarts}).`,
  ],
  adopted: ["info", () => "The query already ran, and continues unchanged."],
  restarting: [
    "warn",
    ({ error, restart, delayMs }) =>
      `The query failed, and starts again in ${duration(delayMs)} (restart ${restart}): ${firstLine(error)}`,
  ],
  fatal: [
    "error",
    ({ error, reason }) =>
      `The query failed and is not restarted${REASONS[reason]}: ${firstLine(error)}`,
  ],
  superseded: [
    "error",
    ({ error }) => `Another run took the stream's place, or it was stopped: ${firstLine(error)}`,
  ],
  completed: ["info", () => "The query ended without an error."],
  flow: [
    "info",
    ({ flow, state, error }) =>
      `The flow ${flow} is ${state}${error === undefined ? "." : `: ${firstLine(new Error(error.message))}`}`,
  ],
  stalled: ["warn", ({ silentMs }) => `The query has sent no report for ${duration(silentMs)}.`],
  resumed: [
    "info",
    ({ silentMs }) => `The query sent a report again, after ${duration(silentMs)} of silence.`,
  ],
  stopped: [
    "info",
    ({ graceful }) =>
      graceful
        ? "The query stopped between two batches."
        : "The query stopped in a batch, which Spark runs again at the next start.",
  ],
  connected: [
    "info",
    ({ resumed }) => (resumed ? "Joined the former session." : "Connected in a new session."),
  ],
  disconnected: [
    "warn",
    ({ error, delayMs }) =>
      `The server does not answer, and is asked again in ${duration(delayMs)}: ${firstLine(error)}`,
  ],
  reconnected: ["info", () => "The server answers again."],
  sessionLost: [
    "warn",
    ({ error }) => `The session is lost, with its queries: ${firstLine(error)}`,
  ],
  gap: [
    "warn",
    ({ queries }) => `Some events of the server were lost, for ${queries.length} queries.`,
  ],
  commanded: ["info", ({ command, by }) => `${by ?? "Somebody"} gave the command ${command}.`],
  added: ["info", () => "The stream was added."],
  removed: ["info", () => "The stream was removed."],
  paused: ["info", () => "The stream is paused."],
  waiting: [
    "info",
    ({ nextRunAtMs }) => `The stream waits for its next run at ${isoTime(nextRunAtMs)}.`,
  ],
  missedRuns: [
    "warn",
    ({ missed, firstAtMs }) =>
      `${missed} scheduled runs were missed since ${isoTime(firstAtMs)}, and the stream runs once for all of them.`,
  ],
  upgrading: ["info", () => "The former query stopped, and the new declaration starts."],
  upgraded: ["info", () => "The upgrade succeeded."],
  upgradeFailed: [
    "error",
    ({ error, rolledBack }) =>
      `The upgrade failed, and the former declaration ${rolledBack ? "runs again" : "could not start again"}: ${firstLine(error)}`,
  ],
  standby: ["info", ({ heldBy }) => `This process waits, because ${heldBy} holds the state.`],
  tookOver: [
    "info",
    ({ waitedMs }) => `This process took over the state after ${duration(waitedMs)}.`,
  ],
  leaseLost: ["error", ({ error }) => `Another process took over the state: ${firstLine(error)}`],
  stateFailed: [
    "error",
    ({ path, error }) => `The state file ${path} could not be written: ${firstLine(error)}`,
  ],
};

const REASONS: Readonly<Record<SupervisorEvents["fatal"]["reason"], string>> = {
  fatal: "",
  budget: ", because it failed too often",
  connection: ", because no session could be opened",
};

/** The names of the logged events. */
export const LOGGED_EVENTS: readonly LoggedEvent[] = Object.keys(SENTENCES) as LoggedEvent[];

/**
 * The level and the sentence of an event. The sentence may have secrets.
 *
 * @param isPipeline the event is about a pipeline, which has runs instead of a query
 */
export function describeEvent(
  name: LoggedEvent,
  event: SupervisorEvents[LoggedEvent],
  isPipeline = false,
): { readonly level: Level; readonly text: string } {
  const [level, sentence] = SENTENCES[name] as readonly [Level, (of: typeof event) => string];
  const isAborted = name === "stopped" && !(event as SupervisorEvents["stopped"]).graceful;
  const text = isPipeline ? ofPipeline(sentence(event)) : sentence(event);
  const isFailed = name === "flow" && (event as SupervisorEvents["flow"]).state === "FAILED";
  return { level: isFailed ? "error" : isAborted ? "warn" : level, text };
}

/** The sentences begin with what they are about. */
function ofPipeline(sentence: string): string {
  return sentence.replace(/^The query\b/, "The run").replace(/^The stream\b/, "The pipeline");
}

/** `350 ms`, `12 s`, `5 min` or `2 h`. */
function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

/** A time as ISO 8601 in UTC. An invalid time must not stop the log. */
export function isoTime(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : "unknown";
}

/** Spark's words before the reason. The ids in them are on the stream's page. */
const WRAPPER = /^\[STREAM_FAILED\] Query \[[^\]]*\] terminated with exception: /;

function firstLine(error: unknown): string {
  const line = (thrownMessage(error).split("\n", 1)[0] ?? "").replace(WRAPPER, "");
  return line.length <= 300 ? line : `${line.slice(0, 300).toWellFormed()}…`;
}
