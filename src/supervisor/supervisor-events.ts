import { withToJson } from "../streaming/json-safe.js";
import type { Logger } from "../connection/logger.js";
import { asUserCode } from "../user-calls.js";
import type { StreamingQueryProgress } from "../streaming/progress.js";
import type { FlowStatus } from "./supervised-pipeline-options.js";
import type { QueryGap } from "../streaming/listeners/streaming-query-listener.js";

/** A run of a stream. */
export interface StreamRun {
  readonly stream: string;
  /** Does not change when the query restarts from the same checkpoint. */
  readonly queryId: string;
  /** Changes at each start. */
  readonly runId: string;
}

/** The events of a supervisor, by name. */
export interface SupervisorEvents {
  /** The supervisor started a stream's query. */
  started: StreamRun & { readonly restarts: number };
  /** The supervisor took over a running query that a former process started. */
  adopted: StreamRun;
  progress: StreamRun & { readonly progress: StreamingQueryProgress };
  /** A flow of a pipeline runs, or has ended. */
  flow: StreamRun & FlowStatus;
  /** A stream failed. The supervisor starts it again after a wait. */
  restarting: {
    readonly stream: string;
    readonly error: unknown;
    /** 1 for the stream's first restart. */
    readonly restart: number;
    readonly delayMs: number;
  };
  /** A stream failed for good: a restart cannot fix the error, or there were too many restarts. */
  fatal: {
    readonly stream: string;
    readonly error: unknown;
    readonly reason: "fatal" | "budget" | "connection";
  };
  /** Another run took the stream's checkpoint, or somebody else stopped its query. It is not restarted. */
  superseded: StreamRun & { readonly error: unknown };
  /** The query of a stream declared with `ends: true` ended without an error. */
  completed: StreamRun;
  /** The query sent no report and no idle event for longer than the stream allows. Once for each stall. */
  stalled: StreamRun & { readonly silentMs: number };
  /** A stalled stream sent a report or an idle event again. */
  resumed: StreamRun & { readonly silentMs: number };
  /** The supervisor stopped the stream, because the supervisor itself was stopped. */
  stopped: {
    readonly stream: string;
    readonly runId: string | undefined;
    /**
     * False: the batch was aborted at the deadline, or the stop failed. Spark runs that batch again at
     * the next start.
     */
    readonly graceful: boolean;
    readonly error?: unknown;
  };
  /** The supervisor has a session: a new one, or a former process' session that it resumed. */
  connected: { readonly sessionId: string; readonly resumed: boolean };
  /** The server does not answer, or a session cannot be created. The supervisor retries after a wait. */
  disconnected: { readonly error: unknown; readonly delayMs: number };
  /** The session answers again after `disconnected`. Its queries continued to run. */
  reconnected: { readonly sessionId: string };
  /** The session and its queries are lost. The supervisor starts all streams in a new session. */
  sessionLost: { readonly sessionId: string; readonly error: unknown };
  /** Some events of the server were lost, such as progress reports. The end of a query is never missed. */
  gap: { readonly sessionId: string; readonly queries: readonly QueryGap[] };
  /** Somebody gave a command. Its effect follows as further events. */
  commanded: {
    readonly stream: string;
    readonly command: SupervisorCommand;
    /** Who gave it, as text of the caller. */
    readonly by: string | undefined;
  };
  /** `add()` added a stream. */
  added: { readonly stream: string };
  /** `remove()` removed a stream. Its query is stopped. */
  removed: { readonly stream: string };
  /** A command paused the stream: its query is stopped between two batches, and stays so until `resume()`. */
  paused: { readonly stream: string };
  /** A scheduled stream waits for its next run. */
  waiting: { readonly stream: string; readonly nextRunAtMs: number };
  /** Runs of the schedule were due while nobody could start them. The stream runs once for all of them. */
  missedRuns: { readonly stream: string; readonly missed: number; readonly firstAtMs: number };
  /** An upgrade began: the former query is stopped, and the new declaration starts. */
  upgrading: { readonly stream: string };
  /** The new declaration has run without a failure for as long as the upgrade watched it. */
  upgraded: { readonly stream: string };
  /** The new declaration failed. If `rolledBack`, the former one runs again. */
  upgradeFailed: { readonly stream: string; readonly error: unknown; readonly rolledBack: boolean };
  /** Another process holds the state. This one waits for it to end. */
  standby: { readonly heldBy: string };
  /** This process took over the state, after waiting for so long. */
  tookOver: { readonly waitedMs: number };
  /**
   * Another process has taken over the state, because this one did not renew its lease in time. This process lets go of
   * the queries without stopping them.
   */
  leaseLost: { readonly error: unknown };
  /** The state could not be stored, or its store does not answer. The streams continue to run, and a standby continues to wait. */
  stateFailed: { readonly path: string; readonly error: unknown };
}

