import { ArgumentError } from "../errors.js";
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
import * as plan from "../plan/relation.js";
import type { Grouping, Relation, RelationBody } from "../plan/relation.js";
import { toSchema, transpose, unpivot, withMetadata } from "../plan/reshape.js";
import { subquery, type Subquery } from "../plan/subquery.js";
import type { SessionContext, SparkSession } from "./session-context.js";
import type { CallOptions } from "../connection/call-options.js";
import { jsonText } from "../types/json-text.js";
import type { ObjectRow } from "../types/row.js";
import type { RowOfSchema } from "../types/row-of-schema.js";
import type { StandardSchemaOutput, StandardSchema } from "../types/standard-schema.js";
import type { Metadata, StructField, StructType } from "../types/struct-type.js";
import { Column, type ColumnOrName } from "./column.js";
import {
  checkedExpression,
  listed,
  toExpressions,
  type ColumnList,
  type NameList,
} from "./column-list.js";
import { DataFrameNaFunctions } from "./dataframe-na-functions.js";
import { DataFrameStatFunctions } from "./dataframe-stat-functions.js";
import { checkedInteger, checkedNames } from "./checked-arguments.js";
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
import type { Observation } from "./actions/observation.js";
import { repartitioned, repartitionedById, repartitionedByRange } from "./partitions.js";
import { mappedPartitions, type MapInPythonOptions } from "./python/python-maps.js";
import { sortExpressions, type SortKeys } from "./sort-keys.js";
import { TableArg } from "./table-arg.js";
import { DataFrameStatistics } from "./dataframe-statistics.js";
import { checkMethods } from "../option-check.js";
import { DATAFRAME_RULES } from "./dataframe-options.js";

/**
 * An immutable query over data on the server. Transformations return a new DataFrame at once, without
 * using the network. Actions run the query: they are async and accept an abort signal.
 *
 * `R` is the type of the rows, where TypeScript knows it from a schema ({@link RowOfSchema}). Methods
 * that do not change rows keep it; all others return rows of type ObjectRow.
 */
export class DataFrame<out R extends ObjectRow = ObjectRow> extends DataFrameStatistics<R> {
  /** @internal The DataFrame of a relation that gets its id here. */
  static of(context: SessionContext, body: RelationBody): DataFrame {
    return new DataFrame(context, context.connection.relation(body));
  }

