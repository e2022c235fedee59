import * as F from "../../../../src/functions/index.js";
import { LongType, StructField, StructType, Window } from "../../../../src/index.js";
import type { GoldenCase } from "../golden-plans.js";

const { col } = F;

export const column: readonly GoldenCase[] = [
  ['F.col("a") == 1', () => col("a").eq(1)],
  ['F.col("a") != "x"', () => col("a").neq("x")],
  ['F.col("a").eqNullSafe(None)', () => col("a").eqNullSafe(null)],
  ['F.col("a") > F.col("b")', () => col("a").gt(col("b"))],
  ['F.col("a") >= 1.5', () => col("a").geq(1.5)],
  ['F.col("a") < 1', () => col("a").lt(1)],
  ['F.col("a") <= 1', () => col("a").leq(1)],
  ['F.col("a").between(1, F.col("b"))', () => col("a").between(1, col("b"))],
  ['(F.col("a") & F.col("b")) | ~F.col("c")', () => col("a").and(col("b")).or(col("c").not())],
  ['F.col("a") + 1 - F.col("b")', () => col("a").plus(1).minus(col("b"))],
  ['F.col("a") * 2 / 3 % 4', () => col("a").multiply(2).divide(3).mod(4)],
  ['-(F.col("a") ** 2)', () => col("a").pow(2).negate()],
  ['F.col("a").bitwiseAND(1)', () => col("a").bitwiseAND(1)],
  ['F.col("a").bitwiseOR(F.col("b"))', () => col("a").bitwiseOR(col("b"))],
  ['F.col("a").bitwiseXOR(1)', () => col("a").bitwiseXOR(1)],
  ['F.col("a").isNull()', () => col("a").isNull()],
  ['F.col("a").isNotNull()', () => col("a").isNotNull()],
  ['F.col("a").isNaN()', () => col("a").isNaN()],
  ['F.col("a").like("x%")', () => col("a").like("x%")],
  ['F.col("a").ilike("x%")', () => col("a").ilike("x%")],
  ['F.col("a").rlike("^x")', () => col("a").rlike("^x")],
  ['F.col("a").contains("x")', () => col("a").contains("x")],
  ['F.col("a").startswith(F.col("b"))', () => col("a").startswith(col("b"))],
  ['F.col("a").endswith("x")', () => col("a").endswith("x")],
  ['F.col("a").substr(1, 3)', () => col("a").substr(1, 3)],
  ['F.col("a").substr(F.col("b"), F.col("c"))', () => col("a").substr(col("b"), col("c"))],
  ['F.col("a").isin(1, 2)', () => col("a").isin(1, 2)],
  ['F.col("a").isin(["x", "y"])', () => col("a").isin(["x", "y"])],
  ['F.col("a").isin([])', () => col("a").isin([])],
  ['F.col("a").isin(1, F.col("b"))', () => col("a").isin(1, col("b"))],
  ['F.col("a")[0]', () => col("a").getItem(0)],
  ['F.col("a").getItem("k")', () => col("a").getItem("k")],
  ['F.col("a")[F.col("b")]', () => col("a").getItem(col("b"))],
  ['F.col("a").getField("f")', () => col("a").getField("f")],
  ['F.col("a").withField("f", F.lit(1))', () => col("a").withField("f", F.lit(1))],
  ['F.col("a").dropFields("f")', () => col("a").dropFields("f")],
  ['F.col("a").dropFields("f", "g.h")', () => col("a").dropFields("f", "g.h")],
  ['F.col("a").cast("decimal(10,2)")', () => col("a").cast("decimal(10,2)")],
  ['F.col("a").astype("int")', () => col("a").astype("int")],
  ['F.col("a").cast(T.LongType())', () => col("a").cast(LongType())],
  [
    'F.col("a").cast(T.StructType([T.StructField("a b", T.LongType(), False)]))',
    () => col("a").cast(new StructType([StructField("a b", LongType(), false)])),
  ],
  ['F.col("a").try_cast("int")', () => col("a").try_cast("int")],
  ['F.col("a").try_cast(T.LongType())', () => col("a").tryCast(LongType())],
  ['F.col("a").alias("b")', () => col("a").alias("b")],
  ['F.col("a").name("b")', () => col("a").name("b")],
  ['F.col("a").alias("b", "c")', () => col("a").alias("b", "c")],
  [
    'F.col("a").alias("b", metadata={"unit": "m"})',
    () => col("a").alias("b", { metadata: { unit: "m" } }),
  ],
  ['F.col("a").asc()', () => col("a").asc()],
  ['F.col("a").asc_nulls_first()', () => col("a").asc_nulls_first()],
  ['F.col("a").asc_nulls_first()', () => col("a").ascNullsFirst()],
  ['F.col("a").asc_nulls_last()', () => col("a").asc_nulls_last()],
  ['F.col("a").asc_nulls_last()', () => col("a").ascNullsLast()],
  ['F.col("a").desc()', () => col("a").desc()],
  ['F.col("a").desc_nulls_first()', () => col("a").desc_nulls_first()],
  ['F.col("a").desc_nulls_first()', () => col("a").descNullsFirst()],
  ['F.col("a").desc_nulls_last()', () => col("a").desc_nulls_last()],
  ['F.col("a").desc_nulls_last()', () => col("a").descNullsLast()],
  ['F.col("a").outer()', () => col("a").outer()],
  ['F.col("a").transform(lambda c: c + 1)', () => col("a").transform((c) => c.plus(1))],
  [
    'F.when(F.col("a") > 1, 1).when(F.col("a") < 0, F.col("b"))',
    () => F.when(col("a").gt(1), 1).when(col("a").lt(0), col("b")),
  ],
];

export const windows: readonly GoldenCase[] = [
  [
    'F.sum("a").over(Window.partitionBy("k", F.col("l")))',
    () => F.sum("a").over(Window.partitionBy("k", col("l"))),
  ],
  [
    'F.sum("a").over(Window.partitionBy(["k", "l"]))',
    () => F.sum("a").over(Window.partitionBy(["k", "l"])),
  ],
  [
    'F.sum("a").over(Window.orderBy("t", F.col("u").desc()))',
    () => F.sum("a").over(Window.orderBy("t", col("u").desc())),
  ],
  [
    'F.sum("a").over(Window.partitionBy("k").orderBy("t").rowsBetween(-1, 2))',
    () => F.sum("a").over(Window.partitionBy("k").orderBy("t").rowsBetween(-1, 2)),
  ],
  [
    'F.sum("a").over(Window.rowsBetween(Window.unboundedPreceding, Window.currentRow))',
    () => F.sum("a").over(Window.rowsBetween(Window.unboundedPreceding, Window.currentRow)),
  ],
  [
    'F.sum("a").over(Window.rowsBetween(-9223372036854775807, 9223372036854775807))',
    () => F.sum("a").over(Window.rowsBetween(-Infinity, Infinity)),
  ],
  [
    'F.sum("a").over(Window.orderBy("t").rangeBetween(-10, Window.unboundedFollowing))',
    () => F.sum("a").over(Window.orderBy("t").rangeBetween(-10, Window.unboundedFollowing)),
  ],
  [
    'F.sum("a").over(Window.orderBy("t").rangeBetween(-3000000000, 0))',
    () => F.sum("a").over(Window.orderBy("t").rangeBetween(-3_000_000_000n, 0n)),
  ],
  [
    'F.sum("a").over(Window.orderBy("t").partitionBy("k").orderBy("u"))',
    () => F.sum("a").over(Window.orderBy("t").partitionBy("k").orderBy("u")),
  ],
];
