// Functions that make structs.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { ColumnList, OneOf, StructOf } from "../dataframe/typing/collection-value.js";
import { columnList } from "./column-arguments.js";
import { columnCall, listCall } from "./call.js";

/**
 * The columns as a struct with their names. Pass the columns one by one or as one array.
 *
 * @example struct(lit(1).alias("a"), lit("b").alias("b")); // { a: 1, b: 'b' }
 */
export function struct<const C extends ColumnList>(...columns: C): Column<StructOf<OneOf<C>>> {
  return listCall("struct", columnList(columns));
}

/**
 * A struct from alternating names and values. Names are literals: `lit("name")`.
 *
 * @example named_struct(lit("a"), lit(1), lit("b"), lit(2)); // { a: 1, b: 2 }
 */
export function named_struct(...columns: readonly ColumnOrName[]): Column<Record<string, unknown>> {
  return columnCall("named_struct", ...columns);
}
