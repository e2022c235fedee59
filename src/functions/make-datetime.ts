// Functions that make dates, timestamps and intervals of their parts.

import { ArgumentError } from "../errors.js";
import { Column, type ColumnOrName } from "../dataframe/column.js";
import { literal } from "../plan/literal.js";
import { DecimalType } from "../types/data-type.js";
import { columnCall } from "./call.js";
import { lit } from "./core.js";

/** A date and a time of which a timestamp is made, and the zone they are meant in. */
export interface DateAndTime {
  readonly date: ColumnOrName;
  readonly time: ColumnOrName;
  readonly timezone?: ColumnOrName;
}

/**
 * A date of its parts. Null or an error, as `spark.sql.ansi.enabled` says, where there is no such
 * date.
 */
export function make_date(year: ColumnOrName, month: ColumnOrName, day: ColumnOrName): Column {
  return columnCall("make_date", year, month, day);
}

/** A DAY TO SECOND interval of its parts, each 0 by default; the seconds may have decimals. */
export function make_dt_interval(
  days?: ColumnOrName,
  hours?: ColumnOrName,
  mins?: ColumnOrName,
  secs?: ColumnOrName,
): Column {
  return interval("make_dt_interval", [days, hours, mins], secs);
}

/**
 * A calendar interval of its parts, each 0 by default; the seconds may have decimals. Fails where it
 * overflows.
 */
export function make_interval(
  years?: ColumnOrName,
  months?: ColumnOrName,
  weeks?: ColumnOrName,
  days?: ColumnOrName,
  hours?: ColumnOrName,
  mins?: ColumnOrName,
  secs?: ColumnOrName,
): Column {
  return interval("make_interval", [years, months, weeks, days, hours, mins], secs);
}

/** Like make_interval, but null where it overflows. */
export function try_make_interval(
  years?: ColumnOrName,
  months?: ColumnOrName,
  weeks?: ColumnOrName,
  days?: ColumnOrName,
  hours?: ColumnOrName,
  mins?: ColumnOrName,
  secs?: ColumnOrName,
): Column {
  return interval("try_make_interval", [years, months, weeks, days, hours, mins], secs);
}

/** A YEAR TO MONTH interval of its parts, each 0 by default. */
export function make_ym_interval(years?: ColumnOrName, months?: ColumnOrName): Column {
  return columnCall("make_ym_interval", years ?? lit(0), months ?? lit(0));
}

function interval(
  name: string,
  parts: readonly (ColumnOrName | undefined)[],
  secs: ColumnOrName | undefined,
): Column {
  // Spark takes the seconds as DECIMAL, the other parts as INT.
  const noSeconds = new Column(literal("0", DecimalType(10, 0)));
  return columnCall(name, ...parts.map((part) => part ?? lit(0)), secs ?? noSeconds);
}

/**
 * A timestamp of its parts, of the type that `spark.sql.timestampType` says: six of them, or
 * `{ date, time }` (Spark 4.1 or newer). Null or an error, as `spark.sql.ansi.enabled` says, where
 * there is none.
 *
 * @param secs may have decimals
 * @param timezone zone in which the parts are meant, as `lit("UTC")`; default the session's
 */
export function make_timestamp(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
  timezone?: ColumnOrName,
): Column;
export function make_timestamp(parts: DateAndTime): Column;
export function make_timestamp(
  first: ColumnOrName | DateAndTime,
  ...others: readonly (ColumnOrName | undefined)[]
): Column {
  return timestamp("make_timestamp", first, others);
}

/** Like make_timestamp, but null where there is no such timestamp. */
export function try_make_timestamp(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
  timezone?: ColumnOrName,
): Column;
export function try_make_timestamp(parts: DateAndTime): Column;
export function try_make_timestamp(
  first: ColumnOrName | DateAndTime,
  ...others: readonly (ColumnOrName | undefined)[]
): Column {
  return timestamp("try_make_timestamp", first, others);
}

/**
 * A timestamp with the session's zone of its parts. Null or an error, as `spark.sql.ansi.enabled` says,
 * where there is none.
 *
 * @param secs may have decimals
 * @param timezone zone in which the parts are meant, as `lit("UTC")`; default the session's
 */
export function make_timestamp_ltz(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
  timezone?: ColumnOrName,
): Column {
  return timestamp("make_timestamp_ltz", years, [months, days, hours, mins, secs, timezone]);
}

/** Like make_timestamp_ltz, but null where there is no such timestamp. */
export function try_make_timestamp_ltz(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
  timezone?: ColumnOrName,
): Column {
  return timestamp("try_make_timestamp_ltz", years, [months, days, hours, mins, secs, timezone]);
}

/**
 * A timestamp without time zone of its parts: six of them, or `{ date, time }` (Spark 4.1 or newer).
 * Null or an error, as `spark.sql.ansi.enabled` says, where there is none.
 *
 * @param secs may have decimals
 */
export function make_timestamp_ntz(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
): Column;
export function make_timestamp_ntz(parts: Omit<DateAndTime, "timezone">): Column;
export function make_timestamp_ntz(
  first: ColumnOrName | DateAndTime,
  ...others: readonly (ColumnOrName | undefined)[]
): Column {
  return timestamp("make_timestamp_ntz", first, others);
}

/** Like make_timestamp_ntz, but null where there is no such timestamp. */
export function try_make_timestamp_ntz(
  years: ColumnOrName,
  months: ColumnOrName,
  days: ColumnOrName,
  hours: ColumnOrName,
  mins: ColumnOrName,
  secs: ColumnOrName,
): Column;
export function try_make_timestamp_ntz(parts: Omit<DateAndTime, "timezone">): Column;
export function try_make_timestamp_ntz(
  first: ColumnOrName | DateAndTime,
  ...others: readonly (ColumnOrName | undefined)[]
): Column {
  return timestamp("try_make_timestamp_ntz", first, others);
}

function timestamp(
  name: string,
  first: ColumnOrName | DateAndTime,
  others: readonly (ColumnOrName | undefined)[],
): Column {
  const isDateAndTime = typeof first === "object" && !(first instanceof Column);
  if (isDateAndTime && others.length > 0) {
    throw new ArgumentError("parts", `${name}() takes { date, time } or six parts, not both.`);
  }
  const parts = isDateAndTime ? [first.date, first.time, first.timezone] : [first, ...others];
  // Only the zone may be left out, and it is last.
  if (parts.at(-1) === undefined) parts.pop();
  const complete = parts.filter((part) => part !== undefined);
  if (complete.length < parts.length) {
    const missing = parts.indexOf(undefined) + 1;
    throw new ArgumentError(
      "parts",
      `${name}() needs all its parts; number ${missing} is undefined.`,
    );
  }
  return columnCall(name, ...complete);
}
