import { requireArray, requireFunction, requireObject } from "../argument-kind.js";
import {
  alias,
  call,
  columnReference,
  columnRegex,
  expressionString,
  metadataAttribute,
  type Expression,
} from "../plan/expression.js";
import * as plan from "../plan/relation.js";
import type { Grouping, Relation, RelationBody } from "../plan/relation.js";
import { toSchema, transpose, unpivot } from "../plan/reshape.js";
import { subquery, type Subquery } from "../plan/subquery.js";
import type { SessionContext, SparkSession } from "./session-context.js";
import type { CallOptions } from "../connection/call-options.js";
import type { ObjectRow } from "../types/row.js";
import type { RowOfSchema } from "../types/row-of-schema.js";
import type { StandardSchemaOutput, StandardSchema } from "../types/standard-schema.js";
import type { StructField, StructType } from "../types/struct-type.js";
import { Column, type ColumnOrName } from "./column.js";
import {
  checkedExpression,
  columnEntries,
  listed,
  toExpressions,
  type ColumnItems,
  type NameList,
} from "./column-list.js";
import { DataFrameNaFunctions } from "./dataframe-na-functions.js";
import { DataFrameStatFunctions } from "./dataframe-stat-functions.js";
import { checkedNames } from "./checked-arguments.js";
import { Dataset } from "./dataset.js";
import { GroupedData, type AggregateItems, type TotalGroups } from "./grouped-data.js";
import { mappedRows, type MapRowsOptions, type RowsFunction } from "./javascript/row-functions.js";
import type { ModuleExport } from "../javascript/module-export.js";
import type { RowOfAnySchema } from "../types/schema-row.js";
import { mappedPartitions, type MapInPythonOptions } from "./python/python-maps.js";
import { TableArg } from "./table-arg.js";
import { DataFrameRows } from "./dataframe-rows.js";
import type { Aggregated, KeyRow } from "./typing/group-rows.js";
import type {
  AllRenamed,
  Dropped,
  DroppedName,
  Flat,
  KnownItems,
  Renamed,
  Selected,
  Unpivoted,
  WithColumn,
  WithColumns,
} from "./typing/row-changes.js";
import type {
  ColumnAt,
  ColumnCallback,
  ColumnItem,
  ColumnName,
  ColumnPath,
  DropItem,
  SelectItem,
} from "./typing/row-names.js";
import { refuseMethods } from "../absent-methods.js";
import { checkMethods } from "../option-check.js";
import { DATAFRAME_RULES } from "./dataframe-options.js";

/**
 * An immutable query over data on the server. Transformations return a new DataFrame at once, without
 * using the network. Actions run the query: they are async and accept an abort signal.
 *
 * `R` is the type of the rows, where TypeScript knows it: from a schema ({@link RowOfSchema}), a table ({@link Tables}) or a
 * data source. Then the compiler checks the names of columns, and methods compute the type of their result. ObjectRow,
 * the default, accepts any name.
 *
 * Where a method takes columns, it also takes a callback, which receives the columns by name:
 * `df.filter((p) => p.price.gt(100))`, `df.select((p) => ({ coin: p.coin, day: to_date(p.ts) }))`.
 *
 * In the examples, `people` has the columns `name`, `age` and `city`, `cities` has `city` and `country`, and `ticks` is a
 * stream with `timestamp` and `value`. The comment after a line is its value, or the rows of the DataFrame.
 */
export class DataFrame<out R extends ObjectRow = ObjectRow> extends DataFrameRows<R> {
  readonly #sides: readonly [Relation, Relation] | undefined;

  /** @internal Use spark.sql(), spark.read, spark.range() … */
  constructor(context: SessionContext, relation: Relation, sides?: readonly [Relation, Relation]) {
    super(context, relation);
    this.#sides = sides;
  }

  /** @internal The two sides, if this is a join. */
  get sides(): readonly [Relation, Relation] | undefined {
    return this.#sides;
  }

  /** @internal The DataFrame of a relation that gets its id here. */
  static of(context: SessionContext, body: RelationBody): DataFrame {
    return new DataFrame(context, context.connection.relation(body));
  }

