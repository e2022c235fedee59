import { ProtocolError } from "../../errors.js";
import { listenerBusCommand } from "../../plan/streaming-command.js";
import { callScopes } from "../../connection/call-scope.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import { inBackground } from "../../user-calls.js";
import { waitMs } from "../../waiting.js";
import { withToJson } from "../json-safe.js";
import { KnownRuns, type KnownRun } from "./known-runs.js";
import { parseEvent, parseStartedEvent, runOf, type QueryEvent } from "./listener-event.js";
import { ListenerFanOut } from "./listener-fan-out.js";
import { ProgressWatch } from "../progress-watch.js";
import { activeRuns, orIfForgotten, reportedBatches, terminatedEvent } from "../session-queries.js";
import type {
  QueryGap,
  QueryTerminatedEvent,
  StreamingQueryListener,
} from "./streaming-query-listener.js";

/** The server confirms a listener at once. If it already has another listener, it never confirms. */
const ADD_DEADLINE_MS = 30_000;
/** The first and the longest pause before listening again. */
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 30_000;
/** After a stream that lasted this long, the pause starts at its shortest again. */
const STEADY_MS = 60_000;
/** Stopping a session must not wait for a server or listener that hangs. */
const CLOSE_DEADLINE_MS = 2_000;

/** The time from adding the first listener to removing the last one. */
interface Life {
  readonly known: KnownRuns;
  readonly abort: AbortController;
  /** Callers that wait until the server sends events. */
  readonly waiters: Set<{ resolve(): void; reject(error: Error): void }>;
  /** Whether the events are about to end on purpose. */
  isEnding: boolean;
  /** Whether the server has ever sent events in this life. */
  wasUp: boolean;
  isUp: boolean;
  /** The error that interrupted the events, until listeners hear of the gap. */
  dropped: { readonly error: unknown } | undefined;
  ended: Promise<void>;
}

/** The part of the answer to a start that listeners need. */
interface StartAnswer {
  readonly queryId?: { readonly id: string; readonly runId: string } | undefined;
  readonly name: string;
  readonly queryStartedEventJson?: string | undefined;
}

/**
 * The single stream of a session's query events. It is open while there are listeners. After a loss, the bus
 * opens it again and compares the server's queries with what listeners have heard. Listeners hear of the end
 * of each run exactly once. They hear of reports that cannot be recovered as a gap.
 */
export class ListenerBus {
  readonly #connection: SparkConnection;
  readonly #fanOut: ListenerFanOut;
  readonly #watches = new Set<ProgressWatch>();
  /** Starts without an answer yet. Events of unknown queries wait for them. */
  readonly #starting = new Set<Promise<unknown>>();
  #life: Life | undefined;
  #removal: Promise<unknown> = Promise.resolve();
  #sessionEnds = false;

  /** Use `connection.part(ListenerBus)`: a session has one. */
  constructor(connection: SparkConnection) {
    this.#connection = connection;
    this.#fanOut = new ListenerFanOut(connection.logger);
  }

  /** Whether the server sends events. */
  get isUp(): boolean {
    return this.#life?.isUp === true;
  }

