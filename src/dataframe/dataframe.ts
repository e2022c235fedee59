import type { RecordBatch, Table } from "apache-arrow";
import { resolveDecodeOptions, type DecodeOptions } from "../arrow/decode/decode-options.js";
import { ArgumentError } from "../errors.js";
import { checkMethods } from "../option-check.js";
import { DATAFRAME_RULES } from "./dataframe-options.js";
import { createView, queryPlan, type Plan } from "../plan/command.js";
import type { ExplainMode } from "../plan/explain.js";
import {
  alias,
  call,
  columnReference,
  columnRegex,
  expressionString,
  metadataAttribute,
  type Expression,
} from "../plan/expression.js";
import { zip } from "../plan/joins.js";
import { observe } from "../plan/observers.js";
import { planTree } from "../plan/plan-tree.js";
import * as plan from "../plan/relation.js";
import type { Grouping, Relation, RelationBody } from "../plan/relation.js";
import { toSchema, transpose, unpivot, withMetadata } from "../plan/reshape.js";
import { statDescribe, statSummary } from "../plan/statistics.js";
import { RelationHolder, subquery, type Subquery } from "../plan/subquery.js";
import { factsOf } from "../plan/relation-facts.js";
import type { ExecutionInfo } from "../plan/execution-info.js";
import type { DataStreamWriter, SessionContext, SparkSession } from "./session-context.js";
import type { CallOptions } from "../connection/call-options.js";
import { simpleString } from "../types/ddl.js";
import { jsonText } from "../types/json-text.js";
import type { ArrayRow, ObjectRow, Row } from "../types/row.js";
import type { RowOfSchema } from "../types/row-of-schema.js";
import type { StandardSchemaOutput, StandardSchema } from "../types/standard-schema.js";
import type { Metadata, StructField, StructType } from "../types/struct-type.js";
import {
  explainString,
  inputFiles,
  isLocal,
  isStreaming,
  sameSemantics,
  schemaOf,
  semanticHash,
} from "./actions/analysis.js";
import { checkpointed, persist, storageLevelOf, unpersist } from "./actions/caching.js";
import { Column, type ColumnOrName } from "./column.js";
import {
  checkedExpression,
  listed,
  toExpressions,
  type ColumnList,
  type NameList,
} from "./column-list.js";
import {
  DataFrameNaFunctions,
  type DropNaOptions,
  type FillValue,
  type Replacements,
  type ReplaceValue,
} from "./dataframe-na-functions.js";
import { DataFrameStatFunctions, type Fractions } from "./dataframe-stat-functions.js";
import { DataFrameWriter } from "./read-write/dataframe-writer.js";
import { checkedInteger, checkedNames } from "./derived.js";
import { DataFrameWriterV2 } from "./read-write/dataframe-writer-v2.js";
import { Dataset } from "./dataset.js";
import { GroupedData, type Aggregates } from "./grouped-data.js";
import { hintParameters, type HintParameter } from "./hint-parameters.js";
import {
  join,
  joinAsOf,
  lateralJoin,
  nearestByJoin,
  type JoinAsOfOptions,
  type JoinOn,
  type JoinType,
  type NearestByOptions,
} from "./joins.js";
import { MergeIntoWriter } from "./read-write/merge-into-writer.js";
import type { Observation } from "./actions/observation.js";
import { repartitioned, repartitionedById, repartitionedByRange } from "./partitions.js";
import { mappedPartitions, type MapInPythonOptions } from "./python/python-maps.js";
import { collectColumns } from "./actions/result-columns.js";
import { sampled, splits, type SampleOptions } from "./sampling.js";
import { countRows, shownText, type ShowOptions } from "./actions/single-value.js";
import { sortExpressions, type SortKeys } from "./sort-keys.js";
import { StorageLevel } from "./storage-level.js";
import { TableArg } from "./table-arg.js";

/** How to decode rows, and the signal that aborts the call. */
export type CollectOptions = DecodeOptions & CallOptions;

/** Options that keep every value in its default form. */
interface DefaultForms extends CallOptions {
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
export type ColumnOptions = Omit<DecodeOptions, "rowMode"> & CallOptions;

/** The columns of rows of type `R`: one array of values for each name. */
export type ColumnsOf<R> = { [Name in keyof R]: R[Name][] };

/**
 * An immutable query over data on the server. Transformations return a new DataFrame at once, without
 * using the network. Actions run the query: they are async and accept an abort signal.
 *
 * `R` is the type of the rows, where TypeScript knows it from a schema ({@link RowOfSchema}). Methods
 * that do not change rows keep it; all others return rows of type ObjectRow.
 */
export class DataFrame<out R extends ObjectRow = ObjectRow> extends RelationHolder {
  readonly #context: SessionContext;

  /** @internal Use spark.sql(), spark.read, spark.range() … */
  constructor(context: SessionContext, relation: Relation) {
    super(relation);
    this.#context = context;
  }

