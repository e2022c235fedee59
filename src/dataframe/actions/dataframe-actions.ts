import type { Readable } from "node:stream";
import { DataFrameWriter } from "../read-write/dataframe-writer.js";
import { DataFrameWriterV2 } from "../read-write/dataframe-writer-v2.js";
import { MergeIntoWriter } from "../read-write/merge-into-writer.js";
import type { Column } from "../column.js";
import type { RecordBatch, Table } from "apache-arrow";
import { resolveDecodeOptions, type DecodeOptions } from "../../arrow/decode/decode-options.js";
import { ArgumentError } from "../../errors.js";
import { createView, queryPlan } from "../../plan/command.js";
import type { ExplainMode } from "../../plan/explain.js";
import { planTree } from "../../plan/plan-tree.js";
import * as plan from "../../plan/relation.js";
import type { Relation, RelationBody } from "../../plan/relation.js";
import { RelationHolder } from "../../plan/subquery.js";
import { factsOf } from "../../plan/relation-facts.js";
import type { ExecutionInfo } from "../../plan/execution-info.js";
import type { DataStreamWriter, SessionContext } from "../session-context.js";
import type { CallOptions } from "../../connection/call-options.js";
import { simpleString } from "../../types/ddl.js";
import type { ArrayRow, ObjectRow, Row } from "../../types/row.js";
import type { StructType } from "../../types/struct-type.js";
import {
  explainString,
  inputFiles,
  isLocal,
  isStreaming,
  sameSemantics,
  schemaOf,
  semanticHash,
} from "./analysis.js";
import { checkpointed, persist, storageLevelOf, unpersist } from "./caching.js";
import { checkedInteger } from "../checked-arguments.js";
import { collectColumns } from "./result-columns.js";
import { ResultLimit, type ResultLimits } from "./result-limit.js";
import { jsonLineForms, jsonLines, readableOf, type JsonLinesOptions } from "./row-stream.js";
import { countRows, shownText, type ShowOptions } from "./single-value.js";
import { StorageLevel } from "../storage-level.js";
import type { DataFrame } from "../dataframe.js";
import { checkMethods } from "../../option-check.js";
import { awaitHint, shown } from "../../value-kind.js";
import { printAsText } from "../../printed.js";
import { columnsText } from "../known-columns.js";
import { DATAFRAME_ACTION_RULES } from "../dataframe-options.js";
/** How to decode rows, and the signal that aborts the call. */
export type RowOptions = DecodeOptions & CallOptions;

/** The same, and the limits of the result. */
export type CollectOptions = RowOptions & ResultLimits;

/** Options that keep every value in its default form. */
interface DefaultForms extends CallOptions, ResultLimits {
  readonly rowMode?: "object" | undefined;
  readonly int64?: "bigint" | undefined;
  readonly decimal?: "string" | undefined;
  readonly temporal?: undefined;
}

/**
 * The row type for these options: arrays with `rowMode: "array"`, else objects. Objects have the type
 * `R` if all values keep their default forms.
 */
export type RowOf<O extends CollectOptions, R extends ObjectRow = ObjectRow> = O extends {
  readonly rowMode: "array";
}
  ? ArrayRow
  : O extends DefaultForms
    ? R
    : ObjectRow;

/** Options of toColumns(). `rowMode` is missing: columns, and structs in them, are keyed by name. */
export type ColumnOptions = Omit<CollectOptions, "rowMode">;

/** The columns of rows of type `R`: one array of values for each name. */
export type ColumnsOf<R> = { [Name in keyof R]: R[Name][] };

/**
 * The methods of a DataFrame that ask the server: they run the query, describe its plan, or make the server keep or write
 * its rows. {@link DataFrame} inherits them.
 */
export abstract class DataFrameActions<out R extends ObjectRow> extends RelationHolder {
  /** The type of the rows, for the compiler only. No DataFrame has this property at run time. */
  declare readonly "~row": R;
  /** @internal */
  protected readonly context: SessionContext;

  /** @internal Use spark.sql(), spark.read, spark.range() … */
  constructor(context: SessionContext, relation: Relation) {
    super(relation);
    this.context = context;
  }

  /** The first `rows` rows. */
  abstract limit(rows: number): DataFrame<R>;

