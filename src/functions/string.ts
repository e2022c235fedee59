// Functions of text: parts, length, letters.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";
import { lit } from "./core.js";

/** Removes spaces, or the characters in the second column, at both ends. */
export function btrim(text: ColumnOrName, characters?: ColumnOrName): Column {
  return columnCall("btrim", text, ...given(characters));
}

/** Number of characters, including trailing spaces; for BINARY, number of bytes. The same as length. */
export function char_length(column: ColumnOrName): Column {
  return columnCall("char_length", column);
}

/** Number of characters, including trailing spaces; for BINARY, number of bytes. The same as length. */
export function character_length(column: ColumnOrName): Column {
  return columnCall("character_length", column);
}

/** The text with a collation for comparing and sorting: `collate("name", "UNICODE_CI")`. */
export function collate(column: ColumnOrName, collation: Column | string): Column {
  return valueCall("collate", column, collation);
}

/** Name of the text's collation, including catalog and schema. */
export function collation(column: ColumnOrName): Column {
  return columnCall("collation", column);
}

/** Joins texts, or the elements of arrays of texts, with a separator. Ignores nulls. */
export function concat_ws(separator: Column | string, ...columns: readonly ColumnOrName[]): Column {
  return expressionCall(
    "concat_ws",
    valueArgument(separator),
    ...columns.map((column) => columnArgument("concat_ws", column)),
  );
}

/**
 * Returns one of the columns after the first. The first column is its number: 1 is the second column. Outside the
 * range, null, or an error with `spark.sql.ansi.enabled`.
 */
export function elt(...columns: readonly ColumnOrName[]): Column {
  return columnCall("elt", ...columns);
}

/** Each word with its first letter in upper case and the others in lower case. */
export function initcap(column: ColumnOrName): Column {
  return columnCall("initcap", column);
}

/** The text in lower case; the same as lower. */
export function lcase(column: ColumnOrName): Column {
  return columnCall("lcase", column);
}

/** The first `length` characters; empty if the length is 0 or less. */
export function left(text: ColumnOrName, length: ColumnOrName): Column {
  return columnCall("left", text, length);
}

/** Number of characters, including trailing spaces; for BINARY, number of bytes. */
export function length(column: ColumnOrName): Column {
  return columnCall("length", column);
}

/** The text in lower case. */
export function lower(column: ColumnOrName): Column {
  return columnCall("lower", column);
}

/** Pads the text at the start with `pad` to a length, or truncates it to the length. */
export function lpad(column: ColumnOrName, length: Column | number, pad: Column | string): Column {
  return valueCall("lpad", column, length, pad);
}

/** Removes spaces, or the characters in the second column, at the start. */
export function ltrim(column: ColumnOrName, characters?: ColumnOrName): Column {
  return columnCall("ltrim", ...given(characters), column);
}

/**
 * Masks the characters of the text. The replacements are columns with one character. With a null replacement,
 * characters of that kind stay unchanged.
 *
 * @param upperChar replaces upper-case letters. Default: X
 * @param lowerChar replaces lower-case letters. Default: x
 * @param digitChar replaces digits. Default: n
 * @param otherChar replaces other characters. Default: null
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
 * Replaces `length` characters of the text from `position` on. A number is a literal, a string names a column.
 *
 * @param position counts from 1
 * @param length default: -1, the length of the replacement
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

/** Repeats the text `times` times; empty for 0 and less. A number is a literal, a string names a column. */
export function repeat(column: ColumnOrName, times: ColumnOrName | number): Column {
  return expressionCall(
    "repeat",
    columnArgument("repeat", column),
    numberArgument("repeat", times),
  );
}

/**
 * Replaces each occurrence of a text; without a replacement, removes it. All arguments are columns.
 */
export function replace(
  source: ColumnOrName,
  search: ColumnOrName,
  replacement?: ColumnOrName,
): Column {
  return columnCall("replace", source, search, ...given(replacement));
}

/** The last `length` characters; empty if the length is 0 or less. */
export function right(text: ColumnOrName, length: ColumnOrName): Column {
  return columnCall("right", text, length);
}

/** Pads the text at the end with `pad` to a length, or truncates it to the length. */
export function rpad(column: ColumnOrName, length: Column | number, pad: Column | string): Column {
  return valueCall("rpad", column, length, pad);
}

/** Removes spaces, or the characters in the second column, at the end. */
export function rtrim(column: ColumnOrName, characters?: ColumnOrName): Column {
  return columnCall("rtrim", ...given(characters), column);
}

/**
 * Splits a text at a delimiter and returns one part by its number. Numbers start at 1; negative ones count from the
 * end; 0 fails. Empty if the part does not exist. All arguments are columns.
 */
export function split_part(
  source: ColumnOrName,
  delimiter: ColumnOrName,
  part: ColumnOrName,
): Column {
  return columnCall("split_part", source, delimiter, part);
}

/**
 * Characters from a position on. Positions start at 1; negative ones count from the end. Without a length, up to the
 * end. All arguments are columns.
 */
export function substr(text: ColumnOrName, position: ColumnOrName, length?: ColumnOrName): Column {
  return columnCall("substr", text, position, ...given(length));
}

/**
 * `length` characters or bytes from `position` on. Positions start at 1; negative ones count from the end. A number is
 * a literal, a string names a column.
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
 * The text before delimiter number `count`. With a negative `count`, the text after that delimiter, counted from the
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
 * Replaces each character of `matching` by the character at the same position in `replacement`, or removes it if
 * `replacement` is shorter.
 */
export function translate(
  column: ColumnOrName,
  matching: Column | string,
  replacement: Column | string,
): Column {
  return valueCall("translate", column, matching, replacement);
}

/** Removes spaces, or the characters in the second column, at both ends. */
export function trim(column: ColumnOrName, characters?: ColumnOrName): Column {
  return columnCall("trim", ...given(characters), column);
}

/** The text in upper case; the same as upper. */
export function ucase(column: ColumnOrName): Column {
  return columnCall("ucase", column);
}

/** The text in upper case. */
export function upper(column: ColumnOrName): Column {
  return columnCall("upper", column);
}