/** A command for a stream. */
export type SupervisorCommand =
  "add" | "remove" | "pause" | "resume" | "restart" | "stop" | "run" | "upgrade";

/** An event's name. */
export type SupervisorEvent = keyof SupervisorEvents;
/** Handles one kind of event. */
export type SupervisorHandler<E extends SupervisorEvent> = (
  event: SupervisorEvents[E],
) => void | Promise<void>;
/** Sends an event to its handlers. */
export type Emit = <E extends SupervisorEvent>(name: E, event: SupervisorEvents[E]) => void;

/** The log level of each event. Progress reports are not logged. */
const LEVELS: { readonly [E in SupervisorEvent]?: "info" | "warn" | "error" } = {
  started: "info",
  adopted: "info",
  completed: "info",
  stopped: "info",
  flow: "info",
  connected: "info",
  reconnected: "info",
  resumed: "info",
  restarting: "warn",
  stalled: "warn",
  disconnected: "warn",
  sessionLost: "warn",
  gap: "warn",
  fatal: "error",
  superseded: "error",
  commanded: "info",
  added: "info",
  removed: "info",
  paused: "info",
  waiting: "info",
  upgrading: "info",
  upgraded: "info",
  standby: "info",
  tookOver: "info",
  missedRuns: "warn",
  upgradeFailed: "error",
  leaseLost: "error",
  stateFailed: "error",
};

type HandlerSets = { [E in SupervisorEvent]?: Set<SupervisorHandler<E>> };

/** Calls the handlers of events. An error in a handler reaches neither the streams nor other handlers. */
export class SupervisorEventBus {
  readonly #handlers: HandlerSets = {};
  readonly #logger: Logger | undefined;

  constructor(logger: Logger | undefined) {
    this.#logger = logger;
  }

  add<E extends SupervisorEvent>(name: E, handler: SupervisorHandler<E>): void {
    this.#of(name).add(handler);
  }

  remove<E extends SupervisorEvent>(name: E, handler: SupervisorHandler<E>): void {
    this.#of(name).delete(handler);
  }

  readonly emit: Emit = (name, event) => {
    const level = LEVELS[name];
    if (level !== undefined) this.#logger?.[level](loggedFields(event), `supervisor: ${name}`);
    // Its error and counts would be lost in JSON.
    withToJson(event);
    for (const handler of [...this.#of(name)]) {
      // The handler is called at once, so calls have the order of the events. Its promise is not awaited.
      void new Promise<void>((resolve) => {
        resolve(asUserCode(() => handler(event)));
      }).catch((error: unknown) => {
        this.#logger?.error({ err: error, event: name }, "a handler of the supervisor failed");
      });
    }
  };

  #of<E extends SupervisorEvent>(name: E): Set<SupervisorHandler<E>> {
    const handlers: { [K in E]?: Set<SupervisorHandler<K>> } = this.#handlers;
    return (handlers[name] ??= new Set<SupervisorHandler<E>>());
  }
}

/** pino and similar loggers print a whole error only under the name `err`. */
function loggedFields(event: SupervisorEvents[SupervisorEvent]): object {
  if (!("error" in event)) return event;
  const { error, ...fields } = event;
  return { ...fields, err: error };
}
