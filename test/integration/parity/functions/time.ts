import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const time: readonly GoldenCase[] = [
  ["F.current_time()", () => F.current_time()],
  ["F.current_time(2)", () => F.current_time(2)],
  ['F.current_time(F.col("a"))', () => F.current_time(F.col("a"))],
  ['F.make_time("a", "b", "c")', () => F.make_time("a", "b", "c")],
  [
    'F.make_time(F.col("a"), F.col("b"), F.col("c"))',
    () => F.make_time(F.col("a"), F.col("b"), F.col("c")),
  ],
  ['F.time_diff("a", "b", "c")', () => F.time_diff("a", "b", "c")],
  [
    'F.time_diff(F.col("a"), F.col("b"), F.col("c"))',
    () => F.time_diff(F.col("a"), F.col("b"), F.col("c")),
  ],
  ['F.time_from_micros("a")', () => F.time_from_micros("a")],
  ['F.time_from_micros(F.col("a"))', () => F.time_from_micros(F.col("a"))],
  ['F.time_from_millis("a")', () => F.time_from_millis("a")],
  ['F.time_from_millis(F.col("a"))', () => F.time_from_millis(F.col("a"))],
  ['F.time_from_seconds("a")', () => F.time_from_seconds("a")],
  ['F.time_from_seconds(F.col("a"))', () => F.time_from_seconds(F.col("a"))],
  ['F.time_to_micros("a")', () => F.time_to_micros("a")],
  ['F.time_to_micros(F.col("a"))', () => F.time_to_micros(F.col("a"))],
  ['F.time_to_millis("a")', () => F.time_to_millis("a")],
  ['F.time_to_millis(F.col("a"))', () => F.time_to_millis(F.col("a"))],
  ['F.time_to_seconds("a")', () => F.time_to_seconds("a")],
  ['F.time_to_seconds(F.col("a"))', () => F.time_to_seconds(F.col("a"))],
  ['F.time_trunc("a", "b")', () => F.time_trunc("a", "b")],
  ['F.time_trunc(F.col("a"), F.col("b"))', () => F.time_trunc(F.col("a"), F.col("b"))],
  ['F.to_time("a")', () => F.to_time("a")],
  ['F.to_time("a", "b")', () => F.to_time("a", "b")],
  ['F.to_time(F.col("a"), F.col("b"))', () => F.to_time(F.col("a"), F.col("b"))],
  ['F.try_to_time("a")', () => F.try_to_time("a")],
  ['F.try_to_time("a", "b")', () => F.try_to_time("a", "b")],
  ['F.try_to_time(F.col("a"), F.col("b"))', () => F.try_to_time(F.col("a"), F.col("b"))],
];
