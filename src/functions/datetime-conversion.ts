// Functions that convert between dates or timestamps and text or numbers, and between zones.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullIn, NullInLiteral } from "../dataframe/typing/column-value.js";
import type { NullInConverted, NullInSeconds } from "../dataframe/typing/conversion.js";
import type { Timestamp } from "../types/timestamp.js";
import { columnCall, valueCall } from "./call.js";
import { given } from "./column-arguments.js";

/**
 * A date, timestamp or time as text. The format is a literal in Spark's pattern language: `yyyy-MM-dd HH:mm:ss`.
 *
 * @example date_format(lit("2016-04-08"), "dd.MM.yyyy"); // '08.04.2016'
 */
export function date_format<C extends ColumnOrName, F extends Column | string>(
  date: C,
  format: F,
): Column<string | NullInConverted<C> | NullInLiteral<F>> {
  return valueCall("date_format", date, format);
}

/**
 * The date that is this number of days after 1970-01-01.
 *
 * @example date_from_unix_date(lit(1)); // '1970-01-02'
 */
export function date_from_unix_date(days: ColumnOrName): Column<string | null> {
  return columnCall("date_from_unix_date", days);
}

/**
 * UNIX seconds as text in the session's zone.
 *
 * @example from_unixtime(lit(0), "yyyy-MM-dd HH:mm:ss"); // '1970-01-01 00:00:00'
 */
export function from_unixtime(
  timestamp: ColumnOrName,
  format: Column | string = "yyyy-MM-dd HH:mm:ss",
): Column<string | null> {
  return valueCall("from_unixtime", timestamp, format);
}

/**
 * Converts a local time in UTC to the local time in the zone. The zone is a literal or a Column.
 *
 * @example from_utc_timestamp(lit("2016-08-31"), "Asia/Seoul"); // Timestamp 2016-08-31T09:00:00.000000Z
 */
export function from_utc_timestamp<C extends ColumnOrName, Z extends Column | string>(
  timestamp: C,
  zone: Z,
): Column<Timestamp | NullInConverted<C> | NullInLiteral<Z>> {
  return valueCall("from_utc_timestamp", timestamp, zone);
}

/**
 * UNIX microseconds as a timestamp.
 *
 * @example timestamp_micros(lit(1230219000123123n)); // Timestamp 2008-12-25T15:30:00.123123Z
 */
export function timestamp_micros<C extends ColumnOrName>(column: C): Column<Timestamp | NullIn<C>> {
  return columnCall("timestamp_micros", column);
}

/**
 * UNIX milliseconds as a timestamp.
 *
 * @example timestamp_millis(lit(1230219000123n)); // Timestamp 2008-12-25T15:30:00.123000Z
 */
export function timestamp_millis<C extends ColumnOrName>(column: C): Column<Timestamp | NullIn<C>> {
  return columnCall("timestamp_millis", column);
}

/**
 * UNIX nanoseconds, BIGINT or DECIMAL, as TIMESTAMP_LTZ(9). Spark 4.3 or newer,
 * with `spark.sql.timestampNanosTypes.enabled`.
 *
 * @example timestamp_nanos(lit(1230219000123123123n)); // Timestamp 2008-12-25T15:30:00.123123123Z
 */
export function timestamp_nanos<C extends ColumnOrName>(column: C): Column<Timestamp | NullIn<C>> {
  return columnCall("timestamp_nanos", column);
}

/**
 * UNIX seconds, with or without a fraction, as a timestamp.
 *
 * @example timestamp_seconds(lit(1230219000)); // Timestamp 2008-12-25T15:30:00.000000Z
 */
export function timestamp_seconds<C extends ColumnOrName>(
  column: C,
): Column<Timestamp | NullInSeconds<C>> {
  return columnCall("timestamp_seconds", column);
}

/**
 * Text or a timestamp as a date. Fails if a text is not a date.
 *
 * @param format Spark's pattern, a literal. Default: the formats that a cast accepts
 * @example to_date(lit("31.12.2016"), "dd.MM.yyyy"); // '2016-12-31'
 */
export function to_date(column: ColumnOrName, format?: Column | string): Column<string | null> {
  return valueCall("to_date", column, ...given(format));
}

/**
 * Text, a date or a number of seconds as a timestamp. Fails if a text is not a timestamp. The result type in
 * TypeScript is that of the default `spark.sql.timestampType`, TIMESTAMP_LTZ.
 *
 * @param format Spark's pattern, a literal. Default: the formats that a cast accepts
 * @example to_timestamp(lit("2016-12-31 00:12:00")); // Timestamp 2016-12-31T00:12:00.000000Z
 */
export function to_timestamp(
  column: ColumnOrName,
  format?: Column | string,
): Column<Timestamp | null> {
  return valueCall("to_timestamp", column, ...given(format));
}

/**
 * Text or a date as a timestamp in the session's zone. Fails if a text is not a timestamp.
 *
 * @param format Spark's pattern as a column: `lit("yyyy-MM-dd")`. Default: the formats that a cast accepts
 * @example to_timestamp_ltz(lit("2016-12-31"), lit("yyyy-MM-dd")); // Timestamp 2016-12-31T00:00:00.000000Z
 */
