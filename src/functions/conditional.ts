// Functions that choose by nulls and conditions.

import { ArgumentError } from "../errors.js";
import { Column, type ColumnOrName } from "../dataframe/column.js";
import { columnCall, valueCall } from "./call.js";
import { kindOf } from "./column-arguments.js";

/** The first value that is not null; null where all are. */
export function coalesce(...columns: readonly ColumnOrName[]): Column {
  return columnCall("coalesce", ...columns);
}

/** The second where the first is null; the same as nvl. */
export function ifnull(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("ifnull", column, other);
}

/** The first where it is not NaN, else the second. */
export function nanvl(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("nanvl", column, other);
}

/** Null where both are equal, else the first. */
export function nullif(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("nullif", column, other);
}

/** Null where the value is zero, else the value. */
export function nullifzero(column: ColumnOrName): Column {
  return columnCall("nullifzero", column);
}

/** The second where the first is null. */
export function nvl(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("nvl", column, other);
}

/** The second where the first is not null, else the third. */
export function nvl2(column: ColumnOrName, notNull: ColumnOrName, isNull: ColumnOrName): Column {
  return columnCall("nvl2", column, notNull, isNull);
}

/**
 * The value where the condition holds; goes on with `.when()` and `.otherwise()`. Null where no
 * condition holds.
 *
 * @throws {ArgumentError} the condition is no Column
 */
export function when(condition: Column, value: unknown): Column {
  if (!(condition instanceof Column)) {
    throw new ArgumentError(
      "condition",
      `when() takes a Column as its condition, not ${kindOf(condition)}; write SQL text as expr(text).`,
    );
  }
  return valueCall("when", condition, value);
}

/** Zero where the value is null, else the value. */
export function zeroifnull(column: ColumnOrName): Column {
  return columnCall("zeroifnull", column);
}
