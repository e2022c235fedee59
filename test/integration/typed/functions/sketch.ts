import * as f from "../../../../src/functions/index.js";
import type { AllTypes } from "../all-types.js";

export const aggregatesSketch = (c: AllTypes) => ({
  count_min_sketch: f.count_min_sketch(c.int, 0.5, 0.5, 1),
  hll_sketch_agg: f.hll_sketch_agg(c.int),
  hll_sketch_aggSize: f.hll_sketch_agg(c.textOrNull, 12),
  hll_union_agg: f.hll_union_agg(c.binary),
});
export const aggregatesSketch_4_1 = (c: AllTypes) => ({
  kll_sketch_agg_bigint: f.kll_sketch_agg_bigint(c.long),
  kll_sketch_agg_double: f.kll_sketch_agg_double(c.doubleOrNull),
  kll_sketch_agg_float: f.kll_sketch_agg_float(c.float, 100),
  theta_sketch_agg: f.theta_sketch_agg(c.int),
  theta_union_agg: f.theta_union_agg(c.binary),
  theta_intersection_agg: f.theta_intersection_agg(c.binary),
});
export const aggregatesSketch_4_2 = (c: AllTypes) => ({
  kll_merge_agg_bigint: f.kll_merge_agg_bigint(c.binary),
  kll_merge_agg_double: f.kll_merge_agg_double(c.binary),
  kll_merge_agg_float: f.kll_merge_agg_float(c.binary),
  tuple_sketch_agg_double: f.tuple_sketch_agg_double(c.text, c.double),
  tuple_sketch_agg_integer: f.tuple_sketch_agg_integer(c.text, c.int),
  tuple_union_agg_double: f.tuple_union_agg_double(c.binary),
  tuple_union_agg_integer: f.tuple_union_agg_integer(c.binary),
  tuple_intersection_agg_double: f.tuple_intersection_agg_double(c.binary),
  tuple_intersection_agg_integer: f.tuple_intersection_agg_integer(c.binary),
});

export const sketch = (c: AllTypes) => ({
  hll_sketch_estimate: f.hll_sketch_estimate(c.binary),
  hll_sketch_estimateOrNull: f.hll_sketch_estimate(c.binaryOrNull),
  hll_union: f.hll_union(c.binary, c.binary),
  hll_unionOrNull: f.hll_union(c.binary, c.binaryOrNull, true),
});
export const sketch_4_1 = (c: AllTypes) => ({
  kll_sketch_get_n_bigint: f.kll_sketch_get_n_bigint(c.binary),
  kll_sketch_get_n_double: f.kll_sketch_get_n_double(c.binary),
  kll_sketch_get_n_float: f.kll_sketch_get_n_float(c.binaryOrNull),
  kll_sketch_get_quantile_bigint: f.kll_sketch_get_quantile_bigint(c.binary, f.lit(0.5)),
  kll_sketch_get_quantile_bigintList: f.kll_sketch_get_quantile_bigint(c.binary, f.lit([0.5])),
  kll_sketch_get_quantile_bigintName: f.kll_sketch_get_quantile_bigint(c.binary, f.expr("0.5D")),
  kll_sketch_get_quantile_double: f.kll_sketch_get_quantile_double(c.binaryOrNull, f.lit(0.5)),
  kll_sketch_get_quantile_float: f.kll_sketch_get_quantile_float(c.binary, f.lit([0.5])),
  kll_sketch_get_rank_bigint: f.kll_sketch_get_rank_bigint(c.binary, f.lit(5n)),
  kll_sketch_get_rank_double: f.kll_sketch_get_rank_double(c.binary, f.lit(0.5)),
  kll_sketch_get_rank_doubleList: f.kll_sketch_get_rank_double(c.binary, f.lit([0.5])),
  kll_sketch_get_rank_float: f.kll_sketch_get_rank_float(c.binary, f.lit(0.5).cast("float")),
  kll_sketch_merge_bigint: f.kll_sketch_merge_bigint(c.binary, c.binary),
  kll_sketch_merge_double: f.kll_sketch_merge_double(c.binary, c.binaryOrNull),
  kll_sketch_merge_float: f.kll_sketch_merge_float(c.binary, c.binary),
  kll_sketch_to_string_bigint: f.kll_sketch_to_string_bigint(c.binary),
  kll_sketch_to_string_double: f.kll_sketch_to_string_double(c.binary),
  kll_sketch_to_string_float: f.kll_sketch_to_string_float(c.binaryOrNull),
  theta_sketch_estimate: f.theta_sketch_estimate(c.binary),
  theta_union: f.theta_union(c.binary, c.binary),
  theta_unionSize: f.theta_union(c.binary, c.binaryOrNull, 14),
  theta_intersection: f.theta_intersection(c.binary, c.binary),
  theta_difference: f.theta_difference(c.binary, c.binary),
});
export const tupleSketch_4_2 = (c: AllTypes) => ({
  tuple_sketch_estimate_double: f.tuple_sketch_estimate_double(c.binary),
  tuple_sketch_estimate_integer: f.tuple_sketch_estimate_integer(c.binaryOrNull),
  tuple_sketch_theta_double: f.tuple_sketch_theta_double(c.binary),
  tuple_sketch_theta_integer: f.tuple_sketch_theta_integer(c.binary),
  tuple_sketch_summary_double: f.tuple_sketch_summary_double(c.binary),
  tuple_sketch_summary_integer: f.tuple_sketch_summary_integer(c.binary, "max"),
  tuple_union_double: f.tuple_union_double(c.binary, c.binary),
  tuple_union_integer: f.tuple_union_integer(c.binary, c.binaryOrNull),
  tuple_union_theta_double: f.tuple_union_theta_double(c.binary, c.binary),
  tuple_union_theta_integer: f.tuple_union_theta_integer(c.binary, c.binary),
  tuple_intersection_double: f.tuple_intersection_double(c.binary, c.binary),
  tuple_intersection_integer: f.tuple_intersection_integer(c.binary, c.binary),
  tuple_intersection_theta_double: f.tuple_intersection_theta_double(c.binary, c.binary),
  tuple_intersection_theta_integer: f.tuple_intersection_theta_integer(c.binary, c.binary),
  tuple_difference_double: f.tuple_difference_double(c.binary, c.binary),
  tuple_difference_integer: f.tuple_difference_integer(c.binary, c.binaryOrNull),
  tuple_difference_theta_double: f.tuple_difference_theta_double(c.binary, c.binary),
  tuple_difference_theta_integer: f.tuple_difference_theta_integer(c.binary, c.binary),
});
