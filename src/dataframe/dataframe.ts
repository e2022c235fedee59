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

/** How rows are decoded, and the signal that stops the work. */
export type CollectOptions = DecodeOptions & CallOptions;

/** Options that leave each value in the form it has by default. */
interface DefaultForms extends CallOptions {
  readonly rowMode?: "object" | undefined;
  readonly int64?: "bigint" | undefined;
  readonly decimal?: "string" | undefined;
  readonly temporal?: undefined;
}

/**
 * The rows these options give: arrays with `rowMode: "array"`, else objects; of the type `R` where all
 * values have their default forms.
 */
export type RowOf<O extends CollectOptions, R extends ObjectRow = ObjectRow> = O extends {
  readonly rowMode: "array";
}
  ? ArrayRow
  : O extends DefaultForms
    ? R
    : ObjectRow;

/** Options of toColumns(): columns go by name, and so do structs in them. */
export type ColumnOptions = Omit<DecodeOptions, "rowMode"> & CallOptions;

/** The columns of rows: an array of values by each name. */
export type ColumnsOf<R> = { [Name in keyof R]: R[Name][] };

/**
 * A query over data on the server, immutable. Transformations return a new DataFrame at once and
 * touch no network; actions are async, run the query and accept an abort signal.
 *
 * `R` is the rows' type where TypeScript knows it from a schema ({@link RowOfSchema}); what leaves
 * rows as they are keeps it, everything else gives an ObjectRow.
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

  /** This DataFrame's column, tied to it: tells two sides of a join apart. */
  col(name: string): Column {
    return new Column(columnReference(name, this.relation.common?.planId));
  }
  /** The columns of this DataFrame whose names a Java regular expression in backticks matches. */
  colRegex(pattern: string): Column {
    return new Column(columnRegex(pattern, this.relation.common?.planId));
  }
  /** A column that the data source has beside its schema, as `_metadata` of files. */
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
  /** Adds the column, or replaces the one of the same name. */
  withColumn(name: string, column: Column): DataFrame {
    return this.withColumns({ [name]: column });
  }
  withColumns(columns: Readonly<Record<string, Column>>): DataFrame {
    const entries = Object.entries(columns).map(
      ([name, column]) => [name, checkedExpression(column, name)] as const,
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
  /** The column with metadata, free-form JSON that stays in the schema. */
  withMetadata(name: string, metadata: Metadata): DataFrame<R> {
    const column = this.col(name).expression;
    return this.#next(withMetadata(this.relation, name, column, jsonText("metadata", metadata)));
  }
  /**
   * The columns of a schema, found by name, in its order and types. Fails where a value could be lost.
   */
  to<F extends StructField>(schema: StructType<F>): DataFrame<RowOfSchema<StructType<F>>> {
    return this.#next(toSchema(this.relation, schema));
  }
  /** All columns under new names. */
  toDF(...names: readonly string[]): DataFrame {
    return this.#next(plan.toDF(this.relation, names));
  }
  /** Without these columns; a name that there is none of does nothing. */
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
  /** Groups by all keys, by all but the last, and so on to all rows; the others' keys are null. */
  rollup(...keys: ColumnList): GroupedData {
    return this.#grouped({ type: "rollup", keys: toExpressions(keys) });
  }
  /** Groups by each subset of the keys. */
  cube(...keys: ColumnList): GroupedData {
    return this.#grouped({ type: "cube", keys: toExpressions(keys) });
  }
  /** Groups by each of these sets of columns; `keys` are the columns that rows have. */
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
  /** Aggregates all rows into one; by columns, or by one function's name for each column's name. */
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
  /** As orderBy(), each partition by itself. */
  sortWithinPartitions(...keys: SortKeys): DataFrame<R> {
    return this.#next(plan.sort(this.relation, sortExpressions(keys), false));
  }
  /** At most the first `rows` rows. */
  limit(rows: number): DataFrame<R> {
    return this.#next(plan.limit(this.relation, checkedInteger("limit", rows, 0)));
  }
  /** All but the first `rows` rows. */
  offset(rows: number): DataFrame<R> {
    return this.#next(plan.offset(this.relation, checkedInteger("offset", rows, 0)));
  }
  /**
   * Joins on a column name, several names, a condition or several that must all hold.
   *
   * @throws {ArgumentError} the join type is unknown, or the other DataFrame is another session's
   */
  join(other: DataFrame, on?: JoinOn, how: JoinType = "inner"): DataFrame {
    return this.#next(join(this.relation, this.#beside(other), on, how));
  }
  /**
   * Joins each row with a DataFrame that uses its columns, marked by `outer()`.
   *
   * @throws {ArgumentError} the join is not inner, left or cross
   */
  lateralJoin(other: DataFrame, on?: Column, how: JoinType = "inner"): DataFrame {
    return this.#next(lateralJoin(this.relation, this.#beside(other), on, how));
  }
  /** Joins each row with the one row of the other DataFrame that is nearest to it, as in time. */
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
   * Joins each row with the rows of the other DataFrame that rank best by an expression of both.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   */
  nearestByJoin(other: DataFrame, ranking: Column, options: NearestByOptions): DataFrame {
    this.#require("nearestByJoin()", 4, 2);
    return this.#next(nearestByJoin(this.relation, this.#beside(other), ranking, options));
  }
  /**
   * Puts both DataFrames' columns side by side, where both were made of one by select() and the like.
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
  /** Both DataFrames' rows, duplicates kept, columns matched by position, which their types do not show. */
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
  /** This DataFrame's one value as a Column of another query; an error there for several rows. */
  scalar(): Column {
    return new Column(subquery(this.#asSubquery(), { kind: "scalar" }));
  }
  /** Whether this DataFrame has rows, as a Column of another query: a condition for filter(). */
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
  /** One row for each value of these columns, or of all columns. */
  dropDuplicates(...columns: NameList): DataFrame<R> {
    return this.#deduplicated(columns, false);
  }
  /** As dropDuplicates() on a stream, which forgets values once they are later than the watermark. */
  dropDuplicatesWithinWatermark(...columns: NameList): DataFrame<R> {
    return this.#deduplicated(columns, true);
  }
  alias(name: string): DataFrame<R> {
    return this.#next(plan.subqueryAlias(this.relation, name));
  }
  /** Spreads the rows anew over so many partitions, or by the values of columns, or both. */
  repartition(numPartitions: number, ...columns: ColumnList): DataFrame<R>;
  repartition(...columns: ColumnList): DataFrame<R>;
  repartition(...args: readonly [number, ...ColumnList] | ColumnList): DataFrame<R> {
    return this.#next(repartitioned(this.relation, args));
  }
  /** Spreads the rows by ranges of their columns, found by looking at a sample. */
  repartitionByRange(
    numPartitions: number,
    ...columns: readonly [ColumnOrName, ...ColumnOrName[]]
  ): DataFrame<R>;
  repartitionByRange(...columns: readonly [ColumnOrName, ...ColumnOrName[]]): DataFrame<R>;
  repartitionByRange(...args: readonly [number, ...ColumnList] | ColumnList): DataFrame<R> {
    return this.#next(repartitionedByRange(this.relation, args));
  }
  /**
   * Puts each row into the partition whose number a column holds.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1
   */
  repartitionById(numPartitions: number, partitionId: ColumnOrName): DataFrame<R> {
    this.#require("repartitionById()", 4, 1);
    return this.#next(repartitionedById(this.relation, numPartitions, partitionId));
  }
  /** Puts partitions together, without moving rows between the rest, until there are so many. */
  coalesce(numPartitions: number): DataFrame<R> {
    const fewer = checkedInteger("numPartitions", numPartitions, 1);
    return this.#next(plan.repartition(this.relation, fewer, false));
  }
  /** A row with a number, from 0 without a gap, as one more column; the numbers follow the partitions. */
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
  /** About this share of the rows. */
  sample(fraction: number, options: SampleOptions = {}): DataFrame<R> {
    return this.#next(sampled(this.relation, fraction, options));
  }
  /** See {@link DataFrameStatFunctions.sampleBy}: a share of the rows of each value of a column. */
  sampleBy(column: ColumnOrName, fractions: Fractions, seed?: number | bigint): DataFrame {
    return this.stat.sampleBy(column, fractions, seed);
  }
  /** Splits the rows at random by these weights; no row is in two, none is left out. */
  randomSplit(weights: readonly number[], seed?: number | bigint): DataFrame<R>[] {
    return splits(this.relation, weights, seed).map((body) => this.#next(body));
  }
  /**
   * Turns columns into rows: one for each of `values`, its name in one column and its value in another.
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
  /** Rows as columns: a column for each value of the index column, which is the first unless named. */
  transpose(indexColumn?: ColumnOrName): DataFrame {
    const index = indexColumn === undefined ? [] : toExpressions([indexColumn], "indexColumn");
    return this.#next(transpose(this.relation, index));
  }
  /** Count, mean, standard deviation, minimum and maximum of columns, or of all. */
  describe(...columns: NameList): DataFrame {
    const names = checkedNames("describe", listed<string>(columns));
    return this.#next(statDescribe(this.relation, names));
  }
  /** Statistics of all columns: those of describe() and the quartiles, or those named: `"75%"`. */
  summary(...statistics: NameList): DataFrame {
    const names = checkedNames("summary", listed<string>(statistics));
    return this.#next(statSummary(this.relation, names));
  }
  /** Works on missing values. */
  get na(): DataFrameNaFunctions {
    return new DataFrameNaFunctions(this.#context, this.relation);
  }
  /** Statistics of columns. */
  get stat(): DataFrameStatFunctions {
    return new DataFrameStatFunctions(this.#context, this.relation);
  }
  /** Without the rows that have nulls, or NaN: in any column, unless options say otherwise. */
  dropna(options: "any" | "all" | DropNaOptions = {}): DataFrame {
    return this.na.drop(options);
  }
  /**
   * A value instead of nulls, or NaN, in the columns of its kind; or values by column.
   *
   * @throws {ArgumentError} the value is no number, text or boolean
   */
  fillna(value: FillValue, subset?: string | readonly string[]): DataFrame;
  fillna(values: Readonly<Record<string, FillValue>>): DataFrame;
  fillna(...args: readonly unknown[]): DataFrame {
    return this.na.fill(...(args as Parameters<DataFrameNaFunctions["fill"]>));
  }
  /**
   * Values instead of others, in the columns of their kind: `replace("n/a", null)`,
   * `replace([1, 2], [10, 20], "size")`, `replace({ a: "b" })`, `replace(new Map([[1, 2]]))`.
   *
   * @throws {ArgumentError} the values are not of one kind, or not as many as those they replace
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
  /** How often two columns' values come together: a row for each value of one, a column of the other. */
  crosstab(column1: string, column2: string): DataFrame {
    return this.stat.crosstab(column1, column2);
  }
  /** The values that may be in more than this share of the rows, as arrays; some may be in fewer. */
  freqItems(columns: readonly string[], support?: number): DataFrame {
    return this.stat.freqItems(columns, support);
  }
  /** How late events may come: `withWatermark("time", "10 minutes")`. */
  withWatermark(eventTime: string, delayThreshold: string): DataFrame<R> {
    return this.#next(plan.withWatermark(this.relation, eventTime, delayThreshold));
  }
  /**
   * Computes aggregates of the rows on their way, at no extra pass, for an Observation or under a name.
   * A streaming query reports them for each batch: `progress.observedMetrics[name]`.
   *
   * @throws {ArgumentError} the name is empty, or the observation observes another DataFrame
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
   * @throws {ArgumentError} a parameter is no number, text, boolean, Column, or array of values
   */
  hint(name: string, ...parameters: readonly HintParameter[]): DataFrame<R> {
    return this.#next(plan.hint(this.relation, name, hintParameters(parameters)));
  }
  /** Passes this DataFrame through a function, for chains. */
  transform<A extends readonly unknown[], T extends ObjectRow = ObjectRow>(
    apply: (df: DataFrame<R>, ...args: A) => DataFrame<T>,
    ...args: A
  ): DataFrame<T> {
    return apply(this, ...args);
  }
  /**
   * Calls a Python function once for each partition: it is given an iterator of pandas.DataFrames, each with
   * some of the rows, and yields pandas.DataFrames of `outputSchema`, as many rows as it likes.
   *
   * Asks the server for the columns, the schema and its workers' Python version: hence a promise, unlike
   * other transformations. The text itself is first run by the query.
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
   * @throws {ArgumentError} the schema has no columns, or `function` is no Python name
   * @throws {ParseException} the schema is no DDL
   */
  async mapInPandas(options: MapInPythonOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedPartitions(this.#context, this.relation, "Pandas", options, call);
  }
  /** As mapInPandas(), with pyarrow.RecordBatches. */
  async mapInArrow(options: MapInPythonOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedPartitions(this.#context, this.relation, "Arrow", options, call);
  }

  /**
   * The rows as a schema of TypeScript describes them, of any library that follows
   * [Standard Schema](https://standardschema.dev): Zod, Valibot, ArkType … Each row is validated when it is
   * collected, and one that does not validate is an error, never left out.
   *
   * @throws {ArgumentError} the schema is none
   */
  as<S extends StandardSchema>(schema: S): Dataset<StandardSchemaOutput<S>> {
    return new Dataset(this, schema as StandardSchema<StandardSchemaOutput<S>>);
  }

  // ── Actions ──────────────────────────────────────────────────────────────────────────────────

  /**
   * All rows, in memory: plain objects by column name, or arrays with `rowMode: "array"`.
   *
   * @throws {DecodeError} a column's type or name cannot be decoded as asked without loss
   */
  async collect<O extends CollectOptions = CallOptions>(options?: O): Promise<RowOf<O, R>[]> {
    const all: RowOf<O, R>[] = [];
    for await (const rows of this.#rowBatches(options)) {
      for (const row of rows) all.push(row);
    }
    return all;
  }
  /** The rows one by one as they arrive; a consumer that is slow holds the server back. */
  toLocalIterator<O extends CollectOptions = CallOptions>(
    options?: O,
  ): AsyncGenerator<RowOf<O, R>, void, undefined> {
    // The decoder makes the kind of rows that the options ask for.
    return this.#context.connection.rows(this.#plan(), options) as AsyncGenerator<
      RowOf<O, R>,
      void,
      undefined
    >;
  }
  /**
   * All values, in memory, as an array for each column by its name: what createDataFrame() takes too. Values
   * have the forms they have in rows.
   *
   * @throws {DecodeError} a column's type or name cannot be decoded as asked without loss
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
    // The decoder makes the forms that the options ask for.
    return columns as ColumnsOf<RowOf<O, R>>;
  }
  /**
   * The whole result as a Table of the apache-arrow that this package uses. Functions of another copy older than
   * 21.2 cannot read it: use {@link toArrowIPC} there.
   */
  async toArrow(options: CallOptions = {}): Promise<Table> {
    const { streams, schema } = await this.#arrowStreams(options);
    return this.#context.connection.arrow.toTable(streams, schema);
  }
  /**
   * The whole result as the bytes of one Arrow IPC stream, which every Arrow library reads: `tableFromIPC()` of
   * any copy of apache-arrow, DuckDB, Polars, or a file. Batches are as Spark sent them, so they are compressed
   * where the session sets `spark.sql.execution.arrow.compression.codec`.
   *
   * @throws the signal's reason, when it aborts
   */
  async toArrowIPC(options: CallOptions = {}): Promise<Uint8Array> {
    const { streams, schema } = await this.#arrowStreams(options);
    return this.#context.connection.arrow.joinIpcStreams(streams, schema);
  }
  /** The result's Arrow record batches as they arrive. */
  async *toArrowBatches(options: CallOptions = {}): AsyncGenerator<RecordBatch, void, undefined> {
    const { connection } = this.#context;
    for await (const { ipcStream } of connection.batches(this.#plan(), options)) {
      yield* connection.arrow.toRecordBatches(ipcStream);
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
  /** The quantiles of a column, one for each probability; or of several columns. */
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
  /** Pearson's correlation of two columns; NaN where one of them is constant. */
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
  /** Prints the schema as a tree on standard output, so many levels deep; default: all of it. */
  async printSchema(options: { readonly level?: number } & CallOptions = {}): Promise<void> {
    process.stdout.write(
      `${(await this.schema({ signal: options.signal })).treeString(options.level)}\n`,
    );
  }
  /** The files that the rows come from, as far as the server can tell. */
  inputFiles(options: CallOptions = {}): Promise<string[]> {
    return inputFiles(this.#context.connection, this.relation, options);
  }
  /** Whether the rows can be had without an executor. */
  isLocal(options: CallOptions = {}): Promise<boolean> {
    return isLocal(this.#context.connection, this.relation, options);
  }
  /** Whether both have the same plan, but for names that do not matter, and so the same rows. */
  sameSemantics(other: DataFrame, options: CallOptions = {}): Promise<boolean> {
    const { connection } = this.#context;
    return sameSemantics(connection, this.relation, this.#beside(other), options);
  }
  /** A number that is the same for plans that sameSemantics() finds the same. */
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
  /** Prints the server's plan on standard output; `true` is extended. */
  async explain(mode: ExplainMode | boolean = "simple", options: CallOptions = {}): Promise<void> {
    process.stdout.write(`${await this.explainString(mode, options)}\n`);
  }
  /**
   * This DataFrame's plan as a tree of text, without asking the server. Values of options that may hold
   * credentials are hidden, and what follows such a name in SQL text; values in conditions are not.
   */
  plan(): string {
    return planTree(this.relation, this.#context.connection.sources.hiddenNames());
  }
  /** What Spark told of the last collect(), toArrow() or write of this DataFrame beside its rows. */
  get executionInfo(): ExecutionInfo | undefined {
    return factsOf(this.relation).lastExecution;
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
  /** Whether the rows are kept, by cache() or persist(). */
  async isCached(options: CallOptions = {}): Promise<boolean> {
    return !(await this.storageLevel(options)).equals(StorageLevel.NONE);
  }
  /**
   * The rows as they are now, cut off from what they were computed from, in the server's checkpoint
   * directory. They are kept while this DataFrame or one made of it is reachable here.
   *
   * @param options.eager computes them now, the default; else the first action does
   * @throws {SparkException} the server has no checkpoint directory (`spark.checkpoint.dir`)
   */
  checkpoint(options: { readonly eager?: boolean } & CallOptions = {}): Promise<DataFrame<R>> {
    const how = { local: false, eager: options.eager ?? true };
    return checkpointed(this.#context, this.relation, how, options);
  }
  /** Like checkpoint(), on the executors' own storage: quicker, and lost with an executor. */
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
  /** Names this query for SQL in this session; fails where the name is taken. */
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
    // The decoder makes the kind of rows that the options ask for.
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
  /** The plan of a DataFrame of the same session. */
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
