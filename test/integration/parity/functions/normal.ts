import type { SparkSession } from "../../../../src/index.js";
import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

/** Functions that need no session, and broadcast(), which needs a DataFrame of a session. */
export const normal = (session: () => SparkSession): readonly GoldenCase[] => [
  ["F.broadcast(df)", () => F.broadcast(session().range(3))],
  ['F.call_function("upper", "a")', () => F.call_function("upper", "a")],
  [
    'F.call_function("spark_catalog.default.f", F.col("a"), "b")',
    () => F.call_function("spark_catalog.default.f", F.col("a"), "b"),
  ],
  ['F.col("a")', () => F.col("a")],
  ['F.col("`a b`.c")', () => F.col("`a b`.c")],
  ['F.col("*")', () => F.col("*")],
  ['F.col("a.*")', () => F.col("a.*")],
  ['F.column("a")', () => F.column("a")],
  ['F.column("*")', () => F.column("*")],
  ["F.lit(1)", () => F.lit(1)],
  ["F.lit(-2147483648)", () => F.lit(-2147483648)],
  ["F.lit(2147483648)", () => F.lit(2147483648)],
  ["F.lit(9223372036854775807)", () => F.lit(9223372036854775807n)],
  ["F.lit(1.5)", () => F.lit(1.5)],
  ['F.lit(float("nan"))', () => F.lit(Number.NaN)],
  ['F.lit("text")', () => F.lit("text")],
  ["F.lit(True)", () => F.lit(true)],
  ["F.lit(None)", () => F.lit(null)],
  ['F.lit(b"\\x00\\xff")', () => F.lit(Uint8Array.of(0, 255))],
  ['F.lit([1, "a", [None]])', () => F.lit([1, "a", [null]])],
  ["F.lit([])", () => F.lit([])],
  ['F.lit(F.col("a"))', () => F.lit(F.col("a"))],
  [
    'F.lit(__import__("datetime").datetime.fromisoformat("2026-01-02T03:04:05.678+00:00"))',
    () => F.lit(new Date("2026-01-02T03:04:05.678Z")),
  ],
  ['F.expr("a + 1")', () => F.expr("a + 1")],
];
