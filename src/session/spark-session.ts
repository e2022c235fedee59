import type { CallOptions } from "../connection/call-options.js";
import { randomUUID } from "node:crypto";
import type { LocalData } from "../arrow/encode/local-data.js";
import { ArgumentError, SessionError, SparkConnectionError } from "../errors.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import { DataFrame } from "../dataframe/dataframe.js";
import { DataFrameReader } from "../dataframe/read-write/dataframe-reader.js";
import { TableValuedFunctions } from "../dataframe/table-valued-functions.js";
import { interruptFields, type InterruptTarget } from "../plan/interrupt.js";
import { expressionOf } from "../plan/literal.js";
import { operationStateOf, type OperationState } from "../plan/operation-state.js";
import type { LocalSpark } from "../local/local-spark.js";
import { sqlCommand } from "../plan/command.js";
import {
  localRelation,
  project,
  rangeRelation,
  sqlRelation,
  tableRelation,
} from "../plan/relation.js";
import type { SqlArguments } from "../plan/sql-arguments.js";
import { DataStreamReader } from "../streaming/data-stream-reader.js";
import { DataStreamWriter } from "../streaming/data-stream-writer.js";
import { StreamingQueryManager } from "../streaming/streaming-query-manager.js";
import type { Row } from "../types/row.js";
import type { RowOfSchema } from "../types/row-of-schema.js";
import { StructType, type StructField } from "../types/struct-type.js";
import {
  forwardedContent,
  namedContents,
  splitArguments,
  type ArtifactItem,
  type ArtifactOptions,
} from "../connection/artifacts/artifact-items.js";
import { forwardArtifact, sendArtifacts } from "../connection/artifacts/send-artifacts.js";
import type { SparkSessionBuilder } from "./builder.js";
import { Catalog } from "./catalog/catalog.js";
import { DataSourceRegistration } from "./registration/data-source-registration.js";
import type { ProgressHandler } from "../connection/execution-progress.js";
import type { Heartbeat } from "./heartbeat.js";
import type { LocalInput, SchemaInput } from "../connection/local-data/local-input.js";
import { checkSessionId } from "../transport/connection-string.js";
import { checkTag } from "../connection/operation-tags.js";
import { PythonWorkerVersion } from "../connection/python-worker-version.js";
import { RuntimeConf } from "./runtime-conf.js";
import { streamedSchema } from "../connection/local-data/schema-argument.js";
import type { SessionContext } from "../dataframe/session-context.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import { SqlBinding } from "./sql/sql-binding.js";
import { isTemplate, templateText } from "./sql/sql-template.js";
import { isPlainQuery } from "./sql/plain-query.js";
import { UDFRegistration } from "./registration/udf-registration.js";
import { UDTFRegistration } from "./registration/udtf-registration.js";

/** Stopping must not wait for a server that no longer answers; the session then ends when it is idle. */
const RELEASE_DEADLINE_MS = 5_000;

/** What a session is made of; put together in connect.ts. */
export interface SparkSessionParts {
  readonly connection: SparkConnection;
  /** Makes a session beside this one: empty, or on an id that a clone was made under. */
  readonly connectBeside: (sessionId?: string) => Promise<SparkSession>;
  readonly heartbeat: Heartbeat;
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
  readonly #binding: SqlBinding;
  #conf: RuntimeConf | undefined;
  #dataSource: DataSourceRegistration | undefined;
  #streams: StreamingQueryManager | undefined;
  #catalog: Catalog | undefined;
  #udf: UDFRegistration | undefined;
  #udtf: UDTFRegistration | undefined;
  #stopping: Promise<void> | undefined;

