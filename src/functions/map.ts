// Functions of maps; those that take a lambda are in higher-order.ts.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument, columnList } from "./column-arguments.js";
import { columnCall, expressionCall, listCall, valueCall } from "./call.js";

/** A map of keys and values given in turn; a null key is an error, and so is one given twice. */
export function create_map(
  ...columns: readonly ColumnOrName[] | readonly [readonly ColumnOrName[]]
): Column {
  return listCall("map", columnList(columns));
}

/** The pairs of all maps as one; a key that two maps have is an error. */
export function map_concat(
  ...columns: readonly ColumnOrName[] | readonly [readonly ColumnOrName[]]
): Column {
  return listCall("map_concat", columnList(columns));
}

/** Whether the map has the key: a literal, texts too, or a Column. */
export function map_contains_key(column: ColumnOrName, key: unknown): Column {
  return valueCall("map_contains_key", column, key);
}

/** The map's pairs as an array of structs of `key` and `value`, in no order. */
export function map_entries(column: ColumnOrName): Column {
  return columnCall("map_entries", column);
}

/** A map of two arrays of the same length, the first its keys. */
export function map_from_arrays(keys: ColumnOrName, values: ColumnOrName): Column {
  return columnCall("map_from_arrays", keys, values);
}

/** A map of an array of structs of two fields. */
export function map_from_entries(column: ColumnOrName): Column {
  return columnCall("map_from_entries", column);
}

/** The map's keys as an array, in no order. */
export function map_keys(column: ColumnOrName): Column {
  return columnCall("map_keys", column);
}

/** The map's values as an array, in no order. */
export function map_values(column: ColumnOrName): Column {
  return columnCall("map_values", column);
}

/**
 * A map of the text's pairs. The delimiters are regular expressions; a text names a column.
 *
 * @param pairDelimiter stands between pairs; default a comma
 * @param keyValueDelimiter stands between a key and its value; default a colon
 */
export function str_to_map(
  text: ColumnOrName,
  pairDelimiter?: ColumnOrName,
  keyValueDelimiter?: ColumnOrName,
): Column {
  const delimiter = (given: ColumnOrName | undefined, otherwise: string) =>
    given === undefined ? expressionOf(otherwise) : columnArgument("str_to_map", given);
  return expressionCall(
    "str_to_map",
    columnArgument("str_to_map", text),
    delimiter(pairDelimiter, ","),
    delimiter(keyValueDelimiter, ":"),
  );
}
