import {
  ArrayType,
  DateType,
  DecimalType,
  DoubleType,
  IntegerType,
  LongType,
  MapType,
  StringType,
  StructField,
  StructType,
  TimestampNTZType,
  TimestampType,
  type SparkSession,
} from "../../../../src/index.js";
import type { GoldenCase } from "../golden-plans.js";

/** Cases of createDataFrame(). The test compares the Arrow data value by value. */
export function created(session: () => SparkSession): readonly GoldenCase[] {
  return [
    [
      'spark.createDataFrame([(1, "a"), (2, None)], "id BIGINT, name STRING")',
      () =>
        session().createDataFrame(
          [
            [1n, "a"],
            [2n, null],
          ],
          "id BIGINT, name STRING",
        ),
    ],
    [
      'spark.createDataFrame([(1, "a")], T.StructType([T.StructField("id", T.IntegerType(), False), T.StructField("name", T.StringType(), True, {"k": "v"})]))',
      () =>
        session().createDataFrame(
          [[1, "a"]],
          new StructType([
            StructField("id", IntegerType(), false),
            StructField("name", StringType(), true, { k: "v" }),
          ]),
        ),
    ],
    [
      'spark.createDataFrame([("a", 1.5, True, 2**40)], ["s", "x", "b", "n"])',
      () => session().createDataFrame([["a", 1.5, true, 2n ** 40n]], ["s", "x", "b", "n"]),
    ],
    [
      'spark.createDataFrame([{"n": 2**40, "s": "x"}, {"n": 1, "s": None}])',
      () =>
        session().createDataFrame([
          { n: 2n ** 40n, s: "x" },
          { n: 1n, s: null },
        ]),
    ],
    [
      'spark.createDataFrame([1.5, 2.5], "double")',
      () => session().createDataFrame([1.5, 2.5], "double"),
    ],
    [
      'spark.createDataFrame(["a", "b"], T.StringType())',
      () => session().createDataFrame(["a", "b"], StringType()),
    ],
    [
      'spark.createDataFrame([([1, None], {"a": 1.0}, (1, "x"))], T.StructType([T.StructField("a", T.ArrayType(T.LongType())), T.StructField("m", T.MapType(T.StringType(), T.DoubleType())), T.StructField("s", T.StructType([T.StructField("i", T.LongType()), T.StructField("t", T.StringType())]))]))',
      () =>
        session().createDataFrame(
          [[[1n, null], new Map([["a", 1]]), { i: 1n, t: "x" }]],
          new StructType([
            StructField("a", ArrayType(LongType())),
            StructField("m", MapType(StringType(), DoubleType())),
            StructField(
              "s",
              new StructType([StructField("i", LongType()), StructField("t", StringType())]),
            ),
          ]),
        ),
    ],
    [
      'spark.createDataFrame([(__import__("datetime").date(2026, 1, 2), __import__("datetime").datetime(2026, 1, 2, 3, 4, 5, 678901), __import__("datetime").datetime(2026, 1, 2, 3, 4, 5, 6), __import__("decimal").Decimal("1.50"))], T.StructType([T.StructField("d", T.DateType()), T.StructField("t", T.TimestampType()), T.StructField("n", T.TimestampNTZType()), T.StructField("x", T.DecimalType(10, 2))]))',
      () =>
        session().createDataFrame(
          [["2026-01-02", "2026-01-02T03:04:05.678901Z", "2026-01-02T03:04:05.000006", "1.50"]],
          new StructType([
            StructField("d", DateType()),
            StructField("t", TimestampType()),
            StructField("n", TimestampNTZType()),
            StructField("x", DecimalType(10, 2)),
          ]),
        ),
    ],
    [
      'spark.createDataFrame([], "id BIGINT, name STRING")',
      () => session().createDataFrame([], "id BIGINT, name STRING"),
    ],
    [
      'spark.createDataFrame(__import__("pyarrow").table({"id": [1, 2], "name": ["a", None]}))',
      () => session().createDataFrame({ id: [1n, 2n], name: ["a", null] }),
    ],
    [
      'spark.createDataFrame([(1,)], "id BIGINT").filter("id > 0")',
      () =>
        session()
          .createDataFrame([[1n]], "id BIGINT")
          .filter("id > 0"),
    ],
  ];
}
