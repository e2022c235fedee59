import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const higherOrder: readonly GoldenCase[] = [
  ['F.transform("a", lambda x: x + 1)', () => F.transform("a", (x) => x.plus(1))],
  [
    'F.transform(F.col("a"), lambda x, i: F.concat(x, i))',
    () => F.transform(F.col("a"), (x, i) => F.concat(x, i)),
  ],
  ['F.filter("a", lambda x: x > 1)', () => F.filter("a", (x) => x.gt(1))],
  [
    'F.filter("a", lambda x, i: (x > i) & (i < F.col("b")))',
    () => F.filter("a", (x, i) => x.gt(i).and(i.lt(F.col("b")))),
  ],
  ['F.exists("a", lambda x: x.isNull())', () => F.exists("a", (x) => x.isNull())],
  ['F.forall(F.col("a"), lambda x: x == "y")', () => F.forall(F.col("a"), (x) => x.eq("y"))],
  ['F.array_sort("a")', () => F.array_sort("a")],
  [
    'F.array_sort(F.col("a"), lambda x, y: F.length(y) - F.length(x))',
    () => F.array_sort(F.col("a"), (x, y) => F.length(y).minus(F.length(x))),
  ],
  [
    'F.zip_with("a", F.col("b"), lambda x, y: x + y)',
    () => F.zip_with("a", F.col("b"), (x, y) => x.plus(y)),
  ],
  [
    'F.transform_keys("a", lambda k, v: F.upper(k))',
    () => F.transform_keys("a", (k) => F.upper(k)),
  ],
  [
    'F.transform_keys("a", lambda k, v: F.concat(k, v))',
    () => F.transform_keys("a", (k, v) => F.concat(k, v)),
  ],
  [
    'F.transform_values(F.col("a"), lambda k, v: v + k)',
    () => F.transform_values(F.col("a"), (k, v) => v.plus(k)),
  ],
  ['F.map_filter("a", lambda k, v: v > 1)', () => F.map_filter("a", (k, v) => v.gt(1))],
  [
    'F.map_zip_with("a", F.col("b"), lambda k, x, y: F.coalesce(x, y, k))',
    () => F.map_zip_with("a", F.col("b"), (k, x, y) => F.coalesce(x, y, k)),
  ],
  [
    'F.aggregate("a", F.lit(0), lambda acc, x: acc + x)',
    () => F.aggregate("a", F.lit(0), (acc, x) => acc.plus(x)),
  ],
  [
    'F.aggregate(F.col("a"), "b", lambda acc, x: acc * x, lambda acc: acc / 2)',
    () =>
      F.aggregate(
        F.col("a"),
        "b",
        (acc, x) => acc.multiply(x),
        (acc) => acc.divide(2),
      ),
  ],
  [
    'F.reduce("a", F.lit(0), lambda acc, x: acc + x)',
    () => F.reduce("a", F.lit(0), (acc, x) => acc.plus(x)),
  ],
  [
    'F.reduce(F.col("a"), "b", lambda acc, x: acc * x, lambda acc: acc / 2)',
    () =>
      F.reduce(
        F.col("a"),
        "b",
        (acc, x) => acc.multiply(x),
        (acc) => acc.divide(2),
      ),
  ],
  [
    'F.transform("a", lambda x: F.transform("b", lambda y: F.filter("c", lambda z: z > x + y)))',
    () => F.transform("a", (x) => F.transform("b", (y) => F.filter("c", (z) => z.gt(x.plus(y))))),
  ],
];
