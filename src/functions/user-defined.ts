// Functions that call what others defined.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall } from "./call.js";

/**
 * A function registered in the session, by its name. Unlike call_function, the name is one word: it is
 * not looked up in catalogs.
 */
export function call_udf(name: string, ...columns: readonly ColumnOrName[]): Column {
  return columnCall(name, ...columns);
}

/** A value of a user-defined type as the SQL type it is stored in. */
export function unwrap_udt(column: ColumnOrName): Column {
  return columnCall("unwrap_udt", column);
}