  /** @internal Use SparkSession.builder(). */
  constructor(parts: SparkSessionParts) {
    this.#parts = parts;
    this.#context = {
      connection: parts.connection,
      pythonVersion: new PythonWorkerVersion(parts.connection, parts.pythonVersion),
      session: () => this,
      writeStream: (relation) => new DataStreamWriter(this.#context, relation),
    };
    this.#binding = new SqlBinding(parts.connection, (text, options) =>
      this.#firstRow(text, options),
    );
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
    return this.#stopping !== undefined || this.#parts.connection.client.isClosed;
  }

  /** The server's Spark version, as `4.2.1`; asked once, when the session was made. */
  version(): Promise<string> {
    return Promise.resolve(this.#parts.connection.version.text);
  }

  /** The session's configuration. */
  get conf(): RuntimeConf {
    return (this.#conf ??= new RuntimeConf(this.#parts.connection));
  }

  /** Registers data sources written in Python. */
  get dataSource(): DataSourceRegistration {
    return (this.#dataSource ??= new DataSourceRegistration(
      this.#parts.connection,
      this.#context.pythonVersion,
    ));
  }

  /** Reads tables and files: `spark.read.format("delta").load(path)`. */
  get read(): DataFrameReader {
    return new DataFrameReader(this.#context);
  }

  /** Reads streams: `spark.readStream.format("coingecko").load()`. */
  get readStream(): DataStreamReader {
    return new DataStreamReader(this.#context);
  }

  /** Functions that make rows: `spark.tvf.explode(col("tags"))`. */
  get tvf(): TableValuedFunctions {
    return new TableValuedFunctions(this.#context);
  }

  /** The session's streaming queries. */
  get streams(): StreamingQueryManager {
    return (this.#streams ??= new StreamingQueryManager(this.#context.connection));
  }

  /** Catalogs, databases, tables, views, functions, and what is cached. */
  get catalog(): Catalog {
    return (this.#catalog ??= new Catalog(this.#context));
  }

  /** Registers functions for SQL, in Python text or Java. */
  get udf(): UDFRegistration {
    return (this.#udf ??= new UDFRegistration(this.#context));
  }

  /** Registers table functions for SQL, in Python text. */
  get udtf(): UDTFRegistration {
    return (this.#udtf ??= new UDTFRegistration(this.#context));
  }

  /**
   * Runs the SQL text of a template: ``spark.sql`SELECT * FROM orders WHERE id = ${id}` ``. The values are sent as
   * arguments, never as text. `identifier(name)` stands for a name. An array is one value, of type ARRAY.
   *
   * @throws {ArgumentError} a value cannot be a literal, or stands inside quotes or a comment of the text
   */
  sql(template: TemplateStringsArray, ...values: readonly unknown[]): Promise<DataFrame>;
  /**
   * Runs SQL text. A plain query (SELECT, VALUES, TABLE …) without arguments becomes a lazy DataFrame
   * without a round trip, so its errors appear at its first action. Anything else goes to the server
   * at once, and a command runs exactly once.
   *
   * The parser of Delta Lake 4.4.0 drops the arguments on Spark 4.1 and 4.2. There the client puts them into
   * the text, as literals of the same types. Positions in error messages then count in that text. The first
   * call with arguments asks the server once whether it keeps them.
   *
   * @param args values for `?` (an array) or `:name` (an object) markers; Columns of literals are allowed
   * @throws {ParseException} {@link AnalysisException} the server refused the text; errorClass
   * UNBOUND_SQL_PARAMETER: a marker has no value
   * @throws {ArgumentError} a value cannot be a literal
   */
  sql(
    text: string,
    args?: readonly unknown[] | Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<DataFrame>;
  async sql(text: string | TemplateStringsArray, ...rest: readonly unknown[]): Promise<DataFrame> {
    if (isTemplate(text)) {
      const template = templateText(text, rest);
      return this.#sql(template.text, template.args, {});
    }
    const [args = [], options = {}] = rest as [SqlValues?, CallOptions?];
    return this.#sql(text, args, options);
  }

  async #sql(text: string, values: SqlValues, options: CallOptions): Promise<DataFrame> {
    const { connection } = this.#context;
    const given = argumentsOf(values);
    const { text: bound, args } = await this.#binding.prepare(text, given, options);
    const query = connection.relation(
      sqlRelation(bound, args.positional, Object.fromEntries(args.named)),
    );
    const hasArguments = given.positional.length > 0 || given.named.size > 0;
    if (!hasArguments && isPlainQuery(text)) return new DataFrame(this.#context, query);
    const answer = await connection
      .ask(sqlCommand(query), "sqlCommandResult", options)
      .catch(async (error: unknown) => {
        throw await this.#binding.explained(error, bound);
      });
    return new DataFrame(this.#context, answer.relation ?? query);
  }

  /** The first row of a query, which the server runs once. */
  async #firstRow(
    text: string,
    options: CallOptions,
  ): Promise<{ readonly schema: StructType; readonly values: readonly unknown[] }> {
    const { connection } = this.#context;
    const df = new DataFrame(this.#context, connection.relation(sqlRelation(text, [], {})));
    const [values = []] = await df.collect({ ...options, rowMode: "array" });
    return { schema: await df.schema(), values };
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
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }

  /** A table or view by name. */
  table(name: string): DataFrame {
    const body = tableRelation(name, {}, false);
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }

  /**
   * A DataFrame of values held here: rows as plain objects or arrays, single values, columns
   * (`{ id: [1, 2], name: ["a", "b"] }`, typed arrays too) or an apache-arrow Table. Values are
   * encoded at once, so that they may change afterwards; nothing is sent yet. Small data travels with
   * each action; from `spark.sql.session.localRelationCacheThreshold` bytes on it is sent once, when
   * first used.
   *
   * @param schema a StructType or DDL (`"id BIGINT NOT NULL, name STRING"`); a single type, for a column
   * `value`; or column names, whose types are inferred; omitted: all inferred
   * @throws {ArgumentError} a value does not fit its column, or a type cannot be inferred; it names column,
   * row and the value's kind
   */
  createDataFrame<F extends StructField>(
    data: LocalInput,
    schema: StructType<F>,
  ): DataFrame<RowOfSchema<StructType<F>>>;
  createDataFrame(data: LocalInput, schema?: SchemaInput): DataFrame;
  createDataFrame(data: LocalInput, schema?: SchemaInput): DataFrame {
    return this.#localDataFrame(this.#context.connection.arrow.encodeLocalInput(data, schema));
  }

  /**
   * A DataFrame of rows that arrive one by one, from a database cursor or a file. They are sent while they
   * arrive, in chunks of the server's size (`spark.sql.session.localRelationChunkSizeBytes`), of which few
   * are held here at a time. A server of Spark 4.0 takes rows in one piece only: for it all are held, encoded.
   *
   * @throws {ArgumentError} a value does not fit its column, or the rows are more than
   * `spark.sql.session.localRelationSizeLimit` bytes
   */
  createDataFrameFrom<F extends StructField>(
    rows: AsyncIterable<Row> | Iterable<Row>,
    schema: StructType<F>,
    options?: CallOptions,
  ): Promise<DataFrame<RowOfSchema<StructType<F>>>>;
  createDataFrameFrom(
    rows: AsyncIterable<Row> | Iterable<Row>,
    schema: StructType | string,
    options?: CallOptions,
  ): Promise<DataFrame>;
  async createDataFrameFrom(
    rows: AsyncIterable<Row> | Iterable<Row>,
    schema: StructType | string,
    options: CallOptions = {},
  ): Promise<DataFrame> {
    const struct = streamedSchema(schema);
    const { connection } = this.#context;
    const sent = await connection.arrow.sendRows(connection, rows, struct, options);
    if ("rest" in sent) return this.#localDataFrame(sent.rest);
    const relation = connection.relation(sent.body);
    return new DataFrame(
      this.#context,
      sent.columns === undefined ? relation : connection.relation(project(relation, sent.columns)),
    );
  }

  /** A DataFrame without rows; without columns too unless a schema (StructType or DDL) is given. */
  emptyDataFrame<F extends StructField>(
    schema: StructType<F>,
  ): DataFrame<RowOfSchema<StructType<F>>>;
  emptyDataFrame(schema?: StructType | string): DataFrame;
  emptyDataFrame(schema: StructType | string = new StructType()): DataFrame {
    const body = localRelation(undefined, streamedSchema(schema).json());
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }

  /**
   * Sends files to the session: paths, or `{ name, data }`. Jars go to its class path and classes
   * too; with `pyfile`, `archive` or `file` as the last argument the others. Files are read while
   * they are sent, never whole; all arrive or an error is thrown. After an error or an abort the
   * server may keep the part of a file it got under its name: send it again under another one.
   *
   * The same file again is fine; other content under a name the session has is refused, so name
   * files by their version or a hash of their content. Python files are visible to what is
   * registered after them, in batch; the processes of a streaming query never see them.
   *
   * @throws {ArgumentError} an item has the wrong extension, is missing, a folder, or shares its name
   * with other content; nothing was sent
   * @throws {SparkException} errorClass ARTIFACT_ALREADY_EXISTS: the session has other content of that name
   * @throws {SparkError} code ARTIFACT_CHANGED: a file changed while it was read
   */
  async addArtifacts(
    ...args: ArtifactItem[] | [...ArtifactItem[], ArtifactOptions]
  ): Promise<void> {
    const { items, options } = splitArguments(args);
    const { signal } = options;
    signal?.throwIfAborted();
    const contents = await namedContents(items, options);
    await sendArtifacts(this.#parts.connection, contents, { signal });
  }

  /** Sends one file; see {@link addArtifacts}. */
  async addArtifact(item: ArtifactItem, options: ArtifactOptions = {}): Promise<void> {
    await this.addArtifacts(item, options);
  }

  /**
   * Copies a file of this machine to an absolute path of the server's default file system, over what
   * is there. A file system on the server's own disk is refused unless
   * `spark.sql.artifact.copyFromLocalToFs.allowDestLocal` is true, which from Spark 4.3 on only the server's
   * own configuration can say.
   *
   * @throws {ArgumentError} there is no such file here, or the destination is not absolute
   * @throws {UnsupportedOperationException} the destination is on the server's disk
   */
  async copyFromLocalToFs(
    localPath: string,
    destPath: string,
    options: CallOptions = {},
  ): Promise<void> {
    options.signal?.throwIfAborted();
    const content = await forwardedContent(localPath, destPath);
    await forwardArtifact(this.#parts.connection, content, options);
  }

  /** A session of its own on the same server, for the same user: no shared views or configuration. */
  newSession(): Promise<SparkSession> {
    return this.#parts.connectBeside();
  }

  /**
   * @internal The session of another id on the same server, for the same user and with the same
   * settings: the one that runs there, or a new one. Its stop() ends it on the server.
   */
  besideSession(sessionId: string): Promise<SparkSession> {
    return this.#parts.connectBeside(sessionId);
  }

  /**
   * A session with a copy of this one's configuration, temporary views and registered functions.
   *
   * @param newSessionId the clone's id, a UUID that no session of the server has had; default: a random one
   * @throws {ArgumentError} the id is not a UUID, or is this session's own
   * @throws {SparkException} the server has, or had, a session with that id
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1
   */
  cloneSession(newSessionId?: string, options?: CallOptions): Promise<SparkSession>;
  cloneSession(options: CallOptions): Promise<SparkSession>;
  async cloneSession(
    idOrOptions?: string | CallOptions,
    optionsAfterId: CallOptions = {},
  ): Promise<SparkSession> {
    const sessionId =
      typeof idOrOptions === "string" ? checkCloneId(idOrOptions, this.sessionId) : randomUUID();
    const options = typeof idOrOptions === "object" ? idOrOptions : optionsAfterId;
    const { connection } = this.#parts;
    connection.version.require("cloneSession()", 4, 1);
    await connection.client.cloneSession(sessionId, options);
    return this.#parts.connectBeside(sessionId);
  }

  /**
   * Calls `work` and returns what it returns; the operations that it starts, also later and in what it calls, carry
   * these tags beside those of its caller, so that interruptTag() finds them. What `work` does with addTag(),
   * removeTag() and clearTags() holds in it alone: this is how jobs that run side by side keep their tags apart.
   *
   * @example `await Promise.all([spark.withTags(["a"], loadA), spark.withTags(["b"], loadB)])`
   * @throws {ArgumentError} a tag is not text, is empty or holds a comma
   */
  withTags<T>(tags: readonly string[], work: () => T): T {
    return this.#parts.connection.tags.with(tags, work);
  }
  /**
   * Adds a tag to the operations that are started from here on, in this async context. An async function runs in
   * the context of its caller until its first `await`: a tag that it adds before is its caller's too, and so its
   * siblings' in a `Promise.all`. {@link SparkSession.withTags} has no such limit.
   *
   * @throws {ArgumentError} the tag is not text, is empty or holds a comma
   */
  addTag(tag: string): void {
    this.#parts.connection.tags.add(tag);
  }
  /** Takes a tag from this async context; see {@link SparkSession.addTag} for what that is. */
  removeTag(tag: string): void {
    this.#parts.connection.tags.remove(tag);
  }
  /** The tags of this async context. */
  getTags(): readonly string[] {
    return this.#parts.connection.tags.current();
  }
  /** Takes all tags from this async context. */
  clearTags(): void {
    this.#parts.connection.tags.clear();
  }

  /** Interrupts all the session's operations, **its streaming queries too**; returns their ids. */
  interruptAll(options: CallOptions = {}): Promise<string[]> {
    return this.#interrupt({ kind: "all" }, options);
  }
  /** Interrupts the operations with this tag, and stops the streaming queries started under it. */
  interruptTag(tag: string, options: CallOptions = {}): Promise<string[]> {
    return this.#interrupt({ kind: "tag", tag: checkTag(tag) }, options);
  }
  interruptOperation(operationId: string, options: CallOptions = {}): Promise<string[]> {
    return this.#interrupt({ kind: "operation", operationId }, options);
  }

  /**
   * How operations stand: those named, or all of the session.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   */
  async operationStatus(
    operationIds: readonly string[] = [],
    options: CallOptions = {},
  ): Promise<Map<string, OperationState>> {
    const { connection } = this.#parts;
    connection.version.require("operationStatus()", 4, 2);
    const answer = await connection.client.operationStatuses(operationIds, options);
    return new Map(
      answer.operationStatuses.map(({ operationId, state }) => [
        operationId,
        operationStateOf(state),
      ]),
    );
  }

  /** Has a handler told how the session's operations go on, every two seconds while tasks run. */
  registerProgressHandler(handler: ProgressHandler): void {
    this.#parts.connection.progressHandlers.add(handler);
  }
  removeProgressHandler(handler: ProgressHandler): void {
    this.#parts.connection.progressHandlers.delete(handler);
  }
  clearProgressHandlers(): void {
    this.#parts.connection.progressHandlers.clear();
  }

  /**
   * Ends the session: releases it on the server, which stops its streaming queries, and closes the
   * connection. A session whose id was pinned with `sessionId()` is left running on the server.
   * Twice is once.
   */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  #localDataFrame(data: LocalData): DataFrame {
    const { connection } = this.#context;
    const relation = connection.heldRelations.create(data);
    return new DataFrame(this.#context, relation);
  }

  async #interrupt(target: InterruptTarget, options: CallOptions): Promise<string[]> {
    const { client } = this.#parts.connection;
    return (await client.interrupt(interruptFields(target), options)).interruptedIds;
  }

  async #stop(): Promise<void> {
    const { client } = this.#parts.connection;
    this.#parts.heartbeat.stop();
    try {
      if (this.#parts.releaseOnStop && !client.isClosed) {
        this.#streams?.sessionEnds();
        await client.releaseSession({ deadlineMs: RELEASE_DEADLINE_MS });
      }
    } catch (error) {
      // A server that is gone, or has dropped the session, has nothing left to release.
      if (!(error instanceof SparkConnectionError || error instanceof SessionError)) throw error;
    } finally {
      await this.#streams?.close();
      await client.close();
      await this.#parts.localSpark?.stop();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

checkMethods(SparkSession.prototype, {
  createDataFrameFrom: [2, SIGNAL],
  copyFromLocalToFs: [2, SIGNAL],
  interruptAll: [0, SIGNAL],
  interruptTag: [1, SIGNAL],
  interruptOperation: [1, SIGNAL],
  operationStatus: [1, SIGNAL],
  addArtifact: [1, ["pyfile", "archive", "file", "signal"]],
  cloneSession: [([first]) => (typeof first === "string" || first === undefined ? 1 : 0), SIGNAL],
});

function checkCloneId(newSessionId: string, own: string): string {
  const id = checkSessionId(newSessionId, "newSessionId");
  if (id !== own.toLowerCase()) return id;
  throw new ArgumentError("newSessionId", `newSessionId must not be this session's own id, ${id}.`);
}

function integer(argument: string, value: number | bigint): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new ArgumentError(argument, `${argument} must be an integer, not ${value}.`);
}

type SqlValues = readonly unknown[] | Readonly<Record<string, unknown>>;

function argumentsOf(values: SqlValues): SqlArguments {
  if (Array.isArray(values)) return { positional: values.map(expressionOf), named: new Map() };
  const named = Object.entries(values).map(([name, value]) => [name, expressionOf(value)] as const);
  return { positional: [], named: new Map(named) };
}
