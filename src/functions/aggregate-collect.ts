// Aggregate functions that gather a group's values, nulls left out, in the order of the rows, which may change.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { given } from "./column-arguments.js";
import { columnCall, distinctCall, valueCall } from "./call.js";
import { lit } from "./core.js";

/** The values as an array, duplicates kept. */
export function collect_list(column: ColumnOrName): Column {
  return columnCall("collect_list", column);
}

/** The values as an array, duplicates kept; the same as collect_list. */
export function array_agg(column: ColumnOrName): Column {
  return columnCall("array_agg", column);
}

/** The distinct values as an array. */
export function collect_set(column: ColumnOrName): Column {
  return columnCall("collect_set", column);
}

/** The distinct elements of a group's arrays as one array. Spark 4.3 or newer. */
export function collect_union(column: ColumnOrName): Column {
  return columnCall("collect_union", column);
}

/**
 * The texts, or binaries, as one; null when there are none.
 *
 * @param delimiter stands between them; a literal, or a Column that is constant; default none
 */
export function listagg(column: ColumnOrName, delimiter?: Column | string | Uint8Array): Column {
  return valueCall("listagg", column, ...given(delimiter));
}

/**
 * The distinct texts, or binaries, as one; null when there are none.
 *
 * @param delimiter stands between them; a literal, or a Column that is constant; default none
 */
export function listagg_distinct(
  column: ColumnOrName,
  delimiter?: Column | string | Uint8Array,
): Column {
  return distinctCall("listagg", column, ...given(delimiter).map((text) => lit(text)));
}

/**
 * The texts, or binaries, as one; the same as listagg; null when there are none.
 *
 * @param delimiter stands between them; a literal, or a Column that is constant; default none
 */
export function string_agg(column: ColumnOrName, delimiter?: Column | string | Uint8Array): Column {
  return valueCall("string_agg", column, ...given(delimiter));
}

/**
 * The distinct texts, or binaries, as one; the same as listagg_distinct; null when there are none.
 *
 * @param delimiter stands between them; a literal, or a Column that is constant; default none
 */
export function string_agg_distinct(
  column: ColumnOrName,
  delimiter?: Column | string | Uint8Array,
): Column {
  return distinctCall("string_agg", column, ...given(delimiter).map((text) => lit(text)));
}

/**
 * A histogram of at most so many bins, as an array of structs of `x`, a bin's centre, and `y`, its
 * height.
 *
 * @param nBins a Column, as `lit(5)`, or the name of one
 */
export function histogram_numeric(column: ColumnOrName, nBins: ColumnOrName): Column {
  return columnCall("histogram_numeric", column, nBins);
}

/** A bitmap with the bits set whose positions, as of bitmap_bit_position, the column has. */
export function bitmap_construct_agg(column: ColumnOrName): Column {
  return columnCall("bitmap_construct_agg", column);
}

/** Bitwise OR of bitmaps of bitmap_construct_agg. */
export function bitmap_or_agg(column: ColumnOrName): Column {
  return columnCall("bitmap_or_agg", column);
}

/** Bitwise AND of bitmaps of bitmap_construct_agg. Spark 4.1 or newer. */
export function bitmap_and_agg(column: ColumnOrName): Column {
  return columnCall("bitmap_and_agg", column);
}
