import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const makeDatetime: readonly GoldenCase[] = [
  ['F.make_date("a", "b", "c")', () => F.make_date("a", "b", "c")],
  [
    'F.make_date(F.col("a"), F.col("b"), F.col("c"))',
    () => F.make_date(F.col("a"), F.col("b"), F.col("c")),
  ],
  ["F.make_dt_interval()", () => F.make_dt_interval()],
  [
    'F.make_dt_interval("a", F.col("b"), "c", F.col("d"))',
    () => F.make_dt_interval("a", F.col("b"), "c", F.col("d")),
  ],
  ['F.make_dt_interval(None, "b")', () => F.make_dt_interval(undefined, "b")],
  [
    'F.make_dt_interval(None, None, None, "d")',
    () => F.make_dt_interval(undefined, undefined, undefined, "d"),
  ],
  ["F.make_interval()", () => F.make_interval()],
  [
    'F.make_interval("a", F.col("b"), "c", "d", "e", "f", F.col("g"))',
    () => F.make_interval("a", F.col("b"), "c", "d", "e", "f", F.col("g")),
  ],
  ['F.make_interval("a", None, None, "d")', () => F.make_interval("a", undefined, undefined, "d")],
  ["F.try_make_interval()", () => F.try_make_interval()],
  [
    'F.try_make_interval("a", F.col("b"), "c", "d", "e", "f", F.col("g"))',
    () => F.try_make_interval("a", F.col("b"), "c", "d", "e", "f", F.col("g")),
  ],
  [
    'F.try_make_interval("a", None, None, "d")',
    () => F.try_make_interval("a", undefined, undefined, "d"),
  ],
  ["F.make_ym_interval()", () => F.make_ym_interval()],
  ['F.make_ym_interval("a")', () => F.make_ym_interval("a")],
  ['F.make_ym_interval(None, F.col("b"))', () => F.make_ym_interval(undefined, F.col("b"))],
  [
    'F.make_timestamp("a", "b", "c", "d", "e", F.col("f"))',
    () => F.make_timestamp("a", "b", "c", "d", "e", F.col("f")),
  ],
  [
    'F.make_timestamp("a", "b", "c", "d", "e", "f", F.lit("UTC"))',
    () => F.make_timestamp("a", "b", "c", "d", "e", "f", F.lit("UTC")),
  ],
  [
    'F.make_timestamp(date="a", time=F.col("b"))',
    () => F.make_timestamp({ date: "a", time: F.col("b") }),
  ],
  [
    'F.make_timestamp(date="a", time="b", timezone="c")',
    () => F.make_timestamp({ date: "a", time: "b", timezone: "c" }),
  ],
  [
    'F.try_make_timestamp("a", "b", "c", "d", "e", F.col("f"))',
    () => F.try_make_timestamp("a", "b", "c", "d", "e", F.col("f")),
  ],
  [
    'F.try_make_timestamp("a", "b", "c", "d", "e", "f", F.lit("UTC"))',
    () => F.try_make_timestamp("a", "b", "c", "d", "e", "f", F.lit("UTC")),
  ],
  [
    'F.try_make_timestamp(date="a", time=F.col("b"))',
    () => F.try_make_timestamp({ date: "a", time: F.col("b") }),
  ],
  [
    'F.try_make_timestamp(date="a", time="b", timezone="c")',
    () => F.try_make_timestamp({ date: "a", time: "b", timezone: "c" }),
  ],
  [
    'F.make_timestamp_ltz("a", "b", "c", "d", "e", F.col("f"))',
    () => F.make_timestamp_ltz("a", "b", "c", "d", "e", F.col("f")),
  ],
  [
    'F.make_timestamp_ltz("a", "b", "c", "d", "e", "f", F.lit("UTC"))',
    () => F.make_timestamp_ltz("a", "b", "c", "d", "e", "f", F.lit("UTC")),
  ],
  [
    'F.try_make_timestamp_ltz("a", "b", "c", "d", "e", F.col("f"))',
    () => F.try_make_timestamp_ltz("a", "b", "c", "d", "e", F.col("f")),
  ],
  [
    'F.try_make_timestamp_ltz("a", "b", "c", "d", "e", "f", F.lit("UTC"))',
    () => F.try_make_timestamp_ltz("a", "b", "c", "d", "e", "f", F.lit("UTC")),
  ],
  [
    'F.make_timestamp_ntz("a", "b", "c", "d", "e", F.col("f"))',
    () => F.make_timestamp_ntz("a", "b", "c", "d", "e", F.col("f")),
  ],
  [
    'F.make_timestamp_ntz(date="a", time=F.col("b"))',
    () => F.make_timestamp_ntz({ date: "a", time: F.col("b") }),
  ],
  [
    'F.try_make_timestamp_ntz("a", "b", "c", "d", "e", F.col("f"))',
    () => F.try_make_timestamp_ntz("a", "b", "c", "d", "e", F.col("f")),
  ],
  [
    'F.try_make_timestamp_ntz(date="a", time=F.col("b"))',
    () => F.try_make_timestamp_ntz({ date: "a", time: F.col("b") }),
  ],
];