export function to_timestamp_ltz(
  column: ColumnOrName,
  format?: ColumnOrName,
): Column<Timestamp | null> {
  return columnCall("to_timestamp_ltz", column, ...given(format));
}

/**
 * Text or a date as a timestamp without time zone. Fails if a text is not a timestamp.
 *
 * @param format Spark's pattern as a column: `lit("yyyy-MM-dd")`. Default: the formats that a cast accepts
 * @example to_timestamp_ntz(lit("2016-12-31"), lit("yyyy-MM-dd")); // '2016-12-31T00:00:00'
 */
export function to_timestamp_ntz(
  column: ColumnOrName,
  format?: ColumnOrName,
): Column<string | null> {
  return columnCall("to_timestamp_ntz", column, ...given(format));
}

/**
 * Text, a date or a timestamp as UNIX seconds. Fails if a text is not a timestamp.
 *
 * @param format Spark's pattern as a column: `lit("yyyy-MM-dd")`; default `yyyy-MM-dd HH:mm:ss`
 * @example to_unix_timestamp(lit("2016-04-08"), lit("yyyy-MM-dd")); // 1460073600n
 */
export function to_unix_timestamp(
  column: ColumnOrName,
  format?: ColumnOrName,
): Column<bigint | null> {
  return columnCall("to_unix_timestamp", column, ...given(format));
}

/**
 * Converts a local time in the zone to the local time in UTC. The zone is a literal or a Column.
 *
 * @example to_utc_timestamp(lit("2016-08-31"), "Asia/Seoul"); // Timestamp 2016-08-30T15:00:00.000000Z
 */
export function to_utc_timestamp<C extends ColumnOrName, Z extends Column | string>(
  timestamp: C,
  zone: Z,
): Column<Timestamp | NullInConverted<C> | NullInLiteral<Z>> {
  return valueCall("to_utc_timestamp", timestamp, zone);
}

/**
 * Like to_date, but null if the text is not a date.
 *
 * @example try_to_date(lit("foo"), "yyyy-MM-dd"); // null
 */
export function try_to_date(column: ColumnOrName, format?: Column | string): Column<string | null> {
  return valueCall("try_to_date", column, ...given(format));
}

/**
 * Like to_timestamp, but null if the text is not a timestamp. The result type in TypeScript is that of the default
 * `spark.sql.timestampType`, TIMESTAMP_LTZ.
 *
 * @param format Spark's pattern as a column, unlike to_timestamp's: `lit("yyyy-MM-dd")`
 * @example try_to_timestamp(lit("foo"), lit("yyyy-MM-dd")); // null
 */
export function try_to_timestamp(
  column: ColumnOrName,
  format?: ColumnOrName,
): Column<Timestamp | null> {
  return columnCall("try_to_timestamp", column, ...given(format));
}

/**
 * Days from 1970-01-01 to the date.
 *
 * @example unix_date(lit("1970-01-02", "date")); // 1
 */
export function unix_date<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("unix_date", column);
}

/**
 * Microseconds since 1970 in UTC.
 *
 * @example unix_micros(lit(new Date(1_000))); // 1000000n
 */
export function unix_micros<C extends ColumnOrName>(column: C): Column<bigint | NullIn<C>> {
  return columnCall("unix_micros", column);
}

/**
 * Whole milliseconds since 1970 in UTC.
 *
 * @example unix_millis(lit(new Date(1_000))); // 1000n
 */
export function unix_millis<C extends ColumnOrName>(column: C): Column<bigint | NullIn<C>> {
  return columnCall("unix_millis", column);
}

/**
 * Nanoseconds since 1970 in UTC, as DECIMAL(21, 0), of a timestamp with 7 to 9 fraction digits. Spark 4.3
 * or newer, with `spark.sql.timestampNanosTypes.enabled`.
 *
 * @example unix_nanos(expr("CAST('1970-01-01 00:00:00.123456789' AS TIMESTAMP_LTZ(9))")); // '123456789'
 */
export function unix_nanos<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("unix_nanos", column);
}

/**
 * Whole seconds since 1970 in UTC.
 *
 * @example unix_seconds(lit(new Date(1_000))); // 1n
 */
export function unix_seconds<C extends ColumnOrName>(column: C): Column<bigint | NullIn<C>> {
  return columnCall("unix_seconds", column);
}

/**
 * Text, a date or a timestamp as UNIX seconds; without an argument, the current time. Fails if a text is not a
 * timestamp.
 *
 * @param format Spark's pattern, a literal
 * @example unix_timestamp(lit("2016-04-08"), "yyyy-MM-dd"); // 1460073600n
 */
export function unix_timestamp(
  timestamp?: ColumnOrName,
  format: Column | string = "yyyy-MM-dd HH:mm:ss",
): Column<bigint | null> {
  return timestamp === undefined
    ? columnCall("unix_timestamp")
    : valueCall("unix_timestamp", timestamp, format);
}
