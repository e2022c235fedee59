import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const random: readonly GoldenCase[] = [
  ["F.rand(42)", () => F.rand(42)],
  ["F.rand(9_000_000_000_000_000_000)", () => F.rand(9_000_000_000_000_000_000n)],
  ["F.rand(F.lit(42))", () => F.rand(F.lit(42))],
  ["F.random(42)", () => F.random(42)],
  ["F.randn(42)", () => F.randn(42)],
  ["F.randn(F.lit(42))", () => F.randn(F.lit(42))],
  ["F.randstr(5, 42)", () => F.randstr(5, 42)],
  ["F.randstr(F.lit(5), F.lit(42))", () => F.randstr(F.lit(5), F.lit(42))],
  ["F.uniform(1, 10, 42)", () => F.uniform(1, 10, 42)],
  ["F.uniform(1.5, 10.5, 42)", () => F.uniform(1.5, 10.5, 42)],
  ["F.uniform(F.lit(1), F.lit(10), F.lit(42))", () => F.uniform(F.lit(1), F.lit(10), F.lit(42))],
];
