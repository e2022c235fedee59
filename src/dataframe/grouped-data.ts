import { ArgumentError } from "../errors.js";
import { shown } from "../value-kind.js";
import { refuseMethods } from "../absent-methods.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import { alias, call, columnReference, type Expression } from "../plan/expression.js";
import { columnText } from "../plan/column-text.js";
import { literal } from "../plan/literal.js";
import { printAsText } from "../printed.js";
import { columnsText } from "./known-columns.js";
import { aggregate, type Grouping } from "../plan/relation.js";
import type { Relation } from "../plan/relation.js";
import type { KeyedInput } from "../plan/stateful.js";
import type { SessionContext } from "./session-context.js";
import type { CallOptions } from "../connection/call-options.js";
import type { ObjectRow } from "../types/row.js";
import { Column } from "./column.js";
import { checkedExpression, listed, toExpressions } from "./column-list.js";
import { DataFrame } from "./dataframe.js";
import { checkedNames } from "./checked-arguments.js";
import type {
  Aggregated,
  GroupRow,
  NamedGroupRow,
  NullableKeys,
  PivotName,
  RowWithNullableKeys,
} from "./typing/group-rows.js";
import type { ColumnCallback, ColumnItem, ColumnPath, WrittenName } from "./typing/row-names.js";
import { appliedRows, type GroupFunction } from "./javascript/row-functions.js";
import { CLUSTER_OPTIONS, type ClusterOptions } from "../javascript/function-options.js";
import type { ModuleExport } from "../javascript/module-export.js";
import type { RowOfAnySchema } from "../types/schema-row.js";
import type { StructType } from "../types/struct-type.js";
import { PandasCogroupedOps } from "./python/pandas-cogrouped-ops.js";
import { mappedGroups, type ApplyInPythonOptions } from "./python/python-maps.js";
import {
  groupsWithProcessor,
  groupsWithState,
  type ApplyInPandasWithStateOptions,
  type RowForm,
  type TransformWithProcessorOptions,
  type TransformWithStateOptions,
} from "./python/stateful-operators.js";

/**
 * Aggregates of rows of the type `Row`: Columns, callbacks that return Columns, or function names by column name,
 * `{ total: "sum" }`.
 */
export type AggregateItems<Row> =
  | readonly [Column | ColumnCallback<Row>, ...(Column | ColumnCallback<Row>)[]]
  | readonly [{ readonly [Name in WrittenName<Row>]?: string }];

/** The names that PySpark prints. */
const KINDS: Readonly<Record<Grouping["type"], string>> = {
  groupby: "GroupBy",
  rollup: "RollUp",
  cube: "Cube",
  groupingSets: "GroupingSets",
};

/**
 * Rows grouped by keys; its methods aggregate each group.
 *
 * `Row` is the type of the rows, `Keys` the type of the keys. `Pivot` are the columns that pivot() adds, if their names are
 * known.
 */
export class GroupedData<
  out Row = ObjectRow,
  out Keys = ObjectRow,
  out Pivot extends string = never,