  /** @internal */
  contains(values: readonly Expression[]): Expression {
    this.requireVersion("isin() with a DataFrame", 4, 1);
    return subquery(this.#asSubquery(), { kind: "in", values });
  }

  /**
   * The session that made this DataFrame.
   *
   * @example await people.sparkSession.conf.get("spark.sql.ansi.enabled");
   */
  get sparkSession(): SparkSession {
    return this.context.session();
  }

  /**
   * A column bound to this DataFrame, so that it is not ambiguous in a join.
   *
   * @example people.join(cities, people.col("city").eq(cities.col("city")));
   */
  col<Row extends ObjectRow, const Name extends ColumnPath<Row>>(
    this: DataFrame<Row>,
    name: Name,
  ): ColumnAt<Row, Name>;
  col(name: string): Column {
    return new Column(columnReference(name, this.relation.common?.planId));
  }
  /**
   * The columns with names that match a Java regular expression, written in backticks.
   *
   * @example people.select(people.colRegex("`n.*|a.*`"));
   */
  colRegex(pattern: string): Column {
    return new Column(columnRegex(pattern, this.relation.common?.planId));
  }
  /**
   * A column that the data source offers in addition to its schema, such as `_metadata` of files.
   *
   * @example spark.read.parquet("/data/events").select(col("id"), col("_metadata.file_name"));
   */
  metadataColumn(name: string): Column {
    return new Column(metadataAttribute(name, this.relation.common?.planId));
  }
  /**
   * Selects columns, by name, as Columns or by a callback; `*` selects all: `select("id", (o) => o.total.plus(1).alias("more"))`,
   * `select((o) => ({ id: o.id, more: o.total.plus(1) }))`.
   *
   * @throws {ArgumentError} a callback returns something else than Columns
   * @example people.select("name", col("age").plus(1).alias("next")).limit(1); // [ { name: 'Ann', next: 31n } ]
   */
  select<
    Row extends ObjectRow,
    const Items extends readonly (SelectItem<Row> | readonly SelectItem<Row>[])[],
  >(this: DataFrame<Row>, ...columns: Items): DataFrame<Selected<Row, KnownItems<Items>>>;
  select(...columns: readonly unknown[]): DataFrame {
    return this.derive(plan.project(this.relation, toExpressions(columns, "columns", this)));
  }
  /**
   * Columns as SQL text: `selectExpr("id", "upper(name) AS name")`.
   *
   * @example people.selectExpr("name", "age * 2 AS double").limit(1); // [ { name: 'Ann', double: 60n } ]
   */
  selectExpr(...expressions: NameList): DataFrame {
    const texts = checkedNames("selectExpr", listed<string>(expressions));
    return this.derive(plan.project(this.relation, texts.map(expressionString)));
  }
  /**
   * Keeps the rows where the condition, a Column, a callback or SQL text, is true.
   *
   * @example people.filter(col("age").gt(40)); // [ { name: 'Bob', age: 41n, city: 'Rome' } ]
   */
  filter(condition: ColumnOrName | ColumnCallback<R, Column>): DataFrame<R> {
    const expression =
      typeof condition === "string"
        ? expressionString(condition)
        : checkedExpression(condition, "condition", this);
    return this.derive(plan.filter(this.relation, expression), this.sides);
  }
  /**
   * The same as {@link DataFrame.filter}.
   *
   * @example people.where(({ age }) => age.gt(40)); // [ { name: 'Bob', age: 41n, city: 'Rome' } ]
   */
  where(condition: ColumnOrName | ColumnCallback<R, Column>): DataFrame<R> {
    return this.filter(condition);
  }
  /**
   * Adds a column, or replaces the column of the same name.
   *
   * @example
   * people.withColumn("next", col("age").plus(1)).limit(1);
   * // [ { name: 'Ann', age: 30n, city: 'Bern', next: 31n } ]
   */
  withColumn<Row extends ObjectRow, const Name extends string, T>(
    this: DataFrame<Row>,
    name: Name,
    column: Column<T> | ColumnCallback<Row, Column<T>>,
  ): DataFrame<WithColumn<Row, Name, T>>;
  withColumn(name: string, column: unknown): DataFrame {
    const entry = [name, checkedExpression(column, name, this)] as const;
    return this.derive(plan.withColumns(this.relation, [entry]));
  }
  /**
   * Adds columns, by name, or replaces the columns of the same names.
   *
   * @example
   * people.withColumns({ next: col("age").plus(1), initial: left("name", lit(1)) }).limit(1);
   * // [ { name: 'Ann', age: 30n, city: 'Bern', next: 31n, initial: 'A' } ]
   */
  withColumns<Row extends ObjectRow, const Columns extends Readonly<Record<string, Column>>>(
    this: DataFrame<Row>,
    columns: ColumnCallback<Row, Columns>,
  ): DataFrame<WithColumns<Row, Columns>>;
  withColumns<
    Row extends ObjectRow,
    const Columns extends Readonly<Record<string, Column | ColumnCallback<Row, Column>>>,
  >(this: DataFrame<Row>, columns: Columns): DataFrame<WithColumns<Row, Columns>>;
  withColumns(columns: unknown): DataFrame {
    const entries = columnEntries(columns, this);
    return this.derive(plan.withColumns(this.relation, entries));
  }
  /**
   * Renames a column. Does nothing if the column does not exist, as in Spark.
   *
   * @example people.withColumnRenamed("name", "person").limit(1); // [ { person: 'Ann', age: 30n, city: 'Bern' } ]
   */
  withColumnRenamed<
    Row extends ObjectRow,
    const Existing extends ColumnName<Row>,
    const Name extends string,
  >(
    this: DataFrame<Row>,
    existing: Existing,
    replacement: Name,
  ): DataFrame<Renamed<Row, { [Key in Existing]: Name }>>;
  withColumnRenamed(existing: string, replacement: string): DataFrame {
    return this.derive(plan.withColumnsRenamed(this.relation, [[existing, replacement]]));
  }
  /**
   * Renames columns: `{ oldName: "newName" }`. Names that do not exist are ignored.
   *
   * @example
   * people.withColumnsRenamed({ name: "person", city: "town" }).limit(1);
   * // [ { person: 'Ann', age: 30n, town: 'Bern' } ]
   */
  withColumnsRenamed<
    Row extends ObjectRow,
    const Renames extends { readonly [Key in ColumnName<Row>]?: string },
  >(this: DataFrame<Row>, renames: Renames): DataFrame<Renamed<Row, Renames>>;
  withColumnsRenamed(renames: Readonly<Record<string, string>>): DataFrame {
    requireObject("renames", renames);
    return this.derive(plan.withColumnsRenamed(this.relation, Object.entries(renames)));
  }
  /**
   * Selects the schema's columns by name, in its order, as its types. Fails if a value could be lost.
   *
   * @example
   * people.to(
   *   new StructType([StructField("name", StringType()), StructField("age", DoubleType())]),
   * );
   */
  to<F extends StructField>(schema: StructType<F>): DataFrame<RowOfSchema<StructType<F>>> {
    requireObject("schema", schema);
    return this.derive(toSchema(this.relation, schema));
  }
  /**
   * Renames all columns.
   *
   * @example people.toDF("person", "years", "town").limit(1); // [ { person: 'Ann', years: 30n, town: 'Bern' } ]
   */
  toDF<Row extends ObjectRow, const Names extends readonly string[]>(
    this: DataFrame<Row>,
    ...names: Names
  ): DataFrame<AllRenamed<Row, Names[number]>>;
  toDF(...names: readonly string[]): DataFrame {
    return this.derive(plan.toDF(this.relation, names));
  }
  /**
   * Drops columns. Names that do not exist are ignored.
   *
   * @example people.drop("age", "city").limit(1); // [ { name: 'Ann' } ]
   */
  drop<
    Row extends ObjectRow,
    const Items extends readonly (DropItem<Row> | readonly DropItem<Row>[])[],
  >(
    this: DataFrame<Row>,
    ...columns: Items
  ): DataFrame<Dropped<Row, DroppedName<KnownItems<Items>>>>;
  drop(...columns: readonly unknown[]): DataFrame {
    const all = listed<unknown>(columns);
    const names = all.filter((column) => typeof column === "string");
    const others = all.filter((column) => typeof column !== "string");
    const expressions = toExpressions(others, "columns", this);
    return this.derive(plan.drop(this.relation, expressions, names));
  }
  /**
   * Groups the rows by columns, for aggregates such as agg(). Without columns, all rows are one group.
   *
   * @example
   * people.groupBy("city").agg(avg("age").alias("age")).orderBy("city");
   * // [ { city: 'Bern', age: 27.5 }, { city: 'Rome', age: 41 } ]
   */
  groupBy<Row extends ObjectRow, const Items extends ColumnItems<Row>>(
    this: DataFrame<Row>,
    ...keys: Items
  ): GroupedData<Row, KeyRow<Row, KnownItems<Items>>>;
  groupBy(...keys: readonly unknown[]): GroupedData {
    return this.#grouped({ type: "groupby", keys: toExpressions(keys, "keys", this) });
  }
  /**
   * The same as {@link DataFrame.groupBy}.
   *
   * @example people.groupby("city").count().orderBy("city");
   */
  groupby<Row extends ObjectRow, const Items extends ColumnItems<Row>>(
    this: DataFrame<Row>,
    ...keys: Items
  ): GroupedData<Row, KeyRow<Row, KnownItems<Items>>>;
  groupby(...keys: readonly unknown[]): GroupedData {
    return this.#grouped({ type: "groupby", keys: toExpressions(keys, "keys", this) });
  }
  /**
   * Groups by all keys, then by all but the last, and so on. A key that is left out is null.
   *
   * @example
   * people.rollup("city").count().orderBy("city");
   * // [ { city: null, count: 3n }, { city: 'Bern', count: 2n }, { city: 'Rome', count: 1n } ]
   */
  rollup<Row extends ObjectRow, const Items extends ColumnItems<Row>>(
    this: DataFrame<Row>,
    ...keys: Items
  ): TotalGroups<Row, KeyRow<Row, KnownItems<Items>>>;
  rollup(...keys: readonly unknown[]): GroupedData {
    return this.#grouped({ type: "rollup", keys: toExpressions(keys, "keys", this) });
  }
  /**
   * Groups by each subset of the keys.
   *
   * @example people.cube("city", "name").count().orderBy("city", "name");
   */
  cube<Row extends ObjectRow, const Items extends ColumnItems<Row>>(
    this: DataFrame<Row>,
    ...keys: Items
  ): TotalGroups<Row, KeyRow<Row, KnownItems<Items>>>;
  cube(...keys: readonly unknown[]): GroupedData {
    return this.#grouped({ type: "cube", keys: toExpressions(keys, "keys", this) });
  }
  /**
   * Groups by each of these sets of columns. `keys` are the key columns of the result.
   *
   * @example
   * people
   *   .groupingSets([["city"], []], "city")
   *   .count()
   *   .orderBy("city");
   */
  groupingSets<Row extends ObjectRow, const Items extends readonly ColumnItem<Row>[]>(
    this: DataFrame<Row>,
    sets: readonly (readonly ColumnItem<Row>[])[],
    ...keys: Items
  ): TotalGroups<Row, KeyRow<Row, KnownItems<Items>>>;
  groupingSets(sets: readonly (readonly unknown[])[], ...keys: readonly unknown[]): GroupedData {
    requireArray("sets", sets);
    return this.#grouped({
      type: "groupingSets",
      keys: toExpressions(keys, "keys", this),
      sets: sets.map((set) => toExpressions(set, "sets", this)),
    });
  }
  /**
   * Aggregates all rows into one row: `agg(sum("total"))`, or function names by column: `agg({ total: "sum" })`.
   *
   * @example people.agg(max("age").alias("oldest"), count("*").alias("people")); // [ { oldest: 41n, people: 3n } ]
   */
  agg<Row extends ObjectRow, const Items extends AggregateItems<Row>>(
    this: DataFrame<Row>,
    ...aggregates: Items
  ): DataFrame<Aggregated<unknown, Items[number], never>>;
  agg(...aggregates: AggregateItems<ObjectRow>): DataFrame {
    return this.#grouped({ type: "groupby", keys: [] }).agg(...aggregates);
  }
  /**
   * This DataFrame's single value as a Column of another query, which fails if there are several rows.
   *
   * @example people.where(col("age").lt(people.agg(avg("age")).scalar())).select("name");
   */
  scalar(): Column {
    return new Column(subquery(this.#asSubquery(), { kind: "scalar" }));
  }
  /**
   * Whether this DataFrame has rows, as a boolean Column for filter() of another query.
   *
   * @example cities.where(people.where(col("age").gt(40)).exists());
   */
  exists(): Column {
    return new Column(subquery(this.#asSubquery(), { kind: "exists" }));
  }
  /**
   * This DataFrame as an argument of a table function.
   *
   * @example people.asTable().partitionBy("city").orderBy("age");
   */
  asTable(): TableArg {
    return new TableArg(this.#asSubquery());
  }
  /**
   * Adds a column of row numbers, from 0 without gaps, in the order of the partitions.
   *
   * @example
   * people.select("name").zipWithIndex("position").limit(2);
   * // [ { name: 'Ann', position: 0n }, { name: 'Bob', position: 1n } ]
   */
  zipWithIndex<Row extends ObjectRow, const Name extends string = "index">(
    this: DataFrame<Row>,
    name?: Name,
  ): DataFrame<WithColumn<Row, Name, bigint>>;
  zipWithIndex(name: string = "index"): DataFrame {
    this.requireVersion("zipWithIndex()", 4, 2);
    const index = alias(call("distributed_sequence_id", []), [name]);
    return this.derive(plan.project(this.relation, [columnReference("*"), index]));
  }
  /**
   * Each row as JSON text, in a column `value`.
   *
   * @example people.toJSON().limit(1); // [ { value: '{"name":"Ann","age":30,"city":"Bern"}' } ]
   */
  toJSON(): DataFrame<{ value: string | null }> {
    const json = call("to_json", [call("struct", [columnReference("*")])]);
    return this.derive(plan.project(this.relation, [alias(json, ["value"])]));
  }
  /**
   * Turns columns into rows, each with a column's name and value. Default of `values`: all columns but the ids.
   *
   * @example
   * people.unpivot("name", "age", "field", "value").limit(1);
   * // [ { name: 'Ann', field: 'age', value: 30n } ]
   */
  unpivot<
    Row extends ObjectRow,
    const Ids extends ColumnItem<Row> | readonly ColumnItem<Row>[],
    const Values extends ColumnItem<Row> | readonly ColumnItem<Row>[] | undefined,
    const Variable extends string,
    const Value extends string,
  >(
    this: DataFrame<Row>,
    ids: Ids,
    values: Values,
    variableColumnName: Variable,
    valueColumnName: Value,
  ): DataFrame<Unpivoted<Row, Ids, Values, Variable, Value>>;
  unpivot(
    ids: unknown,
    values: unknown,
    variableColumnName: string,
    valueColumnName: string,
  ): DataFrame {
    const kept = toExpressions([ids].flat(), "ids", this);
    const turned =
      values === undefined ? undefined : toExpressions([values].flat(), "values", this);
    return this.derive(unpivot(this.relation, kept, turned, variableColumnName, valueColumnName));
  }
  /**
   * The same as {@link DataFrame.unpivot}.
   *
   * @example people.melt("name", "age", "field", "value").limit(1);
   */
  melt<
    Row extends ObjectRow,
    const Ids extends ColumnItem<Row> | readonly ColumnItem<Row>[],
    const Values extends ColumnItem<Row> | readonly ColumnItem<Row>[] | undefined,
    const Variable extends string,
    const Value extends string,
  >(
    this: DataFrame<Row>,
    ids: Ids,
    values: Values,
    variableColumnName: Variable,
    valueColumnName: Value,
  ): DataFrame<Unpivoted<Row, Ids, Values, Variable, Value>> {
    return this.unpivot(ids, values, variableColumnName, valueColumnName);
  }
  /**
   * Swaps rows and columns: one column for each value of the index column. Default: the first column.
   *
   * @example cities.transpose("city"); // [ { key: 'country', Bern: 'CH', Rome: 'IT' } ]
   */
  transpose<Row extends ObjectRow>(this: DataFrame<Row>, indexColumn?: ColumnItem<Row>): DataFrame {
    const index =
      indexColumn === undefined ? [] : toExpressions([indexColumn], "indexColumn", this);
    return this.derive(transpose(this.relation, index));
  }
  /**
   * Methods for missing values.
   *
   * @example people.na.fill({ age: 0 });
   */
  get na(): DataFrameNaFunctions<R> {
    return new DataFrameNaFunctions(this.context, this.relation);
  }
  /**
   * Statistics of columns.
   *
   * @example await people.stat.corr("age", "age");
   */
  get stat(): DataFrameStatFunctions {
    return new DataFrameStatFunctions(this.context, this.relation);
  }
  /**
   * The same DataFrame without a row type: it accepts any name, and values are `unknown`. For code that builds
   * queries from names that are known only at run time.
   *
   * @example people.untyped().select("age");
   */
  untyped(): DataFrame {
    return this.assumeRows<ObjectRow>();
  }
  /**
   * The same DataFrame with another row type. Nothing checks the type, neither the compiler nor the server; prefer
   * `select()`, `cast()` or {@link DataFrame.to}. See also {@link DataFrame.as}, which validates rows.
   *
   * @example people.untyped().assumeRows<{ name: string; age: bigint }>();
   */
  assumeRows<Row extends object>(): DataFrame<Flat<Row>> {
    // The caller vouches for the type.
    return this.frameOf(this.relation, this.sides);
  }
  /**
   * Calls a function with this DataFrame and returns its result, for use in a chain.
   *
   * @example
   * const adults = (df: DataFrame) => df.where(col("age").geq(18));
   * people.untyped().transform(adults);
   */
  transform<A extends readonly unknown[], T extends ObjectRow = ObjectRow>(
    apply: (df: DataFrame<R>, ...args: A) => DataFrame<T>,
    ...args: A
  ): DataFrame<T> {
    requireFunction("apply", apply);
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
  /**
   * Like mapInPandas(), with pyarrow.RecordBatches.
   *
   * @example
   * const source = "def same(batches):\n    yield from batches";
   * await people.mapInArrow({
   *   source,
   *   function: "same",
   *   outputSchema: "name STRING, age BIGINT, city STRING",
   * });
   */
  async mapInArrow(options: MapInPythonOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedPartitions(this.context, this.relation, "Arrow", options, call);
  }

  /**
   * Calls a function in TypeScript once for each partition, in a Node.js process beside the Python worker. It receives
   * the rows one by one, and yields any number of rows. See {@link ClusterOptions} and `udf()` of sparktide/cluster
   * for what the function may use.
   *
   * @param fn the function, or `{ module: new URL("./file.ts", import.meta.url), export: "name" }`
   * @param schema the columns of the rows that the function yields, as DDL or StructType
   * @throws {ArgumentError} an option is wrong, or the function uses a value that cannot be sent
   * @example
   * people.mapRows(async function* (rows) {
   *   for await (const { name } of rows) yield { name, length: name?.length };
   * }, "name STRING, length INT");
   */
  mapRows<const S extends string | StructType>(
    fn: RowsFunction<R> | ModuleExport,
    schema: S,
    options: MapRowsOptions = {},
  ): DataFrame<RowOfAnySchema<S>> {
    const mapped = mappedRows(this.context, this.relation, fn, schema, options);
    return new DataFrame(this.context, mapped);
  }

  /**
   * The rows as a TypeScript schema describes them. The schema comes from any library that follows
   * [Standard Schema](https://standardschema.dev): Zod, Valibot, ArkType … Each row is validated when it is
   * collected. An invalid row is an error; it is never dropped.
   *
   * @throws {ArgumentError} the schema does not follow Standard Schema
   * @example
   * // const Person = z.object({ name: z.string() });
   * const [first] = await people.as(Person).take(1);
   */
  as<S extends StandardSchema>(schema: S): Dataset<StandardSchemaOutput<S>, R> {
    return new Dataset(this, schema as StandardSchema<StandardSchemaOutput<S>>);
  }

  /** @internal */
  protected override frameOf<T extends ObjectRow>(
    relation: Relation,
    sides?: readonly [Relation, Relation],
  ): DataFrame<T> {
    return new DataFrame(this.context, relation, sides);
  }
  #grouped(grouping: Grouping): GroupedData {
    return new GroupedData(this.context, this.relation, grouping);
  }
  #asSubquery(): Subquery {
    return { relation: this.relation, session: this.context.connection };
  }
}

checkMethods(DataFrame.prototype, DATAFRAME_RULES);
const MAP =
  "Compute columns on the server with select() or withColumn(), or collect the rows first: (await df.collect()).map(…).";
refuseMethods(DataFrame.prototype, "A DataFrame", {
  map: MAP,
  flatMap: MAP,
  reduce: "Aggregate on the server with agg(), or collect the rows first: await df.collect().",
  forEach: "Write for await (const row of df.toLocalIterator()), or collect the rows first.",
  toArray: "Write await df.collect().",
  toPandas: "Write await df.collect(), or await df.toColumns() for one array for each column.",
  [Symbol.asyncIterator]: "Write for await (const row of df.toLocalIterator()).",
});
