// Functions of URLs.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall } from "./call.js";
import { given } from "./column-arguments.js";

/**
 * A part of the URL: HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY or USERINFO. Null if the URL does not have this
 * part. Fails if the URL is malformed.
 *
 * @param part a column; write a text as `lit("HOST")`
 * @param key with QUERY: the name of the parameter to return, as a column
 * @example parse_url(lit("http://spark.apache.org/path?query=1"), lit("HOST")); // 'spark.apache.org'
 */
export function parse_url(
  url: ColumnOrName,
  part: ColumnOrName,
  key?: ColumnOrName,
): Column<string | null> {
  return columnCall("parse_url", url, part, ...given(key));
}

/**
 * Like parse_url, but null if the URL is malformed.
 *
 * @example try_parse_url(lit("inva lid://spark.apache.org/path"), lit("HOST")); // null
 */
export function try_parse_url(
  url: ColumnOrName,
  part: ColumnOrName,
  key?: ColumnOrName,
): Column<string | null> {
  return columnCall("try_parse_url", url, part, ...given(key));
}

/**
 * Like url_decode, but null if the text cannot be decoded.
 *
 * @example try_url_decode(lit("https%3A%2F%2Fspark.apache.org")); // 'https://spark.apache.org'
 */
export function try_url_decode(text: ColumnOrName): Column<string | null> {
  return columnCall("try_url_decode", text);
}

/**
 * Decodes `%20` and similar sequences, and `+` as a space. Fails if the text cannot be decoded.
 *
 * @example url_decode(lit("https%3A%2F%2Fspark.apache.org")); // 'https://spark.apache.org'
 */
export function url_decode(text: ColumnOrName): Column<string | null> {
  return columnCall("url_decode", text);
}

/**
 * Encodes the text as `application/x-www-form-urlencoded`: UTF-8 bytes as sequences like `%20`, a space as `+`.
 *
 * @example url_encode(lit("https://spark.apache.org")); // 'https%3A%2F%2Fspark.apache.org'
 */
export function url_encode(text: ColumnOrName): Column<string | null> {
  return columnCall("url_encode", text);
}
