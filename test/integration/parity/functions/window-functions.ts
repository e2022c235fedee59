import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const windowFunctions: readonly GoldenCase[] = [
  ["F.row_number()", () => F.row_number()],
  ["F.rank()", () => F.rank()],
  ["F.dense_rank()", () => F.dense_rank()],
  ["F.percent_rank()", () => F.percent_rank()],
  ["F.cume_dist()", () => F.cume_dist()],
  ["F.ntile(4)", () => F.ntile(4)],
  ['F.lag("a")', () => F.lag("a")],
  ['F.lag(F.col("a"), 2)', () => F.lag(F.col("a"), 2)],
  ['F.lag("a", 1, "x")', () => F.lag("a", 1, "x")],
  ['F.lag("a", -1, 0)', () => F.lag("a", -1, 0)],
  ['F.lag("a", 1, F.col("b"))', () => F.lag("a", 1, F.col("b"))],
  ['F.lag("a", 1, None)', () => F.lag("a", 1, null)],
  ['F.lead("a")', () => F.lead("a")],
  ['F.lead(F.col("a"), 2)', () => F.lead(F.col("a"), 2)],
  ['F.lead("a", 1, "x")', () => F.lead("a", 1, "x")],
  ['F.lead("a", -1, 0)', () => F.lead("a", -1, 0)],
  ['F.lead("a", 1, F.col("b"))', () => F.lead("a", 1, F.col("b"))],
  ['F.lead("a", 1, None)', () => F.lead("a", 1, null)],
  ['F.nth_value("a", 2)', () => F.nth_value("a", 2)],
  ['F.nth_value(F.col("a"), 2, True)', () => F.nth_value(F.col("a"), 2, true)],
  ['F.nth_value("a", 2, False)', () => F.nth_value("a", 2, false)],
  ['F.counter_diff("a")', () => F.counter_diff("a")],
  ['F.counter_diff(F.col("a"), "b")', () => F.counter_diff(F.col("a"), "b")],
  ['F.counter_diff("a", F.col("b"))', () => F.counter_diff("a", F.col("b"))],
];
