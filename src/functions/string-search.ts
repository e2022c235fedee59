// Functions that search text: positions, regular expressions, similarity.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullIn, NullInLiteral } from "../dataframe/typing/column-value.js";
import type { NullInInteger } from "../dataframe/typing/numeric-value.js";
import type { NullIfGiven, NullInBytes } from "../dataframe/typing/text-value.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";
import { lit } from "./core.js";

/**
 * Whether the text contains another text.
 *
 * @example contains(lit("Spark SQL"), lit("Spark")); // true
 */
export function contains<A extends ColumnOrName, B extends ColumnOrName>(
  text: A,
  part: B,
): Column<boolean | NullIn<A | B> | NullInBytes<A>> {
  return columnCall("contains", text, part);
}

/**
 * Whether the text ends with another text.
 *
 * @example endswith(lit("Spark SQL"), lit("SQL")); // true
 */
export function endswith<A extends ColumnOrName, B extends ColumnOrName>(
  text: A,
  suffix: B,
): Column<boolean | NullIn<A | B> | NullInBytes<A>> {
  return columnCall("endswith", text, suffix);
}

/**
 * Position of the text, from 1, in a comma-separated list. 0 if the list does not contain it, or if the text contains
 * a comma.
 *
 * @example find_in_set(lit("ab"), lit("abc,b,ab,c,def")); // 3
 */
export function find_in_set<A extends ColumnOrName, B extends ColumnOrName>(
  text: A,
  list: B,
): Column<number | NullIn<A | B>> {
  return columnCall("find_in_set", text, list);
}

/**
 * Position of a substring in the text, from 1; 0 if the text does not contain it, null if one of them is null.
 *
 * @param substring a text or Column
 * @param start first position to search, from 1; a negative one searches backwards from the end. Spark 4.3 or newer
 * @param occurrence which occurrence to find, from 1. Default: 1. Spark 4.3 or newer
 * @example instr(lit("SparkSQL"), "SQL"); // 6
 */
export function instr<
  C extends ColumnOrName,
  S extends Column | string,
  P extends Column | number = never,
  N extends Column | number = never,
>(
  text: C,
  substring: S,
  start?: P,
  occurrence?: N,
): Column<number | NullIn<C> | NullInLiteral<S> | NullIfGiven<P | N>> {
  const from = occurrence === undefined ? start : (start ?? 1);
  return valueCall("instr", text, substring, ...given(from), ...given(occurrence));
}

/**
 * Jaro-Winkler similarity of two texts, from 0 to 1 (equal), as DOUBLE. Spark 4.3 or newer.
 *
 * @example jaro_winkler_similarity(lit("MARTHA"), lit("MARHTA")); // 0.9611111111111111
 */
export function jaro_winkler_similarity(
  left: ColumnOrName,
  right: ColumnOrName,
): Column<number | null> {
  return columnCall("jaro_winkler_similarity", left, right);
}

/**
 * Number of characters to insert, remove or replace to change one text into the other; -1 if that is
 * more than `threshold`.
 *
 * @example levenshtein(lit("kitten"), lit("sitting")); // 3
 */
export function levenshtein<
  A extends ColumnOrName,
  B extends ColumnOrName,
  N extends Column | number = never,
>(left: A, right: B, threshold?: N): Column<number | NullIn<A | B> | NullInInteger<N>> {
  return expressionCall(
    "levenshtein",
    columnArgument("levenshtein", left),
    columnArgument("levenshtein", right),
    ...given(threshold).map(valueArgument),
  );
}

/**
 * Position, from 1, of the first `substring` at or after `position`; 0 if there is no occurrence. `substring` is a
 * literal.
 *
 * @example locate("bar", lit("foobarbar"), 5); // 7
 */
export function locate<S extends Column | string, C extends ColumnOrName>(
  substring: S,
  text: C,
  position: Column | number = 1,
): Column<number | NullInLiteral<S> | NullIn<C>> {
  return expressionCall(
    "locate",
    valueArgument(substring),
    columnArgument("locate", text),
    valueArgument(position),
  );
}

/**
 * Position, from 1, of the first `substring` at or after `start`; 0 if there is no occurrence. `substring` is a column.
 *
 * @example position(lit("bar"), lit("foobarbar")); // 4
 */
export function position<S extends ColumnOrName, C extends ColumnOrName>(
  substring: S,
  text: C,
  start?: ColumnOrName,
): Column<number | NullIn<S | C>> {
  return columnCall("position", substring, text, ...given(start));
}

/**
 * Number of matches of the Java regular expression, a column.
 *
 * @example regexp_count(lit("Steven Jones and Stephen Smith"), lit("Ste(v|ph)en")); // 2
 */
export function regexp_count<C extends ColumnOrName, P extends ColumnOrName>(
  text: C,
  pattern: P,
): Column<number | NullIn<C | P>> {
  return columnCall("regexp_count", text, pattern);
}