> {
  /** The types of the rows, keys and pivot columns, for the compiler only. No value has this property at run time. */
  declare readonly "~types": readonly [Row, Keys, Pivot];
  readonly #context: SessionContext;
  readonly #input: Relation;
  readonly #grouping: Grouping;

  /** @internal Use df.groupBy(), rollup() or cube(). */
  constructor(context: SessionContext, input: Relation, grouping: Grouping) {
    this.#context = context;
    this.#input = input;
    this.#grouping = grouping;
  }

  /** As PySpark prints it. The columns are `…` while this process does not know them: see {@link DataFrame.toString}. */
  toString(): string {
    const kind = this.#grouping.pivot === undefined ? KINDS[this.#grouping.type] : "Pivot";
    const keys = this.#grouping.keys.map(columnText).join(", ");
    return `GroupedData[grouping expressions: [${keys}], value: [${columnsText(this.#input)}], type: ${kind}]`;
  }

  /**
   * Computes one row for each group: the keys and these aggregates.
   *
   * @example
   * people.groupBy("city").agg(max("age").alias("oldest")).orderBy("city");
   * // [ { city: 'Bern', oldest: 30n }, { city: 'Rome', oldest: 41n } ]
   */
  agg<Row, Keys, Pivot extends string, const Items extends AggregateItems<Row>>(
    this: GroupedData<Row, Keys, Pivot>,
    ...aggregates: Items
  ): DataFrame<Aggregated<Keys, Items[number], Pivot>>;
  agg(...aggregates: readonly unknown[]): DataFrame {
    return this.#aggregate(aggregateExpressions(aggregates, this.#input));
  }

  /**
   * Counts the rows of each group, in a column `count`.
   *
   * @example
   * people.groupBy("city").count().orderBy("city");
   * // [ { city: 'Bern', count: 2n }, { city: 'Rome', count: 1n } ]
   */
  count<Row, Keys, Pivot extends string>(
    this: GroupedData<Row, Keys, Pivot>,
  ): DataFrame<GroupRow<Keys, { count: bigint }, Pivot>>;
  count(): DataFrame {
    return this.#aggregate([alias(call("count", [literal(1)]), ["count"])]);
  }
  /**
   * Sums numeric columns for each group, ignoring nulls. The result's columns are named `sum(total)`.
   *
   * @throws {ArgumentError} no column is named
   * @example
   * people.groupBy("city").sum("age").orderBy("city");
   * // [ { city: 'Bern', 'sum(age)': 55n }, { city: 'Rome', 'sum(age)': 41n } ]
   */
  sum<Row, Keys, Pivot extends string, const Name extends ColumnPath<Row>>(
    this: GroupedData<Row, Keys, Pivot>,
    ...columns: readonly Name[] | readonly [readonly Name[]]
  ): DataFrame<NamedGroupRow<Row, Keys, Pivot, "sum", Name, "sum">>;
  sum(...columns: readonly unknown[]): DataFrame {
    return this.#each("sum", columns);
  }
  /**
   * Averages numeric columns for each group, ignoring nulls. The result's columns are named `avg(total)`.
   *
   * @throws {ArgumentError} no column is named
   * @example people.groupBy("city").avg("age").orderBy("city");
   */
  avg<Row, Keys, Pivot extends string, const Name extends ColumnPath<Row>>(
    this: GroupedData<Row, Keys, Pivot>,
    ...columns: readonly Name[] | readonly [readonly Name[]]
  ): DataFrame<NamedGroupRow<Row, Keys, Pivot, "avg", Name, "mean">>;
  avg(...columns: readonly unknown[]): DataFrame {
    return this.#each("avg", columns);
  }
  /**
   * The same as {@link GroupedData.avg}.
   *
   * @example people.groupBy("city").mean("age");
   */
  mean<Row, Keys, Pivot extends string, const Name extends ColumnPath<Row>>(
    this: GroupedData<Row, Keys, Pivot>,
    ...columns: readonly Name[] | readonly [readonly Name[]]
  ): DataFrame<NamedGroupRow<Row, Keys, Pivot, "avg", Name, "mean">>;
  mean(...columns: readonly unknown[]): DataFrame {
    return this.#each("avg", columns);
  }
  /**
   * The smallest value of columns for each group, ignoring nulls, in columns such as `min(total)`.
   *
   * @throws {ArgumentError} no column is named
   * @example people.groupBy("city").min("age");
   */
  min<Row, Keys, Pivot extends string, const Name extends ColumnPath<Row>>(
    this: GroupedData<Row, Keys, Pivot>,
    ...columns: readonly Name[] | readonly [readonly Name[]]
  ): DataFrame<NamedGroupRow<Row, Keys, Pivot, "min", Name, "same">>;
  min(...columns: readonly unknown[]): DataFrame {
    return this.#each("min", columns);
  }
  /**
   * The largest value of columns for each group, ignoring nulls, in columns such as `max(total)`.
   *
   * @throws {ArgumentError} no column is named
   * @example people.groupBy("city").max("age");
   */
  max<Row, Keys, Pivot extends string, const Name extends ColumnPath<Row>>(
    this: GroupedData<Row, Keys, Pivot>,
    ...columns: readonly Name[] | readonly [readonly Name[]]
  ): DataFrame<NamedGroupRow<Row, Keys, Pivot, "max", Name, "same">>;
  max(...columns: readonly unknown[]): DataFrame {
    return this.#each("max", columns);
  }

  /**
   * Turns the column's values into columns. Without `values` the server first runs a query to find them.
   *
   * @example
   * people.groupBy("city").pivot("name", ["Ann", "Bob"]).sum("age").orderBy("city");
   * // [ { city: 'Bern', Ann: 30n, Bob: null }, { city: 'Rome', Ann: null, Bob: 41n } ]
   */
  pivot<Row, Keys, const Values extends readonly unknown[] = readonly unknown[]>(
    this: GroupedData<Row, Keys>,
    column: ColumnItem<Row>,
    values?: Values,
  ): GroupedData<Row, Keys, PivotName<Values[number]>>;
  pivot(column: unknown, values: readonly unknown[] = []): GroupedData {
    if (this.#grouping.type !== "groupby" || this.#grouping.pivot !== undefined) {
      throw new ArgumentError("pivot", "Call pivot() once, directly after groupBy().");
    }
    const ofInput =
      typeof column === "string"
        ? columnReference(column, this.#input.common?.planId)
        : checkedExpression(column, "column", { relation: this.#input });
    const pivot = { column: ofInput, values };
    return new GroupedData(this.#context, this.#input, { ...this.#grouping, pivot });
  }

  /**
   * Calls a Python function with each group: `function(frame)`, or `function(key, frame)` with the key as a
   * tuple. The function receives a pandas.DataFrame and returns one of `outputSchema`; columns are matched
   * by name. A group must fit into a worker's memory, unless `iterator` is set.
   *
   * Returns a promise, unlike other transformations: it asks the server for the columns, the schema and
   * the workers' Python version. The Python text does not run before the query does.
   *
   * @example
   * ```ts
   * const source = `
   * def centred(frame):
   *     return frame.assign(v=frame.v - frame.v.mean())
   * `;
   * await df.groupBy("id").applyInPandas({ source, function: "centred", outputSchema: "id BIGINT, v DOUBLE" });
   * ```
   * @throws {ArgumentError} the schema has no columns, or the groups are not made by groupBy() alone
   * @throws {ParseException} the schema is not valid DDL
   * @throws {UnsupportedOperationException} `iterator` is set, and the server is older than Spark 4.1
   */
  async applyInPandas(options: ApplyInPythonOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedGroups(this.#context, this.#keyed("applyInPandas"), "Pandas", options, call);
  }

  /**
   * Like applyInPandas(), with a pyarrow.Table, or with RecordBatches if `iterator` is set.
   *
   * @example
   * const source = "def same(table): return table";
   * await people
   *   .groupBy("city")
   *   .applyInArrow({
   *     source,
   *     function: "same",
   *     outputSchema: "name STRING, age BIGINT, city STRING",
   *   });
   */
  async applyInArrow(options: ApplyInPythonOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedGroups(this.#context, this.#keyed("applyInArrow"), "Arrow", options, call);
  }

  /**
   * Calls a function in TypeScript once for each group, in a Node.js process beside the Python worker. It receives the
   * rows of the group one by one and the key as an object, and yields any number of rows. See DataFrame.mapRows().
   * Before Spark 4.1, each group has to fit into the memory of the Python worker.
   *
   * @param fn the function, or `{ module: new URL("./file.ts", import.meta.url), export: "name" }`
   * @param schema the columns of the rows that the function yields, as DDL or StructType
   * @throws {ArgumentError} an option is wrong, or the function uses a value that cannot be sent
   * @example
   * people.groupBy("city").applyRows(async function* (rows, { city }) {
   *   let people = 0;
   *   for await (const _ of rows) people++;
   *   yield { city, people };
   * }, "city STRING, people INT");
   */
  applyRows<const S extends string | StructType>(
    fn: GroupFunction<Row, Keys> | ModuleExport,
    schema: S,
    options: ClusterOptions = {},
  ): DataFrame<RowOfAnySchema<S>> {
    const applied = appliedRows(this.#context, this.#keyed("applyRows"), fn, schema, options);
    return new DataFrame(this.#context, applied);
  }

  /**
   * Pairs these groups with the groups of another DataFrame, which must have the same number of keys. If one
   * side lacks a key, its group is empty.
   *
   * @throws {ArgumentError} `other` belongs to another session, or groups are not made by groupBy() alone
   * @example people.groupBy("city").cogroup(cities.groupBy("city"));
   */
  cogroup(other: GroupedData<unknown, unknown>): PandasCogroupedOps {
    // JavaScript callers may pass any type.
    if (!(other instanceof GroupedData)) {
      throw new ArgumentError(
        "other",
        `other must be the result of groupBy(), got ${shown(other)}.`,
      );
    }
    if (other.#context.connection !== this.#context.connection) {
      throw new ArgumentError("other", "The other groups belong to another session.");
    }
    const sides = [this.#keyed("cogroup"), other.#keyed("cogroup")] as const;
    return new PandasCogroupedOps(this.#context, sides);
  }

  /**
   * Calls a Python function with each group's new rows and the group's state, which a streaming query
   * keeps in its checkpoint. `function(key, frames, state)` receives the keys as a tuple, an iterator
   * of pandas DataFrames and a `GroupState`, and yields pandas DataFrames of `outputSchema`. When a group
   * times out, Spark calls the function once more, with `state.hasTimedOut` and no rows.
   *
   * Returns a promise, unlike other transformations: it asks the server for the columns, the schema and
   * the workers' Python version. The Python text does not run before the query does.
   *
   * @throws {ArgumentError} the schema has no columns, or the groups are not made by groupBy() alone
   * @throws {ParseException} the schema is not valid DDL
   * @example
   * await ticks.groupBy("value").applyInPandasWithState({
   *   source: "def same(key, frames, state):\n    yield from frames",
   *   function: "same",
   *   outputSchema: "timestamp TIMESTAMP, value BIGINT",
   *   stateSchema: "n BIGINT",
   *   outputMode: "append",
   *   timeoutConf: "NoTimeout",
   * });
   */
  async applyInPandasWithState(
    options: ApplyInPandasWithStateOptions,
    call: CallOptions = {},
  ): Promise<DataFrame> {
    return groupsWithState(this.#context, this.#keyed("applyInPandasWithState"), options, call);
  }

  /**
   * Calls a Python StatefulProcessor with each group's new rows as pandas DataFrames. The query's
   * checkpoint holds its value, list and map states and its timers. Each worker constructs its own
   * processor, without arguments. Needs Spark 4.1, and the RocksDB state store: before the query's first
   * start, set `spark.sql.streaming.stateStore.providerClass` to
   * `org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider`. Returns a promise for the
   * same reasons as applyInPandasWithState().
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1
   * @throws {ArgumentError} the schema has no columns, or the initial state belongs to another session
   * @example
   * await ticks.groupBy("value").transformWithStateInPandas({
   *   source: await readFile("counter.py", "utf8"),
   *   className: "Counter",
   *   outputSchema: "value BIGINT, n BIGINT",
   *   outputMode: "update",
   *   timeMode: "None",
   * });
   */
  async transformWithStateInPandas(
    options: TransformWithStateOptions,
    call: CallOptions = {},
  ): Promise<DataFrame> {
    return this.#withProcessor("pandas", options, call);
  }

  /**
   * Calls a stateful processor with each group's new rows. The processor is either a class in TypeScript that extends
   * `StatefulProcessor` of `sparktide/cluster`, or Python text as for transformWithStateInPandas(), which receives and
   * yields `pyspark.sql.Row`s. It needs the same version and the same state store.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1
   * @throws {ArgumentError} the schema has no columns, the initial state belongs to another session, or the processor or
   * its states are wrong
   * @example
   * await ticks.groupBy("value").transformWithState({
   *   source: await readFile("counter.py", "utf8"),
   *   className: "Counter",
   *   outputSchema: "value BIGINT, n BIGINT",
   *   outputMode: "update",
   *   timeMode: "None",
   * });
   */
  transformWithState<Row, Keys, const S extends string | StructType>(
    this: GroupedData<Row, Keys>,
    options: TransformWithProcessorOptions<Row, Keys, S>,
    call?: CallOptions,
  ): Promise<DataFrame<RowOfAnySchema<S>>>;
  transformWithState(
    options: TransformWithStateOptions & { readonly processor?: undefined },
    call?: CallOptions,
  ): Promise<DataFrame>;
  async transformWithState(
    options: TransformWithStateOptions | TransformWithProcessorOptions,
    call: CallOptions = {},
  ): Promise<DataFrame> {
    return this.#withProcessor("rows", options, call);
  }

  #each(functionName: string, list: readonly unknown[]): DataFrame {
    const columns = checkedNames("columns", listed<string>(list));
    if (columns.length === 0) {
      throw new ArgumentError("columns", `${functionName}() needs at least one column name.`);
    }
    return this.#aggregate(columns.map((name) => call(functionName, [columnReference(name)])));
  }

  #aggregate(expressions: readonly Expression[]): DataFrame {
    const body = aggregate(this.#input, this.#grouping, expressions);
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }

  #keyed(method: string): KeyedInput {
    if (this.#grouping.type !== "groupby" || this.#grouping.pivot !== undefined) {
      throw new ArgumentError(
        "groupBy",
        `${method}() needs groups made by groupBy(), without rollup(), cube(), grouping sets or pivot().`,
      );
    }
    return { input: this.#input, keys: this.#grouping.keys };
  }

  async #withProcessor(
    form: RowForm,
    options: TransformWithStateOptions | TransformWithProcessorOptions,
    call: CallOptions,
  ): Promise<DataFrame> {
    const method = form === "pandas" ? "transformWithStateInPandas" : "transformWithState";
    const { initialState } = options;
    if (
      initialState !== undefined &&
      initialState.#context.connection !== this.#context.connection
    ) {
      throw new ArgumentError("initialState", "The initial state belongs to another session.");
    }
    const initial = initialState === undefined ? undefined : initialState.#keyed("initialState");
    const keyed = this.#keyed(method);
    return groupsWithProcessor(this.#context, keyed, form, { ...options, initial }, call);
  }
}

/** The options of transformWithStateInPandas(). */
const PROCESSOR_OPTIONS: readonly string[] = [
  "outputSchema",
  "outputMode",
  "timeMode",
  "initialState",
  "eventTimeColumnName",
  "source",
  "className",
];

/** Groups of rollup(), cube() and groupingSets(): the keys are null in the rows that sum up several groups. */
export type TotalGroups<Row, Keys> = GroupedData<
  RowWithNullableKeys<Row, Keys>,
  NullableKeys<Keys>
>;

const GROUPS = 'Aggregate first: df.groupBy("id").count(), or .agg(sum("total").alias("total")).';
refuseMethods(GroupedData.prototype, "The result of groupBy()", {
  collect: GROUPS,
  show: GROUPS,
  toArray: GROUPS,
  select: GROUPS,
  filter: GROUPS,
  orderBy: GROUPS,
});
printAsText(GroupedData);
checkMethods(GroupedData.prototype, {
  applyInPandas: [
    [0, ["iterator", "outputSchema", "source", "function"]],
    [1, SIGNAL],
  ],
  applyRows: [2, CLUSTER_OPTIONS],
  applyInArrow: [
    [0, ["iterator", "outputSchema", "source", "function"]],
    [1, SIGNAL],
  ],
  applyInPandasWithState: [
    [0, ["outputSchema", "stateSchema", "outputMode", "timeoutConf", "source", "function"]],
    [1, SIGNAL],
  ],
  transformWithStateInPandas: [
    [0, PROCESSOR_OPTIONS],
    [1, SIGNAL],
  ],
  transformWithState: [
    [0, [...PROCESSOR_OPTIONS, "processor"]],
    [1, SIGNAL],
  ],
});

/** @throws {ArgumentError} no aggregate is given */
function aggregateExpressions(aggregates: readonly unknown[], input: Relation): Expression[] {
  const [first] = aggregates;
  if (first instanceof Column || typeof first !== "object" || first === null) {
    if (aggregates.length > 0) return toExpressions(aggregates, "agg", { relation: input });
    throw new ArgumentError(
      "agg",
      'agg() needs at least one aggregate, such as agg(sum("total")).',
    );
  }
  const functions = Object.entries(first as Readonly<Record<string, string>>);
  return functions.map(([name, functionName]) => call(functionName, [columnReference(name)]));
}
