// Functions with a lambda: a TypeScript function of Columns. The client calls it once, when it builds the plan.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type {
  ArrayOf,
  ElementIn,
  KeyIn,
  MapOf,
  MapValueIn,
  NotNull,
} from "../dataframe/typing/collection-value.js";
import type { NullIn, NullOf, ValueOf } from "../dataframe/typing/column-value.js";
import { columnArgument, given } from "./column-arguments.js";
import { columnCall, expressionCall } from "./call.js";
import { lambda, type LambdaBody } from "./lambda.js";

/**
 * Applies the lambda to each element. The lambda can also accept the position, from 0.
 *
 * @example transform(lit([1, 2, 3]), (x) => x.plus(1)); // [ 2, 3, 4 ]
 */
export function transform<C extends ColumnOrName, V>(
  column: C,
  f: (element: Column<ElementIn<C>>, index: Column<number>) => Column<V>,
): Column<V[] | NullIn<C>> {
  const elements = columnArgument("transform", column);
  return expressionCall("transform", elements, lambda("transform", f, 1, 2));
}

/**
 * The elements for which the lambda is true. The lambda can also accept the position, from 0.
 *
 * @example filter(lit([1, 2, 3]), (x) => x.mod(2).eq(1)); // [ 1, 3 ]
 */
export function filter<C extends ColumnOrName>(
  column: C,
  f: (element: Column<ElementIn<C>>, index: Column<number>) => Column,
): Column<ArrayOf<C>> {
  return expressionCall("filter", columnArgument("filter", column), lambda("filter", f, 1, 2));
}

/**
 * Whether the lambda is true for an element. Null if it is true for no element, but null for one.
 *
 * @example exists(lit([1, 2, 3]), (x) => x.mod(2).eq(0)); // true
 */
export function exists<C extends ColumnOrName, V>(
  column: C,
  f: (element: Column<ElementIn<C>>) => Column<V>,
): Column<boolean | NullIn<C> | NullOf<V>> {
  return expressionCall("exists", columnArgument("exists", column), lambda("exists", f, 1));
}

/**
 * Whether the lambda is true for every element; true for an empty array.
 *
 * @example forall(lit([2, 4, 8]), (x) => x.mod(2).eq(0)); // true
 */
export function forall<C extends ColumnOrName, V>(
  column: C,
  f: (element: Column<ElementIn<C>>) => Column<V>,
): Column<boolean | NullIn<C> | NullOf<V>> {
  return expressionCall("forall", columnArgument("forall", column), lambda("forall", f, 1));
}

/**
 * Reduces an array to one value. `merge` receives the value so far, at first `initialValue`, and the next element.
 * It must return the type of the initial value.
 *
 * @param initialValue a string names a column; write lit(…) for a plain value
 * @param finish converts the final value
 * @example aggregate(lit([1, 2, 3]), lit(0), (total, x) => total.plus(x)); // 6
 */
export function aggregate<
  C extends ColumnOrName,
  I extends ColumnOrName,
  M,
  R = ValueOf<I> | M | null,
>(
  column: C,
  initialValue: I,
  merge: (accumulated: Column<ValueOf<I> | null>, element: Column<ElementIn<C>>) => Column<M>,
  finish?: (accumulated: Column<ValueOf<I> | M | null>) => Column<R>,
): Column<R | NullIn<C>> {
  return folded("aggregate", column, initialValue, merge, finish);
}

/**
 * Reduces an array to one value; the same as aggregate.
 *
 * @example
 * reduce(
 *   lit([1, 2, 3]),
 *   lit(0),
 *   (total, x) => total.plus(x),
 *   (total) => total.multiply(10),
 * ); // 60
 */
export function reduce<
  C extends ColumnOrName,
  I extends ColumnOrName,
  M,
  R = ValueOf<I> | M | null,
>(
  column: C,
  initialValue: I,
  merge: (accumulated: Column<ValueOf<I> | null>, element: Column<ElementIn<C>>) => Column<M>,
  finish?: (accumulated: Column<ValueOf<I> | M | null>) => Column<R>,
): Column<R | NullIn<C>> {
  return folded("reduce", column, initialValue, merge, finish);
}

function folded<T>(
  name: string,
  column: ColumnOrName,
  initialValue: ColumnOrName,
  merge: LambdaBody,
  finish?: LambdaBody,
): Column<T> {
  return expressionCall(
    name,
    columnArgument(name, column),
    columnArgument(name, initialValue),
    lambda(name, merge, 2),
    ...given(finish).map((last) => lambda(name, last, 1)),
  );
}

