import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const vector: readonly GoldenCase[] = [
  [
    'F.vector_cosine_similarity("a", F.col("b"))',
    () => F.vector_cosine_similarity("a", F.col("b")),
  ],
  ['F.vector_inner_product("a", F.col("b"))', () => F.vector_inner_product("a", F.col("b"))],
  ['F.vector_l2_distance("a", F.col("b"))', () => F.vector_l2_distance("a", F.col("b"))],
  [
    'F.vector_cosine_similarity(F.col("a"), "b")',
    () => F.vector_cosine_similarity(F.col("a"), "b"),
  ],
  ['F.vector_inner_product(F.col("a"), "b")', () => F.vector_inner_product(F.col("a"), "b")],
  ['F.vector_l2_distance(F.col("a"), "b")', () => F.vector_l2_distance(F.col("a"), "b")],
  ['F.vector_avg("a")', () => F.vector_avg("a")],
  ['F.vector_avg(F.col("a"))', () => F.vector_avg(F.col("a"))],
  ['F.vector_sum("a")', () => F.vector_sum("a")],
  ['F.vector_sum(F.col("a"))', () => F.vector_sum(F.col("a"))],
  ['F.vector_norm("a")', () => F.vector_norm("a")],
  ['F.vector_norm(F.col("a"), "b")', () => F.vector_norm(F.col("a"), "b")],
  ['F.vector_norm("a", F.lit(1).cast("float"))', () => F.vector_norm("a", F.lit(1).cast("float"))],
  ['F.vector_normalize("a")', () => F.vector_normalize("a")],
  ['F.vector_normalize(F.col("a"), "b")', () => F.vector_normalize(F.col("a"), "b")],
  [
    'F.vector_normalize("a", F.lit(1).cast("float"))',
    () => F.vector_normalize("a", F.lit(1).cast("float")),
  ],
];
