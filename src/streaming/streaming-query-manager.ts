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

/** The session's streaming queries; other sessions' are not seen. */
export class StreamingQueryManager {
  readonly #connection: SparkConnection;
  readonly #bus: ListenerBus;

  /** @internal Use spark.streams. */
  constructor(connection: SparkConnection) {
    this.#connection = connection;
    this.#bus = connection.part(ListenerBus);
  }

  /** The queries that run now. */
  async active(options: CallOptions = {}): Promise<StreamingQuery[]> {
    const runs = await activeRuns(this.#connection, options);
    return runs.map((run) => new StreamingQuery(this.#connection, run));
  }

  /** The query with this id that runs or ended a short while ago; undefined where there is none. */
  async get(id: string, options: CallOptions = {}): Promise<StreamingQuery | undefined> {
    const result = await this.#ask({ case: "getQuery", value: id }, options);
    if (result.case !== "query" || result.value.id === undefined) return undefined;
    return new StreamingQuery(this.#connection, handleOf(result.value.id, result.value.name));
  }

  /**
   * Waits until a query of the session ends, by stop() or by failure; one that ended since the session
   * began, or since resetTerminated(), counts at once.
   *
   * @param options.timeoutMs how long to wait, in milliseconds; omitted: no limit
   * @returns true if a query ended, false if the time ran out
   * @throws {StreamingQueryException} a query failed; again at each call until resetTerminated()
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

  /** Forgets which queries ended, so that awaitAnyTermination() waits for the next one. */
  async resetTerminated(options: CallOptions = {}): Promise<void> {
    await this.#ask({ case: "resetTerminated", value: true }, options);
  }

  /**
   * Has a listener hear of all queries of the session from here on; resolves once the server sends
   * their events. The same listener twice is once. While there is a listener, a connection is open,
   * which keeps the process alive until removeListener() or the session's stop(); the ends of the
   * queries that stop() ends are still told. A session has one listening client at a time: where two
   * processes share one, the later one takes the events over, and the other gets gaps.
   *
   * @throws {SparkError} the server does not send events; the listener is not added
   */
  async addListener(listener: StreamingQueryListener, options: CallOptions = {}): Promise<void> {
    await this.#bus.add(listener, options.signal);
  }

  /**
   * Once it resolves, the listener hears nothing more. Without any, the server sends no events.
   *
   * @throws {SparkError} the server could not be told; the listener hears nothing more even so
   */
  async removeListener(listener: StreamingQueryListener): Promise<void> {
    await this.#bus.remove(listener);
  }

  /** @internal The session is about to be released on the server. */
  sessionEnds(): void {
    this.#bus.sessionEnds();
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