  /** @internal A DataFrame of this session. */
  protected abstract frameOf<T extends ObjectRow>(
    relation: Relation,
    sides?: readonly [Relation, Relation],
  ): DataFrame<T>;

  /** @internal The DataFrame of a relation that gets its id here. */
  protected derive<T extends ObjectRow = ObjectRow>(
    body: RelationBody,
    sides?: readonly [Relation, Relation],
  ): DataFrame<T> {
    return this.frameOf(this.context.connection.relation(body), sides);
  }

  /** @internal Throws if the server is older than a feature's version. */
  protected requireVersion(feature: string, major: number, minor: number): void {
    this.context.connection.version.require(feature, major, minor);
  }

  /** @internal The relation of a DataFrame that must belong to the same session. */
  protected beside(other: DataFrame): Relation {
    // JavaScript callers may pass any type, such as the Promise of spark.sql().
    const given: unknown = other;
    if (!(given instanceof DataFrameActions)) {
      throw new ArgumentError(
        "other",
        `other must be a DataFrame, got ${shown(given)}.${awaitHint(given)}`,
      );
    }
    if (other.context.connection === this.context.connection) return other.relation;
    throw new ArgumentError(
      "other",
      "The other DataFrame belongs to another session. Create both DataFrames in one session, or write the rows to a table that both sessions can read.",
    );
  }

