// Functions of dates and times.

import { type Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument } from "./call.js";

/** The date at the start of the query. */
export function current_date(): Column {
  return columnCall("current_date");
}

/** The moment at the start of the query. */
export function current_timestamp(): Column {
  return columnCall("current_timestamp");
}

/** The moment at the start of the query. */
export function now(): Column {
  return columnCall("now");
}

/** Year of a date. */
export function year(column: ColumnOrName): Column {
  return columnCall("year", column);
}

/** Month of a date, 1 to 12. */
export function month(column: ColumnOrName): Column {
  return columnCall("month", column);
}

/** Day of the month. */
export function dayofmonth(column: ColumnOrName): Column {
  return columnCall("dayofmonth", column);
}

/** Day of the week, Sunday is 1. */
export function dayofweek(column: ColumnOrName): Column {
  return columnCall("dayofweek", column);
}

/** Day of the year. */
export function dayofyear(column: ColumnOrName): Column {
  return columnCall("dayofyear", column);
}

/** Hour of a timestamp. */
export function hour(column: ColumnOrName): Column {
  return columnCall("hour", column);
}

/** Minute of a timestamp. */
export function minute(column: ColumnOrName): Column {
  return columnCall("minute", column);
}

/** Second of a timestamp. */
export function second(column: ColumnOrName): Column {
  return columnCall("second", column);
}

/** Quarter of a date, 1 to 4. */
export function quarter(column: ColumnOrName): Column {
  return columnCall("quarter", column);
}

/** ISO week of a date. */
export function weekofyear(column: ColumnOrName): Column {
  return columnCall("weekofyear", column);
}

/** Text as a date, by Spark's pattern `format`. */
export function to_date(column: ColumnOrName, format?: unknown): Column {
  return format === undefined
    ? expressionCall("to_date", toExpression(column))
    : expressionCall("to_date", toExpression(column), valueArgument(format));
}

/** Text as a timestamp, by Spark's pattern `format`. */
export function to_timestamp(column: ColumnOrName, format?: unknown): Column {
  return format === undefined
    ? expressionCall("to_timestamp", toExpression(column))
    : expressionCall("to_timestamp", toExpression(column), valueArgument(format));
}

/** A date as text, by Spark's pattern. */
export function date_format(column: ColumnOrName, format: unknown): Column {
  return expressionCall("date_format", toExpression(column), valueArgument(format));
}

/** So many days later. */
export function date_add(column: ColumnOrName, days: unknown): Column {
  return expressionCall("date_add", toExpression(column), valueArgument(days));
}

/** So many days earlier. */
export function date_sub(column: ColumnOrName, days: unknown): Column {
  return expressionCall("date_sub", toExpression(column), valueArgument(days));
}

/** Days from the second date to the first. */
export function datediff(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("datediff", column, other);
}

/** So many months later. */
export function add_months(column: ColumnOrName, months: unknown): Column {
  return expressionCall("add_months", toExpression(column), valueArgument(months));
}

/** Last day of the date's month. */
export function last_day(column: ColumnOrName): Column {
  return columnCall("last_day", column);
}

/** UNIX seconds of a timestamp. */
export function unix_timestamp(column: ColumnOrName): Column {
  return columnCall("unix_timestamp", column);
}

/** Whole seconds since 1970 in UTC. */
export function unix_seconds(column: ColumnOrName): Column {
  return columnCall("unix_seconds", column);
}

/** Whole milliseconds since 1970 in UTC. */
export function unix_millis(column: ColumnOrName): Column {
  return columnCall("unix_millis", column);
}

/** Microseconds since 1970 in UTC. */
export function unix_micros(column: ColumnOrName): Column {
  return columnCall("unix_micros", column);
}

/** UNIX seconds as a timestamp. */
export function timestamp_seconds(column: ColumnOrName): Column {
  return columnCall("timestamp_seconds", column);
}

/** UNIX milliseconds as a timestamp. */
export function timestamp_millis(column: ColumnOrName): Column {
  return columnCall("timestamp_millis", column);
}

/** UNIX microseconds as a timestamp. */
export function timestamp_micros(column: ColumnOrName): Column {
  return columnCall("timestamp_micros", column);
}

/** UNIX seconds as text in the session's zone. */
export function from_unixtime(column: ColumnOrName, format?: unknown): Column {
  return format === undefined
    ? expressionCall("from_unixtime", toExpression(column))
    : expressionCall("from_unixtime", toExpression(column), valueArgument(format));
}

/**
 * Windows that last as long as events follow each other: a struct of `start`, the first event's time,
 * and `end`, the last one's plus the gap.
 *
 * @param gapDuration after which time without events a session ends: a duration as `5 minutes`, or a
 *   Column that gives one for each row
 */
export function session_window(timeColumn: ColumnOrName, gapDuration: string | Column): Column {
  return expressionCall("session_window", toExpression(timeColumn), valueArgument(gapDuration));
}

/** The time a window stands for in further windows and joins: its end, less a microsecond. */
export function window_time(windowColumn: ColumnOrName): Column {
  return columnCall("window_time", windowColumn);
}
