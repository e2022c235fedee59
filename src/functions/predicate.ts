// Functions that return true or false.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall } from "./call.js";
import { given } from "./column-arguments.js";

/** Whether both are equal; two nulls are equal. SQL's `<=>`. */
export function equal_null(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("equal_null", column, other);
}

/**
 * Whether the text matches a LIKE pattern with `%` and `_`, ignoring case.
 *
 * @param pattern a column; write a text as `lit("a%")`
 * @param escape one character, as a Column, that makes the next one an ordinary character. Default: a
 *   backslash
 */
export function ilike(text: ColumnOrName, pattern: ColumnOrName, escape?: Column): Column {
  return columnCall("ilike", text, pattern, ...given(escape));
}

/** Whether the value is NaN; false for null. */
export function isnan(column: ColumnOrName): Column {
  return columnCall("isnan", column);
}

/** Whether the value is not null. */
export function isnotnull(column: ColumnOrName): Column {
  return columnCall("isnotnull", column);
}

/** Whether the value is null. */
export function isnull(column: ColumnOrName): Column {
  return columnCall("isnull", column);
}

/**
 * Whether the text matches a LIKE pattern with `%` and `_`.
 *
 * @param pattern a column; write a text as `lit("a%")`
 * @param escape one character, as a Column, that makes the next one an ordinary character. Default: a
 *   backslash
 */
export function like(text: ColumnOrName, pattern: ColumnOrName, escape?: Column): Column {
  return columnCall("like", text, pattern, ...given(escape));
}

/**
 * Whether the text contains a match of the Java regular expression, a column; the same as
 * rlike.
 */
export function regexp(text: ColumnOrName, pattern: ColumnOrName): Column {
  return columnCall("regexp", text, pattern);
}

/**
 * Whether the text contains a match of the Java regular expression, a column; the same as
 * rlike.
 */
export function regexp_like(text: ColumnOrName, pattern: ColumnOrName): Column {
  return columnCall("regexp_like", text, pattern);
}

/** Whether the text contains a match of the Java regular expression, a column. */
export function rlike(text: ColumnOrName, pattern: ColumnOrName): Column {
  return columnCall("rlike", text, pattern);
}
