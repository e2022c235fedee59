// Functions of text: parts, length, letters.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullIn, NullInLiteral, ValueOf } from "../dataframe/typing/column-value.js";
import type { LiteralValue } from "../dataframe/typing/literal-value.js";
import type { NullInInteger } from "../dataframe/typing/numeric-value.js";
import type { BytesOrText } from "../dataframe/typing/text-value.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";
import { lit } from "./core.js";

/**
 * Removes spaces, or the characters in the second column, at both ends.
 *
 * @example btrim(lit("SSparkSQLS"), lit("SL")); // 'parkSQ'
 */
export function btrim<C extends ColumnOrName, K extends ColumnOrName = never>(
  text: C,
  characters?: K,
): Column<string | NullIn<C | K>> {
  return columnCall("btrim", text, ...given(characters));
}

/**
 * Number of characters, including trailing spaces; for BINARY, number of bytes. The same as length.
 *
 * @example char_length(lit("Spark SQL ")); // 10
 */
export function char_length<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("char_length", column);
}

/**
 * Number of characters, including trailing spaces; for BINARY, number of bytes. The same as length.
 *
 * @example character_length(lit("Spark SQL ")); // 10
 */
export function character_length<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("character_length", column);
}

/**
 * The text with a collation for comparing and sorting: `collate("name", "UNICODE_CI")`.
 *
 * @example collate(lit("Spark"), "UTF8_LCASE").eq("SPARK"); // true
 */
export function collate<C extends ColumnOrName>(
  column: C,
  collation: Column | string,
): Column<string | NullIn<C>> {
  return valueCall("collate", column, collation);
}

/**
 * Name of the text's collation, including catalog and schema.
 *
 * @example collation(lit("Spark SQL")); // 'SYSTEM.BUILTIN.UTF8_BINARY'
 */
export function collation(column: ColumnOrName): Column<string> {
  return columnCall("collation", column);
}

/**
 * Joins texts, or the elements of arrays of texts, with a separator. Ignores nulls.
 *
 * @example concat_ws("/", lit("foo"), lit(null), lit("bar")); // 'foo/bar'
 */
export function concat_ws<S extends Column | string>(
  separator: S,
  ...columns: readonly ColumnOrName[]
): Column<string | NullInLiteral<S>> {
  return expressionCall(
    "concat_ws",
    valueArgument(separator),
    ...columns.map((column) => columnArgument("concat_ws", column)),
  );
}

/**
 * Returns one of the columns after the first. The first column is its number: 1 is the second column. Outside the
 * range, null, or an error with `spark.sql.ansi.enabled`.
 *
 * @example elt(lit(1), lit("scala"), lit("java")); // 'scala'
 */
export function elt<C extends readonly ColumnOrName[]>(
  ...columns: C
): Column<BytesOrText<ValueOf<C[number]>> | null> {
  return columnCall("elt", ...columns);
}

/**
 * Each word with its first letter in upper case and the others in lower case.
 *
 * @example initcap(lit("sPark sql")); // 'Spark Sql'
 */
export function initcap<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("initcap", column);
}

/**
 * The text in lower case; the same as lower.
 *
 * @example lcase(lit("SparkSql")); // 'sparksql'
 */
export function lcase<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("lcase", column);
}

/**
 * The first `length` characters; empty if the length is 0 or less.
 *
 * @example left(lit("Spark SQL"), lit(3)); // 'Spa'
 */
export function left<C extends ColumnOrName, L extends ColumnOrName>(
  text: C,
  length: L,
): Column<BytesOrText<ValueOf<C>> | NullInInteger<L>> {
  return columnCall("left", text, length);
}

/**
 * Number of characters, including trailing spaces; for BINARY, number of bytes.
 *
 * @example length(lit("Spark SQL ")); // 10
 */
export function length<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("length", column);
}

/**
 * The text in lower case.
 *
 * @example lower(lit("SparkSql")); // 'sparksql'
 */
export function lower<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("lower", column);
}

/**
 * Pads the text at the start with `pad` to a length, or truncates it to the length.
 *
 * @example lpad(lit("hi"), 5, "?"); // '???hi'
 */
export function lpad<C extends ColumnOrName, L extends Column | number, P extends Column | string>(
  column: C,
  length: L,
  pad: P,
): Column<BytesOrText<ValueOf<C> | LiteralValue<P>> | NullInInteger<L>> {
  return valueCall("lpad", column, length, pad);
}

/**
 * Removes spaces, or the characters in the second column, at the start.
 *
 * @example ltrim(lit("  SparkSQL  ")); // 'SparkSQL  '
 */
