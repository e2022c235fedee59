import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const sketch: readonly GoldenCase[] = [
  ['F.hll_sketch_estimate("a")', () => F.hll_sketch_estimate("a")],
  ['F.hll_sketch_estimate(F.col("a"))', () => F.hll_sketch_estimate(F.col("a"))],
  ['F.hll_union("a", F.col("b"))', () => F.hll_union("a", F.col("b"))],
  ['F.hll_union(F.col("a"), "b", True)', () => F.hll_union(F.col("a"), "b", true)],
  ['F.kll_sketch_get_n_bigint("a")', () => F.kll_sketch_get_n_bigint("a")],
  ['F.kll_sketch_get_n_bigint(F.col("a"))', () => F.kll_sketch_get_n_bigint(F.col("a"))],
  ['F.kll_sketch_get_n_double("a")', () => F.kll_sketch_get_n_double("a")],
  ['F.kll_sketch_get_n_double(F.col("a"))', () => F.kll_sketch_get_n_double(F.col("a"))],
  ['F.kll_sketch_get_n_float("a")', () => F.kll_sketch_get_n_float("a")],
  ['F.kll_sketch_get_n_float(F.col("a"))', () => F.kll_sketch_get_n_float(F.col("a"))],
  ['F.kll_sketch_to_string_bigint("a")', () => F.kll_sketch_to_string_bigint("a")],
  ['F.kll_sketch_to_string_bigint(F.col("a"))', () => F.kll_sketch_to_string_bigint(F.col("a"))],
  ['F.kll_sketch_to_string_double("a")', () => F.kll_sketch_to_string_double("a")],
  ['F.kll_sketch_to_string_double(F.col("a"))', () => F.kll_sketch_to_string_double(F.col("a"))],
  ['F.kll_sketch_to_string_float("a")', () => F.kll_sketch_to_string_float("a")],
  ['F.kll_sketch_to_string_float(F.col("a"))', () => F.kll_sketch_to_string_float(F.col("a"))],
  [
    'F.kll_sketch_get_quantile_bigint("a", F.col("b"))',
    () => F.kll_sketch_get_quantile_bigint("a", F.col("b")),
  ],
  [
    'F.kll_sketch_get_quantile_double("a", F.col("b"))',
    () => F.kll_sketch_get_quantile_double("a", F.col("b")),
  ],
  [
    'F.kll_sketch_get_quantile_float("a", F.col("b"))',
    () => F.kll_sketch_get_quantile_float("a", F.col("b")),
  ],
  [
    'F.kll_sketch_get_rank_bigint("a", F.col("b"))',
    () => F.kll_sketch_get_rank_bigint("a", F.col("b")),
  ],
  [
    'F.kll_sketch_get_rank_double("a", F.col("b"))',
    () => F.kll_sketch_get_rank_double("a", F.col("b")),
  ],
  [
    'F.kll_sketch_get_rank_float("a", F.col("b"))',
    () => F.kll_sketch_get_rank_float("a", F.col("b")),
  ],
  ['F.kll_sketch_merge_bigint("a", F.col("b"))', () => F.kll_sketch_merge_bigint("a", F.col("b"))],
  ['F.kll_sketch_merge_double("a", F.col("b"))', () => F.kll_sketch_merge_double("a", F.col("b"))],
  ['F.kll_sketch_merge_float("a", F.col("b"))', () => F.kll_sketch_merge_float("a", F.col("b"))],
  [
    'F.kll_sketch_get_quantile_bigint(F.col("a"), "b")',
    () => F.kll_sketch_get_quantile_bigint(F.col("a"), "b"),
  ],
  [
    'F.kll_sketch_get_quantile_double(F.col("a"), "b")',
    () => F.kll_sketch_get_quantile_double(F.col("a"), "b"),
  ],
  [
    'F.kll_sketch_get_quantile_float(F.col("a"), "b")',
    () => F.kll_sketch_get_quantile_float(F.col("a"), "b"),
  ],
  [
    'F.kll_sketch_get_rank_bigint(F.col("a"), "b")',
    () => F.kll_sketch_get_rank_bigint(F.col("a"), "b"),
  ],
  [
    'F.kll_sketch_get_rank_double(F.col("a"), "b")',
    () => F.kll_sketch_get_rank_double(F.col("a"), "b"),
  ],
  [
    'F.kll_sketch_get_rank_float(F.col("a"), "b")',
    () => F.kll_sketch_get_rank_float(F.col("a"), "b"),
  ],
  ['F.kll_sketch_merge_bigint(F.col("a"), "b")', () => F.kll_sketch_merge_bigint(F.col("a"), "b")],
  ['F.kll_sketch_merge_double(F.col("a"), "b")', () => F.kll_sketch_merge_double(F.col("a"), "b")],
  ['F.kll_sketch_merge_float(F.col("a"), "b")', () => F.kll_sketch_merge_float(F.col("a"), "b")],
  [
    'F.kll_sketch_get_quantile_bigint("a", F.lit(0.5))',
    () => F.kll_sketch_get_quantile_bigint("a", F.lit(0.5)),
  ],
  [
    'F.kll_sketch_get_rank_double("a", F.array(F.lit(1.5), F.lit(2.5)))',
    () => F.kll_sketch_get_rank_double("a", F.array(F.lit(1.5), F.lit(2.5))),
  ],
  ['F.theta_sketch_estimate("a")', () => F.theta_sketch_estimate("a")],
  ['F.theta_sketch_estimate(F.col("a"))', () => F.theta_sketch_estimate(F.col("a"))],
  ['F.theta_intersection("a", F.col("b"))', () => F.theta_intersection("a", F.col("b"))],
  ['F.theta_difference("a", F.col("b"))', () => F.theta_difference("a", F.col("b"))],
  ['F.theta_intersection(F.col("a"), "b")', () => F.theta_intersection(F.col("a"), "b")],
  ['F.theta_difference(F.col("a"), "b")', () => F.theta_difference(F.col("a"), "b")],
  ['F.theta_union("a", F.col("b"))', () => F.theta_union("a", F.col("b"))],
  ['F.theta_union(F.col("a"), "b", 10)', () => F.theta_union(F.col("a"), "b", 10)],
  ['F.theta_union("a", "b", F.lit(10))', () => F.theta_union("a", "b", F.lit(10))],
];
