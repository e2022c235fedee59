// Functions that make dates, timestamps and intervals from their parts.

import { ArgumentError } from "../errors.js";
import { Column, type ColumnOrName } from "../dataframe/column.js";
import type { Timestamp } from "../types/timestamp.js";
import type { DayTimeInterval } from "../types/day-time-interval.js";
import type { CalendarInterval } from "../types/calendar-interval.js";
import type { YearMonthInterval } from "../types/year-month-interval.js";
import { literal } from "../plan/literal.js";
import { DecimalType } from "../types/data-type.js";
import { columnCall } from "./call.js";
import { lit } from "./core.js";

/** The parts of a timestamp: a date, a time, and their zone. */
export interface DateAndTime {
  readonly date: ColumnOrName;
  readonly time: ColumnOrName;
  readonly timezone?: ColumnOrName;
}

/**
 * A date from its parts. If the date does not exist, null, or an error with `spark.sql.ansi.enabled`.
 *
 * @example make_date(lit(2013), lit(7), lit(15)); // '2013-07-15'
 */
export function make_date(
  year: ColumnOrName,
  month: ColumnOrName,
  day: ColumnOrName,
): Column<string | null> {
  return columnCall("make_date", year, month, day);
}

/**
 * A DAY TO SECOND interval from its parts, each 0 by default. The seconds can have decimals.
 *
 * @example
 * make_dt_interval(lit(1), lit(12), lit(30), lit(1.001001));
 * // DayTimeInterval { micros: 131401001001n, startField: 'day', endField: 'second' }
 */
export function make_dt_interval(
  days?: ColumnOrName,
  hours?: ColumnOrName,
  mins?: ColumnOrName,
  secs?: ColumnOrName,
): Column<DayTimeInterval | null> {
  return interval("make_dt_interval", [days, hours, mins], secs);
}

/**
 * A calendar interval from its parts, each 0 by default. The seconds can have decimals. Fails if it
 * overflows.
 *
 * @example
 * make_interval(lit(100), lit(11), lit(1), lit(1), lit(12), lit(30), lit(1.001001));
 * // CalendarInterval { months: 1211, days: 8, micros: 45001001001n }
 */
export function make_interval(
  years?: ColumnOrName,
  months?: ColumnOrName,
  weeks?: ColumnOrName,
  days?: ColumnOrName,
  hours?: ColumnOrName,
  mins?: ColumnOrName,
  secs?: ColumnOrName,
): Column<CalendarInterval | null> {
  return interval("make_interval", [years, months, weeks, days, hours, mins], secs);
}

/**
 * Like make_interval, but null if it overflows.
 *
 * @example try_make_interval(lit(2147483647)); // null
 */
export function try_make_interval(
  years?: ColumnOrName,
  months?: ColumnOrName,
  weeks?: ColumnOrName,
  days?: ColumnOrName,
  hours?: ColumnOrName,
  mins?: ColumnOrName,
  secs?: ColumnOrName,
): Column<CalendarInterval | null> {
  return interval("try_make_interval", [years, months, weeks, days, hours, mins], secs);
}

/**
 * A YEAR TO MONTH interval from its parts, each 0 by default.
 *
 * @example
 * make_ym_interval(lit(1), lit(2));
 * // YearMonthInterval { months: 14, startField: 'year', endField: 'month' }
 */
export function make_ym_interval(
  years?: ColumnOrName,
  months?: ColumnOrName,
): Column<YearMonthInterval | null> {
  return columnCall("make_ym_interval", years ?? lit(0), months ?? lit(0));
}

function interval<T>(
  name: string,
  parts: readonly (ColumnOrName | undefined)[],
  secs: ColumnOrName | undefined,
): Column<T> {
  // Spark needs the seconds as DECIMAL and the other parts as INT.
  const noSeconds = new Column(literal("0", DecimalType(10, 0)));
  return columnCall(name, ...parts.map((part) => part ?? lit(0)), secs ?? noSeconds);
}

/**
 * A timestamp from six parts or from `{ date, time }` (Spark 4.1 or newer). `spark.sql.timestampType` determines its
 * type; the result type in TypeScript is that of the default, TIMESTAMP_LTZ. If the timestamp does not exist, null,
 * or an error with `spark.sql.ansi.enabled`.
 *
 * @param secs seconds; can have decimals
 * @param timezone zone of the parts, for example `lit("UTC")`. Default: the session's zone
 * @example
 * make_timestamp(lit(2014), lit(12), lit(28), lit(6), lit(30), lit(45.887), lit("CET"));
 * // Timestamp 2014-12-28T05:30:45.887000Z
 */
