import type { CallOptions } from "../connection/call-options.js";
import { ProtocolError } from "../errors.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import { managerCommand, type ManagerCommand } from "../plan/streaming-command.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import { awaitInSlices, type AwaitOptions } from "./await-slices.js";
import { ListenerBus } from "./listeners/listener-bus.js";
import { activeRuns, handleOf } from "./session-queries.js";
import type { StreamingQueryListener } from "./listeners/streaming-query-listener.js";
import { StreamingQuery } from "./streaming-query.js";

/** The session's streaming queries, without those of other sessions. */
export class StreamingQueryManager {
  readonly #connection: SparkConnection;
  readonly #bus: ListenerBus;

  /** @internal Use spark.streams. */
  constructor(connection: SparkConnection) {
    this.#connection = connection;
    this.#bus = connection.part(ListenerBus);
  }

  /**
   * The running queries.
   *
   * @example for (const query of await spark.streams.active()) await query.stop();
   */
  async active(options: CallOptions = {}): Promise<StreamingQuery[]> {
    const runs = await activeRuns(this.#connection, options);
    return runs.map((run) => new StreamingQuery(this.#connection, run));
  }

  /**
   * The query with this id, if it runs or ended recently; else undefined.
   *
   * @example const found = await spark.streams.get(query.id);
   */
  async get(id: string, options: CallOptions = {}): Promise<StreamingQuery | undefined> {
    const result = await this.#ask({ case: "getQuery", value: id }, options);
    if (result.case !== "query" || result.value.id === undefined) return undefined;
    return new StreamingQuery(this.#connection, handleOf(result.value.id, result.value.name));
  }

  /**
   * Waits until a query of the session ends, by stop() or by a failure. Returns at once if a query has already
   * ended since the session started or since resetTerminated().
   *
   * @param options.timeoutMs longest wait in milliseconds. Default: no limit
   * @returns true if a query ended, false if the time ran out
   * @throws {StreamingQueryException} a query failed. Each call throws it until resetTerminated()
   * @example const ended = await spark.streams.awaitAnyTermination({ timeoutMs: 60_000 });
   */
  async awaitAnyTermination(options: AwaitOptions & CallOptions = {}): Promise<boolean> {
    return awaitInSlices(options, async (timeoutMs) => {
      const result = await this.#ask(
        { case: "awaitAnyTermination", value: { timeoutMs } },
        options,
      );
      if (result.case !== "awaitAnyTermination") {
        throw new ProtocolError("NO_ANSWER", "The server did not say whether a query ended.");
      }
      return result.value.terminated;
    });
  }

  /**
   * Clears the list of ended queries, so that awaitAnyTermination() waits for the next one.
   *
   * @example await spark.streams.resetTerminated();
   */
  async resetTerminated(options: CallOptions = {}): Promise<void> {
    await this.#ask({ case: "resetTerminated", value: true }, options);
  }

  /**
   * Adds a listener for all queries of the session. Resolves when the server sends events. Adding a listener
   * again has no effect. While there is a listener, an open connection keeps the process alive, until
   * removeListener() or the session's stop(). The listener still receives the terminated events of queries
   * that stop() ends. A session has one listening client at a time. If two processes share a session, the
   * later one takes over the events, and the other gets gaps.
   *
   * @throws {SparkError} the server does not send events; the listener is not added
   * @example
   * await spark.streams.addListener({
   *   onQueryProgress: ({ progress }) => console.log(progress.numInputRows),
   * });
   */
  async addListener(listener: StreamingQueryListener, options: CallOptions = {}): Promise<void> {
    await this.#bus.add(listener, options.signal);
  }

  /**
   * Removes a listener, which gets no more events after this resolves. Without listeners, the server sends no
   * events.
   *
   * @throws {SparkError} the request to the server failed. The listener is removed anyway
   * @example
   * const listener: StreamingQueryListener = { onQueryProgress: console.log };
   * await spark.streams.addListener(listener);
   * await spark.streams.removeListener(listener);
   */
  async removeListener(listener: StreamingQueryListener): Promise<void> {
    await this.#bus.remove(listener);
  }

  /** @internal Called before the session is released on the server. */
  sessionEnds(): void {
    this.#bus.sessionEnds();
  }
  /** @internal Ends the events on this side only: another client of the session may listen now. */
  leave(): void {
    this.#bus.leave();
  }
  /** @internal Ends the events with the session. */
  async close(): Promise<void> {
    await this.#bus.close();
  }

  async #ask(command: ManagerCommand, options: CallOptions): Promise<Result> {
    const plan = managerCommand(command);
    return (await this.#connection.ask(plan, "streamingQueryManagerCommandResult", options))
      .resultType;
  }
}

checkMethods(StreamingQueryManager.prototype, {
  active: [0, SIGNAL],
  resetTerminated: [0, SIGNAL],
  get: [1, SIGNAL],
  addListener: [1, SIGNAL],
  awaitAnyTermination: [0, ["timeoutMs", "signal"]],
});

type Result = Awaited<
  ReturnType<typeof SparkConnection.prototype.ask<"streamingQueryManagerCommandResult">>
>["resultType"];