  /** @internal */
  contains(values: readonly Expression[]): Expression {
    this.#require("isin() with a DataFrame", 4, 1);
    return subquery(this.#asSubquery(), { kind: "in", values });
  }

  get sparkSession(): SparkSession {
    return this.#context.session();
  }

  // ── Transformations ──────────────────────────────────────────────────────────────────────────

  /** A column bound to this DataFrame, so that it is not ambiguous in a join. */
  col(name: string): Column {
    return new Column(columnReference(name, this.relation.common?.planId));
  }
  /** The columns with names that match a Java regular expression, written in backticks. */
  colRegex(pattern: string): Column {
    return new Column(columnRegex(pattern, this.relation.common?.planId));
  }
  /** A column that the data source offers in addition to its schema, such as `_metadata` of files. */
  metadataColumn(name: string): Column {
    return new Column(metadataAttribute(name, this.relation.common?.planId));
  }
  select(...columns: ColumnList): DataFrame {
    return this.#next(plan.project(this.relation, toExpressions(columns)));
  }
  /** Columns as SQL text: `selectExpr("id", "upper(name) AS name")`. */
  selectExpr(...expressions: NameList): DataFrame {
    const texts = checkedNames("selectExpr", listed<string>(expressions));
    return this.#next(plan.project(this.relation, texts.map(expressionString)));
  }
  /** Keeps the rows where the condition, a Column or SQL text, is true. */
  filter(condition: ColumnOrName): DataFrame<R> {
    const expression =
      typeof condition === "string"
        ? expressionString(condition)
        : checkedExpression(condition, "condition");
    return this.#next(plan.filter(this.relation, expression));
  }
  where(condition: ColumnOrName): DataFrame<R> {
    return this.filter(condition);
  }
  /** Adds a column, or replaces the column of the same name. */
  withColumn(name: string, column: Column): DataFrame {
    return this.withColumns({ [name]: column });
  }
  withColumns(columns: Readonly<Record<string, Column>>): DataFrame {
    const entries = Object.entries(columns).map(
      ([name, column]) => [name, checkedExpression(column, name)] as const,
    );
    return this.#next(plan.withColumns(this.relation, entries));
  }
  /** Renames a column. Does nothing if the column does not exist, as in Spark. */
  withColumnRenamed(existing: string, replacement: string): DataFrame {
    return this.withColumnsRenamed({ [existing]: replacement });
  }
  withColumnsRenamed(renames: Readonly<Record<string, string>>): DataFrame {
    return this.#next(plan.withColumnsRenamed(this.relation, Object.entries(renames)));
  }
  /** Sets a column's metadata: free-form JSON that the schema keeps. */
  withMetadata(name: string, metadata: Metadata): DataFrame<R> {
    const column = this.col(name).expression;
    return this.#next(withMetadata(this.relation, name, column, jsonText("metadata", metadata)));
  }
  /**
   * Selects the schema's columns by name, in its order, as its types. Fails if a value could be lost.
   */
  to<F extends StructField>(schema: StructType<F>): DataFrame<RowOfSchema<StructType<F>>> {
    return this.#next(toSchema(this.relation, schema));
  }
  /** Renames all columns. */
  toDF(...names: readonly string[]): DataFrame {
    return this.#next(plan.toDF(this.relation, names));
  }
  /** Drops columns. Names that do not exist are ignored. */
  drop(...columns: ColumnList): DataFrame {
    const all = listed<ColumnOrName>(columns);
    const names = all.filter((column) => typeof column === "string");
    const expressions = toExpressions(all.filter((column) => typeof column !== "string"));
    return this.#next(plan.drop(this.relation, expressions, names));
  }
  groupBy(...keys: ColumnList): GroupedData {
    return this.#grouped({ type: "groupby", keys: toExpressions(keys) });
  }
  groupby(...keys: ColumnList): GroupedData {
    return this.groupBy(...keys);
  }
  /** Groups by all keys, then by all but the last, and so on. A key that is left out is null. */
  rollup(...keys: ColumnList): GroupedData {
    return this.#grouped({ type: "rollup", keys: toExpressions(keys) });
  }
  /** Groups by each subset of the keys. */
  cube(...keys: ColumnList): GroupedData {
    return this.#grouped({ type: "cube", keys: toExpressions(keys) });
  }
  /** Groups by each of these sets of columns. `keys` are the key columns of the result. */
  groupingSets(
    sets: readonly (readonly ColumnOrName[])[],
    ...keys: readonly ColumnOrName[]
  ): GroupedData {
    return this.#grouped({
      type: "groupingSets",
      keys: toExpressions(keys),
      sets: sets.map((set) => toExpressions(set, "sets")),
    });
  }
  /** Aggregates all rows into one row: `agg(sum("total"))`, or function names by column: `agg({ total: "sum" })`. */
  agg(...aggregates: Aggregates): DataFrame {
    return this.groupBy().agg(...aggregates);
  }
  /** Sorts by these columns: `orderBy("city", col("total").desc())`, `orderBy("t", { ascending: false })`. */
  orderBy(...keys: SortKeys): DataFrame<R> {
    return this.#next(plan.sort(this.relation, sortExpressions(keys), true));
  }
  sort(...keys: SortKeys): DataFrame<R> {
    return this.orderBy(...keys);
  }
  /** Like orderBy(), but sorts each partition separately. */
  sortWithinPartitions(...keys: SortKeys): DataFrame<R> {
    return this.#next(plan.sort(this.relation, sortExpressions(keys), false));
  }
  /** Keeps at most the first `rows` rows. */
  limit(rows: number): DataFrame<R> {
    return this.#next(plan.limit(this.relation, checkedInteger("limit", rows, 0)));
  }
  /** Skips the first `rows` rows. */
  offset(rows: number): DataFrame<R> {
    return this.#next(plan.offset(this.relation, checkedInteger("offset", rows, 0)));
  }
  /**
   * Joins on one or more column names, or on one or more conditions that must all be true.
   *
   * @throws {ArgumentError} the join type is unknown, or `other` belongs to another session
   */
  join(other: DataFrame, on?: JoinOn, how: JoinType = "inner"): DataFrame {
    return this.#next(join(this.relation, this.#beside(other), on, how));
  }
  /**
   * Joins each row with a DataFrame that refers to the row's columns through `outer()`.
   *
   * @throws {ArgumentError} the join type is not inner, left, left_outer or cross
   */
  lateralJoin(other: DataFrame, on?: Column, how: JoinType = "inner"): DataFrame {
    return this.#next(lateralJoin(this.relation, this.#beside(other), on, how));
  }
  /** Joins each row with the nearest row of the other DataFrame, for example the nearest in time. */
  joinAsOf(
    other: DataFrame,
    leftAsOf: ColumnOrName,
    rightAsOf: ColumnOrName,
    options: JoinAsOfOptions = {},
  ): DataFrame {
    this.#beside(other);
    return this.#next(joinAsOf(this, other, leftAsOf, rightAsOf, options));
  }
  /**
   * Joins each row with the best-ranked rows of the other DataFrame. `ranking` may use columns of both.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   */
  nearestByJoin(other: DataFrame, ranking: Column, options: NearestByOptions): DataFrame {
    this.#require("nearestByJoin()", 4, 2);
    return this.#next(nearestByJoin(this.relation, this.#beside(other), ranking, options));
  }
  /**
   * Puts the columns of two DataFrames side by side. Both must derive from one DataFrame by select() or
   * a similar method.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.3
   */
  zip(other: DataFrame): DataFrame {
    this.#require("zip()", 4, 3);
    return this.#next(zip(this.relation, this.#beside(other)));
  }
  crossJoin(other: DataFrame): DataFrame {
    return this.join(other, undefined, "cross");
  }
  /** Appends the other DataFrame's rows. Keeps duplicates, and matches columns by position, not by name. */
  union(other: DataFrame<R>): DataFrame<R>;
  union(other: DataFrame): DataFrame;
  union(other: DataFrame): DataFrame {
    return this.#setOperation("union", other, { isAll: true });
  }
  unionAll(other: DataFrame<R>): DataFrame<R>;
  unionAll(other: DataFrame): DataFrame;
  unionAll(other: DataFrame): DataFrame {
    return this.union(other);
  }
  unionByName(
    other: DataFrame<R>,
    options?: { readonly allowMissingColumns?: boolean },
  ): DataFrame<R>;
  unionByName(other: DataFrame, options?: { readonly allowMissingColumns?: boolean }): DataFrame;
  unionByName(
    other: DataFrame,
    options: { readonly allowMissingColumns?: boolean } = {},
  ): DataFrame {
    return this.#setOperation("union", other, { isAll: true, byName: true, ...options });
  }
  intersect(other: DataFrame<R>): DataFrame<R>;
  intersect(other: DataFrame): DataFrame;
  intersect(other: DataFrame): DataFrame {
    return this.#setOperation("intersect", other, { isAll: false });
  }
  intersectAll(other: DataFrame<R>): DataFrame<R>;
  intersectAll(other: DataFrame): DataFrame;
  intersectAll(other: DataFrame): DataFrame {
    return this.#setOperation("intersect", other, { isAll: true });
  }
  subtract(other: DataFrame): DataFrame<R> {
    return this.#setOperation("except", other, { isAll: false });
  }
  exceptAll(other: DataFrame): DataFrame<R> {
    return this.#setOperation("except", other, { isAll: true });
  }
  /** This DataFrame's single value as a Column of another query, which fails if there are several rows. */
  scalar(): Column {
    return new Column(subquery(this.#asSubquery(), { kind: "scalar" }));
  }
  /** Whether this DataFrame has rows, as a boolean Column for filter() of another query. */
  exists(): Column {
    return new Column(subquery(this.#asSubquery(), { kind: "exists" }));
  }
  /** This DataFrame as an argument of a table function. */
  asTable(): TableArg {
    return new TableArg(this.#asSubquery());
  }
  distinct(): DataFrame<R> {
    return this.dropDuplicates();
  }
  /** Keeps one row for each distinct combination of values in these columns. Default: all columns. */
  dropDuplicates(...columns: NameList): DataFrame<R> {
    return this.#deduplicated(columns, false);
  }
  /** Like dropDuplicates(), for streams: Spark forgets values that are older than the watermark. */
  dropDuplicatesWithinWatermark(...columns: NameList): DataFrame<R> {
    return this.#deduplicated(columns, true);
  }
  alias(name: string): DataFrame<R> {
    return this.#next(plan.subqueryAlias(this.relation, name));
  }
  /** Redistributes the rows over `numPartitions` partitions, by the values of columns, or both. */
  repartition(numPartitions: number, ...columns: ColumnList): DataFrame<R>;
  repartition(...columns: ColumnList): DataFrame<R>;
  repartition(...args: readonly [number, ...ColumnList] | ColumnList): DataFrame<R> {
    return this.#next(repartitioned(this.relation, args));
  }
  /** Redistributes the rows by ranges of column values. Spark samples the rows to find the ranges. */
  repartitionByRange(
    numPartitions: number,
    ...columns: readonly [ColumnOrName, ...ColumnOrName[]]
  ): DataFrame<R>;
  repartitionByRange(...columns: readonly [ColumnOrName, ...ColumnOrName[]]): DataFrame<R>;
  repartitionByRange(...args: readonly [number, ...ColumnList] | ColumnList): DataFrame<R> {
    return this.#next(repartitionedByRange(this.relation, args));
  }
  /**
   * Moves each row to the partition with the number that a column holds.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1
   */
  repartitionById(numPartitions: number, partitionId: ColumnOrName): DataFrame<R> {
    this.#require("repartitionById()", 4, 1);
    return this.#next(repartitionedById(this.relation, numPartitions, partitionId));
  }
  /** Merges partitions until `numPartitions` remain, without a shuffle. */
  coalesce(numPartitions: number): DataFrame<R> {
    const fewer = checkedInteger("numPartitions", numPartitions, 1);
    return this.#next(plan.repartition(this.relation, fewer, false));
  }
  /** Adds a column of row numbers, from 0 without gaps, in the order of the partitions. */
  zipWithIndex(name: string = "index"): DataFrame {
    this.#require("zipWithIndex()", 4, 2);
    const index = alias(call("distributed_sequence_id", []), [name]);
    return this.#next(plan.project(this.relation, [columnReference("*"), index]));
  }
  /** Each row as JSON text, in a column `value`. */
  toJSON(): DataFrame {
    const json = call("to_json", [call("struct", [columnReference("*")])]);
    return this.#next(plan.project(this.relation, [alias(json, ["value"])]));
  }
  /** Samples about this fraction of the rows. */
  sample(fraction: number, options: SampleOptions = {}): DataFrame<R> {
    return this.#next(sampled(this.relation, fraction, options));
  }
  /** Samples a fraction of the rows for each value of a column. */
  sampleBy(column: ColumnOrName, fractions: Fractions, seed?: number | bigint): DataFrame {
    return this.stat.sampleBy(column, fractions, seed);
  }
  /** Splits the rows at random by these weights. Each row is in exactly one part. */
  randomSplit(weights: readonly number[], seed?: number | bigint): DataFrame<R>[] {
    return splits(this.relation, weights, seed).map((body) => this.#next(body));
  }
  /**
   * Turns columns into rows: one row for each column of `values`, with its name and its value.
   *
   * @param values default: all columns but the ids
   */
  unpivot(
    ids: ColumnOrName | readonly ColumnOrName[],
    values: ColumnOrName | readonly ColumnOrName[] | undefined,
    variableColumnName: string,
    valueColumnName: string,
  ): DataFrame {
    const kept = toExpressions([ids].flat(), "ids");
    const turned = values === undefined ? undefined : toExpressions([values].flat(), "values");
    return this.#next(unpivot(this.relation, kept, turned, variableColumnName, valueColumnName));
  }
  melt(...args: Parameters<DataFrame["unpivot"]>): DataFrame {
    return this.unpivot(...args);
  }
  /** Swaps rows and columns: one column for each value of the index column. Default: the first column. */
  transpose(indexColumn?: ColumnOrName): DataFrame {
    const index = indexColumn === undefined ? [] : toExpressions([indexColumn], "indexColumn");
    return this.#next(transpose(this.relation, index));
  }
  /** Count, mean, standard deviation, minimum and maximum of these columns. Default: all columns. */
  describe(...columns: NameList): DataFrame {
    const names = checkedNames("describe", listed<string>(columns));
    return this.#next(statDescribe(this.relation, names));
  }
  /** The named statistics of all columns, such as `"75%"`. Default: those of describe() and the quartiles. */
  summary(...statistics: NameList): DataFrame {
    const names = checkedNames("summary", listed<string>(statistics));
    return this.#next(statSummary(this.relation, names));
  }
  /** Methods for missing values. */
  get na(): DataFrameNaFunctions {
    return new DataFrameNaFunctions(this.#context, this.relation);
  }
  /** Statistics of columns. */
  get stat(): DataFrameStatFunctions {
    return new DataFrameStatFunctions(this.#context, this.relation);
  }
  /** Drops rows with a null or NaN in any column, or as the options say. */
  dropna(options: "any" | "all" | DropNaOptions = {}): DataFrame {
    return this.na.drop(options);
  }
  /**
   * Replaces null and NaN in all columns of the value's type. An object has one value for each column.
   *
   * @throws {ArgumentError} a value is not a number, string or boolean
   */
  fillna(value: FillValue, subset?: string | readonly string[]): DataFrame;
  fillna(values: Readonly<Record<string, FillValue>>): DataFrame;
  fillna(...args: readonly unknown[]): DataFrame {
    return this.na.fill(...(args as Parameters<DataFrameNaFunctions["fill"]>));
  }
  /**
   * Replaces values in the columns of their type: `replace("n/a", null)`,
   * `replace([1, 2], [10, 20], "size")`, `replace({ a: "b" })`, `replace(new Map([[1, 2]]))`.
   *
   * @throws {ArgumentError} the values are of different types, or the two lists differ in length
   */
  replace(values: Replacements, subset?: string | readonly string[]): DataFrame;
  replace(
    from: ReplaceValue | readonly ReplaceValue[],
    to: ReplaceValue | null | readonly (ReplaceValue | null)[],
    subset?: string | readonly string[],
  ): DataFrame;
  replace(...args: readonly unknown[]): DataFrame {
    return this.na.replace(...(args as Parameters<DataFrameNaFunctions["replace"]>));
  }
  /** Counts how often the values of two columns occur together. Rows are values of the first, columns of the second. */
  crosstab(column1: string, column2: string): DataFrame {
    return this.stat.crosstab(column1, column2);
  }
  /** Values that occur in more than this fraction of the rows, as arrays; some may occur in fewer. Default: 0.01. */
  freqItems(columns: readonly string[], support?: number): DataFrame {
    return this.stat.freqItems(columns, support);
  }
  /** Sets how late events may arrive: `withWatermark("time", "10 minutes")`. */
  withWatermark(eventTime: string, delayThreshold: string): DataFrame<R> {
    return this.#next(plan.withWatermark(this.relation, eventTime, delayThreshold));
  }
  /**
   * Computes aggregates while a query reads the rows, for an Observation or under a name.
   * A streaming query reports them for each batch: `progress.observedMetrics[name]`.
   *
   * @throws {ArgumentError} the name is empty, no aggregate is given, or the observation is in use already
   */
  observe(to: string | Observation, ...metrics: readonly [Column, ...Column[]]): DataFrame<R> {
    const name = typeof to === "string" ? to : to.name;
    if (name.trim() === "" || (metrics as readonly Column[]).length === 0) {
      throw new ArgumentError("observe", "observe() takes a name and at least one aggregate.");
    }
    const body = plan.collectMetrics(this.relation, name, toExpressions(metrics, "metrics"));
    if (typeof to === "string") return this.#next(body);
    const observer = to.start((options) => this.isStreaming(options));
    const observed: DataFrame<R> = this.#next(body);
    observe(observed.relation, observer);
    return observed;
  }
  /**
   * Advises the optimizer: `hint("broadcast")`, `hint("repartition", 10, col("id"))`.
   *
   * @throws {ArgumentError} a parameter is not a number, string, boolean, Column or array of values
   */
  hint(name: string, ...parameters: readonly HintParameter[]): DataFrame<R> {
    return this.#next(plan.hint(this.relation, name, hintParameters(parameters)));
  }
  /** Calls a function with this DataFrame and returns its result, for use in a chain. */
  transform<A extends readonly unknown[], T extends ObjectRow = ObjectRow>(
    apply: (df: DataFrame<R>, ...args: A) => DataFrame<T>,
    ...args: A
  ): DataFrame<T> {
    return apply(this, ...args);
  }
  /**
   * Calls a Python function once for each partition. The function receives an iterator of
   * pandas.DataFrames, each with some of the rows. It yields pandas.DataFrames of `outputSchema` with
   * any number of rows.
   *
   * Returns a promise, unlike other transformations: it asks the server for the columns, the schema and
   * the workers' Python version. The Python text does not run before the query does.
   *
   * @example
   * ```ts
   * const source = `
   * def adults(frames):
   *     for frame in frames:
   *         yield frame[frame.age >= 18]
   * `;
   * await df.mapInPandas({ source, function: "adults", outputSchema: "name STRING, age BIGINT" });
   * ```
   * @throws {ArgumentError} the schema has no columns, or `function` is not a Python name
   * @throws {ParseException} the schema is not valid DDL
   */
  async mapInPandas(options: MapInPythonOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedPartitions(this.#context, this.relation, "Pandas", options, call);
  }
  /** Like mapInPandas(), with pyarrow.RecordBatches. */
  async mapInArrow(options: MapInPythonOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedPartitions(this.#context, this.relation, "Arrow", options, call);
  }

  /**
   * The rows as a TypeScript schema describes them. The schema comes from any library that follows
   * [Standard Schema](https://standardschema.dev): Zod, Valibot, ArkType … Each row is validated when it is
   * collected. An invalid row is an error; it is never dropped.
   *
   * @throws {ArgumentError} the schema does not follow Standard Schema
   */
  as<S extends StandardSchema>(schema: S): Dataset<StandardSchemaOutput<S>> {
    return new Dataset(this, schema as StandardSchema<StandardSchemaOutput<S>>);
  }

  // ── Actions ──────────────────────────────────────────────────────────────────────────────────

  /**
   * Runs the query and returns all rows: plain objects by column name, or arrays with `rowMode: "array"`.
   *
   * @throws {DecodeError} a column's type or name cannot be decoded without loss under these options
   */
  async collect<O extends CollectOptions = CallOptions>(options?: O): Promise<RowOf<O, R>[]> {
    const all: RowOf<O, R>[] = [];
    for await (const rows of this.#rowBatches(options)) {
      for (const row of rows) all.push(row);
    }
    return all;
  }
  /** Yields the rows one by one as they arrive. A slow consumer slows the server down. */
  toLocalIterator<O extends CollectOptions = CallOptions>(
    options?: O,
  ): AsyncGenerator<RowOf<O, R>, void, undefined> {
    // The decoder makes the row type that the options select.
    return this.#context.connection.rows(this.#plan(), options) as AsyncGenerator<
      RowOf<O, R>,
      void,
      undefined
    >;
  }
  /**
   * Runs the query and returns one array of values for each column, by name. createDataFrame() takes the
   * same shape. Values have the same forms as in rows.
   *
   * @throws {DecodeError} a column's type or name cannot be decoded without loss under these options
   */
  async toColumns<O extends ColumnOptions = CallOptions>(
    options?: O,
  ): Promise<ColumnsOf<RowOf<O, R>>> {
    const { connection } = this.#context;
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
   */
  async toArrow(options: CallOptions = {}): Promise<Table> {
    const { streams, schema } = await this.#arrowStreams(options);
    return this.#context.connection.arrow.toTable(streams, schema);
  }
  /**
   * Runs the query and returns the bytes of one Arrow IPC stream. Every Arrow library reads it: DuckDB, Polars,
   * `tableFromIPC()` of any copy of apache-arrow. Batches stay as Spark sent them: they are compressed if the
   * session sets `spark.sql.execution.arrow.compression.codec`.
   *
   * @throws the signal's reason, when it aborts
   */
  async toArrowIPC(options: CallOptions = {}): Promise<Uint8Array> {
    const { streams, schema } = await this.#arrowStreams(options);
    return this.#context.connection.arrow.joinIpcStreams(streams, schema);
  }
  /** Yields the result's Arrow record batches as they arrive. */
  async *toArrowBatches(options: CallOptions = {}): AsyncGenerator<RecordBatch, void, undefined> {
    const { connection } = this.#context;
    for await (const { ipcStream } of connection.batches(this.#plan(), options)) {
      yield* connection.arrow.toRecordBatches(ipcStream);
    }
  }
  /**
   * Counts the rows.
   *
   * @throws {ArgumentError} there are 2^53 rows or more, which a number cannot hold exactly
   */
  count(options: CallOptions = {}): Promise<number> {
    return countRows(this.#context.connection, this.relation, options);
  }
  /** The first row, or undefined if the result is empty. */
  async first<O extends CollectOptions = CallOptions>(
    options?: O,
  ): Promise<RowOf<O, R> | undefined> {
    return (await this.take(1, options))[0];
  }
  /** The first row, or the first `rows` rows. */
  head(): Promise<R | undefined>;
  head<O extends CollectOptions = CallOptions>(rows: number, options?: O): Promise<RowOf<O, R>[]>;
  head(rows?: number, options?: CollectOptions): Promise<Row | undefined | Row[]> {
    return rows === undefined ? this.first() : this.take(rows, options);
  }
  take<O extends CollectOptions = CallOptions>(rows: number, options?: O): Promise<RowOf<O, R>[]> {
    return this.limit(rows).collect(options);
  }
  /** The last `rows` rows. */
  tail<O extends CollectOptions = CallOptions>(rows: number, options?: O): Promise<RowOf<O, R>[]> {
    const last = plan.tail(this.relation, checkedInteger("tail", rows, 0));
    return this.#next<R>(last).collect(options);
  }
  async isEmpty(options: CallOptions = {}): Promise<boolean> {
    return (await this.select().take(1, { signal: options.signal, rowMode: "array" })).length === 0;
  }
  /** Approximate quantiles of one or more columns, one for each probability from 0 to 1. */
  approxQuantile(
    column: string,
    probabilities: readonly number[],
    relativeError: number,
    options?: CallOptions,
  ): Promise<number[]>;
  approxQuantile(
    columns: readonly string[],
    probabilities: readonly number[],
    relativeError: number,
    options?: CallOptions,
  ): Promise<number[][]>;
  approxQuantile(
    columns: string | readonly string[],
    ...rest: [probabilities: readonly number[], relativeError: number, options?: CallOptions]
  ): Promise<number[] | number[][]> {
    return typeof columns === "string"
      ? this.stat.approxQuantile(columns, ...rest)
      : this.stat.approxQuantile(columns, ...rest);
  }
  /** Pearson's correlation of two columns; NaN if a column is constant. */
  corr(...args: Parameters<DataFrameStatFunctions["corr"]>): Promise<number> {
    return this.stat.corr(...args);
  }
  /** The sample covariance of two columns. */
  cov(...args: Parameters<DataFrameStatFunctions["cov"]>): Promise<number> {
    return this.stat.cov(...args);
  }
  /** The text Spark's own show() prints. */
  showString(options: ShowOptions = {}): Promise<string> {
    return shownText(this.#context.connection, this.relation, options);
  }
  /** Prints the first rows as a table on standard output: `show()`, `show(5, { truncate: false })`. */
  async show(numRows: number | ShowOptions = {}, options: ShowOptions = {}): Promise<void> {
    const asked = typeof numRows === "number" ? { ...options, numRows } : numRows;
    process.stdout.write(`${await this.showString(asked)}\n`);
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
  /** Prints the schema as a tree on standard output, down to `level`. Default: all levels. */
  async printSchema(options: { readonly level?: number } & CallOptions = {}): Promise<void> {
    process.stdout.write(
      `${(await this.schema({ signal: options.signal })).treeString(options.level)}\n`,
    );
  }
  /** The files that the rows come from, as far as the server knows them. */
  inputFiles(options: CallOptions = {}): Promise<string[]> {
    return inputFiles(this.#context.connection, this.relation, options);
  }
  /** Whether collect() and take() run without an executor. */
  isLocal(options: CallOptions = {}): Promise<boolean> {
    return isLocal(this.#context.connection, this.relation, options);
  }
  /** Whether both plans are the same apart from cosmetic names, and so return the same rows. */
  sameSemantics(other: DataFrame, options: CallOptions = {}): Promise<boolean> {
    const { connection } = this.#context;
    return sameSemantics(connection, this.relation, this.#beside(other), options);
  }
  /** A hash that is equal for plans that sameSemantics() considers the same. */
  semanticHash(options: CallOptions = {}): Promise<number> {
    return semanticHash(this.#context.connection, this.relation, options);
  }
  isStreaming(options: CallOptions = {}): Promise<boolean> {
    return isStreaming(this.#context.connection, this.relation, options);
  }
  /** The text Spark's own explain() prints. */
  explainString(
    mode: ExplainMode | boolean = "simple",
    options: CallOptions = {},
  ): Promise<string> {
    return explainString(this.#context.connection, this.relation, mode, options);
  }
  /** Prints the server's plan on standard output; `true` means `"extended"`. */
  async explain(mode: ExplainMode | boolean = "simple", options: CallOptions = {}): Promise<void> {
    process.stdout.write(`${await this.explainString(mode, options)}\n`);
  }
  /**
   * This DataFrame's plan as a text tree, without using the network. It hides the values of options that
   * may hold credentials, and in SQL text what follows such an option name. It shows values in conditions.
   */
  plan(): string {
    return planTree(this.relation, this.#context.connection.sources.hiddenNames());
  }
  /** What Spark reported besides the rows for the last collect(), toArrow() or write of this DataFrame. */
  get executionInfo(): ExecutionInfo | undefined {
    return factsOf(this.relation).lastExecution;
  }
  /** The same as persist() with its default level. */
  cache(options: CallOptions = {}): Promise<this> {
    return this.persist(StorageLevel.MEMORY_AND_DISK_DESER, options);
  }
  /**
   * Makes the server keep the rows that the first action computes, until unpersist(). Later queries of
   * any session use them if their plan is the same. A plan with `uuid()`, or with `rand()` without a seed,
   * differs in every call and never matches: use localCheckpoint() instead.
   */
  async persist(
    level: StorageLevel = StorageLevel.MEMORY_AND_DISK_DESER,
    options: CallOptions = {},
  ): Promise<this> {
    await persist(this.#context.connection, this.relation, level, options);
    return this;
  }
  /** Makes the server drop the rows it keeps; `blocking` waits until their memory is free. */
  async unpersist(options: { readonly blocking?: boolean } & CallOptions = {}): Promise<this> {
    await unpersist(this.#context.connection, this.relation, options);
    return this;
  }
  /** Where the server keeps the rows; `StorageLevel.NONE` if it does not keep them. */
  storageLevel(options: CallOptions = {}): Promise<StorageLevel> {
    return storageLevelOf(this.#context.connection, this.relation, options);
  }
  /** Whether the server keeps the rows, after cache() or persist(). */
  async isCached(options: CallOptions = {}): Promise<boolean> {
    return !(await this.storageLevel(options)).equals(StorageLevel.NONE);
  }
  /**
   * Stores the rows in the server's checkpoint directory and cuts off their lineage. The server keeps them
   * while the returned DataFrame, or a DataFrame derived from it, is reachable in this process.
   *
   * @param options.eager true computes the rows now (the default), false in the first action
   * @throws {SparkException} the server has no checkpoint directory (`spark.checkpoint.dir`)
   */
  checkpoint(options: { readonly eager?: boolean } & CallOptions = {}): Promise<DataFrame<R>> {
    const how = { local: false, eager: options.eager ?? true };
    return checkpointed(this.#context, this.relation, how, options);
  }
  /** Like checkpoint(), but on the executors' storage: faster, and lost when an executor is lost. */
  localCheckpoint(
    options: {
      readonly eager?: boolean;
      readonly storageLevel?: StorageLevel | undefined;
    } & CallOptions = {},
  ): Promise<DataFrame<R>> {
    const { eager = true, storageLevel } = options;
    const how = { local: true, eager, storageLevel };
    return checkpointed(this.#context, this.relation, how, options);
  }
  /** Registers this query as a view for SQL in this session. Fails if the view exists. */
  async createTempView(name: string, options: CallOptions = {}): Promise<void> {
    await this.#createView(name, { isGlobal: false, replace: false }, options);
  }
  async createOrReplaceTempView(name: string, options: CallOptions = {}): Promise<void> {
    await this.#createView(name, { isGlobal: false, replace: true }, options);
  }
  /** @deprecated PySpark's old name of createOrReplaceTempView(). */
  registerTempTable(name: string, options: CallOptions = {}): Promise<void> {
    return this.createOrReplaceTempView(name, options);
  }
  /** Registers this query as a view for all sessions, in the database `global_temp`. Fails if the view exists. */
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
    return this.#context.writeStream(this.relation);
  }
  /** Writes the rows to a table of any catalog: `df.writeTo("c.db.t").append()`. */
  writeTo(table: string): DataFrameWriterV2 {
    return new DataFrameWriterV2(this.#context.connection, this.relation, table);
  }
  /** Merges the rows into a table: `df.mergeInto("c.db.t", condition).whenMatched().updateAll()…`. */
  mergeInto(table: string, condition: Column): MergeIntoWriter {
    return new MergeIntoWriter(this.#context.connection, this.relation, table, condition);
  }

  #rowBatches<O extends CollectOptions>(
    options: O | undefined,
  ): AsyncGenerator<RowOf<O, R>[], void, undefined> {
    // The decoder makes the row type that the options select.
    return this.#context.connection.rowBatches(this.#plan(), options) as AsyncGenerator<
      RowOf<O, R>[],
      void,
      undefined
    >;
  }
  async #arrowStreams(
    options: CallOptions,
  ): Promise<{ streams: readonly Uint8Array[]; schema: StructType }> {
    const streams: Uint8Array[] = [];
    let known: StructType | undefined;
    for await (const batch of this.#context.connection.batches(this.#plan(), options)) {
      known ??= batch.schema;
      streams.push(batch.ipcStream);
    }
    return { streams, schema: known ?? (await this.schema(options)) };
  }
  #plan(): Plan {
    return queryPlan(this.relation);
  }
  #next<T extends ObjectRow = ObjectRow>(body: RelationBody): DataFrame<T> {
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }
  #grouped(grouping: Grouping): GroupedData {
    return new GroupedData(this.#context, this.relation, grouping);
  }
  #deduplicated(columns: NameList, withinWatermark: boolean): DataFrame<R> {
    const names = checkedNames("columns", listed<string>(columns));
    return this.#next(plan.deduplicate(this.relation, names, withinWatermark));
  }
  #require(feature: string, major: number, minor: number): void {
    this.#context.connection.version.require(feature, major, minor);
  }
  #asSubquery(): Subquery {
    return { relation: this.relation, session: this.#context.connection };
  }
  /** The relation of a DataFrame that must belong to the same session. */
  #beside(other: DataFrame): Relation {
    if (other.#context.connection === this.#context.connection) return other.relation;
    throw new ArgumentError("other", "The other DataFrame belongs to another session.");
  }
  #setOperation(
    kind: "union" | "intersect" | "except",
    other: DataFrame,
    options: Parameters<typeof plan.setOperation>[3],
  ): DataFrame<R> {
    return this.#next(plan.setOperation(kind, this.relation, this.#beside(other), options));
  }
  async #createView(
    name: string,
    kind: { readonly isGlobal: boolean; readonly replace: boolean },
    options: CallOptions,
  ): Promise<void> {
    await this.#context.connection.run(createView(this.relation, name, kind), options);
  }
}

checkMethods(DataFrame.prototype, DATAFRAME_RULES);
