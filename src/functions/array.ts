// Functions of arrays. A value or element argument is a literal, even a string, unless it is a Column.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type {
  ArrayOf,
  CommonItem,
  ColumnList,
  ElementIn,
  Elements,
  NotNull,
  ZippedOf,
} from "../dataframe/typing/collection-value.js";
import type { ElementOf, NullIn, NullOf, ValueOf } from "../dataframe/typing/column-value.js";
import type { NullInConverted, NullInConvertedLiteral } from "../dataframe/typing/conversion.js";
import type { LiteralValue } from "../dataframe/typing/literal-value.js";
import type { NullInInteger } from "../dataframe/typing/numeric-value.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument, columnList, given, numberArgument } from "./column-arguments.js";
import { columnCall, expressionCall, listCall, valueCall } from "./call.js";
import { randomSeed } from "./seed.js";

/**
 * The columns' values as an array. Pass the columns one by one or as one array.
 *
 * @example array(lit(1), lit(2), lit(3)); // [ 1, 2, 3 ]
 */
export function array<const C extends ColumnList>(...columns: C): Column<Elements<C>[]> {
  return listCall("array", columnList(columns));
}

/**
 * The array with the value after its last element; null for a null array.
 *
 * @example array_append(lit(["b", "a"]), "d"); // [ 'b', 'a', 'd' ]
 */
export function array_append<C extends ColumnOrName, const V>(
  column: C,
  value: V,
): Column<(CommonItem<ElementIn<C> | LiteralValue<V>> | null)[] | NullIn<C>> {
  return valueCall("array_append", column, value);
}

/**
 * The array with the value before its first element; null for a null array.
 *
 * @example array_prepend(lit(["b", "a"]), "d"); // [ 'd', 'b', 'a' ]
 */
export function array_prepend<C extends ColumnOrName, const V>(
  column: C,
  value: V,
): Column<(CommonItem<ElementIn<C> | LiteralValue<V>> | null)[] | NullIn<C>> {
  return valueCall("array_prepend", column, value);
}

/**
 * The array without its nulls.
 *
 * @example array_compact(lit([1, null, 2])); // [ 1, 2 ]
 */
export function array_compact<C extends ColumnOrName>(
  column: C,
): Column<NotNull<ElementIn<C>>[] | NullIn<C>> {
  return columnCall("array_compact", column);
}

/**
 * Whether the array contains the value. Null if it does not, but contains a null.
 *
 * @example array_contains(lit([1, 2, 3]), 2); // true
 */
export function array_contains<C extends ColumnOrName, const V>(
  column: C,
  value: V,
): Column<boolean | NullOf<ElementIn<C>> | NullIn<C> | NullInConvertedLiteral<V>> {
  return valueCall("array_contains", column, value);
}

/**
 * The array without duplicates, in the order of first occurrence.
 *
 * @example array_distinct(lit([1, 2, 3, null, 3])); // [ 1, 2, 3, null ]
 */
export function array_distinct<C extends ColumnOrName>(column: C): Column<ArrayOf<C>> {
  return columnCall("array_distinct", column);
}

/**
 * Elements of the first array that are not in the second, without duplicates.
 *
 * @example array_except(lit([1, 2, 3]), lit([1, 3, 5])); // [ 2 ]
 */
export function array_except<A extends ColumnOrName, B extends ColumnOrName>(
  column: A,
  other: B,
): Column<(ElementIn<A> | ElementIn<B>)[] | NullIn<A | B>> {
  return columnCall("array_except", column, other);
}

/**
 * Elements that are in both arrays, without duplicates.
 *
 * @example array_intersect(lit([1, 2, 3]), lit([1, 3, 5])); // [ 1, 3 ]
 */
export function array_intersect<A extends ColumnOrName, B extends ColumnOrName>(
  column: A,
  other: B,
): Column<(ElementIn<A> | ElementIn<B>)[] | NullIn<A | B>> {
  return columnCall("array_intersect", column, other);
}

