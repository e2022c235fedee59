import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const sort: readonly GoldenCase[] = [
  ['F.asc("a")', () => F.asc("a")],
  ['F.asc(F.col("a"))', () => F.asc(F.col("a"))],
  ['F.asc_nulls_first("a")', () => F.asc_nulls_first("a")],
  ['F.asc_nulls_first(F.col("a"))', () => F.asc_nulls_first(F.col("a"))],
  ['F.asc_nulls_last("a")', () => F.asc_nulls_last("a")],
  ['F.asc_nulls_last(F.col("a"))', () => F.asc_nulls_last(F.col("a"))],
  ['F.desc("a")', () => F.desc("a")],
  ['F.desc(F.col("a"))', () => F.desc(F.col("a"))],
  ['F.desc_nulls_first("a")', () => F.desc_nulls_first("a")],
  ['F.desc_nulls_first(F.col("a"))', () => F.desc_nulls_first(F.col("a"))],
  ['F.desc_nulls_last("a")', () => F.desc_nulls_last("a")],
  ['F.desc_nulls_last(F.col("a"))', () => F.desc_nulls_last(F.col("a"))],
];
