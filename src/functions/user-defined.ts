// Functions for user-defined functions and types.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { ValueOf } from "../dataframe/typing/column-value.js";
import { columnCall } from "./call.js";

/**
 * Calls a function that is registered in the session. Unlike call_function, it does not search catalogs: the name is
 * a single word.
 *
 * @example
 * await spark.udf.registerPython("twice", {
 *   source: "def twice(n): return n * 2",
 *   function: "twice",
 *   returnType: "bigint",
 * });
 * spark.range(3).select(call_udf("twice", "id"));
 */
export function call_udf(name: string, ...columns: readonly ColumnOrName[]): Column {
  return columnCall(name, ...columns);
}

/**
 * A value of a user-defined type as the SQL type in which it is stored.
 *
 * @example spark.table("points").select(unwrap_udt("point"));
 */
export function unwrap_udt<C extends ColumnOrName>(column: C): Column<ValueOf<C>> {
  return columnCall("unwrap_udt", column);
}