/**
 * Elements of either array, without duplicates.
 *
 * @example array_union(lit([1, 2, 3]), lit([1, 3, 5])); // [ 1, 2, 3, 5 ]
 */
export function array_union<A extends ColumnOrName, B extends ColumnOrName>(
  column: A,
  other: B,
): Column<(ElementIn<A> | ElementIn<B>)[] | NullIn<A | B>> {
  return columnCall("array_union", column, other);
}

/**
 * The array with the value inserted at a position. Positions start at 1; negative ones count from the end; 0 is an
 * error. A position after the end adds nulls between.
 *
 * @param position a number is a literal, a string names a column
 * @example array_insert(lit([5, 4, 3, 2]), -1, 1); // [ 5, 4, 3, 2, 1 ]
 */
export function array_insert<C extends ColumnOrName, P extends ColumnOrName | number, const V>(
  column: C,
  position: P,
  value: V,
): Column<(CommonItem<ElementIn<C> | LiteralValue<V>> | null)[] | NullIn<C | Exclude<P, number>>> {
  return expressionCall(
    "array_insert",
    columnArgument("array_insert", column),
    numberArgument("array_insert", position),
    expressionOf(value),
  );
}

/**
 * Joins the elements to one text, with `delimiter` between them.
 *
 * @param nullReplacement text to write for nulls. Default: nulls are ignored
 * @example array_join(lit(["hello", "world"]), " "); // 'hello world'
 */
export function array_join<C extends ColumnOrName>(
  column: C,
  delimiter: string,
  nullReplacement?: string,
): Column<string | NullIn<C>> {
  return valueCall("array_join", column, delimiter, ...given(nullReplacement));
}

/**
 * Largest element, ignoring nulls. NaN is larger than any number.
 *
 * @example array_max(lit([1, 20, null, 3])); // 20
 */
export function array_max<C extends ColumnOrName>(column: C): Column<ElementIn<C> | null> {
  return columnCall("array_max", column);
}

/**
 * Smallest element, ignoring nulls.
 *
 * @example array_min(lit([1, 20, null, 3])); // 1
 */
export function array_min<C extends ColumnOrName>(column: C): Column<ElementIn<C> | null> {
  return columnCall("array_min", column);
}

/**
 * Position, from 1, of the first element equal to the value, as BIGINT; 0 if no element is equal.
 *
 * @example array_position(lit([312, 773, 708, 708]), 708); // 3n
 */
export function array_position<C extends ColumnOrName, const V>(
  column: C,
  value: V,
): Column<bigint | NullIn<C> | NullInConvertedLiteral<V>> {
  return valueCall("array_position", column, value);
}

/**
 * The array without the elements that are equal to the value.
 *
 * @example array_remove(lit([1, 2, 3, null, 3]), 3); // [ 1, 2, null ]
 */
export function array_remove<C extends ColumnOrName, const V>(
  column: C,
  element: V,
): Column<(ElementIn<C> | NotNull<LiteralValue<V>>)[] | NullIn<C> | NullInConvertedLiteral<V>> {
  return valueCall("array_remove", column, element);
}

/**
 * An array that contains the column's value `count` times.
 *
 * @param count a number is a literal, a string names a column
 * @example array_repeat(lit("123"), 2); // [ '123', '123' ]
 */
export function array_repeat<C extends ColumnOrName, N extends ColumnOrName | number>(
  column: C,
  count: N,
): Column<ValueOf<C>[] | NullIn<Exclude<N, number>>> {
  return expressionCall(
    "array_repeat",
    columnArgument("array_repeat", column),
    numberArgument("array_repeat", count),
  );
}

/**
 * Number of elements of an array; null for null.
 *
 * @example array_size(lit(["b", "d", "c", "a"])); // 4
 */
export function array_size<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("array_size", column);
}

/**
 * Whether the arrays have a common non-null element. Null if they do not, but one contains a null.
 *
 * @example arrays_overlap(lit([1, 2, 3]), lit([3, 4, 5])); // true
 */
