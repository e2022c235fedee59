// Functions of maps. Those with a lambda are in higher-order.ts.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type {
  ColumnList,
  ElementIn,
  KeyIn,
  MapOfEntries,
  MapOfPairs,
  MapValueIn,
  MergedMaps,
  NotNull,
} from "../dataframe/typing/collection-value.js";
import type { NullIn, ValueOf } from "../dataframe/typing/column-value.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument, columnList } from "./column-arguments.js";
import { columnCall, expressionCall, listCall, valueCall } from "./call.js";

/**
 * A map from alternating keys and values. A null key or a duplicate key is an error.
 *
 * @example create_map(lit(1), lit("a"), lit(2), lit("b")); // Map(2) { 1 => 'a', 2 => 'b' }
 */
export function create_map<const C extends ColumnList>(...columns: C): Column<MapOfPairs<C>> {
  return listCall("map", columnList(columns));
}

/**
 * Merges maps. A key that two maps have is an error.
 *
 * @example map_concat(create_map(lit(1), lit("a")), create_map(lit(3), lit("c"))); // Map(2) { 1 => 'a', 3 => 'c' }
 */
export function map_concat<const C extends ColumnList>(...columns: C): Column<MergedMaps<C>> {
  return listCall("map_concat", columnList(columns));
}

/**
 * Whether the map has the key. The key is a literal, even if it is a string, or a Column.
 *
 * @example map_contains_key(create_map(lit(1), lit("a"), lit(2), lit("b")), 3); // false
 */
export function map_contains_key(column: ColumnOrName, key: unknown): Column<boolean | null> {
  return valueCall("map_contains_key", column, key);
}

/**
 * The map's pairs as an array of structs of `key` and `value`, in any order.
 *
 * @example
 * map_entries(create_map(lit(1), lit("a"), lit(2), lit("b")));
 * // [ { key: 1, value: 'a' }, { key: 2, value: 'b' } ]
 */
export function map_entries<C extends ColumnOrName>(
  column: C,
): Column<{ key: KeyIn<C>; value: MapValueIn<C> }[] | NullIn<C>> {
  return columnCall("map_entries", column);
}

/**
 * A map from an array of keys and an array of values with the same length.
 *
 * @example map_from_arrays(lit([1, 3]), lit(["2", "4"])); // Map(2) { 1 => '2', 3 => '4' }
 */
export function map_from_arrays<K extends ColumnOrName, V extends ColumnOrName>(
  keys: K,
  values: V,
): Column<Map<NotNull<ElementIn<K>>, ElementIn<V>> | NullIn<K | V>> {
  return columnCall("map_from_arrays", keys, values);
}

/**
 * A map from an array of structs with two fields.
 *
 * @example
 * map_from_entries(array(struct(lit(1), lit("a")), struct(lit(2), lit("b"))));
 * // Map(2) { 1 => 'a', 2 => 'b' }
 */
export function map_from_entries<C extends ColumnOrName>(
  column: C,
): Column<MapOfEntries<ValueOf<C>>> {
  return columnCall("map_from_entries", column);
}

/**
 * The map's keys as an array, in any order.
 *
 * @example map_keys(create_map(lit(1), lit("a"), lit(2), lit("b"))); // [ 1, 2 ]
 */
export function map_keys<C extends ColumnOrName>(
  column: C,
): Column<(KeyIn<C> | null)[] | NullIn<C>> {
  return columnCall("map_keys", column);
}

/**
 * The map's values as an array, in any order.
 *
 * @example map_values(create_map(lit(1), lit("a"), lit(2), lit("b"))); // [ 'a', 'b' ]
 */
export function map_values<C extends ColumnOrName>(
  column: C,
): Column<(MapValueIn<C> | null)[] | NullIn<C>> {
  return columnCall("map_values", column);
}

/**
 * A map from the pairs in a text. The delimiters are regular expressions; a string names a column.
 *
 * @param pairDelimiter delimiter between pairs. Default: a comma
 * @param keyValueDelimiter delimiter between a key and its value. Default: a colon
 * @example str_to_map(lit("a:1,b:2,c:3"), lit(","), lit(":")); // Map(3) { 'a' => '1', 'b' => '2', 'c' => '3' }
 */
export function str_to_map<
  C extends ColumnOrName,
  P extends ColumnOrName = never,
  K extends ColumnOrName = never,
>(
  text: C,
  pairDelimiter?: P,
  keyValueDelimiter?: K,
): Column<Map<string, string | null> | NullIn<C | P | K>> {
  const delimiter = (given: ColumnOrName | undefined, otherwise: string) =>
    given === undefined ? expressionOf(otherwise) : columnArgument("str_to_map", given);
  return expressionCall(
    "str_to_map",
    columnArgument("str_to_map", text),
    delimiter(pairDelimiter, ","),
    delimiter(keyValueDelimiter, ":"),
  );
}