  /**
   * Runs the query and returns all rows: plain objects by column name, or arrays with `rowMode: "array"`.
   *
   * `maxRows` and `maxBytes` limit the result. Without `maxBytes` the client stops before the rows fill Node's heap,
   * because V8 then ends the process. It compares the heap in use, and an estimate of the rows' size, with three
   * quarters of the heap's limit (`v8.getHeapStatistics().heap_size_limit`).
   *
   * @throws {ResultTooLargeError} the result is beyond a limit; the client then interrupts the query
   * @throws {DecodeError} a column's type or name cannot be decoded without loss under these options
   * @example await people.select("name").collect(); // [ { name: 'Ann' }, { name: 'Bob' }, { name: 'Eve' } ]
   */
  async collect<O extends CollectOptions = CallOptions>(options?: O): Promise<RowOf<O, R>[]> {
    const limit = new ResultLimit(options ?? {});
    const all: RowOf<O, R>[] = [];
    try {
      for await (const rows of this.#rowBatches(options, limit)) {
        for (const row of rows) all.push(row);
      }
    } finally {
      limit.end();
    }
    return all;
  }
  /**
   * Yields the rows one by one as they arrive. A slow consumer slows the server down.
   *
   * @example for await (const row of people.toLocalIterator()) console.log(row.name);
   */
  toLocalIterator<O extends RowOptions = CallOptions>(
    options?: O,
  ): AsyncGenerator<RowOf<O, R>, void, undefined> {
    // The decoder makes the row type that the options select.
    return this.context.connection.rows(queryPlan(this.relation), options) as AsyncGenerator<
      RowOf<O, R>,
      void,
      undefined
    >;
  }
  /**
   * The rows as a Readable of Node in object mode, for `pipeline()`. The query starts when something reads from it, and
   * a slow reader slows the server down. An error of the query destroys it. If the stream is destroyed or `signal` aborts,
   * the client interrupts the query on the server. See {@link toJsonLines} for a stream of text.
   *
   * @throws {ArgumentError} an option is wrong
   * @example for await (const row of people.toReadable()) console.log(row);
   */
  toReadable(options: RowOptions = {}): Readable {
    resolveDecodeOptions(options);
    return readableOf(
      (signal) => this.toLocalIterator({ ...options, signal }),
      options.signal,
      true,
    );
  }
  /** @internal See toJsonLines(). */
  toJsonLines(options: JsonLinesOptions): Readable {
    const forms = jsonLineForms(options);
    const { connection } = this.context;
    return readableOf(
      (signal) => jsonLines(connection, this.relation, forms, { signal }),
      options.signal,
      false,
    );
  }
  /**
   * Runs the query and returns one array of values for each column, by name. createDataFrame() takes the
   * same shape. Values have the same forms as in rows. The limits are those of {@link collect}.
   *
   * @throws {ResultTooLargeError} the result is beyond a limit
   * @throws {DecodeError} a column's type or name cannot be decoded without loss under these options
   * @example const { age } = await people.toColumns();
   */
  async toColumns<O extends ColumnOptions = CallOptions>(
    options?: O,
  ): Promise<ColumnsOf<RowOf<O, R>>> {
    const { connection } = this.context;
    const asked: CollectOptions = { ...options, rowMode: "object" };
    resolveDecodeOptions(asked);
    const columns = await collectColumns(connection, this.relation, asked, () =>
      this.schema({ signal: asked.signal }),
    );
    // The decoder makes the value forms that the options select.
    return columns as ColumnsOf<RowOf<O, R>>;
  }
  /**
   * Runs the query and returns a Table of the copy of apache-arrow that this package uses. Another copy
   * that is older than 21.2 cannot read it: use {@link toArrowIPC} there.
   *
   * @example
   * const table = await people.toArrow();
   * console.log(table.numRows);
   */
  async toArrow(options: CallOptions = {}): Promise<Table> {
    const { streams, schema } = await this.#arrowStreams(options);
    const { arrow, turns } = this.context.connection;
    return arrow.toTable(streams, schema, { turns, signal: options.signal });
  }
  /**
   * Runs the query and returns the bytes of one Arrow IPC stream. Every Arrow library reads it: DuckDB, Polars,
   * `tableFromIPC()` of any copy of apache-arrow. Batches stay as Spark sent them: they are compressed if the
   * session sets `spark.sql.execution.arrow.compression.codec`.
   *
   * @throws the signal's reason, when it aborts
   * @example const bytes = await people.toArrowIPC();
   */
  async toArrowIPC(options: CallOptions = {}): Promise<Uint8Array> {
    const { streams, schema } = await this.#arrowStreams(options);
    const { arrow, turns } = this.context.connection;
    return arrow.joinIpcStreams(streams, schema, { turns, signal: options.signal });
  }
  /**
   * Yields the result's Arrow record batches as they arrive.
   *
   * @example for await (const batch of people.toArrowBatches()) console.log(batch.numRows);
   */
  async *toArrowBatches(options: CallOptions = {}): AsyncGenerator<RecordBatch, void, undefined> {
    const { connection } = this.context;
    for await (const { ipcStream } of connection.batches(queryPlan(this.relation), options)) {
      yield* connection.arrow.toRecordBatches(ipcStream);
    }
  }
  /**
   * Counts the rows.
   *
   * @throws {ArgumentError} there are 2^53 rows or more, which a number cannot hold exactly
   * @example await people.count(); // 3
   */
  count(options: CallOptions = {}): Promise<number> {
    return countRows(this.context.connection, this.relation, options);
  }
  /**
   * The first row, or undefined if the result is empty.
   *
   * @example await people.orderBy("age").first(); // { name: 'Eve', age: 25n, city: 'Bern' }
   */
  async first<O extends CollectOptions = CallOptions>(
    options?: O,
  ): Promise<RowOf<O, R> | undefined> {
    return (await this.take(1, options))[0];
  }
  /**
   * The first row, or the first `rows` rows.
   *
   * @example await people.orderBy("age").head();
   */
  head(): Promise<R | undefined>;
  head<O extends CollectOptions = CallOptions>(rows: number, options?: O): Promise<RowOf<O, R>[]>;
  head(rows?: number, options?: CollectOptions): Promise<Row | undefined | Row[]> {
    return rows === undefined ? this.first() : this.take(rows, options);
  }
  /**
   * Runs the query and returns the first `rows` rows, or fewer if the result is shorter. Has the limits of
   * {@link collect}.
   *
   * @example await people.select("name").take(2); // [ { name: 'Ann' }, { name: 'Bob' } ]
   */
  take<O extends CollectOptions = CallOptions>(rows: number, options?: O): Promise<RowOf<O, R>[]> {
    return this.limit(rows).collect(options);
  }
  /**
   * The last `rows` rows. Has the limits of {@link collect}.
   *
   * @example await people.select("name").tail(1); // [ { name: 'Eve' } ]
   */
  tail<O extends CollectOptions = CallOptions>(rows: number, options?: O): Promise<RowOf<O, R>[]> {
    const last = plan.tail(this.relation, checkedInteger("tail", rows, 0));
    return this.derive<R>(last).collect(options);
  }
  /**
   * Whether the result has no rows. Runs the query for at most one row.
   *
   * @example await people.where(col("age").gt(99)).isEmpty(); // true
   */
  async isEmpty(options: CallOptions = {}): Promise<boolean> {
    return (
      (
        await this.derive(plan.project(this.relation, [])).take(1, {
          signal: options.signal,
          rowMode: "array",
        })
      ).length === 0
    );
  }
  /**
   * The text Spark's own show() prints.
   *
   * @example console.log(await people.showString({ numRows: 2 }));
   */
  showString(options: ShowOptions = {}): Promise<string> {
    return shownText(this.context.connection, this.relation, options);
  }
  /**
   * Prints the first rows as a table on standard output: `show()`, `show(5, { truncate: false })`.
   *
   * @example await people.show(2);
   */
  async show(numRows: number | ShowOptions = {}, options: ShowOptions = {}): Promise<void> {
    const asked = typeof numRows === "number" ? { ...options, numRows } : numRows;
    process.stdout.write(`${await this.showString(asked)}\n`);
  }
  /**
   * The result's schema. The server analyzes the plan and does not run it.
   *
   * @example (await people.schema()).simpleString(); // 'struct<name:string,age:bigint,city:string>'
   */
  schema(options: CallOptions = {}): Promise<StructType> {
    return schemaOf(this.context.connection, this.relation, options);
  }
  /**
   * The columns' names.
   *
   * @example await people.columns(); // [ 'name', 'age', 'city' ]
   */
  async columns(options: CallOptions = {}): Promise<string[]> {
    return (await this.schema(options)).fieldNames;
  }
  /**
   * The columns' names and types, such as `bigint` or `array<string>`.
   *
   * @example await people.dtypes(); // [ [ 'name', 'string' ], [ 'age', 'bigint' ], [ 'city', 'string' ] ]
   */
  async dtypes(options: CallOptions = {}): Promise<[name: string, type: string][]> {
    const { fields } = await this.schema(options);
    return fields.map((field) => [field.name, simpleString(field.dataType)]);
  }
  /**
   * Prints the schema as a tree on standard output, down to `level`. Default: all levels.
   *
   * @example await people.printSchema();
   */
  async printSchema(options: { readonly level?: number } & CallOptions = {}): Promise<void> {
    process.stdout.write(
      `${(await this.schema({ signal: options.signal })).treeString(options.level)}\n`,
    );
  }
  /**
   * The files that the rows come from, as far as the server knows them.
   *
   * @example await spark.read.parquet("/data/events").inputFiles();
   */
  inputFiles(options: CallOptions = {}): Promise<string[]> {
    return inputFiles(this.context.connection, this.relation, options);
  }
  /**
   * Whether collect() and take() run without an executor.
   *
   * @example await people.isLocal();
   */
  isLocal(options: CallOptions = {}): Promise<boolean> {
    return isLocal(this.context.connection, this.relation, options);
  }
  /**
   * Whether both plans are the same apart from cosmetic names, and so return the same rows.
   *
   * @example await people.sameSemantics(people.select("*"));
   */
  sameSemantics(other: DataFrame, options: CallOptions = {}): Promise<boolean> {
    const { connection } = this.context;
    return sameSemantics(connection, this.relation, this.beside(other), options);
  }
  /**
   * A hash that is equal for plans that sameSemantics() considers the same.
   *
   * @example await people.semanticHash();
   */
  semanticHash(options: CallOptions = {}): Promise<number> {
    return semanticHash(this.context.connection, this.relation, options);
  }
  /**
   * Whether a source of the query is a stream. Then only writeStream can run it.
   *
   * @example await ticks.isStreaming(); // true
   */
  isStreaming(options: CallOptions = {}): Promise<boolean> {
    return isStreaming(this.context.connection, this.relation, options);
  }
  /**
   * The text Spark's own explain() prints.
   *
   * @example const plan = await people.explainString("formatted");
   */
  explainString(
    mode: ExplainMode | boolean = "simple",
    options: CallOptions = {},
  ): Promise<string> {
    return explainString(this.context.connection, this.relation, mode, options);
  }
  /**
   * Prints the server's plan on standard output; `true` means `"extended"`.
   *
   * @example await people.explain();
   */
  async explain(mode: ExplainMode | boolean = "simple", options: CallOptions = {}): Promise<void> {
    process.stdout.write(`${await this.explainString(mode, options)}\n`);
  }
  /**
   * `DataFrame[id: bigint, name: string]`, or `DataFrame[…]` while this process does not know the columns. It knows them
   * after schema(), columns() or an action of this DataFrame. Does not use the network. console.log() prints the same text.
   */
  override toString(): string {
    return `DataFrame[${columnsText(this.relation)}]`;
  }
  /**
   * This DataFrame's plan as a text tree, without using the network. It hides the values of options that
   * may hold credentials, and in SQL text what follows such an option name. It shows values in conditions.
   *
   * @example people.plan();
   */
  plan(): string {
    return planTree(this.relation, this.context.connection.sources.hiddenNames());
  }
  /**
   * What Spark reported besides the rows for the last collect(), toArrow() or write of this DataFrame.
   *
   * @example
   * await people.collect();
   * console.log(people.executionInfo);
   */
  get executionInfo(): ExecutionInfo | undefined {
    return factsOf(this.relation).lastExecution;
  }
  /**
   * The same as persist() with its default level.
   *
   * @example const cached = await people.cache();
   */
  cache(options: CallOptions = {}): Promise<this> {
    return this.persist(StorageLevel.MEMORY_AND_DISK_DESER, options);
  }
  /**
   * Makes the server keep the rows that the first action computes, until unpersist(). Later queries of
   * any session use them if their plan is the same. A plan with `uuid()`, or with `rand()` without a seed,
   * differs in every call and never matches: use localCheckpoint() instead.
   *
   * @example await people.persist(StorageLevel.MEMORY_AND_DISK);
   */
  async persist(
    level: StorageLevel = StorageLevel.MEMORY_AND_DISK_DESER,
    options: CallOptions = {},
  ): Promise<this> {
    await persist(this.context.connection, this.relation, level, options);
    return this;
  }
  /**
   * Makes the server drop the rows it keeps; `blocking` waits until their memory is free.
   *
   * @example await people.unpersist({ blocking: true });
   */
  async unpersist(options: { readonly blocking?: boolean } & CallOptions = {}): Promise<this> {
    await unpersist(this.context.connection, this.relation, options);
    return this;
  }
  /**
   * Where the server keeps the rows; `StorageLevel.NONE` if it does not keep them.
   *
   * @example (await people.storageLevel()).useMemory;
   */
  storageLevel(options: CallOptions = {}): Promise<StorageLevel> {
    return storageLevelOf(this.context.connection, this.relation, options);
  }
  /**
   * Whether the server keeps the rows, after cache() or persist().
   *
   * @example await people.isCached();
   */
  async isCached(options: CallOptions = {}): Promise<boolean> {
    return !(await this.storageLevel(options)).equals(StorageLevel.NONE);
  }
  /**
   * Stores the rows in the server's checkpoint directory and cuts off their lineage. The server keeps them
   * while the returned DataFrame, or a DataFrame derived from it, is reachable in this process.
   *
   * @param options.eager true computes the rows now (the default), false in the first action
   * @throws {SparkException} the server has no checkpoint directory (`spark.checkpoint.dir`)
   * @example const fixed = await people.checkpoint();
   */
  async checkpoint(
    options: { readonly eager?: boolean } & CallOptions = {},
  ): Promise<DataFrame<R>> {
    const how = { local: false, eager: options.eager ?? true };
    return this.frameOf(await checkpointed(this.context.connection, this.relation, how, options));
  }
  /**
   * Like checkpoint(), but on the executors' storage: faster, and lost when an executor is lost.
   *
   * @example const fixed = await people.localCheckpoint();
   */
  async localCheckpoint(
    options: {
      readonly eager?: boolean;
      readonly storageLevel?: StorageLevel | undefined;
    } & CallOptions = {},
  ): Promise<DataFrame<R>> {
    const { eager = true, storageLevel } = options;
    const how = { local: true, eager, storageLevel };
    return this.frameOf(await checkpointed(this.context.connection, this.relation, how, options));
  }
  /**
   * Registers this query as a view for SQL in this session. Fails if the view exists.
   *
   * @example await people.createTempView("people");
   */
  async createTempView(name: string, options: CallOptions = {}): Promise<void> {
    await this.#createView(name, { isGlobal: false, replace: false }, options);
  }
  /**
   * Like createTempView(), but replaces a view of the same name.
   *
   * @example
   * await people.createOrReplaceTempView("people");
   * const names = await spark.sql("SELECT name FROM people");
   */
  async createOrReplaceTempView(name: string, options: CallOptions = {}): Promise<void> {
    await this.#createView(name, { isGlobal: false, replace: true }, options);
  }
  /**
   * The same as createOrReplaceTempView().
   *
   * @deprecated Use createOrReplaceTempView(), as in PySpark.
   * @example await people.registerTempTable("people");
   */
  registerTempTable(name: string, options: CallOptions = {}): Promise<void> {
    return this.createOrReplaceTempView(name, options);
  }
  /**
   * Registers this query as a view for all sessions, in the database `global_temp`. Fails if the view exists.
   *
   * @example await people.createGlobalTempView("people");
   */
  async createGlobalTempView(name: string, options: CallOptions = {}): Promise<void> {
    await this.#createView(name, { isGlobal: true, replace: false }, options);
  }
  /**
   * Like createGlobalTempView(), but replaces a view of the same name.
   *
   * @example await people.createOrReplaceGlobalTempView("people");
   */
  async createOrReplaceGlobalTempView(name: string, options: CallOptions = {}): Promise<void> {
    await this.#createView(name, { isGlobal: true, replace: true }, options);
  }
  /**
   * Writes the rows: `df.write.format("delta").mode("append").save(path)`.
   *
   * @example await people.write.mode("overwrite").parquet("/data/people");
   */
  get write(): DataFrameWriter {
    return new DataFrameWriter(this.context.connection, this.relation);
  }
  /**
   * Starts a streaming query on the rows: `df.writeStream.format("delta").start(path)`.
   *
   * @example await ticks.writeStream.format("console").start();
   */
  get writeStream(): DataStreamWriter<R> {
    // The writer's callback receives the batches of this DataFrame.
    return this.context.writeStream(this.relation) as DataStreamWriter<R>;
  }
  /**
   * Writes the rows to a table of any catalog: `df.writeTo("c.db.t").append()`.
   *
   * @example await people.writeTo("demo.people").createOrReplace();
   */
  writeTo(table: string): DataFrameWriterV2 {
    return new DataFrameWriterV2(this.context.connection, this.relation, table);
  }
  /**
   * Merges the rows into a table: `df.mergeInto("c.db.t", condition).whenMatched().updateAll()…`.
   *
   * @example
   * await people
   *   .alias("source")
   *   .mergeInto("demo.people", expr("people.name = source.name"))
   *   .whenMatched()
   *   .updateAll()
   *   .merge();
   */
  mergeInto(table: string, condition: Column): MergeIntoWriter {
    return new MergeIntoWriter(this.context.connection, this.relation, table, condition);
  }

