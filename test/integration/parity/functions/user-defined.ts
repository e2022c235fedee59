import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const userDefined: readonly GoldenCase[] = [
  ['F.call_udf("my_udf", "a", F.col("b"))', () => F.call_udf("my_udf", "a", F.col("b"))],
  ['F.call_udf("my_udf")', () => F.call_udf("my_udf")],
  ['F.unwrap_udt("a")', () => F.unwrap_udt("a")],
  ['F.unwrap_udt(F.col("a"))', () => F.unwrap_udt(F.col("a"))],
];
