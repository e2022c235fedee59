import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const struct: readonly GoldenCase[] = [
  ['F.struct("a", F.col("b"))', () => F.struct("a", F.col("b"))],
  ['F.struct(["a", F.col("b")])', () => F.struct(["a", F.col("b")])],
  ['F.struct("*")', () => F.struct("*")],
  [
    'F.named_struct(F.lit("x"), "a", F.lit("y"), F.col("b"))',
    () => F.named_struct(F.lit("x"), "a", F.lit("y"), F.col("b")),
  ],
];