  /** Adds a listener. Resolves when the server sends events. */
  async add(listener: StreamingQueryListener, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#fanOut.add(listener);
    try {
      await this.#opened(signal);
    } catch (error) {
      this.#fanOut.delete(listener);
      if (this.#fanOut.size === 0) await this.#endLife();
      throw error;
    }
  }

  /** Removes a listener, which gets no more events after this resolves. Removing the last one closes the stream. */
  async remove(listener: StreamingQueryListener): Promise<void> {
    if (!this.#fanOut.has(listener)) return;
    this.#fanOut.delete(listener);
    if (this.#fanOut.size === 0) await this.#endLife();
    await this.#fanOut.idle();
  }

  /**
   * Starts a query. Listeners receive its started event before its other events, and before this resolves.
   */
  async start<T extends StartAnswer>(ask: () => Promise<T>): Promise<T> {
    const start = (async () => {
      const answer = await ask();
      await this.#deliverStarted(answer);
      return answer;
    })();
    this.#starting.add(start);
    try {
      return await start;
    } finally {
      this.#starting.delete(start);
    }
  }

  /** Collects the reports of a run as they arrive. While the bus is not up, the reader must ask the server. */
  watch(runId: string): ProgressWatch {
    const watch = new ProgressWatch(runId);
    this.#watches.add(watch);
    return watch;
  }
  unwatch(watch: ProgressWatch): void {
    this.#watches.delete(watch);
  }

  /** Call this before the session is released: the release ends the stream after the queries' last events. */
  sessionEnds(): void {
    this.#sessionEnds = true;
    if (this.#life !== undefined) this.#life.isEnding = true;
  }

  /** Stops listening without a request to the server, which could remove the listener of another client of the session. */
  leave(): void {
    if (this.#life === undefined) return;
    this.#life.isEnding = true;
    this.#abandon(this.#life);
  }

  /** Ends the stream with the session, within a fixed time even if the server or a listener hangs. */
  async close(): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    life.isEnding = true;
    const timer = AbortSignal.timeout(CLOSE_DEADLINE_MS);
    const timeUp = new Promise<void>((resolve) => {
      timer.addEventListener("abort", () => {
        resolve();
      });
    });
    try {
      // The release of the session ends the stream on the server.
      if (!this.#sessionEnds && !this.#connection.client.isClosed)
        await this.#removeOnServer(timer);
      await Promise.race([life.ended, timeUp]);
    } catch (error) {
      this.#connection.logger?.warn({ err: error }, "the streaming listeners were not removed");
    } finally {
      this.#abandon(life);
    }
  }

  async #opened(signal: AbortSignal | undefined): Promise<void> {
    const life = (this.#life ??= this.#begin());
    if (life.isUp) return;
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        settle();
        reject(signal?.reason as Error);
      };
      const settle = (): void => {
        life.waiters.delete(waiter);
        signal?.removeEventListener("abort", abort);
      };
      const waiter = {
        resolve: () => {
          settle();
          resolve();
        },
        reject: (error: Error) => {
          settle();
          reject(error);
        },
      };
      life.waiters.add(waiter);
      signal?.addEventListener("abort", abort);
    });
  }

  #begin(): Life {
    const life: Life = {
      known: new KnownRuns(),
      abort: new AbortController(),
      waiters: new Set(),
      isEnding: false,
      wasUp: false,
      isUp: false,
      dropped: undefined,
      ended: Promise.resolve(),
    };
    const { tags } = this.#connection;
    // Run outside the caller's tags, so that interruptTag() cannot cancel this stream.
    life.ended = inBackground("listener events", () =>
      callScopes.run(undefined, () => tags.isolated(() => this.#live(life))),
    );
    return life;
  }

  async #endLife(): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    life.isEnding = true;
    this.#life = undefined;
    this.#setUp(life, false);
    try {
      if (!this.#connection.client.isClosed) await this.#removeOnServer();
    } finally {
      this.#abandon(life);
    }
  }

  #abandon(life: Life): void {
    if (this.#life === life) this.#life = undefined;
    this.#setUp(life, false);
    life.abort.abort();
    for (const waiter of [...life.waiters]) waiter.reject(notAdded());
  }

  /** Listens until the life ends, and reconnects after each loss. Never rejects. */
  async #live(life: Life): Promise<void> {
    for (let backoffMs = FIRST_BACKOFF_MS; ;) {
      const startedAtMs = performance.now();
      let error: unknown;
      try {
        await this.#listen(life);
      } catch (failure) {
        error = failure;
      }
      this.#setUp(life, false);
      if (life.isEnding || life.abort.signal.aborted) return;
      if (!life.wasUp || this.#connection.client.isClosed) {
        await this.#fail(life, error);
        return;
      }
      life.dropped ??= { error };
      if (performance.now() - startedAtMs > STEADY_MS) backoffMs = FIRST_BACKOFF_MS;
      this.#connection.logger?.warn({ err: error, backoffMs }, "the streaming events were lost");
      await waitMs(backoffMs, life.abort.signal).catch(() => undefined);
      backoffMs = Math.min(2 * backoffMs, LONGEST_BACKOFF_MS);
    }
  }

  async #listen(life: Life): Promise<void> {
    // An old listener of this client, or one of another client, would block ours.
    await this.#removeOnServer(life.abort.signal);
    const attempt = new AbortController();
    const signal = AbortSignal.any([life.abort.signal, attempt.signal]);
    const events = this.#events(signal);
    try {
      const timer = setTimeout(() => {
        attempt.abort(notAdded());
      }, ADD_DEADLINE_MS);
      try {
        const first = await events.next();
        if (first.done === true || first.value !== "added") throw notAdded();
      } finally {
        clearTimeout(timer);
      }
      const deliver = await this.#takeStock(life, signal);
      life.wasUp = true;
      this.#setUp(life, true);
      await deliver();
      for await (const event of events) {
        if (event !== "added") await this.#deliver(life, event);
        if (life.abort.signal.aborted) return;
      }
    } finally {
      await events.return();
    }
  }

  async *#events(signal: AbortSignal): AsyncGenerator<QueryEvent | "added", void, undefined> {
    const plan = listenerBusCommand("add");
    // Release each response separately: the server keeps at most 10 MiB of them, and one may be large.
    for await (const { responseType } of this.#connection.client.execute(plan, {
      signal,
      releaseEvery: 1,
    })) {
      if (responseType.case !== "streamingQueryListenerEventsResult") continue;
      if (responseType.value.listenerBusListenerAdded === true) yield "added";
      for (const event of responseType.value.events) yield parseEvent(event);
    }
  }

  async #deliver(life: Life, event: QueryEvent): Promise<void> {
    const { runId } = runOf(event);
    // The answer to a start may arrive after the query's first events.
    while (!life.known.has(runId) && this.#starting.size > 0) {
      await Promise.race([...this.#starting].map((start) => start.catch(() => undefined)));
    }
    if (!life.known.learn(event)) return;
    for (const watch of this.#watches) {
      if (watch.runId !== runId) continue;
      if (event.method === "onQueryProgress") watch.push(event.event.progress);
      else if (event.method === "onQueryTerminated") watch.end();
    }
    await this.#fanOut.deliver(event);
  }

  async #deliverStarted(answer: StartAnswer): Promise<void> {
    if (this.#life === undefined || this.#fanOut.size === 0) return;
    const { queryId, name, queryStartedEventJson: json } = answer;
    // The server sends no started event while the stream is being reopened.
    const event =
      json === undefined || json === ""
        ? {
            id: queryId?.id ?? "",
            runId: queryId?.runId ?? "",
            name: name === "" ? undefined : name,
            timestamp: new Date().toISOString(),
            jobTags: [],
          }
        : parseStartedEvent(json);
    this.#life.known.learn({ method: "onQueryStarted", event });
    await this.#fanOut.deliver({ method: "onQueryStarted", event });
  }

  /** Compares the server's state with what listeners have heard. Returns a function that delivers the difference. */
  async #takeStock(life: Life, signal: AbortSignal): Promise<() => Promise<void>> {
    const { known, dropped } = life;
    const active = new Map(
      (await activeRuns(this.#connection, { signal })).map((r) => [r.runId, r]),
    );
    const newcomers = [...active.values()].filter(({ runId }) => !known.has(runId));
    const runs: KnownRun[] = [
      ...known.running(),
      ...newcomers.map((run) => ({ ...run, id: run.queryId, lastBatchId: undefined })),
    ];
    const batches = await Promise.all(runs.map((run) => this.#batchesOf(run, signal)));
    const note = (): void => {
      runs.forEach((run, index) => {
        known.note({ ...run, lastBatchId: batches[index]?.at(-1) ?? run.lastBatchId });
      });
    };
    if (dropped === undefined) {
      note();
      return () => Promise.resolve();
    }
    const ended = runs.filter(({ runId }) => !active.has(runId));
    const ends = await Promise.all(ended.map((run) => this.#endOf(run, signal)));
    const queries = runs.map((run, index): QueryGap => {
      const { id, runId, name, lastBatchId } = run;
      const missed = batches[index]?.filter(
        (batch) => lastBatchId === undefined || batch > lastBatchId,
      );
      const [first, last] = [missed?.[0], missed?.at(-1)];
      return {
        id,
        runId,
        name,
        isActive: active.has(runId),
        missedBatches:
          first === undefined || last === undefined
            ? undefined
            : withToJson({ from: lastBatchId === undefined ? first : lastBatchId + 1n, to: last }),
      };
    });
    return async () => {
      note();
      life.dropped = undefined;
      await this.#fanOut.deliver({
        method: "onGap",
        event: { reason: "reconnected", error: dropped.error, queries },
      });
      for (const event of ends) await this.#deliver(life, { method: "onQueryTerminated", event });
    };
  }

  #batchesOf(run: KnownRun, signal: AbortSignal): Promise<bigint[]> {
    const asked = { queryId: run.id, runId: run.runId };
    return orIfForgotten(reportedBatches(this.#connection, asked, { signal }), () => []);
  }

  #endOf(run: KnownRun, signal: AbortSignal): Promise<QueryTerminatedEvent> {
    const { id, runId } = run;
    const asked = { queryId: id, runId };
    return orIfForgotten(terminatedEvent(this.#connection, asked, { signal }), (why) => ({
      id,
      runId,
      exception: `The server no longer knows how this run ended: ${why}`,
      errorClassOnException: undefined,
    }));
  }

  /** Ends the life because the server never sent events or the session is lost. */
  async #fail(life: Life, error: unknown): Promise<void> {
    if (this.#life === life) this.#life = undefined;
    for (const waiter of [...life.waiters])
      waiter.reject(error instanceof Error ? error : notAdded());
    if (!life.wasUp) return;
    this.#connection.logger?.error({ err: error }, "the streaming events ended with the session");
    const queries = life.known.running().map(({ id, runId, name }) => ({
      id,
      runId,
      name,
      isActive: undefined,
      missedBatches: undefined,
    }));
    await this.#fanOut.deliver({
      method: "onGap",
      event: { reason: "sessionLost", error, queries },
    });
  }

  #setUp(life: Life, isUp: boolean): void {
    life.isUp = isUp;
    if (isUp) for (const waiter of [...life.waiters]) waiter.resolve();
    else for (const watch of this.#watches) watch.interrupt();
  }

  /** Makes the server end its event stream, of this client or another. Removals run one by one. */
  #removeOnServer(signal?: AbortSignal): Promise<void> {
    const removal = this.#removal
      .catch(() => undefined)
      .then(() => this.#connection.run(listenerBusCommand("remove"), { signal }));
    this.#removal = removal;
    return removal;
  }
}

function notAdded(): ProtocolError {
  return new ProtocolError(
    "LISTENER_NOT_ADDED",
    "The server did not confirm the listener. Another client of the same session may be listening. Try again, or listen from one client.",
  );
}
