// Functions of text: its parts, its length, its letters.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";
import { lit } from "./core.js";

/** Without spaces at both ends, or without the characters that the second column holds. */
export function btrim(text: ColumnOrName, characters?: ColumnOrName): Column {
  return columnCall("btrim", text, ...given(characters));
}

/** Number of characters, trailing spaces among them; of bytes for BINARY. The same as length. */
export function char_length(column: ColumnOrName): Column {
  return columnCall("char_length", column);
}

/** Number of characters, trailing spaces among them; of bytes for BINARY. The same as length. */
export function character_length(column: ColumnOrName): Column {
  return columnCall("character_length", column);
}

/** The text compared and sorted by a collation: `collate("name", "UNICODE_CI")`. */
export function collate(column: ColumnOrName, collation: Column | string): Column {
  return valueCall("collate", column, collation);
}

/** Name of the text's collation, with catalog and schema. */
export function collation(column: ColumnOrName): Column {
  return columnCall("collation", column);
}

/** Texts, or the elements of arrays of texts, joined with a separator, nulls left out. */
export function concat_ws(separator: Column | string, ...columns: readonly ColumnOrName[]): Column {
  return expressionCall(
    "concat_ws",
    valueArgument(separator),
    ...columns.map((column) => columnArgument("concat_ws", column)),
  );
}

/**
 * One of the columns after the first, as the first column's number says: 1 is the second column.
 * Null or an error, as `spark.sql.ansi.enabled` says, where there is none.
 */
export function elt(...columns: readonly ColumnOrName[]): Column {
  return columnCall("elt", ...columns);
}

/** Each word with its first letter in upper case and the others in lower case. */
export function initcap(column: ColumnOrName): Column {
  return columnCall("initcap", column);
}

/** In lower case; the same as lower. */
export function lcase(column: ColumnOrName): Column {
  return columnCall("lcase", column);
}

/** So many characters from the start; empty where the length is 0 or less. */
export function left(text: ColumnOrName, length: ColumnOrName): Column {
  return columnCall("left", text, length);
}

/** Number of characters, trailing spaces among them; of bytes for BINARY. */
export function length(column: ColumnOrName): Column {
  return columnCall("length", column);
}

/** In lower case. */
export function lower(column: ColumnOrName): Column {
  return columnCall("lower", column);
}

/** Filled at the start with `pad` to a length, or cut to it. */
export function lpad(column: ColumnOrName, length: Column | number, pad: Column | string): Column {
  return valueCall("lpad", column, length, pad);
}

/** Without spaces at the start, or without the characters that the second column holds. */
export function ltrim(column: ColumnOrName, characters?: ColumnOrName): Column {
  return columnCall("ltrim", ...given(characters), column);
}

/**
 * The text with its characters masked. The replacements are columns of one character; where one is
 * null, characters of its kind stay.
 *
 * @param upperChar instead of letters in upper case; default X
 * @param lowerChar instead of letters in lower case; default x
 * @param digitChar instead of digits; default n
 * @param otherChar instead of other characters; default null
 */
export function mask(
  column: ColumnOrName,
  upperChar?: ColumnOrName,
  lowerChar?: ColumnOrName,
  digitChar?: ColumnOrName,
  otherChar?: ColumnOrName,
): Column {
  return columnCall(
    "mask",
    column,
    upperChar ?? lit("X"),
    lowerChar ?? lit("x"),
    digitChar ?? lit("n"),
    otherChar ?? lit(null),
  );
}

/**
 * The text with `length` of its characters from `position` replaced. A text is a column, a number a
 * literal.
 *
 * @param position counts from 1
 * @param length -1, the default: as many characters as the replacement has
 */
export function overlay(
  source: ColumnOrName,
  replacement: ColumnOrName,
  position: ColumnOrName | number,
  length: ColumnOrName | number = -1,
): Column {
  return expressionCall(
    "overlay",
    columnArgument("overlay", source),
    columnArgument("overlay", replacement),
    numberArgument("overlay", position),
    numberArgument("overlay", length),
  );
}

/** The text so many times; empty for 0 and less. A text as `times` is a column. */
export function repeat(column: ColumnOrName, times: ColumnOrName | number): Column {
  return expressionCall(
    "repeat",
    columnArgument("repeat", column),
    numberArgument("repeat", times),
  );
}

/**
 * Each place of a text replaced by another; removed where no replacement is given. All are columns.
 */
export function replace(
  source: ColumnOrName,
  search: ColumnOrName,
  replacement?: ColumnOrName,
): Column {
  return columnCall("replace", source, search, ...given(replacement));
}

/** So many characters from the end; empty where the length is 0 or less. */
export function right(text: ColumnOrName, length: ColumnOrName): Column {
  return columnCall("right", text, length);
}

/** Filled at the end with `pad` to a length, or cut to it. */
export function rpad(column: ColumnOrName, length: Column | number, pad: Column | string): Column {
  return valueCall("rpad", column, length, pad);
}

/** Without spaces at the end, or without the characters that the second column holds. */
export function rtrim(column: ColumnOrName, characters?: ColumnOrName): Column {
  return columnCall("rtrim", ...given(characters), column);
}

/**
 * The part of this number, from 1, of a text split at a delimiter; from the end where negative.
 * Empty where there is no such part; number 0 fails. All are columns.
 */
export function split_part(
  source: ColumnOrName,
  delimiter: ColumnOrName,
  part: ColumnOrName,
): Column {
  return columnCall("split_part", source, delimiter, part);
}

/**
 * Characters from a position, which counts from 1, and from the end where negative; to the end
 * where no length is given. All are columns.
 */
export function substr(text: ColumnOrName, position: ColumnOrName, length?: ColumnOrName): Column {
  return columnCall("substr", text, position, ...given(length));
}

/**
 * `length` characters or bytes from `position`, which counts from 1, and from the end where
 * negative. A text is a column, a number a literal.
 */
export function substring(
  column: ColumnOrName,
  position: ColumnOrName | number,
  length: ColumnOrName | number,
): Column {
  return expressionCall(
    "substring",
    columnArgument("substring", column),
    numberArgument("substring", position),
    numberArgument("substring", length),
  );
}

/**
 * What comes before the `count`-th delimiter; where negative, what comes after it, counted from the
 * end.
 */
export function substring_index(
  column: ColumnOrName,
  delimiter: Column | string,
  count: Column | number,
): Column {
  return valueCall("substring_index", column, delimiter, count);
}

/**
 * Each character of `matching` replaced by the one at its place in `replacement`, or removed where
 * that is shorter.
 */
export function translate(
  column: ColumnOrName,
  matching: Column | string,
  replacement: Column | string,
): Column {
  return valueCall("translate", column, matching, replacement);
}

/** Without spaces at both ends, or without the characters that the second column holds. */
export function trim(column: ColumnOrName, characters?: ColumnOrName): Column {
  return columnCall("trim", ...given(characters), column);
}

/** In upper case; the same as upper. */
export function ucase(column: ColumnOrName): Column {
  return columnCall("ucase", column);
}

/** In upper case. */
export function upper(column: ColumnOrName): Column {
  return columnCall("upper", column);
}
