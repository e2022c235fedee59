import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const conditional: readonly GoldenCase[] = [
  ['F.coalesce("a", F.col("b"))', () => F.coalesce("a", F.col("b"))],
  ['F.coalesce(F.col("a"), "b")', () => F.coalesce(F.col("a"), "b")],
  ['F.ifnull("a", "b")', () => F.ifnull("a", "b")],
  ['F.ifnull(F.col("a"), F.col("b"))', () => F.ifnull(F.col("a"), F.col("b"))],
  ['F.nanvl("a", "b")', () => F.nanvl("a", "b")],
  ['F.nanvl(F.col("a"), F.col("b"))', () => F.nanvl(F.col("a"), F.col("b"))],
  ['F.nullif("a", "b")', () => F.nullif("a", "b")],
  ['F.nullif(F.col("a"), F.col("b"))', () => F.nullif(F.col("a"), F.col("b"))],
  ['F.nullifzero("a")', () => F.nullifzero("a")],
  ['F.nullifzero(F.col("a"))', () => F.nullifzero(F.col("a"))],
  ['F.nvl("a", "b")', () => F.nvl("a", "b")],
  ['F.nvl(F.col("a"), F.col("b"))', () => F.nvl(F.col("a"), F.col("b"))],
  ['F.nvl2("a", "b", "c")', () => F.nvl2("a", "b", "c")],
  ['F.nvl2(F.col("a"), F.col("b"), F.col("c"))', () => F.nvl2(F.col("a"), F.col("b"), F.col("c"))],
  ['F.when(F.col("a") > 1, "x")', () => F.when(F.col("a").gt(1), "x")],
  ['F.when(F.col("a"), F.col("b"))', () => F.when(F.col("a"), F.col("b"))],
  ['F.when(F.col("a"), None)', () => F.when(F.col("a"), null)],
  [
    'F.when(F.col("a") > 1, "x").when(F.col("a") < 0, 2).otherwise(None)',
    () => F.when(F.col("a").gt(1), "x").when(F.col("a").lt(0), 2).otherwise(null),
  ],
  ['F.zeroifnull("a")', () => F.zeroifnull("a")],
  ['F.zeroifnull(F.col("a"))', () => F.zeroifnull(F.col("a"))],
];
