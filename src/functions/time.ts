// Functions of TIME, a time of day without date and zone.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument } from "./call.js";
import { given } from "./column-arguments.js";

/**
 * The time at the start of the query, in the session's zone. Spark 4.1 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @param precision decimals of the seconds; default 6
 */
export function current_time(precision?: Column | number): Column {
  return expressionCall("current_time", ...given(precision).map(valueArgument));
}

/**
 * A time of its parts; the seconds may have decimals. Fails where there is no such time. Spark 4.1
 * or newer, with `spark.sql.timeType.enabled`.
 */
export function make_time(hour: ColumnOrName, minute: ColumnOrName, second: ColumnOrName): Column {
  return columnCall("make_time", hour, minute, second);
}

/**
 * Whole units from one time to another, as BIGINT. Spark 4.1 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @param unit HOUR, MINUTE, SECOND, MILLISECOND or MICROSECOND, as a column: `lit("HOUR")`
 */
export function time_diff(unit: ColumnOrName, start: ColumnOrName, end: ColumnOrName): Column {
  return columnCall("time_diff", unit, start, end);
}

/**
 * Microseconds since midnight as a time. Fails outside of a day. Spark 4.2 or newer, with
 * `spark.sql.timeType.enabled`.
 */
export function time_from_micros(column: ColumnOrName): Column {
  return columnCall("time_from_micros", column);
}

/**
 * Milliseconds since midnight as a time. Fails outside of a day. Spark 4.2 or newer, with
 * `spark.sql.timeType.enabled`.
 */
export function time_from_millis(column: ColumnOrName): Column {
  return columnCall("time_from_millis", column);
}

/**
 * Seconds since midnight, with or without a fraction, as a time. Fails outside of a day. Spark 4.2
 * or newer, with `spark.sql.timeType.enabled`.
 */
export function time_from_seconds(column: ColumnOrName): Column {
  return columnCall("time_from_seconds", column);
}

/**
 * Microseconds since midnight, as BIGINT. Spark 4.2 or newer, with `spark.sql.timeType.enabled`.
 */
export function time_to_micros(column: ColumnOrName): Column {
  return columnCall("time_to_micros", column);
}

/**
 * Whole milliseconds since midnight, as BIGINT. Spark 4.2 or newer, with
 * `spark.sql.timeType.enabled`.
 */
export function time_to_millis(column: ColumnOrName): Column {
  return columnCall("time_to_millis", column);
}

/**
 * Seconds since midnight, as DECIMAL with the fraction. Spark 4.2 or newer, with
 * `spark.sql.timeType.enabled`.
 */
export function time_to_seconds(column: ColumnOrName): Column {
  return columnCall("time_to_seconds", column);
}

/**
 * The time cut to a unit. Spark 4.1 or newer, with `spark.sql.timeType.enabled`.
 *
 * @param unit HOUR, MINUTE, SECOND, MILLISECOND or MICROSECOND, as a column: `lit("HOUR")`
 */
export function time_trunc(unit: ColumnOrName, time: ColumnOrName): Column {
  return columnCall("time_trunc", unit, time);
}

/**
 * Text as a time. Fails on text that is none. Spark 4.1 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @param format Spark's pattern as a column: `lit("HH:mm")`; default: as a cast reads it
 */
export function to_time(text: ColumnOrName, format?: ColumnOrName): Column {
  return columnCall("to_time", text, ...given(format));
}

/**
 * Like to_time, but null where the text is no time. Spark 4.1 or newer, with
 * `spark.sql.timeType.enabled`.
 */
export function try_to_time(text: ColumnOrName, format?: ColumnOrName): Column {
  return columnCall("try_to_time", text, ...given(format));
}
