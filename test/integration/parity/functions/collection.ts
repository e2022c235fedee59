import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const collection: readonly GoldenCase[] = [
  ['F.size("a")', () => F.size("a")],
  ['F.size(F.col("a"))', () => F.size(F.col("a"))],
  ['F.cardinality("a")', () => F.cardinality("a")],
  ['F.cardinality(F.col("a"))', () => F.cardinality(F.col("a"))],
  ['F.reverse("a")', () => F.reverse("a")],
  ['F.reverse(F.col("a"))', () => F.reverse(F.col("a"))],
  ['F.concat("a", F.col("b"))', () => F.concat("a", F.col("b"))],
  ["F.concat()", () => F.concat()],
  ['F.element_at("a", 1)', () => F.element_at("a", 1)],
  ['F.element_at("a", -1)', () => F.element_at("a", -1)],
  ['F.element_at(F.col("a"), "key")', () => F.element_at(F.col("a"), "key")],
  ['F.element_at("a", F.col("b"))', () => F.element_at("a", F.col("b"))],
  ['F.try_element_at("a", "b")', () => F.try_element_at("a", "b")],
  ['F.try_element_at(F.col("a"), F.lit("key"))', () => F.try_element_at(F.col("a"), F.lit("key"))],
];
