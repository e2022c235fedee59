import { describe, expect, it } from "vitest";
import { array, col, lit } from "../../../src/functions/index.js";
import { expressionOf } from "../../../src/plan/literal.js";
import { expressionSql, textSql } from "../../../src/plan/sql-literal.js";
import * as types from "../../../src/types/data-type.js";
import { CalendarInterval } from "../../../src/types/calendar-interval.js";
import { DayTimeInterval } from "../../../src/types/day-time-interval.js";
import { StructField, StructType } from "../../../src/types/struct-type.js";
import { YearMonthInterval } from "../../../src/types/year-month-interval.js";

describe("a literal as SQL text", () => {
  it.each<[unknown, string]>([
    [null, "NULL"],
    [lit(null, types.LongType()), "CAST(NULL AS BIGINT)"],
    [-1, "-1"],
    [-(2n ** 63n), "-9223372036854775808L"],
    [lit(-128, types.ByteType()), "-128Y"],
    [lit(7, types.ShortType()), "7S"],
    [0.1, "0.1D"],
    [-0, "-0.0D"],
    [Infinity, "CAST('Infinity' AS DOUBLE)"],
    [lit(1.1, types.FloatType()), "CAST('1.1' AS FLOAT)"],
    [lit("1.50", types.DecimalType(3, 2)), "1.50BD"],
    [lit("-0.05", types.DecimalType(2, 2)), "-0.05BD"],
    [lit("1.50", types.DecimalType(10, 2)), "CAST(1.50BD AS DECIMAL(10,2))"],
    ["plain ?", "'plain ?'"],
    ["it's \\", "'it\\'s \\\\'"],
    ["${x}", "'$\\{x}'"],
    [lit("a", types.StringType("UNICODE_CI")), "CAST('a' AS STRING COLLATE UNICODE_CI)"],
    [new Uint8Array([0, 255]), "X'00FF'"],
    [lit("-0001-02-03", types.DateType()), "DATE '-0001-02-03'"],
    [new Date(-1), "TIMESTAMP_LTZ '1969-12-31 23:59:59.999Z'"],
    [
      lit("2026-01-02T03:04:05.5", types.TimestampNTZType()),
      "TIMESTAMP_NTZ '2026-01-02 03:04:05.5'",
    ],
    [lit("01:02:03", types.TimeType(6)), "TIME '01:02:03'"],
    [lit("01:02:03", types.TimeType(0)), "CAST(TIME '01:02:03' AS TIME(0))"],
    [new YearMonthInterval(-14), "INTERVAL '-1-2' YEAR TO MONTH"],
    [new DayTimeInterval(3_600_000_000n, "hour", "hour"), "INTERVAL '01' HOUR"],
    [new CalendarInterval(1, 2, 3n), "CAST('1 months 2 days 0.000003 seconds' AS INTERVAL)"],
    [[1, "a'"], "array(1, 'a\\'')"],
    [new Map([["a", 1n]]), "map('a', 1L)"],
    [{ "a'b": [] }, "named_struct('a\\'b', array())"],
    [lit([], types.ArrayType(types.LongType())), "CAST(array() AS ARRAY<BIGINT>)"],
    [
      lit(new Map(), types.MapType(types.StringType(), types.IntegerType())),
      "CAST(map() AS MAP<STRING, INT>)",
    ],
    [
      lit({ a: null }, new StructType([StructField("a", types.LongType())])),
      "named_struct('a', CAST(NULL AS BIGINT))",
    ],
    [array(lit(1), lit("1").cast("decimal(4, 2)")), "array(1, CAST('1' AS decimal(4, 2)))"],
  ])("%o is %s", (value, sql) => {
    expect(expressionSql("args.x", expressionOf(value), "escaped")).toBe(sql);
  });

  it("has no backslashes in the form for sessions that do not read them", () => {
    expect(textSql("x", "it's", "hex")).toBe("CAST(X'69742773' AS STRING)");
  });

  it.each([
    ["a column", col("a")],
    ["a call", lit(1).plus(2)],
    ["a cast to a text that is not a type's name", lit(1).cast("int) --")],
    ["an unpaired surrogate", lit("\ud800")],
  ])("is refused for %s, with the argument's name", (_, column) => {
    expect(() => expressionSql("args.x", column.expression, "escaped")).toThrow(/args\.x/);
  });
});
