import { describe, expect, it } from "vitest";
import * as types from "../../../src/index.js";
import { StructField, StructType } from "../../../src/index.js";
import { requireReturnable } from "../../../src/javascript/returnable-type.js";

function struct(type: types.DataType, name = "a"): StructType {
  return new StructType([StructField(name, type)]);
}

function escaped(text: string): string {
  return text.replace(/[()]/g, "\\$&");
}

describe("requireReturnable()", () => {
  it.each([
    [types.YearMonthIntervalType("year", "year"), "INTERVAL YEAR", "make_ym_interval(0, months)"],
    [types.ArrayType(types.CalendarIntervalType()), "INTERVAL", "make_interval()"],
    [types.MapType(types.LongType(), types.CharType(3)), "CHAR(3)", "Return STRING"],
    [types.MapType(types.VarcharType(3), types.LongType()), "VARCHAR(3)", "cast the column"],
    [struct(types.TimestampNTZNanosType(9)), "TIMESTAMP_NTZ(9)", "Return STRING"],
    [types.TimestampLTZNanosType(7), "TIMESTAMP_LTZ(7)", "Return STRING"],
    [types.ArrayType(struct(types.LongType(), "")), "a struct with an empty field name", "Name"],
  ])("refuses %s, with what to return instead", (type, what, instead) => {
    for (const isColumn of [true, false])
      expect(() => {
        requireReturnable("slug", type, isColumn);
      }).toThrow(
        expect.objectContaining({
          name: "UnsupportedOperationException",
          message: expect.stringMatching(
            `^slug cannot return ${escaped(what)}\\..*${escaped(instead)}`,
          ) as string,
        }),
      );
  });

  it("refuses TIME with another precision than 6 as a column only", () => {
    const type = types.ArrayType(types.TimeType(3));
    requireReturnable("slug", type, false);
    requireReturnable("slug", types.TimeType(6), true);
    expect(() => {
      requireReturnable("slug", type, true);
    }).toThrow("slug cannot return TIME(3)");
  });

  it("accepts every other type", () => {
    const { DayTimeIntervalType, GeometryType, MapType, StringType, VariantType } = types;
    const spatial = MapType(StringType("UNICODE_CI"), GeometryType("any"));
    for (const type of [
      DayTimeIntervalType("day", "day"),
      VariantType(),
      types.NullType(),
      struct(spatial),
    ])
      expect(() => {
        requireReturnable("slug", type, true);
      }).not.toThrow();
  });
});
