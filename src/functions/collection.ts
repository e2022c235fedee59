// Functions that accept both arrays and maps. Those with a lambda are in higher-order.ts.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { Concatenated, ElementAt, Reversed } from "../dataframe/typing/collection-value.js";
import type { NullIn, ValueOf } from "../dataframe/typing/column-value.js";
import { columnCall, valueCall } from "./call.js";

/**
 * Number of elements of an array or map. For null it is null, or -1 if ANSI mode is off.
 *
 * @example size(lit(["b", "d", "c", "a"])); // 4
 */
export function size<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("size", column);
}

/**
 * Number of elements of an array or map; the same as size.
 *
 * @example cardinality(lit(["b", "d", "c", "a"])); // 4
 */
export function cardinality<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("cardinality", column);
}

/**
 * Concatenates texts, binaries or arrays. Null if one of them is null.
 *
 * @example concat(lit("Spark"), lit("SQL")); // 'SparkSQL'
 */
export function concat<const C extends readonly ColumnOrName[]>(
  ...columns: C
): Column<Concatenated<C[number]>> {
  return columnCall("concat", ...columns);
}

/**
 * A text or array in reverse order.
 *
 * @example reverse(lit([2, 1, 4, 3])); // [ 3, 4, 1, 2 ]
 */
export function reverse<C extends ColumnOrName>(column: C): Column<Reversed<ValueOf<C>>> {
  return columnCall("reverse", column);
}

/**
 * Element of an array at a position, or value of a key of a map. Positions start at 1; negative ones count from the
 * end. A missing key returns null. Position 0 is an error; in ANSI mode so is any position outside the array.
 *
 * @param extraction a literal, even if it is a string, or a Column
 * @example element_at(lit([1, 2, 3]), 2); // 2
 */
export function element_at<C extends ColumnOrName>(
  column: C,
  extraction: unknown,
): Column<ElementAt<ValueOf<C>>> {
  return valueCall("element_at", column, extraction);
}

/**
 * Like element_at, but null for a position outside the array. A string names a column.
 *
 * @example try_element_at(lit([1, 2, 3]), lit(4)); // null
 */
export function try_element_at<C extends ColumnOrName>(
  column: C,
  extraction: ColumnOrName,
): Column<ElementAt<ValueOf<C>>> {
  return columnCall("try_element_at", column, extraction);
}
