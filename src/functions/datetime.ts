// Functions of dates and timestamps: the current time, parts, sums and differences.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { MovedTimestamp, NullInConverted } from "../dataframe/typing/conversion.js";
import type { Timestamp } from "../types/timestamp.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";

/**
 * The date `months` months later, or the last day of the month if that month is too short. A number is a literal, a
 * string names a column.
 *
 * @example add_months(lit("2016-08-31"), 1); // '2016-09-30'
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
 * @example
 * convert_timezone(
 *   lit("Europe/Brussels"),
 *   lit("America/Los_Angeles"),
 *   lit("2021-12-06 00:00:00", "timestamp_ntz"),
 * ); // '2021-12-05T15:00:00'
 */
export function convert_timezone(
  sourceTz: Column | undefined,
  targetTz: Column,
  sourceTs: ColumnOrName,
): Column<string | null> {
  return columnCall("convert_timezone", ...given(sourceTz), targetTz, sourceTs);
}

/**
 * The date at the start of the query, in the session's zone; the same as current_date.
 *
 * @example curdate(); // varies
 */
export function curdate(): Column<string> {
  return columnCall("curdate");
}

/**
 * The date at the start of the query, in the session's zone.
 *
 * @example current_date(); // varies
 */
export function current_date(): Column<string> {
  return columnCall("current_date");
}

/**
 * The moment at the start of the query.
 *
 * @example current_timestamp(); // varies
 */
export function current_timestamp(): Column<Timestamp> {
  return columnCall("current_timestamp");
}

/**
 * Name of the session's time zone.
 *
 * @example current_timezone(); // 'UTC'
 */
export function current_timezone(): Column<string> {
  return columnCall("current_timezone");
}

/**
 * The date `days` days later. A number is a literal, a string names a column.
 *
 * @example date_add(lit("2016-07-30"), 1); // '2016-07-31'
 */
export function date_add(start: ColumnOrName, days: ColumnOrName | number): Column<string | null> {
  return expressionCall(
    "date_add",
    columnArgument("date_add", start),
    numberArgument("date_add", days),
  );
}

/**
 * Days from the second date to the first; the same as datediff.
 *
 * @example date_diff(lit("2009-07-31"), lit("2009-07-30")); // 1
 */
export function date_diff<A extends ColumnOrName, B extends ColumnOrName>(
  end: A,
  start: B,
): Column<number | NullInConverted<A | B>> {
  return columnCall("date_diff", end, start);
}

/**
 * A field of a date, timestamp, time or interval; the same as extract.
 *
 * @example date_part(lit("week"), lit("2019-08-12")); // 33
 */
export function date_part(field: Column, source: ColumnOrName): Column<number | string | null> {
  return columnCall("date_part", field, source);
}

/**
 * The date `days` days earlier. A number is a literal, a string names a column.
 *
 * @example date_sub(lit("2016-07-30"), 1); // '2016-07-29'
 */
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
 * @example date_trunc("MONTH", lit("2015-03-05T09:32:05")); // Timestamp 2015-03-01T00:00:00.000000Z
 */
export function date_trunc(
  unit: Column | string,
  timestamp: ColumnOrName,
): Column<Timestamp | null> {
  return expressionCall("date_trunc", valueArgument(unit), columnArgument("date_trunc", timestamp));
}

/**
 * The date `days` days later; the same as date_add.
 *
 * @example dateadd(lit("2016-07-30"), 1); // '2016-07-31'
 */
export function dateadd(start: ColumnOrName, days: ColumnOrName | number): Column<string | null> {
  return expressionCall(
    "dateadd",
    columnArgument("dateadd", start),
    numberArgument("dateadd", days),
  );
}

/**
 * Days from the second date to the first.
 *
 * @example datediff(lit("2009-07-30"), lit("2009-07-31")); // -1
 */
export function datediff<A extends ColumnOrName, B extends ColumnOrName>(
  end: A,
  start: B,
): Column<number | NullInConverted<A | B>> {
  return columnCall("datediff", end, start);
}

/**
 * A field of a date, timestamp, time or interval; the same as extract.
 *
 * @example datepart(lit("doy"), lit("2019-08-12")); // 224
 */
export function datepart(field: Column, source: ColumnOrName): Column<number | string | null> {
  return columnCall("datepart", field, source);
}

/**
 * Day of the month; the same as dayofmonth.
 *
 * @example day(lit("2009-07-30")); // 30
 */
export function day<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("day", column);
}

/**
 * Day of the week in three letters, for example Mon.
 *
 * @example dayname(lit("2008-02-20", "date")); // 'Wed'
 */
export function dayname<C extends ColumnOrName>(column: C): Column<string | NullInConverted<C>> {
  return columnCall("dayname", column);
}

/**
 * Day of the month.
 *
 * @example dayofmonth(lit("2009-07-30")); // 30
 */
