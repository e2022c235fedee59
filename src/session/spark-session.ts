import type { CallOptions } from "../connection/call-options.js";
import { randomUUID } from "node:crypto";
import { ArgumentError, SessionError, SparkConnectionError } from "../errors.js";
import { refuseMethods } from "../absent-methods.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import type { DataFrame } from "../dataframe/dataframe.js";
import { printAsText } from "../printed.js";
import { DataFrameReader } from "../dataframe/read-write/dataframe-reader.js";
import { TableValuedFunctions } from "../dataframe/table-valued-functions.js";
import { interruptFields, type InterruptTarget } from "../plan/interrupt.js";
import { operationStateOf, type OperationState } from "../plan/operation-state.js";
import type { LocalSpark } from "../local/local-spark.js";
import { DataStreamReader } from "../streaming/data-stream-reader.js";
import { DataStreamWriter } from "../streaming/data-stream-writer.js";
import { StreamingQueryManager } from "../streaming/streaming-query-manager.js";
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
import { checkSessionId } from "../transport/connection-string.js";
import { checkTag } from "../connection/operation-tags.js";
import { JavaScriptRuntime } from "../connection/javascript/javascript-runtime.js";
import type { NodeSetting } from "../javascript/node/decide-node.js";
import { PythonWorkerVersion } from "../connection/python-worker-version.js";
import { RuntimeConf } from "./runtime-conf.js";
import type { SessionContext } from "../dataframe/session-context.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import { SqlFrames, type SqlCall } from "./sql/sql-frames.js";
import { asUserCode } from "../user-calls.js";
import { SessionFrames } from "./session-frames.js";
import { UDFRegistration } from "./registration/udf-registration.js";
import { UDTFRegistration } from "./registration/udtf-registration.js";

/** stop() must not wait for a server that does not answer. The server then closes the session when it is idle. */
const RELEASE_DEADLINE_MS = 5_000;

/** The parts of a session; connect.ts assembles them. */
export interface SparkSessionParts {
  readonly connection: SparkConnection;
  /** Connects another session to the same server: a new one, or the one with this id, such as a clone. */
  readonly connectBeside: (sessionId?: string) => Promise<SparkSession>;
  readonly heartbeat: Heartbeat;
  /** Whether stop() also ends the session on the server. False if the user pinned the session's id. */
  readonly releaseOnStop: boolean;
  readonly pythonVersion?: string | undefined;
  /** Where Node.js on the workers comes from. */
  readonly node: NodeSetting;
  /** The embedded Spark that the session owns and stops. */
  readonly localSpark?: LocalSpark | undefined;
}

let makeBuilder: (() => SparkSessionBuilder) | undefined;

/** @internal connect.ts calls this once, so that SparkSession.builder() can create sessions. */
export function installBuilder(factory: () => SparkSessionBuilder): void {
  makeBuilder = factory;
}

/** A session on a Spark Connect server: creates DataFrames, runs SQL, owns configuration and streaming queries. */
export class SparkSession extends SessionFrames {
  readonly #parts: SparkSessionParts;
  readonly #context: SessionContext;
  readonly #sql: SqlFrames;
  #conf: RuntimeConf | undefined;
  #dataSource: DataSourceRegistration | undefined;
  #streams: StreamingQueryManager | undefined;
  #catalog: Catalog | undefined;
  #udf: UDFRegistration | undefined;
  #udtf: UDTFRegistration | undefined;
  #stopping: Promise<void> | undefined;

  /** @internal Use SparkSession.builder(). */
  constructor(parts: SparkSessionParts) {
    super();
    if ((parts as SparkSessionParts | undefined)?.connection === undefined) {
      throw new ArgumentError(
        "SparkSession",
        "A session is made by await SparkSession.builder().remote(…).create(), not by new SparkSession().",
      );
    }
    this.#parts = parts;
    const pythonVersion = parts.connection.part(PythonWorkerVersion);
    if (parts.pythonVersion !== undefined) pythonVersion.assume(parts.pythonVersion);
    parts.connection.part(JavaScriptRuntime).configure({ ...parts.node, pythonVersion });
    this.#context = {
      connection: parts.connection,
      pythonVersion,
      session: () => this,
      writeStream: (relation) => new DataStreamWriter(this.#context, relation),
    };
    this.#sql = new SqlFrames(this.#context);
  }

