import type { RecordBatch, Table } from "apache-arrow";
import { toRecordBatches, toTable } from "../arrow/arrow-table.js";
import type { DecodeOptions } from "../arrow/decode-options.js";
import { ArgumentError } from "../errors.js";
import { createView, queryPlan, type Plan } from "../plan/command.js";
import {
  attribute,
  columnReference,
  expressionString,
  type Expression,
} from "../plan/expression.js";
import { expressionOf } from "../plan/literal.js";
import type { ExplainMode } from "../plan/explain.js";
import * as plan from "../plan/relation.js";
import type { Relation, RelationBody } from "../plan/relation.js";
import { RelationHolder, subquery } from "../plan/subquery.js";
import type { SessionContext } from "../session/session-context.js";
import type { CallOptions } from "../session/spark-connection.js";
import type { SparkSession } from "../session/spark-session.js";
import type { DataStreamWriter } from "../streaming/data-stream-writer.js";
import { simpleString } from "../types/ddl.js";
import type { ArrayRow, ObjectRow, Row } from "../types/row.js";
import type { StructType } from "../types/struct-type.js";
import { explainString, isStreaming, schemaOf } from "./analysis.js";
import { checkpointed, persist, storageLevelOf, unpersist } from "./caching.js";
import { Column, toExpression, type ColumnOrName } from "./column.js";
import { DataFrameWriter } from "./dataframe-writer.js";
import { GroupedData } from "./grouped-data.js";
import { countRows, shownText, type ShowOptions } from "./single-value.js";
import { StorageLevel } from "./storage-level.js";

/** How rows are decoded, and the signal that stops the work. */
export type CollectOptions = DecodeOptions & CallOptions;

/** The rows these options give: arrays with `rowMode: "array"`, else objects. */
export type RowOf<O extends CollectOptions> = O extends { readonly rowMode: "array" }
  ? ArrayRow
  : ObjectRow;

/** How two DataFrames are joined; underscores and case do not count. */
export type JoinType =
  | "inner"
  | "cross"
  | "outer"
  | "full"
  | "full_outer"
  | "left"
  | "left_outer"
  | "right"
  | "right_outer"
  | "semi"
  | "left_semi"
  | "anti"
  | "left_anti";

/**
 * A query over data on the server, immutable. Transformations return a new DataFrame at once and
 * touch no network; actions are async, run the query and accept an abort signal.
 */
export class DataFrame extends RelationHolder {
  readonly #context: SessionContext;

  /** @internal Use spark.sql(), spark.read, spark.range() … */
  constructor(context: SessionContext, relation: Relation) {
    super(relation);
    this.#context = context;
  }

  /** @internal */
  contains(values: readonly Expression[]): Expression {
    this.#context.connection.version.require("isin() with a DataFrame", 4, 1);
    return subquery(this.relation, { kind: "in", values });
  }

  get sparkSession(): SparkSession {
    return this.#context.session();
  }

  // ── Transformations ──────────────────────────────────────────────────────────────────────────

