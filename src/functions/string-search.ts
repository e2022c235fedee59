// Functions that look into text: positions, regular expressions, likeness.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";
import { lit } from "./core.js";

/** Whether the text holds the other one. */
export function contains(text: ColumnOrName, part: ColumnOrName): Column {
  return columnCall("contains", text, part);
}

/** Whether the text ends with the other one. */
export function endswith(text: ColumnOrName, suffix: ColumnOrName): Column {
  return columnCall("endswith", text, suffix);
}

/**
 * Place of the text, from 1, in a text of items with commas between; 0 where it is none of them or
 * holds a comma.
 */
export function find_in_set(text: ColumnOrName, list: ColumnOrName): Column {
  return columnCall("find_in_set", text, list);
}

/**
 * Position of a part of the text, from 1; 0 where there is none, null where one of them is null.
 *
 * @param substring a text or Column
 * @param start where to begin, from 1; from the end, and backwards, where negative. Spark 4.3 or newer.
 * @param occurrence which one to find, 1 or more; default 1. Spark 4.3 or newer.
 */
export function instr(
  text: ColumnOrName,
  substring: Column | string,
  start?: Column | number,
  occurrence?: Column | number,
): Column {
  const from = occurrence === undefined ? start : (start ?? 1);
  return valueCall("instr", text, substring, ...given(from), ...given(occurrence));
}

/**
 * Likeness of two texts after Jaro and Winkler, from 0 to 1 for equal ones, as DOUBLE. Spark 4.3 or
 * newer.
 */
export function jaro_winkler_similarity(left: ColumnOrName, right: ColumnOrName): Column {
  return columnCall("jaro_winkler_similarity", left, right);
}

/**
 * Number of characters to insert, remove or replace to make one text of the other; -1 where that is
 * more than `threshold`.
 */
export function levenshtein(
  left: ColumnOrName,
  right: ColumnOrName,
  threshold?: Column | number,
): Column {
  return expressionCall(
    "levenshtein",
    columnArgument("levenshtein", left),
    columnArgument("levenshtein", right),
    ...given(threshold).map(valueArgument),
  );
}

/**
 * Position of the first `substring`, a literal, at or after `position`, both from 1; 0 where there
 * is none.
 */
export function locate(
  substring: Column | string,
  text: ColumnOrName,
  position: Column | number = 1,
): Column {
  return expressionCall(
    "locate",
    valueArgument(substring),
    columnArgument("locate", text),
    valueArgument(position),
  );
}

/**
 * Position of the first `substring`, a column, at or after `start`, from 1; 0 where there is none.
 */
export function position(
  substring: ColumnOrName,
  text: ColumnOrName,
  start?: ColumnOrName,
): Column {
  return columnCall("position", substring, text, ...given(start));
}

/** How often the Java regular expression, a column, matches. */
export function regexp_count(text: ColumnOrName, pattern: ColumnOrName): Column {
  return columnCall("regexp_count", text, pattern);
}

/**
 * The `group`-th group of the first match of the Java regular expression, 0 for all of it; empty
 * where there is no match.
 */
export function regexp_extract(
  column: ColumnOrName,
  pattern: Column | string,
  group: Column | number,
): Column {
  return valueCall("regexp_extract", column, pattern, group);
}

/**
 * The `group`-th group of each match of the Java regular expression, as an array.
 *
 * @param pattern a column; write a text as lit(text)
 * @param group 0 for all of the match; default 1
 */
export function regexp_extract_all(
  text: ColumnOrName,
  pattern: ColumnOrName,
  group?: Column | number,
): Column {
  return expressionCall(
    "regexp_extract_all",
    columnArgument("regexp_extract_all", text),
    columnArgument("regexp_extract_all", pattern),
    ...given(group).map(valueArgument),
  );
}

/**
 * Position of the first match of the Java regular expression, from 1; 0 where there is none.
 *
 * @param pattern a column; write a text as lit(text)
 * @param group taken for PySpark's sake; Spark gives the position of the whole match
 */
export function regexp_instr(
  text: ColumnOrName,
  pattern: ColumnOrName,
  group?: Column | number,
): Column {
  return expressionCall(
    "regexp_instr",
    columnArgument("regexp_instr", text),
    columnArgument("regexp_instr", pattern),
    ...given(group).map(valueArgument),
  );
}

/**
 * Each match of the Java regular expression replaced; `$1` in the replacement is the first group.
 *
 * @param position where to begin, from 1, the default
 */
export function regexp_replace(
  column: ColumnOrName,
  pattern: Column | string,
  replacement: Column | string,
  position?: Column | number,
): Column {
  return valueCall("regexp_replace", column, pattern, replacement, ...given(position));
}

/** The first match of the Java regular expression, a column; null where there is none. */
export function regexp_substr(text: ColumnOrName, pattern: ColumnOrName): Column {
  return columnCall("regexp_substr", text, pattern);
}

/**
 * The text as sentences, each an array of its words.
 *
 * @param language a column with an ISO 639 code, as `lit("en")`; default that of the server
 * @param country a column with an ISO 3166 code, as `lit("US")`; default that of the server
 */
export function sentences(
  text: ColumnOrName,
  language?: ColumnOrName,
  country?: ColumnOrName,
): Column {
  return columnCall("sentences", text, language ?? lit(""), country ?? lit(""));
}

/** Soundex code of an English word. */
export function soundex(column: ColumnOrName): Column {
  return columnCall("soundex", column);
}

/**
 * Parts around matches of the Java regular expression, as an array.
 *
 * @param limit most parts to make, the last with all that remains; 0 and less, the default: no
 *   limit. A text is a column.
 */
export function split(
  column: ColumnOrName,
  pattern: Column | string,
  limit: ColumnOrName | number = -1,
): Column {
  return expressionCall(
    "split",
    columnArgument("split", column),
    valueArgument(pattern),
    numberArgument("split", limit),
  );
}

/** Whether the text starts with the other one. */
export function startswith(text: ColumnOrName, prefix: ColumnOrName): Column {
  return columnCall("startswith", text, prefix);
}