  /** @internal */
  protected override get context(): SessionContext {
    return this.#context;
  }

  /**
   * Starts to build a session: `SparkSession.builder().remote(…).getOrCreate()`.
   *
   * @example await using session = await SparkSession.builder().remote("sc://localhost:15002").create();
   */
  static builder(): SparkSessionBuilder {
    if (makeBuilder === undefined) {
      throw new Error('Import SparkSession from the package\'s root, "sparktide".');
    }
    return makeBuilder();
  }

  /** `SparkSession[host:15002, sessionId: …]`. Does not use the network; console.log() prints the same text. */
  override toString(): string {
    const { endpoint, sessionId } = this.#parts.connection.client;
    return `SparkSession[${endpoint}, sessionId: ${sessionId}]`;
  }

  /**
   * The session's id, a UUID. Another process with the same id and user finds the same session.
   *
   * @example console.log(spark.sessionId);
   */
  get sessionId(): string {
    return this.#parts.connection.client.sessionId;
  }

  /**
   * The embedded Spark that builder().local() started for this session, with its log and web interface.
   *
   * @example console.log(spark.localSpark?.uiUrl);
   */
  get localSpark(): LocalSpark | undefined {
    return this.#parts.localSpark;
  }

  /**
   * Whether stop() was called or the session was found lost on the server. Does not use the network.
   *
   * @example if (spark.isStopped) console.log("The session has ended.");
   */
  get isStopped(): boolean {
    return this.#stopping !== undefined || this.#parts.connection.client.isClosed;
  }

