import { ProtocolError } from "../../errors.js";
import { listenerBusCommand } from "../../plan/streaming-command.js";
import { callScopes } from "../../connection/call-scope.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import { waitMs } from "../../waiting.js";
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

/** The server confirms a listener at once; one that is refused because another is there, never. */
const ADD_DEADLINE_MS = 30_000;
/** Waits before listening again: the first, and the longest. */
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 30_000;
/** Events that came for this long were no accident between two failures. */
const STEADY_MS = 60_000;
/** Stopping a session must not wait for a server or a listener that is stuck. */
const CLOSE_DEADLINE_MS = 2_000;

/** From the first listener's coming to the last one's going. */
interface Life {
  readonly known: KnownRuns;
  readonly abort: AbortController;
  /** Waiting for the server to send events, for the first time or again. */
  readonly waiters: Set<{ resolve(): void; reject(error: Error): void }>;
  /** Whether the end of the events is no accident. */
  isEnding: boolean;
  /** Whether the server ever sent events in this life. */
  wasUp: boolean;
  isUp: boolean;
  /** What interrupted the events, until listeners are told. */
  dropped: { readonly error: unknown } | undefined;
  ended: Promise<void>;
}

/** What the answer to a start says, so far as listeners care. */
interface StartAnswer {
  readonly queryId?: { readonly id: string; readonly runId: string } | undefined;
  readonly name: string;
  readonly queryStartedEventJson?: string | undefined;
}

/**
 * A session's one stream of events about its queries, open while there are listeners. After a loss it
 * is opened again, and what the server knows is compared with what listeners were told: the end of
 * each run is told exactly once, and what cannot be made up for is told as a gap.
 */
export class ListenerBus {
  readonly #connection: SparkConnection;
  readonly #fanOut: ListenerFanOut;
  readonly #watches = new Set<ProgressWatch>();
  /** Starts whose answer is on its way: their queries' events wait for it. */
  readonly #starting = new Set<Promise<unknown>>();
  #life: Life | undefined;
  #removal: Promise<unknown> = Promise.resolve();
  #sessionEnds = false;

  /** Use `connection.part(ListenerBus)`: a session has one. */
  constructor(connection: SparkConnection) {
    this.#connection = connection;
    this.#fanOut = new ListenerFanOut(connection.logger);
  }

  /** Whether events come. */
  get isUp(): boolean {
    return this.#life?.isUp === true;
  }

  /** Resolves once the server sends events. */
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

  /** Once it resolves, the listener hears nothing more; the last one closes the stream. */
  async remove(listener: StreamingQueryListener): Promise<void> {
    if (!this.#fanOut.has(listener)) return;
    this.#fanOut.delete(listener);
    if (this.#fanOut.size === 0) await this.#endLife();
    await this.#fanOut.idle();
  }

  /**
   * Starts a query so that listeners hear of it first: before its other events, and before this
   * resolves.
   */
  async start<T extends StartAnswer>(ask: () => Promise<T>): Promise<T> {
    const start = (async () => {
      const answer = await ask();
      await this.#tellStarted(answer);
      return answer;
    })();
    this.#starting.add(start);
    try {
      return await start;
    } finally {
      this.#starting.delete(start);
    }
  }

  /** The reports of a run as they come; the reader asks the server while the bus is not up. */
  watch(runId: string): ProgressWatch {
    const watch = new ProgressWatch(runId);
    this.#watches.add(watch);
    return watch;
  }
  unwatch(watch: ProgressWatch): void {
    this.#watches.delete(watch);
  }

  /** The session is about to be released, which ends the stream after its queries' last events. */
  sessionEnds(): void {
    this.#sessionEnds = true;
    if (this.#life !== undefined) this.#life.isEnding = true;
  }

  /** Ends the stream with the session; bounded, whatever the server or a listener does. */
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
      // A released session has ended the stream already, or is about to.
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
    // The stream outlives whatever started it: an interrupt of its caller's tags must not meet it.
    life.ended = callScopes.run(undefined, () => tags.isolated(() => this.#live(life)));
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

  /** Listens until the life ends, again after each loss. Never rejects. */
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
    // What this client left behind, or another client of the session has, would keep ours waiting.
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
      const tell = await this.#takeStock(life, signal);
      life.wasUp = true;
      this.#setUp(life, true);
      await tell();
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
    // Each response is released by itself: a server keeps 10 MiB of them, and one may be large.
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
    // The answer that says a query was started may come after the query's first events.
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

  async #tellStarted(answer: StartAnswer): Promise<void> {
    if (this.#life === undefined || this.#fanOut.size === 0) return;
    const { queryId, name, queryStartedEventJson: json } = answer;
    // While the stream is being opened again, the server tells nobody of the start.
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

  /** Compares what the server knows with what was told; returns what tells listeners the difference. */
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
            : { from: lastBatchId === undefined ? first : lastBatchId + 1n, to: last },
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

  /** The life is over: the server never sent events, or the session is gone. */
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

  /** Has the server end the stream it sends events on, this client's or another's; one at a time. */
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
    "The server did not confirm the listener; another client of the same session may be listening. Try again, or listen from one client.",
  );
}
