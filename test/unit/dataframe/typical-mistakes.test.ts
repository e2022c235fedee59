import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DataFrame } from "../../../src/index.js";
import { typedFrames, type Price, type TypedFrames } from "../support/typed-frames.js";

let frames: TypedFrames;
let prices: DataFrame<Price>;
beforeAll(async () => {
  frames = await typedFrames();
  ({ prices } = frames);
});
afterAll(() => frames.stop());

describe("the message for a typical mistake", () => {
  it.each<readonly [string, (df: DataFrame<Price>) => unknown, string]>([
    [
      "an operator between Columns",
      (df) => df.filter(((df.col("usd_price") as unknown as number) > 1) as never),
      'condition must be a Column or a column name, got boolean. Operators such as > do not work on Columns: write col("id").gt(1), not col("id") > 1. Write lit(…) for a plain value.',
    ],
    [
      "a plain value as a column",
      (df) => df.withColumn("x", 5 as never),
      "x must be a Column or a column name, got number. Write lit(…) for a plain value.",
    ],
    [
      "a misspelt join type",
      (df) => df.join(df, "coin", "letf" as never),
      'Unknown join type "letf". Did you mean left? Known types: inner, cross, left, right, outer, full, semi, anti, left_outer, right_outer, full_outer, left_semi, left_anti.',
    ],
    [
      "a join type that is not text",
      (df) => df.join(df, "coin", 1 as never),
      "Unknown join type 1. Known types: inner, cross, left, right, outer, full, semi, anti, left_outer, right_outer, full_outer, left_semi, left_anti.",
    ],
  ])("says what to write instead of %s", (_name, mistake, message) => {
    expect(() => mistake(prices)).toThrow(message);
  });
});