  /**
   * The server's Spark version, such as `4.2.1`. The session requested it when it connected.
   *
   * @example (await spark.version()).split(".")[0]; // '4'
   */
  version(): Promise<string> {
    return Promise.resolve(this.#parts.connection.version.text);
  }

  /**
   * The session's configuration.
   *
   * @example await spark.conf.set("spark.sql.shuffle.partitions", 8);
   */
  get conf(): RuntimeConf {
    return (this.#conf ??= new RuntimeConf(this.#parts.connection));
  }

  /**
   * Registers data sources written in Python.
   *
   * @example await spark.dataSource.register(weather);
   */
  get dataSource(): DataSourceRegistration {
    return (this.#dataSource ??= new DataSourceRegistration(
      this.#parts.connection,
      this.#context.pythonVersion,
    ));
  }

  /**
   * Reads tables and files: `spark.read.format("delta").load(path)`.
   *
   * @example spark.read.parquet("/data/events");
   */
  get read(): DataFrameReader {
    return new DataFrameReader(this.#context);
  }

  /**
   * Reads streams: `spark.readStream.format("coingecko").load()`.
   *
   * @example spark.readStream.format("rate").load();
   */
  get readStream(): DataStreamReader {
    return new DataStreamReader(this.#context);
  }

  /**
   * Functions that return rows: `spark.tvf.explode(col("tags"))`.
   *
   * @example spark.tvf.explode(lit([10, 20]));
   */
  get tvf(): TableValuedFunctions {
    return new TableValuedFunctions(this.#context);
  }

  /**
   * The session's streaming queries.
   *
   * @example await spark.streams.active();
   */
  get streams(): StreamingQueryManager {
    return (this.#streams ??= new StreamingQueryManager(this.#context.connection));
  }

  /**
   * Catalogs, databases, tables, views, functions and cached tables.
   *
   * @example await spark.catalog.listTables();
   */
  get catalog(): Catalog {
    return (this.#catalog ??= new Catalog(this.#context));
  }

  /**
   * Registers functions for SQL, written in Python or Java.
   *
   * @example
   * await spark.udf.registerPython("twice", {
   *   source: "def twice(n): return n * 2",
   *   function: "twice",
   *   returnType: "bigint",
   * });
   */
  get udf(): UDFRegistration {
    return (this.#udf ??= new UDFRegistration(this.#context));
  }

  /**
   * Registers table functions for SQL, written in Python.
   *
   * @example
   * await spark.udtf.registerPython("pairs", {
   *   source: "class Pairs:\n  def eval(self, n):\n    yield n, n * 2",
   *   className: "Pairs",
   *   returnType: "n BIGINT, twice BIGINT",
   * });
   */
  get udtf(): UDTFRegistration {
    return (this.#udtf ??= new UDTFRegistration(this.#context));
  }

  /**
   * Runs the SQL text of a template: ``spark.sql`SELECT * FROM orders WHERE id = ${id}` ``. The values are sent as
   * arguments, never as text. Use `identifier(name)` for a name. An array is one value of type ARRAY.
   *
   * @throws {ArgumentError} a value cannot be a literal, or is inside quotes or a comment of the text
   * @example
   * const id = 7;
   * await spark.sql`SELECT ${id} AS id`; // [ { id: 7 } ]
   */
  sql(template: TemplateStringsArray, ...values: readonly unknown[]): Promise<DataFrame>;
  /**
   * Runs SQL text. A plain query (SELECT, VALUES, TABLE …) without arguments becomes a lazy DataFrame
   * without a request, so its errors appear at its first action. All other text goes to the server at
   * once, and a command runs exactly once.
   *
   * On Spark 4.1 and 4.2, the SQL parser of Delta Lake 4.4.0 drops the arguments. The client then inserts them
   * into the text, as literals of the same types. Positions in error messages refer to that text. Before the
   * first call with arguments, the client sends one query to find out whether the server keeps them.
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
  sql(...call: SqlCall): Promise<DataFrame> {
    return this.#sql.run(call);
  }

  /**
   * A lazy DataFrame of the SQL query of a template: ``await spark.query`SELECT * FROM orders WHERE id = ${id}`.collect()``.
   * The values are sent as arguments, as with {@link sql}.
   *
   * @throws {ArgumentError} a value cannot be a literal, or the text may be a command
   * @example await spark.query`SELECT id FROM range(9) WHERE id > ${7}`.collect(); // [ { id: 8n } ]
   */
  query(template: TemplateStringsArray, ...values: readonly unknown[]): DataFrame;
  /**
   * A lazy DataFrame of an SQL query, without an `await`: `await spark.query("SELECT * FROM orders").collect()`. Its first
   * action sends the text, and reports errors in it. For commands, such as CREATE or INSERT, use {@link sql}.
   *
   * @param args values for `?` (an array) or `:name` (an object) markers, as in {@link sql}
   * @throws {ArgumentError} the text does not start with SELECT, VALUES, TABLE, FROM or WITH, or it starts with FROM or WITH
   * and contains INSERT; or a value cannot be a literal
   * @example await spark.query("SELECT id FROM range(9) WHERE id > :id", { id: 7 }).collect(); // [ { id: 8n } ]
   */
  query(text: string, args?: readonly unknown[] | Readonly<Record<string, unknown>>): DataFrame;
  query(...call: SqlCall): DataFrame {
    return this.#sql.query(call);
  }

  /**
   * Sends files to the session: paths, or `{ name, data }`. Without options, jars and classes go to the
   * session's class path. Options as the last argument select another kind: `pyfile`, `archive` or `file`.
   * Files are read while they are sent, never as a whole. Either all files arrive or the call rejects. After
   * an error or an abort, the server may keep a part of a file under its name: send it under another name.
   *
   * Sending the same file again is allowed. The server refuses other content under a known name, so put a
   * version or a hash into file names. Functions and sources that are registered later see Python files in
   * batch queries. The processes of a streaming query never see them.
   *
   * @throws {ArgumentError} an item has the wrong extension, does not exist, is a folder, or has the name of
   * other content; nothing was sent
   * @throws {SparkException} errorClass ARTIFACT_ALREADY_EXISTS: the session has other content of that name
   * @throws {SparkError} code ARTIFACT_CHANGED: a file changed during the transfer
   * @example
   * await spark.addArtifacts(
   *   "lib.py",
   *   { name: "rates.json", data: Buffer.from("{}") },
   *   { file: true },
   * );
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

  /**
   * Sends one file; see {@link addArtifacts}.
   *
   * @example await spark.addArtifact("lib.jar");
   */
  async addArtifact(item: ArtifactItem, options: ArtifactOptions = {}): Promise<void> {
    await this.addArtifacts(item, options);
  }

  /**
   * Copies a local file to an absolute path of the server's default file system, and overwrites an existing file.
   * Spark refuses a path on the server's own disk unless `spark.sql.artifact.copyFromLocalToFs.allowDestLocal`
   * is true. From Spark 4.3 on, only the server's own configuration can set this key.
   *
   * @throws {ArgumentError} the local file does not exist, or the destination is not absolute
   * @throws {UnsupportedOperationException} the destination is on the server's disk
   * @example await spark.copyFromLocalToFs("/home/ann/rates.csv", "/data/rates.csv");
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

  /**
   * Creates a separate session on the same server for the same user. It shares no views or configuration.
   *
   * @example const other = await spark.newSession();
   */
  newSession(): Promise<SparkSession> {
    return this.#parts.connectBeside();
  }

  /** @internal Connects to the session with this id, or creates it, with the same user and settings. stop() ends it. */
  besideSession(sessionId: string): Promise<SparkSession> {
    return this.#parts.connectBeside(sessionId);
  }

  /**
   * Creates a session with a copy of this session's configuration, temporary views and registered functions.
   *
   * @param newSessionId the clone's id, a UUID that the server has never used for a session. Default: random
   * @throws {ArgumentError} the id is not a UUID, or is this session's own
   * @throws {SparkException} the server has, or had, a session with that id
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1
   * @example const copy = await spark.cloneSession();
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
   * Calls `work` and returns its result. All operations that `work` starts, directly or later, have these tags in
   * addition to the caller's tags, so that interruptTag() finds them. addTag(), removeTag() and clearTags() inside
   * `work` do not affect the caller. Use it to keep the tags of concurrent jobs apart.
   *
   * @example `await Promise.all([spark.withTags(["a"], loadA), spark.withTags(["b"], loadB)])`
   * @throws {ArgumentError} a tag is not a string, is empty or contains a comma
   */
  withTags<T>(tags: readonly string[], work: () => T): T {
    return this.#parts.connection.tags.with(tags, () => asUserCode(work));
  }
  /**
   * Adds a tag to all operations that this async context starts from now on. An async function runs in its
   * caller's context until its first `await`. A tag added before that `await` also applies to the caller, and to
   * the other functions of a `Promise.all`. {@link SparkSession.withTags} has no such limit.
   *
   * @throws {ArgumentError} the tag is not a string, is empty or contains a comma
   * @example spark.addTag("nightly");
   */
  addTag(tag: string): void {
    this.#parts.connection.tags.add(tag);
  }
  /**
   * Removes a tag from this async context; see {@link SparkSession.addTag}.
   *
   * @example spark.removeTag("nightly");
   */
  removeTag(tag: string): void {
    this.#parts.connection.tags.remove(tag);
  }
  /**
   * The tags of this async context.
   *
   * @example spark.getTags(); // []
   */
  getTags(): readonly string[] {
    return this.#parts.connection.tags.current();
  }
  /**
   * Removes all tags from this async context.
   *
   * @example spark.clearTags();
   */
  clearTags(): void {
    this.#parts.connection.tags.clear();
  }

  /**
   * Interrupts all operations of the session, **including its streaming queries**. Returns their ids.
   *
   * @example await spark.interruptAll();
   */
  interruptAll(options: CallOptions = {}): Promise<string[]> {
    return this.#interrupt({ kind: "all" }, options);
  }
  /**
   * Interrupts the operations with this tag, and stops the streaming queries started with it. Returns their ids.
   *
   * @example await spark.interruptTag("nightly");
   */
  interruptTag(tag: string, options: CallOptions = {}): Promise<string[]> {
    return this.#interrupt({ kind: "tag", tag: checkTag(tag) }, options);
  }
  /**
   * Interrupts the operation with this id. Returns its id in an array, empty if it does not run.
   *
   * @example await spark.interruptOperation("0f0e4dd6-7a0e-4c4e-9a53-8d8f1bd1b9f4");
   */
  interruptOperation(operationId: string, options: CallOptions = {}): Promise<string[]> {
    return this.#interrupt({ kind: "operation", operationId }, options);
  }

  /**
   * Returns the state of operations by id. Default: all operations of the session.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example const statuses = await spark.operationStatus();
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

  /**
   * Calls a handler with the progress of the session's operations, every two seconds while tasks run.
   *
   * @example spark.registerProgressHandler((progress) => console.log(progress));
   */
  registerProgressHandler(handler: ProgressHandler): void {
    this.#parts.connection.progressHandlers.add(handler);
  }
  /**
   * Removes a handler that registerProgressHandler() added.
   *
   * @example
   * const handler: ProgressHandler = (progress) => console.log(progress);
   * spark.registerProgressHandler(handler);
   * spark.removeProgressHandler(handler);
   */
  removeProgressHandler(handler: ProgressHandler): void {
    this.#parts.connection.progressHandlers.delete(handler);
  }
  /**
   * Removes all progress handlers.
   *
   * @example spark.clearProgressHandlers();
   */
  clearProgressHandlers(): void {
    this.#parts.connection.progressHandlers.clear();
  }

  /**
   * Ends the session: releases it on the server, which stops its streaming queries, and closes the connection.
   * A session with an id pinned by `sessionId()` keeps running on the server. Calling stop() again has no effect.
   *
   * @example await spark.stop();
   */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop(this.#parts.releaseOnStop));
  }

  /** @internal Closes the connection. The session and its queries continue on the server, for another client. */
  leave(): Promise<void> {
    this.#streams?.leave();
    return (this.#stopping ??= this.#stop(false));
  }

  async #interrupt(target: InterruptTarget, options: CallOptions): Promise<string[]> {
    const { client } = this.#parts.connection;
    return (await client.interrupt(interruptFields(target), options)).interruptedIds;
  }

  async #stop(release: boolean): Promise<void> {
    const { client } = this.#parts.connection;
    this.#parts.heartbeat.stop();
    try {
      if (release && !client.isClosed) {
        this.#streams?.sessionEnds();
        await client.releaseSession({ deadlineMs: RELEASE_DEADLINE_MS });
      }
    } catch (error) {
      // If the server is gone or has closed the session, there is nothing to release.
      if (!(error instanceof SparkConnectionError || error instanceof SessionError)) throw error;
    } finally {
      await this.#streams?.close();
      await client.close();
      await this.#parts.localSpark?.stop();
    }
  }

  /**
   * Calls stop() at the end of `await using`.
   *
   * @example await using session = await SparkSession.builder().getOrCreate();
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

// In PySpark, builder is a property.
// eslint-disable-next-line @typescript-eslint/unbound-method -- It is not called.
const BUILDER_METHOD: object = SparkSession.builder;
const BUILDER = "builder is a method here: SparkSession.builder().remote(…).";
refuseMethods(BUILDER_METHOD, "SparkSession.builder", {
  remote: BUILDER,
  appName: BUILDER,
  config: BUILDER,
  local: BUILDER,
  master: BUILDER,
  create: BUILDER,
  getOrCreate: BUILDER,
});

printAsText(SparkSession);
checkMethods(SparkSession.prototype, {
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