  /** @internal */
  contains(values: readonly Expression[]): Expression {
    this.#require("isin() with a DataFrame", 4, 1);
    return subquery(this.#asSubquery(), { kind: "in", values });
  }

  /** The session that made this DataFrame. */
  get sparkSession(): SparkSession {
    return this.context.session();
  }

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
  /** Selects columns, by name or as Columns; `*` selects all: `select("id", col("total").plus(1))`. */
  select(...columns: ColumnList): DataFrame {
    return this.derive(plan.project(this.relation, toExpressions(columns)));
  }
  /** Columns as SQL text: `selectExpr("id", "upper(name) AS name")`. */
  selectExpr(...expressions: NameList): DataFrame {
    const texts = checkedNames("selectExpr", listed<string>(expressions));
    return this.derive(plan.project(this.relation, texts.map(expressionString)));
  }
  /** Keeps the rows where the condition, a Column or SQL text, is true. */
  filter(condition: ColumnOrName): DataFrame<R> {
    const expression =
      typeof condition === "string"
        ? expressionString(condition)
        : checkedExpression(condition, "condition");
    return this.derive(plan.filter(this.relation, expression));
  }
  /** The same as {@link DataFrame.filter}. */
  where(condition: ColumnOrName): DataFrame<R> {
    return this.filter(condition);
  }
  /** Adds a column, or replaces the column of the same name. */
  withColumn(name: string, column: Column): DataFrame {
    return this.withColumns({ [name]: column });
  }
  /** Adds columns, by name, or replaces the columns of the same names. */
  withColumns(columns: Readonly<Record<string, Column>>): DataFrame {
    const entries = Object.entries(columns).map(
      ([name, column]) => [name, checkedExpression(column, name)] as const,
    );
    return this.derive(plan.withColumns(this.relation, entries));
  }
  /** Renames a column. Does nothing if the column does not exist, as in Spark. */
  withColumnRenamed(existing: string, replacement: string): DataFrame {
    return this.withColumnsRenamed({ [existing]: replacement });
  }
  /** Renames columns: `{ oldName: "newName" }`. Names that do not exist are ignored. */
  withColumnsRenamed(renames: Readonly<Record<string, string>>): DataFrame {
    return this.derive(plan.withColumnsRenamed(this.relation, Object.entries(renames)));
  }
  /** Sets a column's metadata: free-form JSON that the schema keeps. */
  withMetadata(name: string, metadata: Metadata): DataFrame<R> {
    const column = this.col(name).expression;
    return this.derive(withMetadata(this.relation, name, column, jsonText("metadata", metadata)));
  }
  /** Selects the schema's columns by name, in its order, as its types. Fails if a value could be lost. */
  to<F extends StructField>(schema: StructType<F>): DataFrame<RowOfSchema<StructType<F>>> {
    return this.derive(toSchema(this.relation, schema));
  }
  /** Renames all columns. */
  toDF(...names: readonly string[]): DataFrame {
    return this.derive(plan.toDF(this.relation, names));
  }
  /** Drops columns. Names that do not exist are ignored. */
  drop(...columns: ColumnList): DataFrame {
    const all = listed<ColumnOrName>(columns);
    const names = all.filter((column) => typeof column === "string");
    const expressions = toExpressions(all.filter((column) => typeof column !== "string"));
    return this.derive(plan.drop(this.relation, expressions, names));
  }
  /** Groups the rows by columns, for aggregates such as agg(). Without columns, all rows are one group. */
  groupBy(...keys: ColumnList): GroupedData {
    return this.#grouped({ type: "groupby", keys: toExpressions(keys) });
  }
  /** The same as {@link DataFrame.groupBy}. */
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
    return this.derive(plan.sort(this.relation, sortExpressions(keys), true));
  }
  /** The same as {@link DataFrame.orderBy}. */
  sort(...keys: SortKeys): DataFrame<R> {
    return this.orderBy(...keys);
  }
  /** Like orderBy(), but sorts each partition separately. */
  sortWithinPartitions(...keys: SortKeys): DataFrame<R> {
    return this.derive(plan.sort(this.relation, sortExpressions(keys), false));
  }
  /** Keeps at most the first `rows` rows. */
  limit(rows: number): DataFrame<R> {
    return this.derive(plan.limit(this.relation, checkedInteger("limit", rows, 0)));
  }
  /** Skips the first `rows` rows. */
  offset(rows: number): DataFrame<R> {
    return this.derive(plan.offset(this.relation, checkedInteger("offset", rows, 0)));
  }
  /**
   * Joins on one or more column names, or on one or more conditions that must all be true.
   *
   * @throws {ArgumentError} the join type is unknown, or `other` belongs to another session
   */
  join(other: DataFrame, on?: JoinOn, how: JoinType = "inner"): DataFrame {
    return this.derive(join(this.relation, this.beside(other), on, how));
  }
  /**
   * Joins each row with a DataFrame that refers to the row's columns through `outer()`.
   *
   * @throws {ArgumentError} the join type is not inner, left, left_outer or cross
   */
  lateralJoin(other: DataFrame, on?: Column, how: JoinType = "inner"): DataFrame {
    return this.derive(lateralJoin(this.relation, this.beside(other), on, how));
  }
  /** Joins each row with the nearest row of the other DataFrame, for example the nearest in time. */
  joinAsOf(
    other: DataFrame,
    leftAsOf: ColumnOrName,
    rightAsOf: ColumnOrName,
    options: JoinAsOfOptions = {},
  ): DataFrame {
    this.beside(other);
    return this.derive(joinAsOf(this, other, leftAsOf, rightAsOf, options));
  }
  /**
   * Joins each row with the best-ranked rows of the other DataFrame. `ranking` may use columns of both.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   */
  nearestByJoin(other: DataFrame, ranking: Column, options: NearestByOptions): DataFrame {
    this.#require("nearestByJoin()", 4, 2);
    return this.derive(nearestByJoin(this.relation, this.beside(other), ranking, options));
  }
  /**
   * Puts the columns of two DataFrames side by side. Both must derive from one DataFrame, for example by select().
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.3
   */
  zip(other: DataFrame): DataFrame {
    this.#require("zip()", 4, 3);
    return this.derive(zip(this.relation, this.beside(other)));
  }
  /** Joins each row with each row of the other DataFrame. */
  crossJoin(other: DataFrame): DataFrame {
    return this.join(other, undefined, "cross");
  }
  /** Appends the other DataFrame's rows. Keeps duplicates, and matches columns by position, not by name. */
  union(other: DataFrame<R>): DataFrame<R>;
  union(other: DataFrame): DataFrame;
  union(other: DataFrame): DataFrame {
    return this.#setOperation("union", other, { isAll: true });
  }
  /** The same as {@link DataFrame.union}. */
  unionAll(other: DataFrame<R>): DataFrame<R>;
  unionAll(other: DataFrame): DataFrame;
  unionAll(other: DataFrame): DataFrame {
    return this.union(other);
  }
  /** Like union(), but matches columns by name. `allowMissingColumns` (default false) adds missing columns as nulls. */
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
  /** Keeps the rows that are also in the other DataFrame. Removes duplicates. */
  intersect(other: DataFrame<R>): DataFrame<R>;
  intersect(other: DataFrame): DataFrame;
  intersect(other: DataFrame): DataFrame {
    return this.#setOperation("intersect", other, { isAll: false });
  }
  /** Like intersect(), but keeps duplicates, as often as both DataFrames have the row. */
  intersectAll(other: DataFrame<R>): DataFrame<R>;
  intersectAll(other: DataFrame): DataFrame;
  intersectAll(other: DataFrame): DataFrame {
    return this.#setOperation("intersect", other, { isAll: true });
  }
  /** Keeps the rows that are not in the other DataFrame. Removes duplicates. */
  subtract(other: DataFrame): DataFrame<R> {
    return this.#setOperation("except", other, { isAll: false });
  }
  /** Like subtract(), but keeps duplicates: each row of `other` removes one equal row. */
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
  /** Removes duplicate rows. */
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
  /** Names the DataFrame, so that `col("name.column")` refers to its columns, for example in a self-join. */
  alias(name: string): DataFrame<R> {
    return this.derive(plan.subqueryAlias(this.relation, name));
  }
  /** Redistributes the rows over `numPartitions` partitions, by the values of columns, or both. */
  repartition(numPartitions: number, ...columns: ColumnList): DataFrame<R>;
  repartition(...columns: ColumnList): DataFrame<R>;
  repartition(...args: readonly [number, ...ColumnList] | ColumnList): DataFrame<R> {
    return this.derive(repartitioned(this.relation, args));
  }
  /** Redistributes the rows by ranges of column values. Spark samples the rows to find the ranges. */
  repartitionByRange(
    numPartitions: number,
    ...columns: readonly [ColumnOrName, ...ColumnOrName[]]
  ): DataFrame<R>;
  repartitionByRange(...columns: readonly [ColumnOrName, ...ColumnOrName[]]): DataFrame<R>;
  repartitionByRange(...args: readonly [number, ...ColumnList] | ColumnList): DataFrame<R> {
    return this.derive(repartitionedByRange(this.relation, args));
  }
  /**
   * Moves each row to the partition with the number that a column holds.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1
   */
  repartitionById(numPartitions: number, partitionId: ColumnOrName): DataFrame<R> {
    this.#require("repartitionById()", 4, 1);
    return this.derive(repartitionedById(this.relation, numPartitions, partitionId));
  }
  /** Merges partitions until `numPartitions` remain, without a shuffle. */
  coalesce(numPartitions: number): DataFrame<R> {
    const fewer = checkedInteger("numPartitions", numPartitions, 1);
    return this.derive(plan.repartition(this.relation, fewer, false));
  }
  /** Adds a column of row numbers, from 0 without gaps, in the order of the partitions. */
  zipWithIndex(name: string = "index"): DataFrame {
    this.#require("zipWithIndex()", 4, 2);
    const index = alias(call("distributed_sequence_id", []), [name]);
    return this.derive(plan.project(this.relation, [columnReference("*"), index]));
  }
  /** Each row as JSON text, in a column `value`. */
  toJSON(): DataFrame {
    const json = call("to_json", [call("struct", [columnReference("*")])]);
    return this.derive(plan.project(this.relation, [alias(json, ["value"])]));
  }
  /** Turns columns into rows, each with a column's name and value. Default of `values`: all columns but the ids. */
  unpivot(
    ids: ColumnOrName | readonly ColumnOrName[],
    values: ColumnOrName | readonly ColumnOrName[] | undefined,
    variableColumnName: string,
    valueColumnName: string,
  ): DataFrame {
    const kept = toExpressions([ids].flat(), "ids");
    const turned = values === undefined ? undefined : toExpressions([values].flat(), "values");
    return this.derive(unpivot(this.relation, kept, turned, variableColumnName, valueColumnName));
  }
  /** The same as {@link DataFrame.unpivot}. */
  melt(...args: Parameters<DataFrame["unpivot"]>): DataFrame {
    return this.unpivot(...args);
  }
  /** Swaps rows and columns: one column for each value of the index column. Default: the first column. */
  transpose(indexColumn?: ColumnOrName): DataFrame {
    const index = indexColumn === undefined ? [] : toExpressions([indexColumn], "indexColumn");
    return this.derive(transpose(this.relation, index));
  }
  /** Methods for missing values. */
  get na(): DataFrameNaFunctions {
    return new DataFrameNaFunctions(this.context, this.relation);
  }
  /** Statistics of columns. */
  get stat(): DataFrameStatFunctions {
    return new DataFrameStatFunctions(this.context, this.relation);
  }
  /** Sets how late events may arrive: `withWatermark("time", "10 minutes")`. */
  withWatermark(eventTime: string, delayThreshold: string): DataFrame<R> {
    return this.derive(plan.withWatermark(this.relation, eventTime, delayThreshold));
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
    if (typeof to === "string") return this.derive(body);
    const observer = to.start((options) => this.isStreaming(options));
    const observed: DataFrame<R> = this.derive(body);
    observe(observed.relation, observer);
    return observed;
  }
  /**
   * Advises the optimizer: `hint("broadcast")`, `hint("repartition", 10, col("id"))`.
   *
   * @throws {ArgumentError} a parameter is not a number, string, boolean, Column or array of values
   */
  hint(name: string, ...parameters: readonly HintParameter[]): DataFrame<R> {
    return this.derive(plan.hint(this.relation, name, hintParameters(parameters)));
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
    return mappedPartitions(this.context, this.relation, "Pandas", options, call);
  }
  /** Like mapInPandas(), with pyarrow.RecordBatches. */
  async mapInArrow(options: MapInPythonOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedPartitions(this.context, this.relation, "Arrow", options, call);
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

  /** @internal */
  protected override frameOf<T extends ObjectRow>(relation: Relation): DataFrame<T> {
    return new DataFrame(this.context, relation);
  }
  #grouped(grouping: Grouping): GroupedData {
    return new GroupedData(this.context, this.relation, grouping);
  }
  #deduplicated(columns: NameList, withinWatermark: boolean): DataFrame<R> {
    const names = checkedNames("columns", listed<string>(columns));
    return this.derive(plan.deduplicate(this.relation, names, withinWatermark));
  }
  #require(feature: string, major: number, minor: number): void {
    this.context.connection.version.require(feature, major, minor);
  }
  #asSubquery(): Subquery {
    return { relation: this.relation, session: this.context.connection };
  }
  #setOperation(
    kind: "union" | "intersect" | "except",
    other: DataFrame,
    options: Parameters<typeof plan.setOperation>[3],
  ): DataFrame<R> {
    return this.derive(plan.setOperation(kind, this.relation, this.beside(other), options));
  }
}

checkMethods(DataFrame.prototype, DATAFRAME_RULES);
