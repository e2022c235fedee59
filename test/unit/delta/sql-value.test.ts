import { describe, expect, it } from "vitest";
import type { Column } from "../../../src/dataframe/column.js";
import {
  assignmentsSql,
  insertSql,
  sqlValue,
  type SqlValue,
} from "../../../src/delta/sql-value.js";
import { ArgumentError } from "../../../src/errors.js";
import { col, lit } from "../../../src/functions/index.js";
import { DecimalType } from "../../../src/types/data-type.js";
import { Timestamp } from "../../../src/types/timestamp.js";

describe("sqlValue", () => {
  it.each<[SqlValue, string]>([
    ["source.v + 1 -- more", "(source.v + 1 -- more\n)"],
    [null, "NULL"],
    [true, "TRUE"],
    [5, "5"],
    [-2_147_483_648, "-2147483648"],
    [2_147_483_648, "2147483648L"],
    [1.5, "1.5D"],
    [1e300, "1e+300D"],
    [-0, "-0.0D"],
    [Number.NaN, "CAST('NaN' AS DOUBLE)"],
    [-Infinity, "CAST('-Infinity' AS DOUBLE)"],
    [-(2n ** 63n), "-9223372036854775808L"],
    [new Date(-1), "TIMESTAMP_LTZ '1969-12-31 23:59:59.999Z'"],
    [Timestamp.fromEpochMicros(1n), "TIMESTAMP_LTZ '1970-01-01 00:00:00.000001Z'"],
    [lit("plain text, 1%"), "'plain text, 1%'"],
    [lit(""), "''"],
    [lit("it's"), "CAST(X'69742773' AS STRING)"],
    [lit("\\"), "CAST(X'5C' AS STRING)"],
    [lit("${x}"), "CAST(X'247B787D' AS STRING)"],
    [lit("line\n"), "'line\n'"],
    [lit([1, "a'b"]), "array(1, CAST(X'612762' AS STRING))"],
    [lit("1.5", DecimalType(4, 2)), "CAST(1.50BD AS DECIMAL(4,2))"],
    [lit(5), "5"],
    [lit(5n), "5L"],
    [lit(null), "NULL"],
    [lit(false), "FALSE"],
    [lit(0.5), "0.5D"],
    [lit(new Date(1)), "TIMESTAMP_LTZ '1970-01-01 00:00:00.001Z'"],
    [lit(new Uint8Array([0, 255])), "X'00FF'"],
  ])("writes %s as %s", (value, sql) => {
    expect(sqlValue("v", value)).toBe(sql);
  });

  it.each<[string, unknown]>([
    ["a blank string", " "],
    ["undefined", undefined],
    ["an object", {}],
    ["a bigint above the range of BIGINT", 2n ** 63n],
    ["an invalid Date", new Date(Number.NaN)],
    ["a Column that is not a literal", col("a")],
    ["half a surrogate pair", lit("\ud800")],
  ])("refuses %s and names the argument", (_, value) => {
    expect(() => sqlValue("set.v", value as Column)).toThrow(
      expect.objectContaining({ argument: "set.v", name: "ArgumentError" }) as ArgumentError,
    );
  });
});

describe("assignments", () => {
  it("quote their columns, and quote each part of nested columns", () => {
    expect(assignmentsSql("set", { "a.b": 1, "`c d`": "x" })).toBe("`a`.`b` = 1, `c d` = (x\n)");
    expect(insertSql("values", { a: 1, b: null })).toBe("(`a`, `b`) VALUES (1, NULL)");
  });
  it("are refused if there are none", () => {
    expect(() => assignmentsSql("set", {})).toThrow(ArgumentError);
  });
});
