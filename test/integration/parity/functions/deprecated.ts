/* eslint-disable @typescript-eslint/no-deprecated -- PySpark still has them, so compare them, too */
import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const deprecated: readonly GoldenCase[] = [
  ['F.countDistinct("a", F.col("b"))', () => F.countDistinct("a", F.col("b"))],
  ['F.sumDistinct("a")', () => F.sumDistinct("a")],
  ['F.approxCountDistinct("a", 0.1)', () => F.approxCountDistinct("a", 0.1)],
  ['F.years("a")', () => F.years("a")],
  ['F.months("a")', () => F.months("a")],
  ['F.days("a")', () => F.days("a")],
  ['F.hours("a")', () => F.hours("a")],
  ['F.bucket(4, "a")', () => F.bucket(4, "a")],
];
