// Functions that return true or false.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullIn } from "../dataframe/typing/column-value.js";
import { columnCall } from "./call.js";
import { given } from "./column-arguments.js";

/**
 * Whether both are equal; two nulls are equal. SQL's `<=>`.
 *
 * @example equal_null(lit(null), lit(null)); // true
 */
export function equal_null(column: ColumnOrName, other: ColumnOrName): Column<boolean> {
  return columnCall("equal_null", column, other);
}

/**
 * Whether the text matches a LIKE pattern with `%` and `_`, ignoring case.
 *
 * @param pattern a column; write a text as `lit("a%")`
 * @param escape one character, as a Column, that makes the next one an ordinary character. Default: a
 *   backslash
 * @example ilike(lit("Spark"), lit("_Park")); // true
 */
export function ilike<T extends ColumnOrName, P extends ColumnOrName>(
  text: T,
  pattern: P,
  escape?: Column,
): Column<boolean | NullIn<T | P>> {
  return columnCall("ilike", text, pattern, ...given(escape));
}

/**
 * Whether the value is NaN; false for null.
 *
 * @example isnan(lit(NaN)); // true
 */
export function isnan(column: ColumnOrName): Column<boolean> {
  return columnCall("isnan", column);
}

/**
 * Whether the value is not null.
 *
 * @example isnotnull(lit(1)); // true
 */
export function isnotnull(column: ColumnOrName): Column<boolean> {
  return columnCall("isnotnull", column);
}

/**
 * Whether the value is null.
 *
 * @example isnull(lit(1)); // false
 */
export function isnull(column: ColumnOrName): Column<boolean> {
  return columnCall("isnull", column);
}

/**
 * Whether the text matches a LIKE pattern with `%` and `_`.
 *
 * @param pattern a column; write a text as `lit("a%")`
 * @param escape one character, as a Column, that makes the next one an ordinary character. Default: a
 *   backslash
 * @example like(lit("Spark"), lit("_park")); // true
 */
export function like<T extends ColumnOrName, P extends ColumnOrName>(
  text: T,
  pattern: P,
  escape?: Column,
): Column<boolean | NullIn<T | P>> {
  return columnCall("like", text, pattern, ...given(escape));
}

/**
 * Whether the text contains a match of the Java regular expression, a column; the same as
 * rlike.
 *
 * @example regexp(lit("Spark 42"), lit("\\d+$")); // true
 */
export function regexp<T extends ColumnOrName, P extends ColumnOrName>(
  text: T,
  pattern: P,
): Column<boolean | NullIn<T | P>> {
  return columnCall("regexp", text, pattern);
}

/**
 * Whether the text contains a match of the Java regular expression, a column; the same as
 * rlike.
 *
 * @example regexp_like(lit("Spark 42"), lit("^\\d")); // false
 */
export function regexp_like<T extends ColumnOrName, P extends ColumnOrName>(
  text: T,
  pattern: P,
): Column<boolean | NullIn<T | P>> {
  return columnCall("regexp_like", text, pattern);
}

/**
 * Whether the text contains a match of the Java regular expression, a column.
 *
 * @example rlike(lit("Spark 42"), lit("\\d+$")); // true
 */
export function rlike<T extends ColumnOrName, P extends ColumnOrName>(
  text: T,
  pattern: P,
): Column<boolean | NullIn<T | P>> {
  return columnCall("rlike", text, pattern);
}
