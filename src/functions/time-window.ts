// Functions that assign timestamps to time windows.

import type { Column, ColumnOrName, NamedColumn } from "../dataframe/column.js";
import type { ValueOf } from "../dataframe/typing/column-value.js";
import type { TimeOf, TimeWindow, WindowTime } from "../dataframe/typing/window-value.js";
import { columnCall, valueCall } from "./call.js";
import { given } from "./column-arguments.js";

/**
 * Session windows, which last until no event arrives for a while: a struct of `start`, the time of the first event,
 * and `end`, the time of the last event plus the gap. The column has the name `session_window`.
 *
 * @param gapDuration time without events after which a window ends: a duration such as `5 minutes`, or a
 *   Column with a duration for each row
 * @example
 * // time: "10:00:00", "10:04:30", "10:10:00"
 * df.groupBy(session_window(to_timestamp("time", "HH:mm:ss"), "5 minutes"))
 *   .count()
 *   .select("count")
 *   .orderBy("count"); // [ { count: 1n }, { count: 2n } ]
 */
export function session_window<C extends ColumnOrName>(
  timeColumn: C,
  gapDuration: string | Column,
): NamedColumn<TimeWindow<TimeOf<C>>, "session_window">;
export function session_window(timeColumn: ColumnOrName, gapDuration: string | Column): Column {
  return valueCall("session_window", timeColumn, gapDuration);
}

/**
 * Start of the time bucket that contains the timestamp. Spark 4.2 or newer.
 *
 * @param bucketSize length of a bucket: a constant interval, such as `expr("INTERVAL '15' MINUTE")`
 * @param origin start of one bucket: a constant of the timestamp's type. Default: 1970-01-01
 *   00:00:00
 * @example
 * time_bucket(expr("INTERVAL '15' MINUTE"), lit("2024-01-01 11:27:00", "timestamp_ntz"));
 * // '2024-01-01T11:15:00'
 */
export function time_bucket<C extends ColumnOrName>(
  bucketSize: Column,
  timestamp: C,
  origin?: Column,
): Column<ValueOf<C>> {
  return columnCall("time_bucket", bucketSize, timestamp, ...given(origin));
}

/**
 * Time windows: `window("time", "10 minutes", "5 minutes")`. A struct of `start` (inclusive) and `end` (exclusive), with
 * the name `window`. Durations have fixed units, up to weeks.
 *
 * @param slideDuration time between the starts of two windows. Default: the window's length
 * @param startTime offset of the windows' starts from 1970-01-01 00:00:00 UTC. Default: no offset
 * @example
 * // time: "10:00:00", "10:04:30", "10:10:00"
 * df.groupBy(window(to_timestamp("time", "HH:mm:ss"), "5 minutes"))
 *   .count()
 *   .select("count")
 *   .orderBy("count"); // [ { count: 1n }, { count: 2n } ]
 */
export function window<C extends ColumnOrName, S extends string | undefined = undefined>(
  timeColumn: C,
  windowDuration: string,
  slideDuration?: S,
  startTime?: string,
): NamedColumn<TimeWindow<TimeOf<C>> | (S extends string ? null : never), "window">;
export function window(
  timeColumn: ColumnOrName,
  windowDuration: string,
  slideDuration?: string,
  startTime?: string,
): Column {
  const slide = startTime === undefined ? slideDuration : (slideDuration ?? windowDuration);
  return valueCall("window", timeColumn, windowDuration, ...given(slide), ...given(startTime));
}

/**
 * The event time of a window, for further windows and joins: its end minus one microsecond.
 *
 * @example
 * // time: "10:00:00", "10:04:30", "10:10:00"
 * df.groupBy(window(to_timestamp("time", "HH:mm:ss"), "5 minutes"))
 *   .count()
 *   .select(date_format(window_time("window"), "HH:mm:ss").alias("time"))
 *   .orderBy("time"); // [ { time: '10:04:59' }, { time: '10:14:59' } ]
 */
export function window_time<C extends ColumnOrName>(windowColumn: C): Column<WindowTime<C>> {
  return columnCall("window_time", windowColumn);
}
