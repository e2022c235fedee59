// Functions for user-defined functions and types.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { ValueOf } from "../dataframe/typing/column-value.js";
import { columnCall } from "./call.js";

/**
 * Calls a function that is registered in the session. Unlike call_function, it does not search catalogs: the name is
 * a single word.
 */
export function call_udf(name: string, ...columns: readonly ColumnOrName[]): Column {
  return columnCall(name, ...columns);
}

/** A value of a user-defined type as the SQL type in which it is stored. */
export function unwrap_udt<C extends ColumnOrName>(column: C): Column<ValueOf<C>> {
  return columnCall("unwrap_udt", column);
}
