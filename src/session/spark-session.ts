import { encodeRows } from "../arrow/row-encoder.js";
import { AnalysisException, ArgumentError, SessionError, SparkConnectionError } from "../errors.js";
import type { DataFrame } from "../dataframe/dataframe.js";
import type { DataFrameReader } from "../dataframe/dataframe-reader.js";
import { expressionOf } from "../plan/literal.js";
import type { LocalSpark } from "../local/local-spark.js";
import { sqlCommand } from "../plan/command.js";
import { localRelation, rangeRelation, sqlRelation, tableRelation } from "../plan/relation.js";
import type { DataStreamReader } from "../streaming/data-stream-reader.js";
import type { StreamingQueryManager } from "../streaming/streaming-query-manager.js";
import { inferSchema } from "../types/infer-schema.js";
import type { Row } from "../types/row.js";
import { StructType } from "../types/struct-type.js";
import { addArtifacts, type Artifact } from "./artifacts.js";
import type { SparkSessionBuilder } from "./builder.js";
import { DataSourceRegistration } from "./data-source-registration.js";
import { RuntimeConf } from "./runtime-conf.js";
import type { SessionContext, SessionFactories } from "./session-context.js";
import type { CallOptions, SparkConnection } from "./spark-connection.js";
import { isPlainQuery } from "./sql-text.js";

/** Stopping must not wait for a server that no longer answers; the session then ends when it is idle. */
const RELEASE_DEADLINE_MS = 5_000;

/** What a session is made of; put together in connect.ts. */
export interface SparkSessionParts {
  readonly connection: SparkConnection;
  readonly factories: SessionFactories;
  readonly version: string;
  /** Whether stop() ends the session on the server too; not for one whose id the user pinned. */
  readonly releaseOnStop: boolean;
  readonly pythonVersion?: string | undefined;
  /** The embedded Spark the session owns; stopped with it. */
  readonly localSpark?: LocalSpark | undefined;
}

let makeBuilder: (() => SparkSessionBuilder) | undefined;

/** @internal Tells SparkSession.builder() how sessions are made; called once by connect.ts. */
export function installBuilder(factory: () => SparkSessionBuilder): void {
  makeBuilder = factory;
}

/** A session on a Spark Connect server: makes DataFrames, runs SQL, owns configuration and queries. */
export class SparkSession {
  readonly #parts: SparkSessionParts;
  readonly #context: SessionContext;
  #conf: RuntimeConf | undefined;
  #dataSource: DataSourceRegistration | undefined;
  #stopping: Promise<void> | undefined;

