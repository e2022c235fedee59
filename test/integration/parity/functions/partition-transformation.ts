import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const partitionTransformation: readonly GoldenCase[] = [
  ['F.partitioning.years("a")', () => F.partitioning.years("a")],
  ['F.partitioning.years(F.col("a"))', () => F.partitioning.years(F.col("a"))],
  ['F.partitioning.months("a")', () => F.partitioning.months("a")],
  ['F.partitioning.months(F.col("a"))', () => F.partitioning.months(F.col("a"))],
  ['F.partitioning.days("a")', () => F.partitioning.days("a")],
  ['F.partitioning.days(F.col("a"))', () => F.partitioning.days(F.col("a"))],
  ['F.partitioning.hours("a")', () => F.partitioning.hours("a")],
  ['F.partitioning.hours(F.col("a"))', () => F.partitioning.hours(F.col("a"))],
  ['F.partitioning.bucket(4, "a")', () => F.partitioning.bucket(4, "a")],
  [
    'F.partitioning.bucket(F.lit(4), F.col("a"))',
    () => F.partitioning.bucket(F.lit(4), F.col("a")),
  ],
];