/**
 * Sorts the array, with nulls last, or by a comparator. The comparator returns an INT: negative if `left` comes
 * first, 0 if both are equal, otherwise positive. It must not return null.
 *
 * @example array_sort(lit([5, 6, 1]), (left, right) => right.minus(left)); // [ 6, 5, 1 ]
 */
export function array_sort<C extends ColumnOrName>(
  column: C,
  comparator?: (left: Column<ElementIn<C>>, right: Column<ElementIn<C>>) => Column,
): Column<ArrayOf<C>> {
  if (comparator === undefined) return columnCall("array_sort", column);
  const elements = columnArgument("array_sort", column);
  return expressionCall("array_sort", elements, lambda("array_sort", comparator, 2));
}

/**
 * Combines two arrays pair by pair. The shorter array is extended with nulls.
 *
 * @example zip_with(lit([1, 2]), lit([3, 4]), (x, y) => x.plus(y)); // [ 4, 6 ]
 */
export function zip_with<A extends ColumnOrName, B extends ColumnOrName, V>(
  left: A,
  right: B,
  f: (left: Column<ElementIn<A> | null>, right: Column<ElementIn<B> | null>) => Column<V>,
): Column<V[] | NullIn<A | B>> {
  return expressionCall(
    "zip_with",
    columnArgument("zip_with", left),
    columnArgument("zip_with", right),
    lambda("zip_with", f, 2),
  );
}

/**
 * Applies the lambda to the keys of a map. A null key or a duplicate key is an error.
 *
 * @example
 * transform_keys(create_map(lit(1), lit("a"), lit(2), lit("b")), (key) => key.plus(1));
 * // Map(2) { 2 => 'a', 3 => 'b' }
 */
export function transform_keys<C extends ColumnOrName, K>(
  column: C,
  f: (key: Column<KeyIn<C>>, value: Column<MapValueIn<C>>) => Column<K>,
): Column<Map<NotNull<K>, MapValueIn<C>> | NullIn<C>> {
  const map = columnArgument("transform_keys", column);
  return expressionCall("transform_keys", map, lambda("transform_keys", f, 2));
}

/**
 * Applies the lambda to the values of a map.
 *
 * @example
 * transform_values(create_map(lit("a"), lit(1), lit("b"), lit(2)), (key, value) => value.plus(1));
 * // Map(2) { 'a' => 2, 'b' => 3 }
 */
export function transform_values<C extends ColumnOrName, V>(
  column: C,
  f: (key: Column<KeyIn<C>>, value: Column<MapValueIn<C>>) => Column<V>,
): Column<Map<KeyIn<C>, V> | NullIn<C>> {
  const map = columnArgument("transform_values", column);
  return expressionCall("transform_values", map, lambda("transform_values", f, 2));
}

/**
 * The pairs of a map for which the lambda is true.
 *
 * @example
 * map_filter(create_map(lit(1), lit(0), lit(3), lit(-1)), (key, value) => key.plus(value).gt(1));
 * // Map(1) { 3 => -1 }
 */
export function map_filter<C extends ColumnOrName>(
  column: C,
  f: (key: Column<KeyIn<C>>, value: Column<MapValueIn<C>>) => Column,
): Column<MapOf<C>> {
  const map = columnArgument("map_filter", column);
  return expressionCall("map_filter", map, lambda("map_filter", f, 2));
}

/**
 * Combines two maps key by key. The value is null for a map that lacks the key.
 *
 * @example
 * map_zip_with(create_map(lit("a"), lit(1)), create_map(lit("a"), lit(3)), (key, v1, v2) =>
 *   v1.plus(v2),
 * ); // Map(1) { 'a' => 4 }
 */
export function map_zip_with<A extends ColumnOrName, B extends ColumnOrName, V>(
  map1: A,
  map2: B,
  f: (
    key: Column<KeyIn<A> | KeyIn<B>>,
    value1: Column<MapValueIn<A> | null>,
    value2: Column<MapValueIn<B> | null>,
  ) => Column<V>,
): Column<Map<KeyIn<A> | KeyIn<B>, V> | NullIn<A | B>> {
  return expressionCall(
    "map_zip_with",
    columnArgument("map_zip_with", map1),
    columnArgument("map_zip_with", map2),
    lambda("map_zip_with", f, 3),
  );
}