export function ltrim<C extends ColumnOrName, K extends ColumnOrName = never>(
  column: C,
  characters?: K,
): Column<string | NullIn<C | K>> {
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
 * @example mask(lit("abcd-EFGH-8765-4321")); // 'xxxx-XXXX-nnnn-nnnn'
 */
export function mask(
  column: ColumnOrName,
  upperChar?: ColumnOrName,
  lowerChar?: ColumnOrName,
  digitChar?: ColumnOrName,
  otherChar?: ColumnOrName,
): Column<string | null> {
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
 * @example overlay(lit("Spark SQL"), lit("CORE"), 7); // 'Spark CORE'
 */
export function overlay<
  C extends ColumnOrName,
  R extends ColumnOrName,
  P extends ColumnOrName | number,
  L extends ColumnOrName | number = never,
>(
  source: C,
  replacement: R,
  position: P,
  length?: L,
): Column<BytesOrText<ValueOf<C | R>> | NullInInteger<P | L>> {
  return expressionCall(
    "overlay",
    columnArgument("overlay", source),
    columnArgument("overlay", replacement),
    numberArgument("overlay", position),
    numberArgument("overlay", length === undefined ? -1 : length),
  );
}

/**
 * Repeats the text `times` times; empty for 0 and less. A number is a literal, a string names a column.
 *
 * @example repeat(lit("123"), 2); // '123123'
 */
export function repeat<C extends ColumnOrName, N extends ColumnOrName | number>(
  column: C,
  times: N,
): Column<string | NullIn<C> | NullInInteger<N>> {
  return expressionCall(
    "repeat",
    columnArgument("repeat", column),
    numberArgument("repeat", times),
  );
}

/**
 * Replaces each occurrence of a text; without a replacement, removes it. All arguments are columns.
 *
 * @example replace(lit("ABCabc"), lit("abc"), lit("DEF")); // 'ABCDEF'
 */
export function replace<
  C extends ColumnOrName,
  S extends ColumnOrName,
  R extends ColumnOrName = never,
>(source: C, search: S, replacement?: R): Column<string | NullIn<C | S | R>> {
  return columnCall("replace", source, search, ...given(replacement));
}

/**
 * The last `length` characters; empty if the length is 0 or less.
 *
 * @example right(lit("Spark SQL"), lit(3)); // 'SQL'
 */
export function right(text: ColumnOrName, length: ColumnOrName): Column<string | null> {
  return columnCall("right", text, length);
}

/**
 * Pads the text at the end with `pad` to a length, or truncates it to the length.
 *
 * @example rpad(lit("hi"), 5, "?"); // 'hi???'
 */
export function rpad<C extends ColumnOrName, L extends Column | number, P extends Column | string>(
  column: C,
  length: L,
  pad: P,
): Column<BytesOrText<ValueOf<C> | LiteralValue<P>> | NullInInteger<L>> {
  return valueCall("rpad", column, length, pad);
}

/**
 * Removes spaces, or the characters in the second column, at the end.
 *
 * @example rtrim(lit("  SparkSQL  ")); // '  SparkSQL'
 */
export function rtrim<C extends ColumnOrName, K extends ColumnOrName = never>(
  column: C,
  characters?: K,
): Column<string | NullIn<C | K>> {
  return columnCall("rtrim", ...given(characters), column);
}

/**
 * Splits a text at a delimiter and returns one part by its number. Numbers start at 1; negative ones count from the
 * end; 0 fails. Empty if the part does not exist. All arguments are columns.
 *
 * @example split_part(lit("11.12.13"), lit("."), lit(3)); // '13'
 */
export function split_part(
  source: ColumnOrName,
  delimiter: ColumnOrName,
  part: ColumnOrName,
): Column<string | null> {
  return columnCall("split_part", source, delimiter, part);
}

/**
 * Characters from a position on. Positions start at 1; negative ones count from the end. Without a length, up to the
 * end. All arguments are columns.
 *
 * @example substr(lit("Spark SQL"), lit(-3)); // 'SQL'
 */
export function substr<
  C extends ColumnOrName,
  P extends ColumnOrName,
  L extends ColumnOrName = never,
>(text: C, position: P, length?: L): Column<BytesOrText<ValueOf<C>> | NullInInteger<P | L>> {
  return columnCall("substr", text, position, ...given(length));
}

/**
 * `length` characters or bytes from `position` on. Positions start at 1; negative ones count from the end. A number is
 * a literal, a string names a column.
 *
 * @example substring(lit("Spark SQL"), 5, 1); // 'k'
 */
export function substring<
  C extends ColumnOrName,
  P extends ColumnOrName | number,
  L extends ColumnOrName | number,
>(column: C, position: P, length: L): Column<BytesOrText<ValueOf<C>> | NullInInteger<P | L>> {
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
 *
 * @example substring_index(lit("www.apache.org"), ".", 2); // 'www.apache'
 */
export function substring_index<
  C extends ColumnOrName,
  D extends Column | string,
  N extends Column | number,
>(
  column: C,
  delimiter: D,
  count: N,
): Column<string | NullIn<C> | NullInLiteral<D> | NullInInteger<N>> {
  return valueCall("substring_index", column, delimiter, count);
}

/**
 * Replaces each character of `matching` by the character at the same position in `replacement`, or removes it if
 * `replacement` is shorter.
 *
 * @example translate(lit("AaBbCc"), "abc", "123"); // 'A1B2C3'
 */
export function translate<
  C extends ColumnOrName,
  M extends Column | string,
  R extends Column | string,
>(column: C, matching: M, replacement: R): Column<string | NullIn<C> | NullInLiteral<M | R>> {
  return valueCall("translate", column, matching, replacement);
}

/**
 * Removes spaces, or the characters in the second column, at both ends.
 *
 * @example trim(lit("  SparkSQL  ")); // 'SparkSQL'
 */
export function trim<C extends ColumnOrName, K extends ColumnOrName = never>(
  column: C,
  characters?: K,
): Column<string | NullIn<C | K>> {
  return columnCall("trim", ...given(characters), column);
}

/**
 * The text in upper case; the same as upper.
 *
 * @example ucase(lit("SparkSql")); // 'SPARKSQL'
 */
export function ucase<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("ucase", column);
}

/**
 * The text in upper case.
 *
 * @example upper(lit("SparkSql")); // 'SPARKSQL'
 */
export function upper<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("upper", column);
}
