import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const aggregateSketch: readonly GoldenCase[] = [
  ['F.count_min_sketch("a", 0.5, 0.25, 1)', () => F.count_min_sketch("a", 0.5, 0.25, 1)],
  [
    'F.count_min_sketch(F.col("a"), F.lit(0.5), F.lit(0.25), F.lit(3))',
    () => F.count_min_sketch(F.col("a"), F.lit(0.5), F.lit(0.25), F.lit(3)),
  ],
  ['F.hll_sketch_agg("a")', () => F.hll_sketch_agg("a")],
  ['F.hll_sketch_agg(F.col("a"), 10)', () => F.hll_sketch_agg(F.col("a"), 10)],
  ['F.hll_sketch_agg("a", F.lit(10))', () => F.hll_sketch_agg("a", F.lit(10))],
  ['F.hll_union_agg("a")', () => F.hll_union_agg("a")],
  ['F.hll_union_agg(F.col("a"), True)', () => F.hll_union_agg(F.col("a"), true)],
  ['F.hll_union_agg("a", F.lit(False))', () => F.hll_union_agg("a", F.lit(false))],
  ['F.kll_sketch_agg_bigint("a")', () => F.kll_sketch_agg_bigint("a")],
  ['F.kll_sketch_agg_bigint(F.col("a"), 15)', () => F.kll_sketch_agg_bigint(F.col("a"), 15)],
  ['F.kll_sketch_agg_bigint("a", F.lit(16))', () => F.kll_sketch_agg_bigint("a", F.lit(16))],
  ['F.kll_sketch_agg_double("a")', () => F.kll_sketch_agg_double("a")],
  ['F.kll_sketch_agg_double(F.col("a"), 15)', () => F.kll_sketch_agg_double(F.col("a"), 15)],
  ['F.kll_sketch_agg_double("a", F.lit(16))', () => F.kll_sketch_agg_double("a", F.lit(16))],
  ['F.kll_sketch_agg_float("a")', () => F.kll_sketch_agg_float("a")],
  ['F.kll_sketch_agg_float(F.col("a"), 15)', () => F.kll_sketch_agg_float(F.col("a"), 15)],
  ['F.kll_sketch_agg_float("a", F.lit(16))', () => F.kll_sketch_agg_float("a", F.lit(16))],
  ['F.kll_merge_agg_bigint("a")', () => F.kll_merge_agg_bigint("a")],
  ['F.kll_merge_agg_bigint(F.col("a"), 15)', () => F.kll_merge_agg_bigint(F.col("a"), 15)],
  ['F.kll_merge_agg_bigint("a", F.lit(16))', () => F.kll_merge_agg_bigint("a", F.lit(16))],
  ['F.kll_merge_agg_double("a")', () => F.kll_merge_agg_double("a")],
  ['F.kll_merge_agg_double(F.col("a"), 15)', () => F.kll_merge_agg_double(F.col("a"), 15)],
  ['F.kll_merge_agg_double("a", F.lit(16))', () => F.kll_merge_agg_double("a", F.lit(16))],
  ['F.kll_merge_agg_float("a")', () => F.kll_merge_agg_float("a")],
  ['F.kll_merge_agg_float(F.col("a"), 15)', () => F.kll_merge_agg_float(F.col("a"), 15)],
  ['F.kll_merge_agg_float("a", F.lit(16))', () => F.kll_merge_agg_float("a", F.lit(16))],
  ['F.theta_sketch_agg("a")', () => F.theta_sketch_agg("a")],
  ['F.theta_sketch_agg(F.col("a"), 15)', () => F.theta_sketch_agg(F.col("a"), 15)],
  ['F.theta_sketch_agg("a", F.lit(16))', () => F.theta_sketch_agg("a", F.lit(16))],
  ['F.theta_union_agg("a")', () => F.theta_union_agg("a")],
  ['F.theta_union_agg(F.col("a"), 15)', () => F.theta_union_agg(F.col("a"), 15)],
  ['F.theta_union_agg("a", F.lit(16))', () => F.theta_union_agg("a", F.lit(16))],
  ['F.theta_intersection_agg("a")', () => F.theta_intersection_agg("a")],
  ['F.theta_intersection_agg(F.col("a"))', () => F.theta_intersection_agg(F.col("a"))],
  ['F.tuple_sketch_agg_double("a", F.col("b"))', () => F.tuple_sketch_agg_double("a", F.col("b"))],
  [
    'F.tuple_sketch_agg_double(F.col("a"), "b", 10, "min")',
    () => F.tuple_sketch_agg_double(F.col("a"), "b", 10, "min"),
  ],
  [
    'F.tuple_sketch_agg_double("a", "b", F.lit(10), F.lit("max"))',
    () => F.tuple_sketch_agg_double("a", "b", F.lit(10), F.lit("max")),
  ],
  ['F.tuple_union_agg_double("a")', () => F.tuple_union_agg_double("a")],
  [
    'F.tuple_union_agg_double(F.col("a"), 10, "min")',
    () => F.tuple_union_agg_double(F.col("a"), 10, "min"),
  ],
  [
    'F.tuple_union_agg_double("a", F.lit(10), F.lit("max"))',
    () => F.tuple_union_agg_double("a", F.lit(10), F.lit("max")),
  ],
  ['F.tuple_intersection_agg_double("a")', () => F.tuple_intersection_agg_double("a")],
  [
    'F.tuple_intersection_agg_double(F.col("a"), "min")',
    () => F.tuple_intersection_agg_double(F.col("a"), "min"),
  ],
  [
    'F.tuple_intersection_agg_double("a", F.lit("max"))',
    () => F.tuple_intersection_agg_double("a", F.lit("max")),
  ],
  [
    'F.tuple_sketch_agg_integer("a", F.col("b"))',
    () => F.tuple_sketch_agg_integer("a", F.col("b")),
  ],
  [
    'F.tuple_sketch_agg_integer(F.col("a"), "b", 10, "min")',
    () => F.tuple_sketch_agg_integer(F.col("a"), "b", 10, "min"),
  ],
  [
    'F.tuple_sketch_agg_integer("a", "b", F.lit(10), F.lit("max"))',
    () => F.tuple_sketch_agg_integer("a", "b", F.lit(10), F.lit("max")),
  ],
  ['F.tuple_union_agg_integer("a")', () => F.tuple_union_agg_integer("a")],
  [
    'F.tuple_union_agg_integer(F.col("a"), 10, "min")',
    () => F.tuple_union_agg_integer(F.col("a"), 10, "min"),
  ],
  [
    'F.tuple_union_agg_integer("a", F.lit(10), F.lit("max"))',
    () => F.tuple_union_agg_integer("a", F.lit(10), F.lit("max")),
  ],
  ['F.tuple_intersection_agg_integer("a")', () => F.tuple_intersection_agg_integer("a")],
  [
    'F.tuple_intersection_agg_integer(F.col("a"), "min")',
    () => F.tuple_intersection_agg_integer(F.col("a"), "min"),
  ],
  [
    'F.tuple_intersection_agg_integer("a", F.lit("max"))',
    () => F.tuple_intersection_agg_integer("a", F.lit("max")),
  ],
];
