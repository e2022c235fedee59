// Functions of TIME, a time of day without date and zone.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument } from "./call.js";
import { given } from "./column-arguments.js";

/**
 * The time at the start of the query, in the session's zone. Spark 4.1 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @param precision decimals of the seconds. Default: 6
 * @example current_time(0); // varies
 */
export function current_time(precision?: Column | number): Column<string> {
  return expressionCall("current_time", ...given(precision).map(valueArgument));
}

/**
 * A time from its parts. The seconds can have decimals. Fails if the time does not exist. Spark 4.1
 * or newer, with `spark.sql.timeType.enabled`.
 *
 * @example make_time(lit(6), lit(30), lit("45.887", "decimal(16,6)")); // '06:30:45.887'
 */
export function make_time(
  hour: ColumnOrName,
  minute: ColumnOrName,
  second: ColumnOrName,
): Column<string | null> {
  return columnCall("make_time", hour, minute, second);
}

/**
 * Whole units from one time to another, as BIGINT. Spark 4.1 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @param unit HOUR, MINUTE, SECOND, MILLISECOND or MICROSECOND, as a column: `lit("HOUR")`
 * @example time_diff(lit("HOUR"), to_time(lit("20:30:29")), to_time(lit("12:00:00"))); // -8n
 */
export function time_diff(
  unit: ColumnOrName,
  start: ColumnOrName,
  end: ColumnOrName,
): Column<bigint | null> {
  return columnCall("time_diff", unit, start, end);
}

/**
 * Microseconds since midnight as a time. Fails if the result is outside the day. Spark 4.2 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @example time_from_micros(lit(52_200_500_000n)); // '14:30:00.5'
 */
export function time_from_micros(column: ColumnOrName): Column<string | null> {
  return columnCall("time_from_micros", column);
}

/**
 * Milliseconds since midnight as a time. Fails if the result is outside the day. Spark 4.2 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @example time_from_millis(lit(52_200_500)); // '14:30:00.5'
 */
export function time_from_millis(column: ColumnOrName): Column<string | null> {
  return columnCall("time_from_millis", column);
}

/**
 * Seconds since midnight, with or without a fraction, as a time. Fails if the result is outside the day. Spark 4.2
 * or newer, with `spark.sql.timeType.enabled`.
 *
 * @example time_from_seconds(lit(52_200.5)); // '14:30:00.5'
 */
export function time_from_seconds(column: ColumnOrName): Column<string | null> {
  return columnCall("time_from_seconds", column);
}

/**
 * Microseconds since midnight, as BIGINT. Spark 4.2 or newer, with `spark.sql.timeType.enabled`.
 *
 * @example time_to_micros(to_time(lit("14:30:00.5"))); // 52200500000n
 */
export function time_to_micros(column: ColumnOrName): Column<bigint | null> {
  return columnCall("time_to_micros", column);
}

/**
 * Whole milliseconds since midnight, as BIGINT. Spark 4.2 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @example time_to_millis(to_time(lit("14:30:00.5"))); // 52200500n
 */
export function time_to_millis(column: ColumnOrName): Column<bigint | null> {
  return columnCall("time_to_millis", column);
}

/**
 * Seconds since midnight, as DECIMAL with the fraction. Spark 4.2 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @example time_to_seconds(to_time(lit("14:30:00.5"))); // '52200.500000'
 */
export function time_to_seconds(column: ColumnOrName): Column<string | null> {
  return columnCall("time_to_seconds", column);
}

/**
 * The time truncated to a unit. Spark 4.1 or newer, with `spark.sql.timeType.enabled`.
 *
 * @param unit HOUR, MINUTE, SECOND, MILLISECOND or MICROSECOND, as a column: `lit("HOUR")`
 * @example time_trunc(lit("HOUR"), to_time(lit("09:32:05.359"))); // '09:00:00'
 */
export function time_trunc(unit: ColumnOrName, time: ColumnOrName): Column<string | null> {
  return columnCall("time_trunc", unit, time);
}

/**
 * Text as a time. Fails if the text is not a time. Spark 4.1 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @param format Spark's pattern as a column: `lit("HH:mm")`. Default: the formats that a cast accepts
 * @example to_time(lit("12.10.05"), lit("HH.mm.ss")); // '12:10:05'
 */
export function to_time(text: ColumnOrName, format?: ColumnOrName): Column<string | null> {
  return columnCall("to_time", text, ...given(format));
}

/**
 * Like to_time, but null if the text is not a time. Spark 4.1 or newer, with
 * `spark.sql.timeType.enabled`.
 *
 * @example try_to_time(lit("foo"), lit("HH:mm:ss")); // null
 */
export function try_to_time(text: ColumnOrName, format?: ColumnOrName): Column<string | null> {
  return columnCall("try_to_time", text, ...given(format));
}
