// Functions of nulls and conditions.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall } from "./call.js";

/** The first value that is not null. */
export function coalesce(...columns: readonly ColumnOrName[]): Column {
  return columnCall("coalesce", ...columns);
}

/** Whether the value is null. */
export function isnull(column: ColumnOrName): Column {
  return columnCall("isnull", column);
}

/** Whether the value is not null. */
export function isnotnull(column: ColumnOrName): Column {
  return columnCall("isnotnull", column);
}

/** Whether the value is NaN. */
export function isnan(column: ColumnOrName): Column {
  return columnCall("isnan", column);
}

/** The first column where it is not NaN, else the second. */
export function nanvl(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("nanvl", column, other);
}

/** Null where both are equal, else the first. */
export function nullif(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("nullif", column, other);
}

/** The second where the first is null. */
export function ifnull(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("ifnull", column, other);
}
