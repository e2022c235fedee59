import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const map: readonly GoldenCase[] = [
  ['F.create_map("a", F.col("b"))', () => F.create_map("a", F.col("b"))],
  ['F.create_map(["a", "b"])', () => F.create_map(["a", "b"])],
  ["F.create_map()", () => F.create_map()],
  ['F.map_concat("a", F.col("b"))', () => F.map_concat("a", F.col("b"))],
  ['F.map_concat(["a", "b"])', () => F.map_concat(["a", "b"])],
  ['F.map_contains_key("a", "x")', () => F.map_contains_key("a", "x")],
  ['F.map_contains_key(F.col("a"), 1)', () => F.map_contains_key(F.col("a"), 1)],
  ['F.map_contains_key("a", F.col("b"))', () => F.map_contains_key("a", F.col("b"))],
  ['F.map_entries("a")', () => F.map_entries("a")],
  ['F.map_entries(F.col("a"))', () => F.map_entries(F.col("a"))],
  ['F.map_from_entries("a")', () => F.map_from_entries("a")],
  ['F.map_from_entries(F.col("a"))', () => F.map_from_entries(F.col("a"))],
  ['F.map_keys("a")', () => F.map_keys("a")],
  ['F.map_keys(F.col("a"))', () => F.map_keys(F.col("a"))],
  ['F.map_values("a")', () => F.map_values("a")],
  ['F.map_values(F.col("a"))', () => F.map_values(F.col("a"))],
  ['F.map_from_arrays("a", F.col("b"))', () => F.map_from_arrays("a", F.col("b"))],
  ['F.map_from_arrays(F.col("a"), "b")', () => F.map_from_arrays(F.col("a"), "b")],
  ['F.str_to_map("a")', () => F.str_to_map("a")],
  ['F.str_to_map(F.col("a"), F.lit(";"))', () => F.str_to_map(F.col("a"), F.lit(";"))],
  ['F.str_to_map("a", "b", "c")', () => F.str_to_map("a", "b", "c")],
  ['F.str_to_map("a", F.col("b"), F.lit("="))', () => F.str_to_map("a", F.col("b"), F.lit("="))],
];
