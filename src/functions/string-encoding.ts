// Functions that convert between text and bytes, numbers or code points.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullIn, NullInLiteral } from "../dataframe/typing/column-value.js";
import type { NullInInteger } from "../dataframe/typing/numeric-value.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given } from "./column-arguments.js";

/**
 * Code point of the first character; 0 for an empty text.
 *
 * @example ascii(lit("222")); // 50
 */
export function ascii<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("ascii", column);
}

/**
 * BINARY, or the bytes of text, as base64 text.
 *
 * @example base64(lit("Spark SQL")); // 'U3BhcmsgU1FM'
 */
export function base64(column: ColumnOrName): Column<string | null> {
  return columnCall("base64", column);
}

/**
 * Length in bits of BINARY, or of text in UTF-8.
 *
 * @example bit_length(lit("Spark SQL")); // 72
 */
export function bit_length<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("bit_length", column);
}

/**
 * The character with this code, modulo 256, as in Latin-1; empty below 0.
 *
 * @example char(lit(65)); // 'A'
 */
export function char<C extends ColumnOrName>(column: C): Column<string | NullInInteger<C>> {
  return columnCall("char", column);
}

/**
 * The character with this code, modulo 256, as in Latin-1; empty below 0. The same as char. Spark
 * 4.1 or newer.
 *
 * @example chr(lit(65)); // 'A'
 */
export function chr<C extends ColumnOrName>(column: C): Column<string | NullInInteger<C>> {
  return columnCall("chr", column);
}

/**
 * BINARY as text. Fails on bytes that are not valid in the charset.
 *
 * @param charset US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE, UTF-16LE or UTF-32
 * @example decode(unhex(lit("616263")), "utf-8"); // 'abc'
 */
export function decode(column: ColumnOrName, charset: Column | string): Column<string | null> {
  return valueCall("decode", column, charset);
}

/**
 * Text as BINARY. Fails on characters that the charset cannot encode.
 *
 * @param charset US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE, UTF-16LE or UTF-32
 * @example encode(lit("abc"), "utf-8"); // Uint8Array(3) [ 97, 98, 99 ]
 */
export function encode(column: ColumnOrName, charset: Column | string): Column<Uint8Array | null> {
  return valueCall("encode", column, charset);
}

/**
 * The number as text, with commas between thousands, rounded half to even. Null if `decimals` is
 * negative.
 *
 * @example format_number(lit(12332.123456), 4); // '12,332.1235'
 */
export function format_number(
  column: ColumnOrName,
  decimals: Column | number,
): Column<string | null> {
  return valueCall("format_number", column, decimals);
}

/**
 * Formats values like printf. The format is a literal.
 *
 * @example format_string("Hello World %d %s", lit(100), lit("days")); // 'Hello World 100 days'
 */
export function format_string<S extends Column | string>(
  format: S,
  ...columns: readonly ColumnOrName[]
): Column<string | NullInLiteral<S>> {
  return expressionCall(
    "format_string",
    valueArgument(format),
    ...columns.map((column) => columnArgument("format_string", column)),
  );
}

/**
 * Base32 text as BINARY. Spark 4.3 or newer.
 *
 * @example decode(from_base32(lit("MFRGG===")), "utf-8"); // 'abc'
 */
export function from_base32(column: ColumnOrName): Column<Uint8Array | null> {
  return columnCall("from_base32", column);
}

/**
 * Whether the text is valid UTF-8.
 *
 * @example is_valid_utf8(lit("Spark")); // true
 */
export function is_valid_utf8(column: ColumnOrName): Column<boolean | null> {
  return columnCall("is_valid_utf8", column);
}

/**
 * The text with U+FFFD in place of invalid UTF-8.
 *
 * @example make_valid_utf8(unhex(lit("61C262"))); // 'a�b'
 */
export function make_valid_utf8(column: ColumnOrName): Column<string | null> {
  return columnCall("make_valid_utf8", column);
}

/**
 * Length in bytes of BINARY, or of text in UTF-8.
 *
 * @example octet_length(lit("Spark SQL")); // 9
 */
export function octet_length<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("octet_length", column);
}

