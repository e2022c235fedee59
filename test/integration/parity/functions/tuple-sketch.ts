import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const tupleSketch: readonly GoldenCase[] = [
  ['F.tuple_sketch_estimate_double("a")', () => F.tuple_sketch_estimate_double("a")],
  ['F.tuple_sketch_estimate_double(F.col("a"))', () => F.tuple_sketch_estimate_double(F.col("a"))],
  ['F.tuple_sketch_theta_double("a")', () => F.tuple_sketch_theta_double("a")],
  ['F.tuple_sketch_theta_double(F.col("a"))', () => F.tuple_sketch_theta_double(F.col("a"))],
  ['F.tuple_sketch_summary_double("a")', () => F.tuple_sketch_summary_double("a")],
  [
    'F.tuple_sketch_summary_double(F.col("a"), "min")',
    () => F.tuple_sketch_summary_double(F.col("a"), "min"),
  ],
  [
    'F.tuple_sketch_summary_double("a", F.lit("max"))',
    () => F.tuple_sketch_summary_double("a", F.lit("max")),
  ],
  ['F.tuple_difference_double("a", F.col("b"))', () => F.tuple_difference_double("a", F.col("b"))],
  ['F.tuple_difference_double(F.col("a"), "b")', () => F.tuple_difference_double(F.col("a"), "b")],
  ['F.tuple_union_double("a", F.col("b"))', () => F.tuple_union_double("a", F.col("b"))],
  ['F.tuple_union_double(F.col("a"), "b", 10)', () => F.tuple_union_double(F.col("a"), "b", 10)],
  [
    'F.tuple_union_double("a", "b", F.lit(10), F.lit("max"))',
    () => F.tuple_union_double("a", "b", F.lit(10), F.lit("max")),
  ],
  ['F.tuple_union_double("a", "b", 10, "min")', () => F.tuple_union_double("a", "b", 10, "min")],
  [
    'F.tuple_intersection_double("a", F.col("b"))',
    () => F.tuple_intersection_double("a", F.col("b")),
  ],
  [
    'F.tuple_intersection_double(F.col("a"), "b", "min")',
    () => F.tuple_intersection_double(F.col("a"), "b", "min"),
  ],
  [
    'F.tuple_intersection_double("a", "b", F.lit("max"))',
    () => F.tuple_intersection_double("a", "b", F.lit("max")),
  ],
  [
    'F.tuple_difference_theta_double("a", F.col("b"))',
    () => F.tuple_difference_theta_double("a", F.col("b")),
  ],
  [
    'F.tuple_difference_theta_double(F.col("a"), "b")',
    () => F.tuple_difference_theta_double(F.col("a"), "b"),
  ],
  [
    'F.tuple_union_theta_double("a", F.col("b"))',
    () => F.tuple_union_theta_double("a", F.col("b")),
  ],
  [
    'F.tuple_union_theta_double(F.col("a"), "b", 10)',
    () => F.tuple_union_theta_double(F.col("a"), "b", 10),
  ],
  [
    'F.tuple_union_theta_double("a", "b", F.lit(10), F.lit("max"))',
    () => F.tuple_union_theta_double("a", "b", F.lit(10), F.lit("max")),
  ],
  [
    'F.tuple_union_theta_double("a", "b", 10, "min")',
    () => F.tuple_union_theta_double("a", "b", 10, "min"),
  ],
  [
    'F.tuple_intersection_theta_double("a", F.col("b"))',
    () => F.tuple_intersection_theta_double("a", F.col("b")),
  ],
  [
    'F.tuple_intersection_theta_double(F.col("a"), "b", "min")',
    () => F.tuple_intersection_theta_double(F.col("a"), "b", "min"),
  ],
  [
    'F.tuple_intersection_theta_double("a", "b", F.lit("max"))',
    () => F.tuple_intersection_theta_double("a", "b", F.lit("max")),
  ],
  ['F.tuple_sketch_estimate_integer("a")', () => F.tuple_sketch_estimate_integer("a")],
  [
    'F.tuple_sketch_estimate_integer(F.col("a"))',
    () => F.tuple_sketch_estimate_integer(F.col("a")),
  ],
  ['F.tuple_sketch_theta_integer("a")', () => F.tuple_sketch_theta_integer("a")],
  ['F.tuple_sketch_theta_integer(F.col("a"))', () => F.tuple_sketch_theta_integer(F.col("a"))],
  ['F.tuple_sketch_summary_integer("a")', () => F.tuple_sketch_summary_integer("a")],
  [
    'F.tuple_sketch_summary_integer(F.col("a"), "min")',
    () => F.tuple_sketch_summary_integer(F.col("a"), "min"),
  ],
  [
    'F.tuple_sketch_summary_integer("a", F.lit("max"))',
    () => F.tuple_sketch_summary_integer("a", F.lit("max")),
  ],
  [
    'F.tuple_difference_integer("a", F.col("b"))',
    () => F.tuple_difference_integer("a", F.col("b")),
  ],
  [
    'F.tuple_difference_integer(F.col("a"), "b")',
    () => F.tuple_difference_integer(F.col("a"), "b"),
  ],
  ['F.tuple_union_integer("a", F.col("b"))', () => F.tuple_union_integer("a", F.col("b"))],
  ['F.tuple_union_integer(F.col("a"), "b", 10)', () => F.tuple_union_integer(F.col("a"), "b", 10)],
  [
    'F.tuple_union_integer("a", "b", F.lit(10), F.lit("max"))',
    () => F.tuple_union_integer("a", "b", F.lit(10), F.lit("max")),
  ],
  ['F.tuple_union_integer("a", "b", 10, "min")', () => F.tuple_union_integer("a", "b", 10, "min")],
  [
    'F.tuple_intersection_integer("a", F.col("b"))',
    () => F.tuple_intersection_integer("a", F.col("b")),
  ],
  [
    'F.tuple_intersection_integer(F.col("a"), "b", "min")',
    () => F.tuple_intersection_integer(F.col("a"), "b", "min"),
  ],
  [
    'F.tuple_intersection_integer("a", "b", F.lit("max"))',
    () => F.tuple_intersection_integer("a", "b", F.lit("max")),
  ],
  [
    'F.tuple_difference_theta_integer("a", F.col("b"))',
    () => F.tuple_difference_theta_integer("a", F.col("b")),
  ],
  [
    'F.tuple_difference_theta_integer(F.col("a"), "b")',
    () => F.tuple_difference_theta_integer(F.col("a"), "b"),
  ],
  [
    'F.tuple_union_theta_integer("a", F.col("b"))',
    () => F.tuple_union_theta_integer("a", F.col("b")),
  ],
  [
    'F.tuple_union_theta_integer(F.col("a"), "b", 10)',
    () => F.tuple_union_theta_integer(F.col("a"), "b", 10),
  ],
  [
    'F.tuple_union_theta_integer("a", "b", F.lit(10), F.lit("max"))',
    () => F.tuple_union_theta_integer("a", "b", F.lit(10), F.lit("max")),
  ],
  [
    'F.tuple_union_theta_integer("a", "b", 10, "min")',
    () => F.tuple_union_theta_integer("a", "b", 10, "min"),
  ],
  [
    'F.tuple_intersection_theta_integer("a", F.col("b"))',
    () => F.tuple_intersection_theta_integer("a", F.col("b")),
  ],
  [
    'F.tuple_intersection_theta_integer(F.col("a"), "b", "min")',
    () => F.tuple_intersection_theta_integer(F.col("a"), "b", "min"),
  ],
  [
    'F.tuple_intersection_theta_integer("a", "b", F.lit("max"))',
    () => F.tuple_intersection_theta_integer("a", "b", F.lit("max")),
  ],
];