export function make_timestamp(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
  timezone?: ColumnOrName,
): Column<Timestamp | null>;
/** A timestamp from a date and a time in `timezone`. Default: the session's zone. Needs Spark 4.1. */
export function make_timestamp(parts: DateAndTime): Column<Timestamp | null>;
export function make_timestamp(
  first: ColumnOrName | DateAndTime,
  ...others: readonly (ColumnOrName | undefined)[]
): Column<Timestamp | null> {
  return timestamp("make_timestamp", first, others);
}

/**
 * Like make_timestamp, but null if the timestamp does not exist.
 *
 * @example try_make_timestamp(lit(2024), lit(13), lit(22), lit(15), lit(30), lit(0)); // null
 */
export function try_make_timestamp(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
  timezone?: ColumnOrName,
): Column<Timestamp | null>;
/** Like make_timestamp with `{ date, time }`, but null if the timestamp does not exist. */
export function try_make_timestamp(parts: DateAndTime): Column<Timestamp | null>;
export function try_make_timestamp(
  first: ColumnOrName | DateAndTime,
  ...others: readonly (ColumnOrName | undefined)[]
): Column<Timestamp | null> {
  return timestamp("try_make_timestamp", first, others);
}

/**
 * A timestamp in the session's zone from its parts. If the timestamp does not exist, null, or an error with
 * `spark.sql.ansi.enabled`.
 *
 * @param secs seconds; can have decimals
 * @param timezone zone of the parts, for example `lit("UTC")`. Default: the session's zone
 * @example
 * make_timestamp_ltz(lit(2014), lit(12), lit(28), lit(6), lit(30), lit(45.887), lit("CET"));
 * // Timestamp 2014-12-28T05:30:45.887000Z
 */
export function make_timestamp_ltz(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
  timezone?: ColumnOrName,
): Column<Timestamp | null> {
  return timestamp("make_timestamp_ltz", years, [months, days, hours, mins, secs, timezone]);
}

/**
 * Like make_timestamp_ltz, but null if the timestamp does not exist.
 *
 * @example try_make_timestamp_ltz(lit(2024), lit(13), lit(22), lit(15), lit(30), lit(0)); // null
 */
export function try_make_timestamp_ltz(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
  timezone?: ColumnOrName,
): Column<Timestamp | null> {
  return timestamp("try_make_timestamp_ltz", years, [months, days, hours, mins, secs, timezone]);
}

/**
 * A timestamp without time zone, from six parts or from `{ date, time }` (Spark 4.1 or newer). If the timestamp does
 * not exist, null, or an error with `spark.sql.ansi.enabled`.
 *
 * @param secs seconds; can have decimals
 * @example
 * make_timestamp_ntz(lit(2014), lit(12), lit(28), lit(6), lit(30), lit(45.887));
 * // '2014-12-28T06:30:45.887'
 */
export function make_timestamp_ntz(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
): Column<string | null>;
/** A timestamp without time zone, from a date and a time. Needs Spark 4.1. */
export function make_timestamp_ntz(parts: Omit<DateAndTime, "timezone">): Column<string | null>;
export function make_timestamp_ntz(
  first: ColumnOrName | DateAndTime,
  ...others: readonly (ColumnOrName | undefined)[]
): Column<string | null> {
  return timestamp("make_timestamp_ntz", first, others);
}

/**
 * Like make_timestamp_ntz, but null if the timestamp does not exist.
 *
 * @example try_make_timestamp_ntz(lit(2024), lit(13), lit(22), lit(15), lit(30), lit(0)); // null
 */
export function try_make_timestamp_ntz(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
): Column<string | null>;
/** Like make_timestamp_ntz with `{ date, time }`, but null if the timestamp does not exist. */
export function try_make_timestamp_ntz(parts: Omit<DateAndTime, "timezone">): Column<string | null>;
export function try_make_timestamp_ntz(
  first: ColumnOrName | DateAndTime,
  ...others: readonly (ColumnOrName | undefined)[]
): Column<string | null> {
  return timestamp("try_make_timestamp_ntz", first, others);
}

function timestamp<T>(
  name: string,
  first: ColumnOrName | DateAndTime,
  others: readonly (ColumnOrName | undefined)[],
): Column<T> {
  const isDateAndTime = typeof first === "object" && !(first instanceof Column);
  if (isDateAndTime && others.length > 0) {
    throw new ArgumentError("parts", `${name}() takes { date, time } or six parts, not both.`);
  }
  const parts = isDateAndTime ? [first.date, first.time, first.timezone] : [first, ...others];
  // Only the zone is optional, and it is the last part.
  if (parts.at(-1) === undefined) parts.pop();
  const complete = parts.filter((part) => part !== undefined);
  if (complete.length < parts.length) {
    const missing = parts.indexOf(undefined) + 1;
    throw new ArgumentError(
      "parts",
      `${name}() needs all its parts, but part ${missing} is undefined.`,
    );
  }
  return columnCall(name, ...complete);
}