  /** @internal Use SparkSession.builder(). */
  constructor(parts: SparkSessionParts) {
    this.#parts = parts;
    this.#context = {
      connection: parts.connection,
      create: parts.factories,
      session: () => this,
    };
  }

  /** Starts the description of a session: `SparkSession.builder().remote(…).getOrCreate()`. */
  static builder(): SparkSessionBuilder {
    if (makeBuilder === undefined) {
      throw new Error("SparkSession is imported from the package's root: sparktide.");
    }
    return makeBuilder();
  }

  /** The session's id, a UUID; with the same id and user another process finds the same session. */
  get sessionId(): string {
    return this.#parts.connection.client.sessionId;
  }

  /** The embedded Spark that builder().local() started for this session: its log, its web interface. */
  get localSpark(): LocalSpark | undefined {
    return this.#parts.localSpark;
  }

  /** Whether the session was stopped here or found lost on the server. No network. */
  get isStopped(): boolean {
    return this.#parts.connection.client.isClosed;
  }

  /** The server's Spark version, as `4.2.1`; asked once, when the session was made. */
  version(): Promise<string> {
    return Promise.resolve(this.#parts.version);
  }

  /** The session's configuration. */
  get conf(): RuntimeConf {
    return (this.#conf ??= new RuntimeConf(this.#parts.connection));
  }

  /** Registers data sources written in Python. */
  get dataSource(): DataSourceRegistration {
    return (this.#dataSource ??= new DataSourceRegistration(
      this.#parts.connection,
      this.#parts.pythonVersion,
    ));
  }

  /** Reads tables and files: `spark.read.format("delta").load(path)`. */
  get read(): DataFrameReader {
    return this.#context.create.dataFrameReader(this.#context);
  }

  /** Reads streams: `spark.readStream.format("coingecko").load()`. */
  get readStream(): DataStreamReader {
    return this.#context.create.dataStreamReader(this.#context);
  }

  /** The session's streaming queries. */
  get streams(): StreamingQueryManager {
    return this.#context.create.streamingQueryManager(this.#context);
  }

  /**
   * Runs SQL text. A plain query (SELECT, VALUES, TABLE …) without arguments becomes a lazy DataFrame
   * without a round trip, so its errors appear at its first action; anything else goes to the server
   * at once, and a command runs exactly once.
   *
   * @param args values for `?` (an array) or `:name` (an object) markers; Columns are allowed
   * @throws {ParseException} {@link AnalysisException} the server refused the text
   */
  async sql(
    text: string,
    args: readonly unknown[] | Readonly<Record<string, unknown>> = [],
    options: CallOptions = {},
  ): Promise<DataFrame> {
    const positional = Array.isArray(args) ? args.map(expressionOf) : [];
    const named = Array.isArray(args)
      ? {}
      : Object.fromEntries(
          Object.entries(args).map(([name, value]) => [name, expressionOf(value)]),
        );
    const { connection, create } = this.#context;
    const query = connection.relation(sqlRelation(text, positional, named));
    const hasArguments = positional.length > 0 || Object.keys(named).length > 0;
    if (!hasArguments && isPlainQuery(text)) return create.dataFrame(this.#context, query);
    const answer = await connection
      .ask(sqlCommand(query), "sqlCommandResult", options)
      .catch((error: unknown) => {
        throw hasArguments ? withParserAdvice(error) : error;
      });
    return create.dataFrame(this.#context, answer.relation ?? query);
  }

  /** The integers as column `id`: `range(end)` from 0, or `range(start, end, step)`; `end` is left out. */
  range(
    startOrEnd: number | bigint,
    endAfterStart?: number | bigint,
    step: number | bigint = 1,
    numPartitions?: number,
  ): DataFrame {
    const [start, end] =
      endAfterStart === undefined ? [0, startOrEnd] : [startOrEnd, endAfterStart];
    const body = rangeRelation(
      integer("start", start),
      integer("end", end),
      integer("step", step),
      numPartitions,
    );
    return this.#context.create.dataFrame(this.#context, this.#context.connection.relation(body));
  }

  /** A table or view by name. */
  table(name: string): DataFrame {
    const body = tableRelation(name, {}, false);
    return this.#context.create.dataFrame(this.#context, this.#context.connection.relation(body));
  }

  /**
   * A DataFrame of rows held here: plain objects, or arrays with `schema` naming the columns. The
   * rows travel with each action.
   *
   * @param schema a StructType, or column names whose types are inferred; omitted: all inferred
   * @throws {ArgumentError} a value does not fit its column, or a type cannot be inferred
   */
  createDataFrame(rows: readonly Row[], schema?: StructType | readonly string[]): DataFrame {
    const structType = schema instanceof StructType ? schema : inferSchema(rows, schema);
    const body = localRelation(encodeRows(rows, structType), structType.json());
    return this.#context.create.dataFrame(this.#context, this.#context.connection.relation(body));
  }

  /** A DataFrame without rows; without columns too unless a schema is given. */
  emptyDataFrame(schema: StructType = new StructType()): DataFrame {
    const body = localRelation(undefined, schema.json());
    return this.#context.create.dataFrame(this.#context, this.#context.connection.relation(body));
  }

  /** Sends files to the session under the names given, as `pyfiles/x.py` or `files/x.csv`. */
  async addArtifacts(...artifacts: readonly Artifact[]): Promise<void> {
    await addArtifacts(this.#parts.connection, artifacts);
  }

  /**
   * Ends the session: releases it on the server, which stops its streaming queries, and closes the
   * connection. A session whose id was pinned with `sessionId()` is left running on the server.
   * Twice is once.
   */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const { client } = this.#parts.connection;
    try {
      if (this.#parts.releaseOnStop && !client.isClosed) {
        await client.releaseSession({ deadlineMs: RELEASE_DEADLINE_MS });
      }
    } catch (error) {
      // A server that is gone, or has dropped the session, has nothing left to release.
      if (!(error instanceof SparkConnectionError || error instanceof SessionError)) throw error;
    } finally {
      await client.close();
      await this.#parts.localSpark?.stop();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function integer(argument: string, value: number | bigint): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new ArgumentError(argument, `${argument} must be an integer, not ${value}.`);
}

/** Arguments were sent and yet are unbound: a parser extension of the server has dropped them. */
function withParserAdvice(error: unknown): unknown {
  if (!(error instanceof AnalysisException) || error.errorClass !== "UNBOUND_SQL_PARAMETER") {
    return error;
  }
  return new AnalysisException(
    `${error.message}\nThe arguments were sent. If each marker has one, the server's SQL extension drops them: Delta Lake 4.4.0 does on Spark 4.2, for every client. Write the values into DataFrame expressions (lit) instead.`,
    {
      errorClass: error.errorClass,
      sqlState: error.sqlState,
      messageParameters: error.messageParameters,
      queryContexts: error.queryContexts,
      serverStackTrace: error.serverStackTrace,
      grpcStatus: error.grpcStatus,
      cause: error,
    },
  );
}
