// Functions of dates and timestamps: the current time, parts, sums and differences.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { MovedTimestamp, NullInConverted } from "../dataframe/typing/conversion.js";
import type { Timestamp } from "../types/timestamp.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";

/**
 * The date `months` months later, or the last day of the month if that month is too short. A number is a literal, a
 * string names a column.
 */
export function add_months(
  start: ColumnOrName,
  months: ColumnOrName | number,
): Column<string | null> {
  return expressionCall(
    "add_months",
    columnArgument("add_months", start),
    numberArgument("add_months", months),
  );
}

/**
 * Converts a timestamp without time zone from one zone to another.
 *
 * @param sourceTz the zone of the timestamp, for example `lit("Europe/Paris")`. Default: the session's zone
 * @param targetTz the zone of the result, for example `lit("Asia/Tokyo")`
 */
export function convert_timezone(
  sourceTz: Column | undefined,
  targetTz: Column,
  sourceTs: ColumnOrName,
): Column<string | null> {
  return columnCall("convert_timezone", ...given(sourceTz), targetTz, sourceTs);
}

/** The date at the start of the query, in the session's zone; the same as current_date. */
export function curdate(): Column<string> {
  return columnCall("curdate");
}

/** The date at the start of the query, in the session's zone. */
export function current_date(): Column<string> {
  return columnCall("current_date");
}

/** The moment at the start of the query. */
export function current_timestamp(): Column<Timestamp> {
  return columnCall("current_timestamp");
}

/** Name of the session's time zone. */
export function current_timezone(): Column<string> {
  return columnCall("current_timezone");
}

/** The date `days` days later. A number is a literal, a string names a column. */
export function date_add(start: ColumnOrName, days: ColumnOrName | number): Column<string | null> {
  return expressionCall(
    "date_add",
    columnArgument("date_add", start),
    numberArgument("date_add", days),
  );
}

/** Days from the second date to the first; the same as datediff. */
export function date_diff<A extends ColumnOrName, B extends ColumnOrName>(
  end: A,
  start: B,
): Column<number | NullInConverted<A | B>> {
  return columnCall("date_diff", end, start);
}

/** A field of a date, timestamp, time or interval; the same as extract. */
export function date_part(field: Column, source: ColumnOrName): Column<number | string | null> {
  return columnCall("date_part", field, source);
}

/** The date `days` days earlier. A number is a literal, a string names a column. */
export function date_sub(start: ColumnOrName, days: ColumnOrName | number): Column<string | null> {
  return expressionCall(
    "date_sub",
    columnArgument("date_sub", start),
    numberArgument("date_sub", days),
  );
}

/**
 * The timestamp truncated to a unit: `date_trunc("hour", "time")`. Null if the unit is unknown.
 *
 * @param unit year, quarter, month, week, day, hour, minute, second, millisecond or microsecond
 */
export function date_trunc(
  unit: Column | string,
  timestamp: ColumnOrName,
): Column<Timestamp | null> {
  return expressionCall("date_trunc", valueArgument(unit), columnArgument("date_trunc", timestamp));
}

/** The date `days` days later; the same as date_add. */
export function dateadd(start: ColumnOrName, days: ColumnOrName | number): Column<string | null> {
  return expressionCall(
    "dateadd",
    columnArgument("dateadd", start),
    numberArgument("dateadd", days),
  );
}

/** Days from the second date to the first. */
export function datediff<A extends ColumnOrName, B extends ColumnOrName>(
  end: A,
  start: B,
): Column<number | NullInConverted<A | B>> {
  return columnCall("datediff", end, start);
}

/** A field of a date, timestamp, time or interval; the same as extract. */
export function datepart(field: Column, source: ColumnOrName): Column<number | string | null> {
  return columnCall("datepart", field, source);
}

/** Day of the month; the same as dayofmonth. */
export function day<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("day", column);
}

/** Day of the week in three letters, for example Mon. */
export function dayname<C extends ColumnOrName>(column: C): Column<string | NullInConverted<C>> {
  return columnCall("dayname", column);
}

/** Day of the month. */
export function dayofmonth<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("dayofmonth", column);
}

