import type { Readable } from "node:stream";
import { ArgumentError } from "../errors.js";
import type { JsonLinesOptions } from "./actions/row-stream.js";
import { DataFrame } from "./dataframe.js";

/**
 * The rows of a DataFrame as NDJSON: a Readable of UTF-8 text with one JSON object on each line, for `pipeline()` to an
 * HTTP response or a file. The query starts when something reads from it, and a slow reader slows the server down. An
 * error of the query destroys it. If the stream is destroyed or `signal` aborts, the client interrupts the query on the
 * server.
 *
 * Each line is the JSON of Spark's `to_json(struct(*))`, and so of `df.toJSON()`, with these differences, which keep all
 * digits and times for programs that read them:
 *
 * - BIGINT and DECIMAL are text, unless `bigint` or `decimal` is `number`.
 * - Timestamps have six fraction digits, Spark's have three. TIMESTAMP is in UTC, Spark's is in the session's time zone.
 *   In a VARIANT they have the same form.
 * - A key of a MAP has the text that the same value has elsewhere. Spark writes its internal number for dates and
 *   intervals, and no bytes of BINARY.
 * - A VARIANT that holds the null of JSON is missing, like a NULL.
 * - Numbers have another notation: `1e+21` for Spark's `1.0E21`.
 * - Two columns or fields of a struct with the same name are an error.
 *
 * @throws {ArgumentError} df is not a DataFrame, or an option is wrong. All other errors destroy the stream: what
 * {@link DataFrame.collect} throws, and a DecodeError with code INEXACT_JSON_NUMBER if a number cannot hold a value
 */
export function toJsonLines(df: DataFrame, options: JsonLinesOptions = {}): Readable {
  if (!((df as unknown) instanceof DataFrame))
    throw new ArgumentError("df", "toJsonLines() takes a DataFrame as its first argument.");
  return df.toJsonLines(options);
}
