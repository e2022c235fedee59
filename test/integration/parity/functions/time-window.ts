import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const timeWindow: readonly GoldenCase[] = [
  ['F.session_window("a", "5 minutes")', () => F.session_window("a", "5 minutes")],
  ['F.session_window(F.col("a"), F.col("b"))', () => F.session_window(F.col("a"), F.col("b"))],
  ['F.time_bucket(F.col("a"), "b")', () => F.time_bucket(F.col("a"), "b")],
  ['F.time_bucket(F.col("a"), "b", F.col("c"))', () => F.time_bucket(F.col("a"), "b", F.col("c"))],
  [
    'F.time_bucket(F.col("a"), F.col("b"), F.col("c"))',
    () => F.time_bucket(F.col("a"), F.col("b"), F.col("c")),
  ],
  ['F.window("a", "10 minutes")', () => F.window("a", "10 minutes")],
  [
    'F.window(F.col("a"), "10 minutes", "5 minutes")',
    () => F.window(F.col("a"), "10 minutes", "5 minutes"),
  ],
  [
    'F.window("a", "10 minutes", "5 minutes", "1 minute")',
    () => F.window("a", "10 minutes", "5 minutes", "1 minute"),
  ],
  [
    'F.window("a", "10 minutes", None, "1 minute")',
    () => F.window("a", "10 minutes", undefined, "1 minute"),
  ],
  ['F.window_time("a")', () => F.window_time("a")],
  ['F.window_time(F.col("a"))', () => F.window_time(F.col("a"))],
];