/** Day of the week: Sunday is 1, Saturday 7. */
export function dayofweek<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("dayofweek", column);
}

/** Day of the year, from 1. */
export function dayofyear<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("dayofyear", column);
}

/**
 * A field of a date, timestamp, time or interval: `extract(lit("YEAR"), "time")`.
 *
 * @param field a constant such as YEAR, QUARTER, MONTH, WEEK, DAY, DOW, DOY, HOUR, MINUTE or SECOND. SECOND returns
 *   a DECIMAL with the fraction
 */
export function extract(field: Column, source: ColumnOrName): Column<number | string | null> {
  return columnCall("extract", field, source);
}

/** Hour of a timestamp or time, in the session's zone. */
export function hour<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("hour", column);
}

/** Last day of the date's month. */
export function last_day<C extends ColumnOrName>(date: C): Column<string | NullInConverted<C>> {
  return columnCall("last_day", date);
}

/**
 * The local time in the session's zone at the start of the query, as a timestamp without time zone.
 */
export function localtimestamp(): Column<string> {
  return columnCall("localtimestamp");
}

/** Minute of a timestamp or time. */
export function minute<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("minute", column);
}

/** Month of a date, 1 to 12. */
export function month<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("month", column);
}

/** Month in three letters, for example Jan. */
export function monthname<C extends ColumnOrName>(column: C): Column<string | NullInConverted<C>> {
  return columnCall("monthname", column);
}

/**
 * Months from the second date to the first, as DOUBLE, with 31 days in each month. A whole number if both dates are
 * on the same day of the month, or both on the last day.
 *
 * @param roundOff false: the result is not rounded. Default: true, eight decimals
 */
export function months_between(
  end: ColumnOrName,
  start: ColumnOrName,
  roundOff: Column | boolean = true,
): Column<number | null> {
  return expressionCall(
    "months_between",
    columnArgument("months_between", end),
    columnArgument("months_between", start),
    valueArgument(roundOff),
  );
}

/** The next date with this day of the week, `Mon` or `Monday`, after the date. */
export function next_day(date: ColumnOrName, dayOfWeek: Column | string): Column<string | null> {
  return valueCall("next_day", date, dayOfWeek);
}

/** The moment at the start of the query; the same as current_timestamp. */
export function now(): Column<Timestamp> {
  return columnCall("now");
}

/** Quarter of a date, 1 to 4. */
export function quarter<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("quarter", column);
}

/** Second of a timestamp or time, without the fraction. */
export function second<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("second", column);
}

/**
 * Adds a number of units to a timestamp: `timestamp_add("HOUR", lit(3), "time")`.
 *
 * @param unit YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND, MILLISECOND or MICROSECOND
 */
export function timestamp_add<C extends ColumnOrName>(
  unit: Column | string,
  quantity: ColumnOrName,
  timestamp: C,
): Column<MovedTimestamp<C> | null> {
  return expressionCall(
    "timestampadd",
    valueArgument(unit),
    columnArgument("timestampadd", quantity),
    columnArgument("timestampadd", timestamp),
  );
}

/**
 * Whole units from one timestamp to another, as BIGINT: `timestamp_diff("HOUR", "start", "end")`.
 *
 * @param unit YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND, MILLISECOND or MICROSECOND
 */
export function timestamp_diff<A extends ColumnOrName, B extends ColumnOrName>(
  unit: Column | string,
  start: A,
  end: B,
): Column<bigint | NullInConverted<A | B>> {
  return expressionCall(
    "timestampdiff",
    valueArgument(unit),
    columnArgument("timestampdiff", start),
    columnArgument("timestampdiff", end),
  );
}

/** The date truncated to a unit: year, quarter, month or week. Null if the unit is unknown. */
export function trunc(date: ColumnOrName, unit: Column | string): Column<string | null> {
  return valueCall("trunc", date, unit);
}

/** Day of the week: Monday is 0, Sunday 6. */
export function weekday<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("weekday", column);
}

/** ISO week of a date. Weeks start on Monday, and week 1 has more than three days in the year. */
export function weekofyear<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("weekofyear", column);
}

/** Year of a date. */
export function year<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("year", column);
}
