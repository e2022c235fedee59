import { ProtocolError } from "../errors.js";
import { managerCommand } from "../plan/streaming-command.js";
import type { CallOptions, SparkConnection } from "../session/spark-connection.js";
import { StreamingQuery } from "./streaming-query.js";

/** The session's streaming queries; other sessions' are not seen. */
export class StreamingQueryManager {
  readonly #connection: SparkConnection;

  /** @internal Use spark.streams. */
  constructor(connection: SparkConnection) {
    this.#connection = connection;
  }

  /** The queries that run now. */
  async active(options: CallOptions = {}): Promise<StreamingQuery[]> {
    const { resultType } = await this.#connection.ask(
      managerCommand({ case: "active", value: true }),
      "streamingQueryManagerCommandResult",
      options,
    );
    if (resultType.case !== "active") {
      throw new ProtocolError("NO_ANSWER", "The server did not answer with its active queries.");
    }
    return resultType.value.activeQueries.map(({ id, name }) => this.#query(id, name));
  }

  /** The query with this id that runs or ended a short while ago; undefined where there is none. */
  async get(id: string, options: CallOptions = {}): Promise<StreamingQuery | undefined> {
    const { resultType } = await this.#connection.ask(
      managerCommand({ case: "getQuery", value: id }),
      "streamingQueryManagerCommandResult",
      options,
    );
    if (resultType.case !== "query" || resultType.value.id === undefined) return undefined;
    return this.#query(resultType.value.id, resultType.value.name);
  }

  #query(
    id: { readonly id: string; readonly runId: string } | undefined,
    name: string | undefined,
  ): StreamingQuery {
    return new StreamingQuery(this.#connection, {
      queryId: id?.id ?? "",
      runId: id?.runId ?? "",
      name: name === "" ? undefined : name,
    });
  }
}
