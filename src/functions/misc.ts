// Functions that fit nowhere else.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument } from "./call.js";

/** Random DOUBLE from 0 to 1, by `seed` when given. */
export function rand(seed?: unknown): Column {
  return seed === undefined ? expressionCall("rand") : expressionCall("rand", valueArgument(seed));
}

/** A BIGINT unique to the row, growing but not consecutive. */
export function monotonically_increasing_id(): Column {
  return columnCall("monotonically_increasing_id");
}

/** Number of the row's partition. */
export function spark_partition_id(): Column {
  return columnCall("spark_partition_id");
}

/** A random UUID as text. */
export function uuid(): Column {
  return columnCall("uuid");
}

/** The column's type as DDL. */
export function typeof_(column: ColumnOrName): Column {
  return columnCall("typeof", column);
}

/** Murmur3 hash of the columns. */
export function hash(...columns: readonly ColumnOrName[]): Column {
  return columnCall("hash", ...columns);
}

/** 64-bit xxHash of the columns. */
export function xxhash64(...columns: readonly ColumnOrName[]): Column {
  return columnCall("xxhash64", ...columns);
}

/** The server's Spark version. */
export function version(): Column {
  return columnCall("version");
}