  /** This DataFrame's column, tied to it: tells two sides of a join apart. */
  col(name: string): Column {
    return new Column(
      name === "*" || name.endsWith(".*")
        ? columnReference(name)
        : attribute(name, this.relation.common?.planId),
    );
  }
  select(...columns: readonly ColumnOrName[]): DataFrame {
    return this.#next(plan.project(this.relation, columns.map(toExpression)));
  }
  /** Columns as SQL text: `selectExpr("id", "upper(name) AS name")`. */
  selectExpr(...expressions: readonly string[]): DataFrame {
    return this.#next(plan.project(this.relation, expressions.map(expressionString)));
  }
  /** Keeps the rows where the condition, a Column or SQL text, is true. */
  filter(condition: ColumnOrName): DataFrame {
    const expression =
      typeof condition === "string" ? expressionString(condition) : condition.expression;
    return this.#next(plan.filter(this.relation, expression));
  }
  where(condition: ColumnOrName): DataFrame {
    return this.filter(condition);
  }
  /** Adds the column, or replaces the one of the same name. */
  withColumn(name: string, column: Column): DataFrame {
    return this.withColumns({ [name]: column });
  }
  withColumns(columns: Readonly<Record<string, Column>>): DataFrame {
    const entries = Object.entries(columns).map(
      ([name, column]) => [name, column.expression] as const,
    );
    return this.#next(plan.withColumns(this.relation, entries));
  }
  /** Renames a column; does nothing where there is none of that name, as in Spark. */
  withColumnRenamed(existing: string, replacement: string): DataFrame {
    return this.withColumnsRenamed({ [existing]: replacement });
  }
  withColumnsRenamed(renames: Readonly<Record<string, string>>): DataFrame {
    return this.#next(plan.withColumnsRenamed(this.relation, Object.entries(renames)));
  }
  /** All columns under new names. */
  toDF(...names: readonly string[]): DataFrame {
    return this.#next(plan.toDF(this.relation, names));
  }
  drop(...columns: readonly ColumnOrName[]): DataFrame {
    const names = columns.filter((column) => typeof column === "string");
    const expressions = columns.filter((column) => typeof column !== "string").map(toExpression);
    return this.#next(plan.drop(this.relation, expressions, names));
  }
  groupBy(...keys: readonly ColumnOrName[]): GroupedData {
    return this.#grouped("groupby", keys);
  }
  rollup(...keys: readonly ColumnOrName[]): GroupedData {
    return this.#grouped("rollup", keys);
  }
  cube(...keys: readonly ColumnOrName[]): GroupedData {
    return this.#grouped("cube", keys);
  }
  /** Aggregates all rows into one. */
  agg(...aggregates: readonly [Column, ...Column[]]): DataFrame {
    return this.groupBy().agg(...aggregates);
  }
  orderBy(...keys: readonly ColumnOrName[]): DataFrame {
    return this.#next(plan.sort(this.relation, keys.map(toExpression), true));
  }
  sort(...keys: readonly ColumnOrName[]): DataFrame {
    return this.orderBy(...keys);
  }
  sortWithinPartitions(...keys: readonly ColumnOrName[]): DataFrame {
    return this.#next(plan.sort(this.relation, keys.map(toExpression), false));
  }
  /** At most the first `rows` rows. */
  limit(rows: number): DataFrame {
    return this.#next(plan.limit(this.relation, rowNumber("limit", rows)));
  }
  /** All but the first `rows` rows. */
  offset(rows: number): DataFrame {
    return this.#next(plan.offset(this.relation, rowNumber("offset", rows)));
  }
  /**
   * Joins on a column name, several names, or a condition.
   *
   * @throws {ArgumentError} the join type is unknown
   */
  join(
    other: DataFrame,
    on?: string | readonly string[] | Column,
    how: JoinType = "inner",
  ): DataFrame {
    const type = plan.joinTypeOf(how);
    if (type === undefined) {
      throw new ArgumentError("how", `Join type ${JSON.stringify(how)} is unknown.`);
    }
    const condition =
      on === undefined
        ? {}
        : on instanceof Column
          ? { condition: on.expression }
          : { usingColumns: typeof on === "string" ? [on] : on };
    return this.#next(plan.join(this.relation, other.relation, type, condition));
  }
  crossJoin(other: DataFrame): DataFrame {
    return this.join(other, undefined, "cross");
  }
  /** Both DataFrames' rows, duplicates kept, columns matched by position. */
  union(other: DataFrame): DataFrame {
    return this.#setOperation("union", other, { isAll: true });
  }
  unionAll(other: DataFrame): DataFrame {
    return this.union(other);
  }
  unionByName(
    other: DataFrame,
    options: { readonly allowMissingColumns?: boolean } = {},
  ): DataFrame {
    return this.#setOperation("union", other, { isAll: true, byName: true, ...options });
  }
  intersect(other: DataFrame): DataFrame {
    return this.#setOperation("intersect", other, { isAll: false });
  }
  intersectAll(other: DataFrame): DataFrame {
    return this.#setOperation("intersect", other, { isAll: true });
  }
  subtract(other: DataFrame): DataFrame {
    return this.#setOperation("except", other, { isAll: false });
  }
  exceptAll(other: DataFrame): DataFrame {
    return this.#setOperation("except", other, { isAll: true });
  }
  distinct(): DataFrame {
    return this.dropDuplicates();
  }
  /** One row for each value of these columns, or of all columns. */
  dropDuplicates(...columns: readonly string[]): DataFrame {
    return this.#next(plan.deduplicate(this.relation, columns, false));
  }
  dropDuplicatesWithinWatermark(...columns: readonly string[]): DataFrame {
    return this.#next(plan.deduplicate(this.relation, columns, true));
  }
  alias(name: string): DataFrame {
    return this.#next(plan.subqueryAlias(this.relation, name));
  }
  /** Spreads the rows anew over so many partitions, or by the values of columns. */
  repartition(numPartitions: number, ...columns: readonly ColumnOrName[]): DataFrame {
    return this.#next(
      columns.length === 0
        ? plan.repartition(this.relation, numPartitions, true)
        : plan.repartitionByExpression(this.relation, columns.map(toExpression), numPartitions),
    );
  }
  coalesce(numPartitions: number): DataFrame {
    return this.#next(plan.repartition(this.relation, numPartitions, false));
  }
  /** How late events may come: `withWatermark("time", "10 minutes")`. */
  withWatermark(eventTime: string, delayThreshold: string): DataFrame {
    return this.#next(plan.withWatermark(this.relation, eventTime, delayThreshold));
  }
  /**
   * Computes aggregates of the rows on their way, at no extra pass. A streaming query reports them for
   * each batch: `progress.observedMetrics[name]`.
   *
   * @throws {ArgumentError} the name is empty
   */
  observe(name: string, ...metrics: readonly [Column, ...Column[]]): DataFrame {
    // Callers without types pass anything.
    if (name.trim() === "" || (metrics as readonly Column[]).length === 0) {
      throw new ArgumentError("observe", "observe() takes a name and at least one aggregate.");
    }
    return this.#next(plan.collectMetrics(this.relation, name, metrics.map(toExpression)));
  }
  /** Advises the optimizer: `hint("broadcast")`, `hint("repartition", 10, col("id"))`. */
  hint(name: string, ...parameters: readonly unknown[]): DataFrame {
    return this.#next(plan.hint(this.relation, name, parameters.map(expressionOf)));
  }
  /** Passes this DataFrame through a function, for chains. */
  transform<A extends readonly unknown[]>(
    apply: (df: DataFrame, ...args: A) => DataFrame,
    ...args: A
  ): DataFrame {
    return apply(this, ...args);
  }

  // ── Actions ──────────────────────────────────────────────────────────────────────────────────

  /**
   * All rows, in memory: plain objects by column name, or arrays with `rowMode: "array"`.
   *
   * @throws {DecodeError} a column's type or name cannot be decoded as asked without loss
   */
  async collect<O extends CollectOptions = CollectOptions>(options?: O): Promise<RowOf<O>[]> {
    const all: RowOf<O>[] = [];
    for await (const rows of this.#rowBatches(options)) {
      for (const row of rows) all.push(row);
    }
    return all;
  }
  /** The rows one by one as they arrive; a consumer that is slow holds the server back. */
  async *toLocalIterator<O extends CollectOptions = CollectOptions>(
    options?: O,
  ): AsyncGenerator<RowOf<O>, void, undefined> {
    for await (const rows of this.#rowBatches(options)) yield* rows;
  }
  /** The whole result as an apache-arrow Table. */
  async toArrow(options: CallOptions = {}): Promise<Table> {
    const streams: Uint8Array[] = [];
    for await (const { ipcStream } of this.#context.connection.batches(this.#plan(), options)) {
      streams.push(ipcStream);
    }
    return toTable(streams, streams.length === 0 ? await this.schema(options) : undefined);
  }
  /** The result's Arrow record batches as they arrive. */
  async *toArrowBatches(options: CallOptions = {}): AsyncGenerator<RecordBatch, void, undefined> {
    for await (const batch of this.#context.connection.batches(this.#plan(), options)) {
      yield* toRecordBatches(batch.ipcStream);
    }
  }
  /**
   * Number of rows.
   *
   * @throws {ArgumentError} there are more than a number can count exactly, 2^53
   */
  count(options: CallOptions = {}): Promise<number> {
    return countRows(this.#context.connection, this.relation, options);
  }
  /** The first row, or undefined where there is none. */
  async first<O extends CollectOptions = CollectOptions>(
    options?: O,
  ): Promise<RowOf<O> | undefined> {
    return (await this.take(1, options))[0];
  }
  /** The first row, or the first `rows` rows. */
  head(): Promise<ObjectRow | undefined>;
  head<O extends CollectOptions = CollectOptions>(rows: number, options?: O): Promise<RowOf<O>[]>;
  head(rows?: number, options?: CollectOptions): Promise<Row | undefined | Row[]> {
    return rows === undefined ? this.first() : this.take(rows, options);
  }
  take<O extends CollectOptions = CollectOptions>(rows: number, options?: O): Promise<RowOf<O>[]> {
    return this.limit(rows).collect(options);
  }
  /** The last `rows` rows. */
  tail<O extends CollectOptions = CollectOptions>(rows: number, options?: O): Promise<RowOf<O>[]> {
    return this.#next(plan.tail(this.relation, rowNumber("tail", rows))).collect(options);
  }
  async isEmpty(options: CallOptions = {}): Promise<boolean> {
    return (await this.select().take(1, { signal: options.signal, rowMode: "array" })).length === 0;
  }
  /** The text Spark's own show() prints. */
  showString(options: ShowOptions = {}): Promise<string> {
    return shownText(this.#context.connection, this.relation, options);
  }
  /** Prints the first rows as a table on standard output. */
  async show(options: ShowOptions = {}): Promise<void> {
    process.stdout.write(`${await this.showString(options)}\n`);
  }
  schema(options: CallOptions = {}): Promise<StructType> {
    return schemaOf(this.#context.connection, this.relation, options);
  }
  /** The columns' names. */
  async columns(options: CallOptions = {}): Promise<string[]> {
    return (await this.schema(options)).fieldNames;
  }
  /** The columns' names and types, as `bigint` or `array<string>`. */
  async dtypes(options: CallOptions = {}): Promise<[name: string, type: string][]> {
    const { fields } = await this.schema(options);
    return fields.map((field) => [field.name, simpleString(field.dataType)]);
  }
  /** Prints the schema as a tree on standard output. */
  async printSchema(options: CallOptions = {}): Promise<void> {
    process.stdout.write(`${(await this.schema(options)).treeString()}\n`);
  }
  isStreaming(options: CallOptions = {}): Promise<boolean> {
    return isStreaming(this.#context.connection, this.relation, options);
  }
  /** The text Spark's own explain() prints. */
  explainString(mode: ExplainMode = "simple", options: CallOptions = {}): Promise<string> {
    return explainString(this.#context.connection, this.relation, mode, options);
  }
  /** Prints the plan on standard output. */
  async explain(mode: ExplainMode = "simple", options: CallOptions = {}): Promise<void> {
    process.stdout.write(`${await this.explainString(mode, options)}\n`);
  }
  /** Has the server keep the rows it computes for this query; the same as persist(). */
  cache(options: CallOptions = {}): Promise<this> {
    return this.persist(StorageLevel.MEMORY_AND_DISK_DESER, options);
  }
  /**
   * Has the server keep the rows that the first action computes, for later queries with the same
   * plan, of any session, until unpersist(). The plan is all they are found by, and each call has it made anew: one with
   * `uuid()`, or `rand()` without a seed, never finds them. For those there is localCheckpoint().
   */
  async persist(
    level: StorageLevel = StorageLevel.MEMORY_AND_DISK_DESER,
    options: CallOptions = {},
  ): Promise<this> {
    await persist(this.#context.connection, this.relation, level, options);
    return this;
  }
  /** Lets go of the rows; `blocking` waits until their memory is free. */
  async unpersist(options: { readonly blocking?: boolean } & CallOptions = {}): Promise<this> {
    await unpersist(this.#context.connection, this.relation, options);
    return this;
  }
  /** Where the rows are kept; `StorageLevel.NONE` where they are not. */
  storageLevel(options: CallOptions = {}): Promise<StorageLevel> {
    return storageLevelOf(this.#context.connection, this.relation, options);
  }
  /**
   * The rows as they are now, cut off from what they were computed from, in the server's checkpoint
   * directory. They are kept while this DataFrame or one made of it is reachable here.
   *
   * @param options.eager computes them now, the default; else the first action does
   * @throws {SparkException} the server has no checkpoint directory (`spark.checkpoint.dir`)
   */
  checkpoint(options: { readonly eager?: boolean } & CallOptions = {}): Promise<DataFrame> {
    const how = { local: false, eager: options.eager ?? true };
    return checkpointed(this.#context, this.relation, how, options);
  }
  /** Like checkpoint(), on the executors' own storage: quicker, and lost with an executor. */
  localCheckpoint(
    options: {
      readonly eager?: boolean;
      readonly storageLevel?: StorageLevel | undefined;
    } & CallOptions = {},
  ): Promise<DataFrame> {
    const { eager = true, storageLevel } = options;
    const how = { local: true, eager, storageLevel };
    return checkpointed(this.#context, this.relation, how, options);
  }
  /** Names this query for SQL in this session; fails where the name is taken. */
  async createTempView(name: string, options: CallOptions = {}): Promise<void> {
    await this.#createView(name, { isGlobal: false, replace: false }, options);
  }
  async createOrReplaceTempView(name: string, options: CallOptions = {}): Promise<void> {
    await this.#createView(name, { isGlobal: false, replace: true }, options);
  }
  /** Names this query for all sessions, under `global_temp`. */
  async createGlobalTempView(name: string, options: CallOptions = {}): Promise<void> {
    await this.#createView(name, { isGlobal: true, replace: false }, options);
  }
  async createOrReplaceGlobalTempView(name: string, options: CallOptions = {}): Promise<void> {
    await this.#createView(name, { isGlobal: true, replace: true }, options);
  }
  /** Writes the rows: `df.write.format("delta").mode("append").save(path)`. */
  get write(): DataFrameWriter {
    return new DataFrameWriter(this.#context.connection, this.relation);
  }
  /** Starts a streaming query on the rows: `df.writeStream.format("delta").start(path)`. */
  get writeStream(): DataStreamWriter {
    return this.#context.create.dataStreamWriter(this.#context, this.relation);
  }

  #rowBatches<O extends CollectOptions>(
    options: O | undefined,
  ): AsyncGenerator<RowOf<O>[], void, undefined> {
    // The decoder makes the kind of rows that the options ask for.
    return this.#context.connection.rowBatches(this.#plan(), options) as AsyncGenerator<
      RowOf<O>[],
      void,
      undefined
    >;
  }
  #plan(): Plan {
    return queryPlan(this.relation);
  }
  #next(body: RelationBody): DataFrame {
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }
  #grouped(type: "groupby" | "rollup" | "cube", keys: readonly ColumnOrName[]): GroupedData {
    const grouping = { type, keys: keys.map(toExpression) };
    return new GroupedData(this.#context, this.relation, grouping);
  }
  #setOperation(
    kind: "union" | "intersect" | "except",
    other: DataFrame,
    options: Parameters<typeof plan.setOperation>[3],
  ): DataFrame {
    return this.#next(plan.setOperation(kind, this.relation, other.relation, options));
  }
  async #createView(
    name: string,
    kind: { readonly isGlobal: boolean; readonly replace: boolean },
    options: CallOptions,
  ): Promise<void> {
    await this.#context.connection.run(createView(this.relation, name, kind), options);
  }
}

function rowNumber(argument: string, rows: number): number {
  if (!Number.isInteger(rows) || rows < 0 || rows > 2 ** 31 - 1) {
    throw new ArgumentError(argument, `${argument} must be an integer from 0 to 2147483647.`);
  }
  return rows;
}
