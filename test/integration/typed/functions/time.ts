import * as f from "../../../../src/functions/index.js";
import type { AllTypes } from "../all-types.js";

/** Times of day. */
export const time_4_1 = (c: AllTypes) => ({
  currentTime: f.current_time(),
  currentTimeOfSeconds: f.current_time(0),
  makeTime: f.make_time(c.int, c.int, c.decimal),
  makeTimeOrNull: f.make_time(c.int, c.intOrNull, c.double),
  timeDiff: f.time_diff(f.lit("HOUR"), f.current_time(), f.current_time()),
  timeDiffOrNull: f.time_diff(f.lit("HOUR"), f.current_time(), c.textOrNull),
  timeTrunc: f.time_trunc(f.lit("HOUR"), f.current_time()),
  timeTruncOrNull: f.time_trunc(f.lit("HOUR"), c.textOrNull),
  toTime: f.to_time(c.text),
  toTimeOrNull: f.to_time(c.textOrNull),
  toTimeWithPattern: f.to_time(c.text, f.lit("HH:mm")),
  tryToTime: f.try_to_time(c.text),
  tryToTimeOrNull: f.try_to_time(c.textOrNull),
});

/** Times of day as numbers. */
export const time_4_2 = (c: AllTypes) => ({
  timeFromMicros: f.time_from_micros(c.long),
  timeFromMicrosOrNull: f.time_from_micros(c.longOrNull),
  timeFromMillis: f.time_from_millis(c.long),
  timeFromMillisOrNull: f.time_from_millis(c.longOrNull),
  timeFromSeconds: f.time_from_seconds(c.long),
  timeFromSecondsOrNull: f.time_from_seconds(c.longOrNull),
  timeToMicros: f.time_to_micros(f.current_time()),
  timeToMicrosOrNull: f.time_to_micros(f.to_time(c.textOrNull)),
  timeToMillis: f.time_to_millis(f.current_time()),
  timeToMillisOrNull: f.time_to_millis(f.to_time(c.textOrNull)),
  timeToSeconds: f.time_to_seconds(f.current_time()),
  timeToSecondsOrNull: f.time_to_seconds(f.to_time(c.textOrNull)),
  hour: f.hour(f.current_time()),
  secondOrNull: f.second(f.to_time(c.textOrNull)),
});