/**
 * Group number `group` of the first match of the Java regular expression; group 0 is the whole match. Empty
 * without a match.
 *
 * @example regexp_extract(lit("100-200"), "(\\d+)-(\\d+)", 1); // '100'
 */
export function regexp_extract<
  C extends ColumnOrName,
  P extends Column | string,
  G extends Column | number,
>(
  column: C,
  pattern: P,
  group: G,
): Column<string | NullIn<C> | NullInLiteral<P> | NullInInteger<G>> {
  return valueCall("regexp_extract", column, pattern, group);
}

/**
 * Group number `group` of each match of the Java regular expression, as an array.
 *
 * @param pattern a column; write a text as lit(text)
 * @param group 0 is the whole match. Default: 1
 * @example regexp_extract_all(lit("100-200, 300-400"), lit("(\\d+)-(\\d+)"), 1); // [ '100', '300' ]
 */
export function regexp_extract_all<
  C extends ColumnOrName,
  P extends ColumnOrName,
  G extends Column | number = never,
>(text: C, pattern: P, group?: G): Column<(string | null)[] | NullIn<C | P> | NullInInteger<G>> {
  return expressionCall(
    "regexp_extract_all",
    columnArgument("regexp_extract_all", text),
    columnArgument("regexp_extract_all", pattern),
    ...given(group).map(valueArgument),
  );
}

/**
 * Position of the first match of the Java regular expression, from 1; 0 without a match.
 *
 * @param pattern a column; write a text as lit(text)
 * @param group exists for compatibility with PySpark; Spark returns the position of the whole match
 * @example regexp_instr(lit("user at spark.apache.org"), lit("at [^.]*")); // 6
 */
export function regexp_instr<
  C extends ColumnOrName,
  P extends ColumnOrName,
  G extends Column | number = never,
>(text: C, pattern: P, group?: G): Column<number | NullIn<C | P> | NullInInteger<G>> {
  return expressionCall(
    "regexp_instr",
    columnArgument("regexp_instr", text),
    columnArgument("regexp_instr", pattern),
    ...given(group).map(valueArgument),
  );
}

/**
 * Replaces each match of the Java regular expression. `$1` in the replacement is the first group.
 *
 * @param position first position to search, from 1. Default: 1
 * @example regexp_replace(lit("100-200"), "(\\d+)", "num"); // 'num-num'
 */
export function regexp_replace<
  C extends ColumnOrName,
  P extends Column | string,
  R extends Column | string,
  S extends Column | number = never,
>(
  column: C,
  pattern: P,
  replacement: R,
  position?: S,
): Column<string | NullIn<C> | NullInLiteral<P | R> | NullInInteger<S>> {
  return valueCall("regexp_replace", column, pattern, replacement, ...given(position));
}

/**
 * The first match of the Java regular expression, a column; null without a match.
 *
 * @example regexp_substr(lit("Steven Jones and Stephen Smith"), lit("Ste(v|ph)en")); // 'Steven'
 */
export function regexp_substr(text: ColumnOrName, pattern: ColumnOrName): Column<string | null> {
  return columnCall("regexp_substr", text, pattern);
}

/**
 * Splits the text into sentences, each an array of words.
 *
 * @param language a column with an ISO 639 code, such as `lit("en")`. Default: the server's language
 * @param country a column with an ISO 3166 code, such as `lit("US")`. Default: the server's country
 * @example sentences(lit("Hi there! Good morning.")); // [ [ 'Hi', 'there' ], [ 'Good', 'morning' ] ]
 */
export function sentences(
  text: ColumnOrName,
  language?: ColumnOrName,
  country?: ColumnOrName,
): Column<string[][] | null> {
  return columnCall("sentences", text, language ?? lit(""), country ?? lit(""));
}

/**
 * Soundex code of an English word.
 *
 * @example soundex(lit("Miller")); // 'M460'
 */
export function soundex<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("soundex", column);
}

/**
 * Splits the text at matches of the Java regular expression, to an array.
 *
 * @param limit most parts; the last part contains the rest of the text. Default: 0; 0 and less mean no limit. A string
 *   names a column
 * @example split(lit("oneAtwoBthreeC"), "[ABC]", 2); // [ 'one', 'twoBthreeC' ]
 */
export function split<
  C extends ColumnOrName,
  P extends Column | string,
  L extends ColumnOrName | number = never,
>(
  column: C,
  pattern: P,
  limit?: L,
): Column<string[] | NullIn<C> | NullInLiteral<P> | NullInInteger<L>> {
  return expressionCall(
    "split",
    columnArgument("split", column),
    valueArgument(pattern),
    numberArgument("split", limit === undefined ? -1 : limit),
  );
}

/**
 * Whether the text starts with another text.
 *
 * @example startswith(lit("Spark SQL"), lit("SQL")); // false
 */
export function startswith<A extends ColumnOrName, B extends ColumnOrName>(
  text: A,
  prefix: B,
): Column<boolean | NullIn<A | B> | NullInBytes<A>> {
  return columnCall("startswith", text, prefix);
}
