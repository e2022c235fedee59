// Functions of URLs.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall } from "./call.js";
import { given } from "./column-arguments.js";

/**
 * A part of the URL: HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY or USERINFO; null where it
 * has none. Fails where the URL is malformed.
 *
 * @param part a column; write a text as `lit("HOST")`
 * @param key with QUERY: the parameter whose value is wanted, a column as well
 */
export function parse_url(url: ColumnOrName, part: ColumnOrName, key?: ColumnOrName): Column {
  return columnCall("parse_url", url, part, ...given(key));
}

/** Like parse_url, but null where the URL is malformed. */
export function try_parse_url(url: ColumnOrName, part: ColumnOrName, key?: ColumnOrName): Column {
  return columnCall("try_parse_url", url, part, ...given(key));
}

/** Like url_decode, but null where the text cannot be decoded. */
export function try_url_decode(text: ColumnOrName): Column {
  return columnCall("try_url_decode", text);
}

/**
 * The text with `%20` and its like as characters again, and `+` as a space. Fails where it cannot
 * be decoded.
 */
export function url_decode(text: ColumnOrName): Column {
  return columnCall("url_decode", text);
}

/**
 * The text as `application/x-www-form-urlencoded`: UTF-8 bytes as `%20` and its like, a space as
 * `+`.
 */
export function url_encode(text: ColumnOrName): Column {
  return columnCall("url_encode", text);
}