/**
 * Formats values like printf. The format is a column, unlike format_string's.
 *
 * @example printf(lit("Hello World %d %s"), lit(100), lit("days")); // 'Hello World 100 days'
 */
export function printf<F extends ColumnOrName>(
  format: F,
  ...columns: readonly ColumnOrName[]
): Column<string | NullIn<F>> {
  return columnCall("printf", format, ...columns);
}

/**
 * The text in single quotes, with a backslash before each single quote in it. Spark 4.1 or newer.
 *
 * @example quote(lit("Don't")); // "'Don\\'t'"
 */
export function quote(column: ColumnOrName): Column<string | null> {
  return columnCall("quote", column);
}

/**
 * BINARY in base32. Spark 4.3 or newer.
 *
 * @example to_base32(lit("abc")); // 'MFRGG==='
 */
export function to_base32(column: ColumnOrName): Column<string | null> {
  return columnCall("to_base32", column);
}

/**
 * Text as BINARY. Fails if the text does not match the format.
 *
 * @param format hex (the default), utf-8 or base64, as a column: `lit("utf-8")`
 * @example to_binary(lit("abc"), lit("utf-8")); // Uint8Array(3) [ 97, 98, 99 ]
 */
export function to_binary(column: ColumnOrName, format?: ColumnOrName): Column<Uint8Array | null> {
  return columnCall("to_binary", column, ...given(format));
}

/**
 * A number, date, timestamp or BINARY as text.
 *
 * @param format a column. For a number: a pattern such as `lit("$99.99")`. For a date or timestamp: a pattern of
 *   date_format. For BINARY: base64, hex or utf-8
 * @example to_char(lit(78.12, "decimal(5,2)"), lit("$99.99")); // '$78.12'
 */
export function to_char(column: ColumnOrName, format: ColumnOrName): Column<string | null> {
  return columnCall("to_char", column, format);
}

/**
 * Text as DECIMAL. Fails if the text does not match the format.
 *
 * @param format a column with a pattern: `lit("$999.99")`
 * @example to_number(lit("$78.12"), lit("$99.99")); // '78.12'
 */
export function to_number<C extends ColumnOrName, F extends ColumnOrName>(
  column: C,
  format: F,
): Column<string | NullIn<C | F>> {
  return columnCall("to_number", column, format);
}

/**
 * A number, date, timestamp or BINARY as text; the same as to_char.
 *
 * @example to_varchar(lit(12454), lit("99G999")); // '12,454'
 */
export function to_varchar(column: ColumnOrName, format: ColumnOrName): Column<string | null> {
  return columnCall("to_varchar", column, format);
}

/**
 * Like to_binary, but null if the text does not match the format.
 *
 * @example try_to_binary(lit("a!"), lit("base64")); // null
 */
export function try_to_binary(
  column: ColumnOrName,
  format?: ColumnOrName,
): Column<Uint8Array | null> {
  return columnCall("try_to_binary", column, ...given(format));
}

/**
 * Like to_number, but null if the text does not match the format.
 *
 * @example try_to_number(lit("12,454.8-"), lit("99,999.9S")); // '-12454.8'
 */
export function try_to_number(column: ColumnOrName, format: ColumnOrName): Column<string | null> {
  return columnCall("try_to_number", column, format);
}

/**
 * The text, or null if it is not valid UTF-8.
 *
 * @example try_validate_utf8(unhex(lit("61C262"))); // null
 */
export function try_validate_utf8(column: ColumnOrName): Column<string | null> {
  return columnCall("try_validate_utf8", column);
}

/**
 * Base64 text as BINARY. Ignores characters that are not in base64.
 *
 * @example unbase64(lit("YWJj")); // Uint8Array(3) [ 97, 98, 99 ]
 */
export function unbase64<C extends ColumnOrName>(column: C): Column<Uint8Array | NullIn<C>> {
  return columnCall("unbase64", column);
}

/**
 * The unchanged text. Fails if it is not valid UTF-8.
 *
 * @example validate_utf8(lit("Spark")); // 'Spark'
 */
export function validate_utf8(column: ColumnOrName): Column<string | null> {
  return columnCall("validate_utf8", column);
}
