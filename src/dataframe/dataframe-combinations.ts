import { zip } from "../plan/joins.js";
import * as plan from "../plan/relation.js";
import type { ObjectRow } from "../types/row.js";
import type { Column } from "./column.js";
import type { DataFrame } from "./dataframe.js";
import { DataFrameStatistics } from "./dataframe-statistics.js";
import {
  join,
  joinAsOf,
  lateralJoin,
  nearestByJoin,
  type JoinAsOfOptions,
  type JoinType,
  type NearestByOptions,
} from "./joins.js";
import type { JoinCallback, JoinResult } from "./joined-dataframe.js";
import { checkMethods } from "../option-check.js";
import { DATAFRAME_COMBINATION_RULES } from "./dataframe-options.js";
import type { Joined, SharedName } from "./typing/join-rows.js";
import type { Union, UnionByPosition } from "./typing/row-changes.js";
import type { ColumnCallback, ColumnPath } from "./typing/row-names.js";

/**
 * The methods of a DataFrame that combine it with another one: joins, unions and other set operations.
 * {@link DataFrame} inherits them.
 */
export abstract class DataFrameCombinations<
  out R extends ObjectRow,
> extends DataFrameStatistics<R> {
  /**
   * Joins on one or more column names that both sides have; the result has each of these columns once:
   * `orders.join(users, "user_id", "left")`.
   *
   * @throws {ArgumentError} the join type is unknown, or `other` belongs to another session
   * @example
   * people.join(cities, "city").select("name", "country").orderBy("name");
   * // [ { name: 'Ann', country: 'CH' }, { name: 'Bob', country: 'IT' }, { name: 'Eve', country: 'CH' } ]
   */
  join<
    Left extends ObjectRow,
    Right extends ObjectRow,
    const Name extends SharedName<Left, Right>,
    const How extends JoinType = "inner",
  >(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
    on: Name | readonly Name[],
    how?: How,
  ): JoinResult<Left, Right, Name, How>;
  /**
   * Joins on one or more conditions that must all be true: `orders.join(users, (o, u) => o.user_id.eq(u.id))`.
   *
   * @throws {ArgumentError} the join type is unknown, or `other` belongs to another session
   */
  join<Left extends ObjectRow, Right extends ObjectRow, const How extends JoinType = "inner">(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
    on?: Column | readonly Column[] | JoinCallback<Left, Right>,
    how?: How,
  ): JoinResult<Left, Right, never, How>;
  join(other: DataFrame, on?: unknown, how: JoinType = "inner"): DataFrame {
    const sides = [this.relation, this.beside(other)] as const;
    return this.derive(join(...sides, on, how), sides);
  }
  /**
   * Joins each row with a DataFrame that refers to the row's columns through `outer()`.
   *
   * @throws {ArgumentError} the join type is not inner, left, left_outer or cross
   * @example people.lateralJoin(spark.tvf.explode(array(col("age").outer(), lit(0))));
   */
  lateralJoin<
    Left extends ObjectRow,
    Right extends ObjectRow,
    const How extends JoinType = "inner",
  >(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
    on?: Column | JoinCallback<Left, Right>,
    how?: How,
  ): DataFrame<Joined<Left, Right, never, How>>;
  lateralJoin(other: DataFrame, on?: unknown, how: JoinType = "inner"): DataFrame {
    return this.derive(lateralJoin(this.relation, this.beside(other), on, how));
  }
  /**
   * Joins each row with the nearest row of the other DataFrame, for example the nearest in time.
   *
   * @example
   * events.joinAsOf(events.withColumnRenamed("id", "other"), "time", "time", {
   *   direction: "backward",
   * });
   */
  joinAsOf<Left extends ObjectRow, Right extends ObjectRow>(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
    leftAsOf: ColumnPath<Left> | Column | ColumnCallback<Left, Column>,
    rightAsOf: ColumnPath<Right> | Column | ColumnCallback<Right, Column>,
    options?: JoinAsOfOptions,
  ): DataFrame;
  joinAsOf(
    other: DataFrame,
    leftAsOf: unknown,
    rightAsOf: unknown,
    options: JoinAsOfOptions = {},
  ): DataFrame {
    const right = this.beside(other);
    return this.derive(joinAsOf(this.relation, right, leftAsOf, rightAsOf, options));
  }
  /**
   * Joins each row with the best-ranked rows of the other DataFrame. `ranking` may use columns of both.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example
   * people.nearestByJoin(cities, levenshtein(people.col("city"), cities.col("city")), {
   *   numResults: 1,
   *   mode: "exact",
   *   direction: "distance",
   * });
   */
  nearestByJoin(other: DataFrame, ranking: Column, options: NearestByOptions): DataFrame {
    this.requireVersion("nearestByJoin()", 4, 2);
    return this.derive(nearestByJoin(this.relation, this.beside(other), ranking, options));
  }
  /**
   * Puts the columns of two DataFrames side by side. Both must derive from one DataFrame, for example by select().
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.3
   * @example people.select("name").zip(people.select("age"));
   */
  zip<Left extends ObjectRow, Right extends ObjectRow>(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
  ): DataFrame<Joined<Left, Right, never, "inner">>;
  zip(other: DataFrame): DataFrame {
    this.requireVersion("zip()", 4, 3);
    return this.derive(zip(this.relation, this.beside(other)));
  }
  /**
   * Joins each row with each row of the other DataFrame.
   *
   * @example await people.crossJoin(cities).count(); // 6
   */
  crossJoin<Left extends ObjectRow, Right extends ObjectRow>(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
  ): JoinResult<Left, Right, never, "cross"> {
    return this.join(other, undefined, "cross");
  }
  /**
   * Appends the other DataFrame's rows. Keeps duplicates, and matches columns by position, not by name. TypeScript does not
   * know the order of columns: the row type is right only if both have the same order.
   *
   * @example await people.union(people).count(); // 6
   */
  union<Left extends ObjectRow, Right extends ObjectRow>(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
  ): DataFrame<UnionByPosition<Left, Right>>;
  union(other: DataFrame): DataFrame {
    return this.#setOperation("union", other, { isAll: true });
  }
  /**
   * The same as {@link DataFrame.union}.
   *
   * @example people.unionAll(people);
   */
  unionAll<Left extends ObjectRow, Right extends ObjectRow>(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
  ): DataFrame<UnionByPosition<Left, Right>>;
  unionAll(other: DataFrame): DataFrame {
    return this.#setOperation("union", other, { isAll: true });
  }
  /**
   * Like union(), but matches columns by name. `allowMissingColumns` (default false) adds missing columns as nulls.
   *
   * @example people.unionByName(people.select("city", "name"), { allowMissingColumns: true });
   */
  unionByName<
    Left extends ObjectRow,
    Right extends ObjectRow,
    const AllowMissing extends boolean = false,
  >(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
    options?: { readonly allowMissingColumns?: AllowMissing },
  ): DataFrame<Union<Left, Right, AllowMissing>>;
  unionByName(
    other: DataFrame,
    options: { readonly allowMissingColumns?: boolean } = {},
  ): DataFrame {
    return this.#setOperation("union", other, { isAll: true, byName: true, ...options });
  }
  /**
   * Keeps the rows that are also in the other DataFrame. Removes duplicates.
   *
   * @example people.select("city").intersect(cities.select("city")).orderBy("city");
   */
  intersect<Left extends ObjectRow, Right extends ObjectRow>(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
  ): DataFrame<UnionByPosition<Left, Right>>;
  intersect(other: DataFrame): DataFrame {
    return this.#setOperation("intersect", other, { isAll: false });
  }
  /**
   * Like intersect(), but keeps duplicates, as often as both DataFrames have the row.
   *
   * @example people.select("city").intersectAll(cities.select("city"));
   */
  intersectAll<Left extends ObjectRow, Right extends ObjectRow>(
    this: DataFrame<Left>,
    other: DataFrame<Right>,
  ): DataFrame<UnionByPosition<Left, Right>>;
  intersectAll(other: DataFrame): DataFrame {
    return this.#setOperation("intersect", other, { isAll: true });
  }
  /**
   * Keeps the rows that are not in the other DataFrame. Removes duplicates.
   *
   * @example
   * people.select("city").subtract(cities.where(col("country").eq("IT")).select("city"));
   * // [ { city: 'Bern' } ]
   */
  subtract(other: DataFrame): DataFrame<R> {
    return this.#setOperation("except", other, { isAll: false });
  }
  /**
   * Like subtract(), but keeps duplicates: each row of `other` removes one equal row.
   *
   * @example people.select("city").exceptAll(cities.select("city")); // [ { city: 'Bern' } ]
   */
  exceptAll(other: DataFrame): DataFrame<R> {
    return this.#setOperation("except", other, { isAll: true });
  }
  #setOperation<T extends ObjectRow = ObjectRow>(
    kind: "union" | "intersect" | "except",
    other: DataFrame,
    options: Parameters<typeof plan.setOperation>[3],
  ): DataFrame<T> {
    return this.derive(plan.setOperation(kind, this.relation, this.beside(other), options));
  }
}

checkMethods(DataFrameCombinations.prototype, DATAFRAME_COMBINATION_RULES);