  /** @internal The rows one by one, up to the limits. */
  async *rowsWithin(options: CollectOptions): AsyncGenerator<Row, void, undefined> {
    const limit = new ResultLimit(options);
    try {
      yield* this.context.connection.rows(queryPlan(this.relation), options, (batch) => {
        limit.add(batch);
      });
    } finally {
      limit.end();
    }
  }
  #rowBatches<O extends CollectOptions>(
    options: O | undefined,
    limit: ResultLimit,
  ): AsyncGenerator<RowOf<O, R>[], void, undefined> {
    // The decoder makes the row type that the options select.
    return this.context.connection.rowBatches(queryPlan(this.relation), options, (batch) => {
      limit.add(batch);
    }) as AsyncGenerator<RowOf<O, R>[], void, undefined>;
  }
  async #arrowStreams(
    options: CallOptions,
  ): Promise<{ streams: readonly Uint8Array[]; schema: StructType }> {
    const streams: Uint8Array[] = [];
    let known: StructType | undefined;
    for await (const batch of this.context.connection.batches(queryPlan(this.relation), options)) {
      known ??= batch.schema;
      streams.push(batch.ipcStream);
    }
    return { streams, schema: known ?? (await this.schema(options)) };
  }
  async #createView(
    name: string,
    kind: { readonly isGlobal: boolean; readonly replace: boolean },
    options: CallOptions,
  ): Promise<void> {
    await this.context.connection.run(createView(this.relation, name, kind), options);
  }
}

printAsText(DataFrameActions);
checkMethods(DataFrameActions.prototype, DATAFRAME_ACTION_RULES);