export function dayofmonth<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("dayofmonth", column);
}

/**
 * Day of the week: Sunday is 1, Saturday 7.
 *
 * @example dayofweek(lit("2009-07-30")); // 5
 */
export function dayofweek<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("dayofweek", column);
}

/**
 * Day of the year, from 1.
 *
 * @example dayofyear(lit("2016-04-09")); // 100
 */
export function dayofyear<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("dayofyear", column);
}

/**
 * A field of a date, timestamp, time or interval: `extract(lit("YEAR"), "time")`.
 *
 * @param field a constant such as YEAR, QUARTER, MONTH, WEEK, DAY, DOW, DOY, HOUR, MINUTE or SECOND. SECOND returns
 *   a DECIMAL with the fraction
 * @example extract(lit("YEAR"), lit("2019-08-12")); // 2019
 */
export function extract(field: Column, source: ColumnOrName): Column<number | string | null> {
  return columnCall("extract", field, source);
}

/**
 * Hour of a timestamp or time, in the session's zone.
 *
 * @example hour(lit("2018-02-14 12:58:59")); // 12
 */
export function hour<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("hour", column);
}

/**
 * Last day of the date's month.
 *
 * @example last_day(lit("2009-01-12")); // '2009-01-31'
 */
export function last_day<C extends ColumnOrName>(date: C): Column<string | NullInConverted<C>> {
  return columnCall("last_day", date);
}

/**
 * The local time in the session's zone at the start of the query, as a timestamp without time zone.
 *
 * @example localtimestamp(); // varies
 */
export function localtimestamp(): Column<string> {
  return columnCall("localtimestamp");
}

/**
 * Minute of a timestamp or time.
 *
 * @example minute(lit("2009-07-30 12:58:59")); // 58
 */
export function minute<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("minute", column);
}

/**
 * Month of a date, 1 to 12.
 *
 * @example month(lit("2016-07-30")); // 7
 */
export function month<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("month", column);
}

/**
 * Month in three letters, for example Jan.
 *
 * @example monthname(lit("2008-02-20", "date")); // 'Feb'
 */
export function monthname<C extends ColumnOrName>(column: C): Column<string | NullInConverted<C>> {
  return columnCall("monthname", column);
}

/**
 * Months from the second date to the first, as DOUBLE, with 31 days in each month. A whole number if both dates are
 * on the same day of the month, or both on the last day.
 *
 * @param roundOff false: the result is not rounded. Default: true, eight decimals
 * @example months_between(lit("1997-02-28 10:30:00"), lit("1996-10-30")); // 3.94959677
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

/**
 * The next date with this day of the week, `Mon` or `Monday`, after the date.
 *
 * @example next_day(lit("2015-01-14"), "TU"); // '2015-01-20'
 */
export function next_day(date: ColumnOrName, dayOfWeek: Column | string): Column<string | null> {
  return valueCall("next_day", date, dayOfWeek);
}

/**
 * The moment at the start of the query; the same as current_timestamp.
 *
 * @example now(); // varies
 */
export function now(): Column<Timestamp> {
  return columnCall("now");
}

/**
 * Quarter of a date, 1 to 4.
 *
 * @example quarter(lit("2016-08-31")); // 3
 */
export function quarter<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("quarter", column);
}

/**
 * Second of a timestamp or time, without the fraction.
 *
 * @example second(lit("2018-02-14 12:58:59")); // 59
 */
export function second<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("second", column);
}

/**
 * Adds a number of units to a timestamp: `timestamp_add("HOUR", lit(3), "time")`.
 *
 * @param unit YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND, MILLISECOND or MICROSECOND
 * @example timestamp_add("HOUR", lit(8), lit("2022-02-20 00:00:00", "timestamp_ntz")); // '2022-02-20T08:00:00'
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
 * @example timestamp_diff("HOUR", lit("2022-02-11 12:00:00"), lit("2022-02-11 20:30:00")); // 8n
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

/**
 * The date truncated to a unit: year, quarter, month or week. Null if the unit is unknown.
 *
 * @example trunc(lit("2019-08-04"), "quarter"); // '2019-07-01'
 */
export function trunc(date: ColumnOrName, unit: Column | string): Column<string | null> {
  return valueCall("trunc", date, unit);
}

/**
 * Day of the week: Monday is 0, Sunday 6.
 *
 * @example weekday(lit("2009-07-30")); // 3
 */
export function weekday<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("weekday", column);
}

/**
 * ISO week of a date. Weeks start on Monday, and week 1 has more than three days in the year.
 *
 * @example weekofyear(lit("2008-02-20")); // 8
 */
export function weekofyear<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("weekofyear", column);
}

/**
 * Year of a date.
 *
 * @example year(lit("2016-07-30")); // 2016
 */
export function year<C extends ColumnOrName>(column: C): Column<number | NullInConverted<C>> {
  return columnCall("year", column);
}
