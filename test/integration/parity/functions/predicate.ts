import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const predicate: readonly GoldenCase[] = [
  ['F.equal_null("a", "b")', () => F.equal_null("a", "b")],
  ['F.equal_null(F.col("a"), F.col("b"))', () => F.equal_null(F.col("a"), F.col("b"))],
  ['F.ilike("a", "b")', () => F.ilike("a", "b")],
  ['F.ilike("a", "b", F.col("c"))', () => F.ilike("a", "b", F.col("c"))],
  [
    'F.ilike(F.col("a"), F.col("b"), F.col("c"))',
    () => F.ilike(F.col("a"), F.col("b"), F.col("c")),
  ],
  ['F.isnan("a")', () => F.isnan("a")],
  ['F.isnan(F.col("a"))', () => F.isnan(F.col("a"))],
  ['F.isnotnull("a")', () => F.isnotnull("a")],
  ['F.isnotnull(F.col("a"))', () => F.isnotnull(F.col("a"))],
  ['F.isnull("a")', () => F.isnull("a")],
  ['F.isnull(F.col("a"))', () => F.isnull(F.col("a"))],
  ['F.like("a", "b")', () => F.like("a", "b")],
  ['F.like("a", "b", F.col("c"))', () => F.like("a", "b", F.col("c"))],
  ['F.like(F.col("a"), F.col("b"), F.col("c"))', () => F.like(F.col("a"), F.col("b"), F.col("c"))],
  ['F.regexp("a", "b")', () => F.regexp("a", "b")],
  ['F.regexp(F.col("a"), F.col("b"))', () => F.regexp(F.col("a"), F.col("b"))],
  ['F.regexp_like("a", "b")', () => F.regexp_like("a", "b")],
  ['F.regexp_like(F.col("a"), F.col("b"))', () => F.regexp_like(F.col("a"), F.col("b"))],
  ['F.rlike("a", "b")', () => F.rlike("a", "b")],
  ['F.rlike(F.col("a"), F.col("b"))', () => F.rlike(F.col("a"), F.col("b"))],
];
