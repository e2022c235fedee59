import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const generator: readonly GoldenCase[] = [
  ['F.explode("a")', () => F.explode("a")],
  ['F.explode(F.col("a"))', () => F.explode(F.col("a"))],
  ['F.explode_outer("a")', () => F.explode_outer("a")],
  ['F.explode_outer(F.col("a"))', () => F.explode_outer(F.col("a"))],
  ['F.posexplode("a")', () => F.posexplode("a")],
  ['F.posexplode(F.col("a"))', () => F.posexplode(F.col("a"))],
  ['F.posexplode_outer("a")', () => F.posexplode_outer("a")],
  ['F.posexplode_outer(F.col("a"))', () => F.posexplode_outer(F.col("a"))],
  ['F.inline("a")', () => F.inline("a")],
  ['F.inline(F.col("a"))', () => F.inline(F.col("a"))],
  ['F.inline_outer("a")', () => F.inline_outer("a")],
  ['F.inline_outer(F.col("a"))', () => F.inline_outer(F.col("a"))],
  ['F.stack(F.lit(2), "a", F.col("b"))', () => F.stack(F.lit(2), "a", F.col("b"))],
];
