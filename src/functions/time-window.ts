// Functions that put moments into windows of time.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, valueCall } from "./call.js";
import { given } from "./column-arguments.js";

/**
 * Windows that last as long as events follow each other: a struct of `start`, the first event's time,
 * and `end`, the last one's plus the gap.
 *
 * @param gapDuration after which time without events a session ends: a duration as `5 minutes`, or a
 *   Column that gives one for each row
 */
export function session_window(timeColumn: ColumnOrName, gapDuration: string | Column): Column {
  return valueCall("session_window", timeColumn, gapDuration);
}

/**
 * Start of the bucket of time into which the timestamp falls. Spark 4.2 or newer.
 *
 * @param bucketSize how long buckets are: a constant interval, as `expr("INTERVAL '15' MINUTE")`
 * @param origin a constant of the timestamp's type at which a bucket starts; default 1970-01-01
 *   00:00:00
 */
export function time_bucket(bucketSize: Column, timestamp: ColumnOrName, origin?: Column): Column {
  return columnCall("time_bucket", bucketSize, timestamp, ...given(origin));
}

/**
 * Windows of time: `window("time", "10 minutes", "5 minutes")`; a struct of `start`, included, and
 * `end`, not included. Durations are fixed lengths, weeks at most.
 *
 * @param slideDuration a window starts so often; default: when the one before ends
 * @param startTime offset of the windows' starts from 1970-01-01 00:00:00 UTC; default none
 */
export function window(
  timeColumn: ColumnOrName,
  windowDuration: string,
  slideDuration?: string,
  startTime?: string,
): Column {
  const slide = startTime === undefined ? slideDuration : (slideDuration ?? windowDuration);
  return valueCall("window", timeColumn, windowDuration, ...given(slide), ...given(startTime));
}

/** The time a window stands for in further windows and joins: its end, less a microsecond. */
export function window_time(windowColumn: ColumnOrName): Column {
  return columnCall("window_time", windowColumn);
}