export function arrays_overlap<A extends ColumnOrName, B extends ColumnOrName>(
  column: A,
  other: B,
): Column<boolean | NullIn<A | B> | NullOf<ElementIn<A> | ElementIn<B>>> {
  return columnCall("arrays_overlap", column, other);
}

/**
 * An array of structs: the arrays' first elements, then their second elements …; null for missing elements.
 *
 * @example arrays_zip(lit([1, 2]).alias("a"), lit([3, 4]).alias("b")); // [ { a: 1, b: 3 }, { a: 2, b: 4 } ]
 */
export function arrays_zip<const C extends readonly ColumnOrName[]>(
  ...columns: C
): Column<ZippedOf<C[number]>[] | NullIn<C[number]>> {
  return columnCall("arrays_zip", ...columns);
}

/**
 * Joins an array of arrays to one array, one level only. Null if one of the arrays is null.
 *
 * @example flatten(array(lit([1, 2]), lit([3, 4]))); // [ 1, 2, 3, 4 ]
 */
export function flatten<C extends ColumnOrName>(
  column: C,
): Column<ElementOf<ElementIn<C>>[] | NullIn<C> | NullOf<ElementIn<C>>> {
  return columnCall("flatten", column);
}

/**
 * Element of an array at a position from 0; null outside the array.
 *
 * @param index a number is a literal, a string names a column
 * @example get(lit([1, 2, 3]), 0); // 1
 */
export function get<C extends ColumnOrName>(
  column: C,
  index: ColumnOrName | number,
): Column<ElementIn<C> | null> {
  return expressionCall("get", columnArgument("get", column), numberArgument("get", index));
}

/**
 * An array of the integers, dates or timestamps from `start` to `stop`, including both.
 *
 * @param step default: 1 or -1, towards `stop`; one day for dates
 * @example sequence(lit(1), lit(5)); // [ 1, 2, 3, 4, 5 ]
 */
export function sequence<
  A extends ColumnOrName,
  B extends ColumnOrName,
  S extends ColumnOrName = never,
>(
  start: A,
  stop: B,
  step?: S,
): Column<NotNull<CommonItem<ValueOf<A> | ValueOf<B>>>[] | NullInConverted<A | B | S>> {
  return columnCall("sequence", start, stop, ...given(step));
}

/**
 * The elements in random order.
 *
 * @param seed the same seed returns the same order for the same rows. Default: a new random seed
 * @example sort_array(shuffle(lit([3, 1, 2]))); // [ 1, 2, 3 ]
 */
export function shuffle<C extends ColumnOrName>(
  column: C,
  seed?: Column | number | bigint,
): Column<ArrayOf<C>> {
  return valueCall("shuffle", column, seed ?? randomSeed());
}

/**
 * `length` elements from `start` on. `start` counts from 1; a negative one counts from the end; 0 is an error.
 * A number is a literal, a string names a column.
 *
 * @example slice(lit([1, 2, 3, 4]), -2, 2); // [ 3, 4 ]
 */
export function slice<
  C extends ColumnOrName,
  S extends ColumnOrName | number,
  L extends ColumnOrName | number,
>(column: C, start: S, length: L): Column<ElementIn<C>[] | NullIn<C> | NullInInteger<S | L>> {
  return expressionCall(
    "slice",
    columnArgument("slice", column),
    numberArgument("slice", start),
    numberArgument("slice", length),
  );
}

/**
 * The array sorted by the natural order of its elements.
 *
 * @param ascending true, the default: ascending, nulls first. false: descending, nulls last
 * @example sort_array(lit(["b", "d", null, "a"]), false); // [ 'd', 'b', 'a', null ]
 */
export function sort_array<C extends ColumnOrName>(
  column: C,
  ascending = true,
): Column<ArrayOf<C>> {
  return valueCall("sort_array", column, ascending);
}
