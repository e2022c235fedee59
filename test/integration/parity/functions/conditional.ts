import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const conditional: readonly GoldenCase[] = [
  ['F.coalesce("a", F.col("b"))', () => F.coalesce("a", F.col("b"))],
  ['F.ifnull("a", F.lit(1))', () => F.ifnull("a", F.lit(1))],
  ['F.nanvl("a", "b")', () => F.nanvl("a", "b")],
  ['F.nullif("a", "b")', () => F.nullif("a", "b")],
  [
    'F.when(F.col("a") > 1, "x").when(F.col("a") < 0, 2).otherwise(None)',
    () => F.when(F.col("a").gt(1), "x").when(F.col("a").lt(0), 2).otherwise(null),
  ],
];
