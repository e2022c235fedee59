// Aggregate functions that collect a group's values without nulls. The values are in the order of the rows, which
// is not deterministic.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { TextOfGroup, PresentIn, Unioned } from "../dataframe/typing/aggregate-value.js";
import type { ValueOf } from "../dataframe/typing/column-value.js";
import { given } from "./column-arguments.js";
import { columnCall, distinctCall, valueCall } from "./call.js";
import { lit } from "./core.js";

/**
 * The values as an array, including duplicates.
 *
 * @example
 * // x: 1, 2, 1
 * collect_list("x"); // [ 1n, 2n, 1n ]
 */
export function collect_list<C extends ColumnOrName>(column: C): Column<PresentIn<C>[]> {
  return columnCall("collect_list", column);
}

/**
 * The values as an array, including duplicates; the same as collect_list.
 *
 * @example
 * // x: 1, 2, 1
 * array_agg("x"); // [ 1n, 2n, 1n ]
 */
export function array_agg<C extends ColumnOrName>(column: C): Column<PresentIn<C>[]> {
  return columnCall("array_agg", column);
}

/**
 * The distinct values as an array.
 *
 * @example
 * // x: 1, 2, 1
 * sort_array(collect_set("x")); // [ 1n, 2n ]
 */
export function collect_set<C extends ColumnOrName>(column: C): Column<PresentIn<C>[]> {
  return columnCall("collect_set", column);
}

/**
 * The distinct elements of a group's arrays as one array. Spark 4.3 or newer.
 *
 * @example
 * // x: [1, 2], [2, 3]
 * sort_array(collect_union("x")); // [ 1n, 2n, 3n ]
 */
export function collect_union<C extends ColumnOrName>(column: C): Column<Unioned<C>> {
  return columnCall("collect_union", column);
}

/**
 * Concatenates the texts or binaries. Null without values.
 *
 * @param delimiter text between them; a literal or a constant Column. Default: no delimiter
 * @example
 * // x: "a", "b", "a"
 * listagg("x", ","); // 'a,a,b'
 */
export function listagg<C extends ColumnOrName>(
  column: C,
  delimiter?: Column | string | Uint8Array,
): Column<TextOfGroup<C> | null> {
  return valueCall("listagg", column, ...given(delimiter));
}

/**
 * Concatenates the distinct texts or binaries. Null without values.
 *
 * @param delimiter text between them; a literal or a constant Column. Default: no delimiter
 * @example
 * // x: "a", "b", "a"
 * listagg_distinct("x", ","); // 'a,b'
 */
export function listagg_distinct<C extends ColumnOrName>(
  column: C,
  delimiter?: Column | string | Uint8Array,
): Column<TextOfGroup<C> | null> {
  return distinctCall("listagg", column, ...given(delimiter).map((text) => lit(text)));
}

/**
 * Concatenates the texts or binaries; the same as listagg. Null without values.
 *
 * @param delimiter text between them; a literal or a constant Column. Default: no delimiter
 * @example
 * // x: "a", "b", "a"
 * string_agg("x", ","); // 'a,a,b'
 */
export function string_agg<C extends ColumnOrName>(
  column: C,
  delimiter?: Column | string | Uint8Array,
): Column<TextOfGroup<C> | null> {
  return valueCall("string_agg", column, ...given(delimiter));
}

/**
 * Concatenates the distinct texts or binaries; the same as listagg_distinct. Null without values.
 *
 * @param delimiter text between them; a literal or a constant Column. Default: no delimiter
 * @example
 * // x: "a", "b", "a"
 * string_agg_distinct("x", ","); // 'a,b'
 */
export function string_agg_distinct<C extends ColumnOrName>(
  column: C,
  delimiter?: Column | string | Uint8Array,
): Column<TextOfGroup<C> | null> {
  return distinctCall("string_agg", column, ...given(delimiter).map((text) => lit(text)));
}

/**
 * A histogram with at most `nBins` bins, as an array of structs of `x`, the centre of a bin, and `y`, its
 * height.
 *
 * @param nBins a Column, such as `lit(5)`, or a column name
 * @example
 * // x: 0, 1, 2, 10
 * histogram_numeric("x", lit(2)); // [ { x: 1n, y: 3 }, { x: 10n, y: 1 } ]
 */
export function histogram_numeric<C extends ColumnOrName>(
  column: C,
  nBins: ColumnOrName,
): Column<({ x: ValueOf<C> | null; y: number | null } | null)[] | null> {
  return columnCall("histogram_numeric", column, nBins);
}

/**
 * A bitmap with a bit set for each position in the column; see bitmap_bit_position.
 *
 * @example
 * // x: 1, 2, 3
 * bitmap_count(bitmap_construct_agg(bitmap_bit_position("x"))); // 3n
 */
export function bitmap_construct_agg(column: ColumnOrName): Column<Uint8Array> {
  return columnCall("bitmap_construct_agg", column);
}

/**
 * Bitwise OR of bitmaps from bitmap_construct_agg.
 *
 * @example
 * // x: "10", "20", "40"
 * hex(bitmap_or_agg(unhex("x"))).substr(1, 6); // '700000'
 */
export function bitmap_or_agg(column: ColumnOrName): Column<Uint8Array> {
  return columnCall("bitmap_or_agg", column);
}

/**
 * Bitwise AND of bitmaps from bitmap_construct_agg. Spark 4.1 or newer.
 *
 * @example
 * // x: "F0", "70", "30"
 * hex(bitmap_and_agg(unhex("x"))).substr(1, 6); // '300000'
 */
export function bitmap_and_agg(column: ColumnOrName): Column<Uint8Array> {
  return columnCall("bitmap_and_agg", column);
}
