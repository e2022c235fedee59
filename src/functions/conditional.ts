// Functions that choose a value by nulls and conditions.

import { ArgumentError } from "../errors.js";
import { Column, type ColumnOrName } from "../dataframe/column.js";
import { columnCall, valueCall } from "./call.js";
import { kindOf } from "./column-arguments.js";

/** The first value that is not null; null if all are null. */
export function coalesce(...columns: readonly ColumnOrName[]): Column {
  return columnCall("coalesce", ...columns);
}

/** The first value, or the second if the first is null; the same as nvl. */
export function ifnull(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("ifnull", column, other);
}

/** The first value, or the second if the first is NaN. */
export function nanvl(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("nanvl", column, other);
}

/** The first value, or null if both are equal. */
export function nullif(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("nullif", column, other);
}

/** The value, or null if it is zero. */
export function nullifzero(column: ColumnOrName): Column {
  return columnCall("nullifzero", column);
}

/** The first value, or the second if the first is null. */
export function nvl(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("nvl", column, other);
}

/** The second value if the first is not null, otherwise the third. */
export function nvl2(column: ColumnOrName, notNull: ColumnOrName, isNull: ColumnOrName): Column {
  return columnCall("nvl2", column, notNull, isNull);
}

/**
 * The value if the condition is true. Add further cases with `.when()` and `.otherwise()`. Null if no condition is
 * true.
 *
 * @throws {ArgumentError} the condition is not a Column
 */
export function when(condition: Column, value: unknown): Column {
  if (!(condition instanceof Column)) {
    throw new ArgumentError(
      "condition",
      `when() takes a Column as its condition, not ${kindOf(condition)}. Write SQL text as expr(text).`,
    );
  }
  return valueCall("when", condition, value);
}

/** The value, or zero if it is null. */
export function zeroifnull(column: ColumnOrName): Column {
  return columnCall("zeroifnull", column);
}
