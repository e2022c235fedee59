import type { Logger } from "../connection/logger.js";
import type { StreamingQueryProgress } from "../streaming/progress.js";
import type { QueryGap } from "../streaming/listeners/streaming-query-listener.js";

/** A run of a stream. */
export interface StreamRun {
  readonly stream: string;
  /** The same over restarts from one checkpoint. */
  readonly queryId: string;
  /** New at each start. */
  readonly runId: string;
}

/** What a supervisor tells, by the event's name. */
export interface SupervisorEvents {
  /** A stream's query was started. */
  started: StreamRun & { readonly restarts: number };
  /** A query that a former process of this supervisor started goes on under this one. */
  adopted: StreamRun;
  progress: StreamRun & { readonly progress: StreamingQueryProgress };
  /** A stream failed and is started again after a wait. */
  restarting: {
    readonly stream: string;
    readonly error: unknown;
    /** 1 for the stream's first restart. */
    readonly restart: number;
    readonly delayMs: number;
  };
  /** A stream cannot go on: what failed stays wrong, or its budget of restarts is used up. */
  fatal: {
    readonly stream: string;
    readonly error: unknown;
    readonly reason: "fatal" | "budget" | "connection";
  };
  /** Another run took the stream's checkpoint, or somebody else stopped its query: left alone. */
  superseded: StreamRun & { readonly error: unknown };
  /** A stream declared with `ends: true` has done its work. */
  completed: StreamRun;
  /** No life for as long as the stream's declaration allows; once for each such stretch. */
  stalled: StreamRun & { readonly silentMs: number };
  /** A stalled stream shows life again. */
  resumed: StreamRun & { readonly silentMs: number };
  /** The supervisor was stopped, and the stream with it. */
  stopped: {
    readonly stream: string;
    readonly runId: string | undefined;
    /** False: its batch was cut off at the deadline, or stopping failed, and it is run again at the next start. */
    readonly graceful: boolean;
    readonly error?: unknown;
  };
  /** There is a session: the first one, a former process' one that is resumed, or one after a loss. */
  connected: { readonly sessionId: string; readonly resumed: boolean };
  /** The server does not answer, or no session can be made; tried again after a wait. */
  disconnected: { readonly error: unknown; readonly delayMs: number };
  /** The session answers again after a `disconnected`, with its queries as they were. */
  reconnected: { readonly sessionId: string };
  /** The session is gone with its queries; all streams are started anew in the next one. */
  sessionLost: { readonly sessionId: string; readonly error: unknown };
  /** Events of the server were lost, progress reports among them; no query's end was missed. */
  gap: { readonly sessionId: string; readonly queries: readonly QueryGap[] };
  /** The state file could not be written; the streams go on. */
  stateFailed: { readonly path: string; readonly error: unknown };
}

/** An event's name. */
export type SupervisorEvent = keyof SupervisorEvents;
/** Hears one kind of event. */
export type SupervisorHandler<E extends SupervisorEvent> = (
  event: SupervisorEvents[E],
) => void | Promise<void>;
/** Tells an event. */
export type Tell = <E extends SupervisorEvent>(name: E, event: SupervisorEvents[E]) => void;

/** How loudly each event is logged; a progress report is not. */
const LEVELS: { readonly [E in SupervisorEvent]?: "info" | "warn" | "error" } = {
  started: "info",
  adopted: "info",
  completed: "info",
  stopped: "info",
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
  stateFailed: "error",
};

type HandlerSets = { [E in SupervisorEvent]?: Set<SupervisorHandler<E>> };

/** Tells handlers what happens; what goes wrong in one reaches neither the streams nor the others. */
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

  readonly tell: Tell = (name, event) => {
    const level = LEVELS[name];
    if (level !== undefined) this.#logger?.[level](loggedFields(event), `supervisor: ${name}`);
    for (const handler of [...this.#of(name)]) {
      // Called at once, in the order the events happen; a promise it returns is not waited for.
      void new Promise<void>((resolve) => {
        resolve(handler(event));
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

/** pino and its kin print an error whole under the name `err` alone. */
function loggedFields(event: SupervisorEvents[SupervisorEvent]): object {
  if (!("error" in event)) return event;
  const { error, ...fields } = event;
  return { ...fields, err: error };
}
