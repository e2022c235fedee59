import { requireText } from "../argument-kind.js";
import { ArgumentError } from "../errors.js";
import { columnReference } from "../plan/expression.js";
import { observe } from "../plan/observers.js";
import * as plan from "../plan/relation.js";
import { withMetadata } from "../plan/reshape.js";
import { jsonText } from "../types/json-text.js";
import type { ObjectRow } from "../types/row.js";
import type { Metadata } from "../types/struct-type.js";
import { checkedInteger, checkedNames } from "./checked-arguments.js";
import type { Column } from "./column.js";
import { listed, toExpressions, type NameList } from "./column-list.js";
import type { DataFrame } from "./dataframe.js";
import { DataFrameCombinations } from "./dataframe-combinations.js";
import { hintParameters, type HintParameter } from "./hint-parameters.js";
import type { Observation } from "./actions/observation.js";
import { repartitioned, repartitionedById, repartitionedByRange } from "./partitions.js";
import { sortExpressions, type SortKeys } from "./sort-keys.js";
import type { ColumnCallback, ColumnName, KeyItem, WrittenName } from "./typing/row-names.js";

/**
 * The methods of a DataFrame that leave its columns as they are: they sort, limit, deduplicate, distribute or observe the
 * rows. {@link DataFrame} inherits them.
 */
export abstract class DataFrameRows<out R extends ObjectRow> extends DataFrameCombinations<R> {
  /** @internal The two sides, if this is a join. */
  abstract get sides(): readonly [plan.Relation, plan.Relation] | undefined;

  /**
   * Sets a column's metadata: free-form JSON that the schema keeps.
   *
   * @example people.withMetadata("age", { unit: "years" });
   */
  withMetadata<Row extends ObjectRow>(
    this: DataFrame<Row>,
    name: ColumnName<Row>,
    metadata: Metadata,
  ): DataFrame<Row> {
    const column = columnReference(name, this.relation.common?.planId);
    return this.derive(withMetadata(this.relation, name, column, jsonText("metadata", metadata)));
  }
  /**
   * Sorts by these columns: `orderBy("city", col("total").desc())`, `orderBy("t", { ascending: false })`.
   *
   * @example
   * people.orderBy("city", desc("age")).select("name");
   * // [ { name: 'Ann' }, { name: 'Eve' }, { name: 'Bob' } ]
   */
  orderBy<Row extends ObjectRow>(this: DataFrame<Row>, ...keys: SortKeys<Row>): DataFrame<Row> {
    return this.derive(plan.sort(this.relation, sortExpressions(keys, this), true));
  }
  /**
   * The same as {@link DataFrame.orderBy}.
   *
   * @example people.sort(desc("age")).select("name");
   */
  sort<Row extends ObjectRow>(this: DataFrame<Row>, ...keys: SortKeys<Row>): DataFrame<Row> {
    return this.orderBy(...keys);
  }
  /**
   * Like orderBy(), but sorts each partition separately.
   *
   * @example people.repartition(2, "city").sortWithinPartitions("age");
   */
  sortWithinPartitions<Row extends ObjectRow>(
    this: DataFrame<Row>,
    ...keys: SortKeys<Row>
  ): DataFrame<Row> {
    return this.derive(plan.sort(this.relation, sortExpressions(keys, this), false));
  }
  /**
   * Keeps at most the first `rows` rows.
   *
   * @example people.orderBy("age").limit(1); // [ { name: 'Eve', age: 25n, city: 'Bern' } ]
   */
  limit(rows: number): DataFrame<R> {
    return this.derive(plan.limit(this.relation, checkedInteger("limit", rows, 0)));
  }
  /**
   * Skips the first `rows` rows.
   *
   * @example people.orderBy("age").offset(2); // [ { name: 'Bob', age: 41n, city: 'Rome' } ]
   */
  offset(rows: number): DataFrame<R> {
    return this.derive(plan.offset(this.relation, checkedInteger("offset", rows, 0)));
  }
  /**
   * Removes duplicate rows.
   *
   * @example people.select("city").distinct().orderBy("city"); // [ { city: 'Bern' }, { city: 'Rome' } ]
   */
  distinct(): DataFrame<R> {
    return this.derive(plan.deduplicate(this.relation, [], false));
  }
  /**
   * Keeps one row for each distinct combination of values in these columns. Default: all columns.
   *
   * @example people.dropDuplicates("city").select("city").orderBy("city"); // [ { city: 'Bern' }, { city: 'Rome' } ]
   */
  dropDuplicates<Row extends ObjectRow>(
    this: DataFrame<Row>,
    ...columns: NameList<Row>
  ): DataFrame<Row> {
    return this.#deduplicated(columns, false);
  }
  /**
   * Like dropDuplicates(), for streams: Spark forgets values that are older than the watermark.
   *
   * @example ticks.withWatermark("timestamp", "10 minutes").dropDuplicatesWithinWatermark("value");
   */
  dropDuplicatesWithinWatermark<Row extends ObjectRow>(
    this: DataFrame<Row>,
    ...columns: NameList<Row>
  ): DataFrame<Row> {
    return this.#deduplicated(columns, true);
  }
  /**
   * Names the DataFrame, so that `col("name.column")` refers to its columns, for example in a self-join.
   *
   * @example people.alias("p").select(col("p.name"));
   */
  alias(name: string): DataFrame<R> {
    return this.derive(plan.subqueryAlias(this.relation, name));
  }
  /**
   * Redistributes the rows over `numPartitions` partitions, by the values of columns, or both.
   *
   * @example people.repartition(8, "city");
   */
  repartition<Row extends ObjectRow>(
    this: DataFrame<Row>,
    numPartitions: number,
    ...columns: readonly (KeyItem<Row> | readonly KeyItem<Row>[])[]
  ): DataFrame<Row>;
  repartition<Row extends ObjectRow>(
    this: DataFrame<Row>,
    ...columns: readonly (KeyItem<Row> | readonly KeyItem<Row>[])[]
  ): DataFrame<Row>;
  repartition(...args: readonly unknown[]): DataFrame<R> {
    return this.derive(repartitioned(this.relation, args));
  }
  /**
   * Redistributes the rows by ranges of column values. Spark samples the rows to find the ranges.
   *
   * @example people.repartitionByRange(8, "age");
   */
  repartitionByRange<Row extends ObjectRow>(
    this: DataFrame<Row>,
    numPartitions: number,
    ...columns: readonly [KeyItem<Row>, ...KeyItem<Row>[]]
  ): DataFrame<Row>;
  repartitionByRange<Row extends ObjectRow>(
    this: DataFrame<Row>,
    ...columns: readonly [KeyItem<Row>, ...KeyItem<Row>[]]
  ): DataFrame<Row>;
  repartitionByRange(...args: readonly unknown[]): DataFrame<R> {
    return this.derive(repartitionedByRange(this.relation, args));
  }
  /**
   * Moves each row to the partition with the number that a column holds.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1
   * @example people.repartitionById(8, col("age").mod(8));
   */
  repartitionById<Row extends ObjectRow>(
    this: DataFrame<Row>,
    numPartitions: number,
    partitionId: KeyItem<Row>,
  ): DataFrame<Row> {
    this.requireVersion("repartitionById()", 4, 1);
    return this.derive(repartitionedById(this.relation, numPartitions, partitionId));
  }
  /**
   * Merges partitions until `numPartitions` remain, without a shuffle.
   *
   * @example people.coalesce(1);
   */
  coalesce(numPartitions: number): DataFrame<R> {
    const fewer = checkedInteger("numPartitions", numPartitions, 1);
    return this.derive(plan.repartition(this.relation, fewer, false));
  }
  /**
   * Sets how late events may arrive: `withWatermark("time", "10 minutes")`.
   *
   * @throws {ArgumentError} an argument is not text
   * @example
   * ticks
   *   .withWatermark("timestamp", "10 minutes")
   *   .groupBy(window("timestamp", "5 minutes"))
   *   .count();
   */
  withWatermark<Row extends ObjectRow>(
    this: DataFrame<Row>,
    eventTime: WrittenName<Row>,
    delayThreshold: string,
  ): DataFrame<Row> {
    requireText("eventTime", eventTime);
    requireText("delayThreshold", delayThreshold);
    return this.derive(plan.withWatermark(this.relation, eventTime, delayThreshold));
  }
  /**
   * Computes aggregates while a query reads the rows, for an Observation or under a name.
   * A streaming query reports them for each batch: `progress.observedMetrics[name]`.
   *
   * @throws {ArgumentError} the name is empty, no aggregate is given, or the observation is in use already
   * @example
   * const seen = new Observation();
   * await people.observe(seen, count("*").alias("rows")).collect();
   * await seen.get(); // { rows: 3n }
   */
  observe(
    to: string | Observation,
    ...metrics: readonly [Column | ColumnCallback<R>, ...(Column | ColumnCallback<R>)[]]
  ): DataFrame<R> {
    // JavaScript callers may pass any type.
    const name = typeof to === "string" ? to : ((to as Observation | undefined)?.name as string);
    requireText("The name of observe()", name);
    if (name.trim() === "" || (metrics as readonly unknown[]).length === 0) {
      throw new ArgumentError("observe", "observe() takes a name and at least one aggregate.");
    }
    const body = plan.collectMetrics(this.relation, name, toExpressions(metrics, "metrics", this));
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
   * @example people.join(cities.hint("broadcast"), "city");
   */
  hint(name: string, ...parameters: readonly HintParameter[]): DataFrame<R> {
    return this.derive(plan.hint(this.relation, name, hintParameters(parameters)));
  }
  #deduplicated(columns: readonly unknown[], withinWatermark: boolean): DataFrame<R> {
    const names = checkedNames("columns", listed<string>(columns));
    return this.derive(plan.deduplicate(this.relation, names, withinWatermark));
  }
}
