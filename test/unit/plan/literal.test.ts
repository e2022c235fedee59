import { toJson, type JsonValue } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { array, col, create_map, lit, map_concat, struct } from "../../../src/functions/index.js";
import { ExpressionSchema } from "../../../src/gen/spark/connect/expressions_pb.js";
import {
  CalendarInterval,
  type Column,
  DayTimeInterval,
  Timestamp,
  YearMonthInterval,
} from "../../../src/index.js";

function made(value: unknown, type?: string): JsonValue {
  return toJson(ExpressionSchema, lit(value, type).expression);
}

describe("lit with a type", () => {
  it.each<[string, unknown, JsonValue]>([
    ["tinyint", -128, { byte: -128 }],
    ["smallint", 5n, { short: 5 }],
    ["bigint", 5, { long: "5" }],
    ["bigint", "9223372036854775807", { long: "9223372036854775807" }],
    ["float", 0.5, { float: 0.5 }],
    ["double", 5, { double: 5 }],
    ["decimal(5,2)", "1.5", { decimal: { value: "150E-2", precision: 5, scale: 2 } }],
    [
      "decimal(38,0)",
      10n ** 37n,
      { decimal: { value: `1${"0".repeat(37)}`, precision: 38, scale: 0 } },
    ],
    ["date", "1970-01-02", { date: 1 }],
    ["date", new Date(-86_400_000), { date: -1 }],
    ["timestamp", "1970-01-01T00:00:00.000001Z", { timestamp: "1" }],
    ["timestamp", Timestamp.fromEpochMicros(-1n), { timestamp: "-1" }],
    ["timestamp_ntz", "1970-01-01 00:00:01", { timestampNtz: "1000000" }],
    ["time(3)", "00:00:00.001", { time: { nano: "1000000", precision: 3 } }],
    ["string", "é", { string: "é" }],
    ["binary", new Uint8Array([1]), { binary: "AQ==" }],
    [
      "interval",
      new CalendarInterval(1, 2, 3n),
      { calendarInterval: { months: 1, days: 2, microseconds: "3" } },
    ],
    ["interval year to month", new YearMonthInterval(5), { yearMonthInterval: 5 }],
    ["interval day to second", new DayTimeInterval(5n), { dayTimeInterval: "5" }],
    ["array<int>", [], { array: { elementType: { integer: {} } } }],
    [
      "array<int>",
      new Int16Array([7]),
      { array: { elementType: { integer: {} }, elements: [{ integer: 7 }] } },
    ],
    ["int", null, { null: { integer: {} } }],
  ])("makes a literal of type %s from each form of a value", (type, value, expected) => {
    expect(made(value, type)).toEqual({ literal: expected });
  });

  it("sends an interval's fields together with its value", () => {
    expect(made(new DayTimeInterval(3_600_000_000n, "hour", "hour"))).toEqual({
      literal: {
        dayTimeInterval: "3600000000",
        dataType: { dayTimeInterval: { startField: 1, endField: 1 } },
      },
    });
  });

  it("makes literals of nested maps and structs", () => {
    expect(made(new Map([["k", [1, null]]]), "map<string, array<smallint>>")).toMatchObject({
      literal: {
        map: {
          keys: [{ string: "k" }],
          values: [{ array: { elements: [{ short: 1 }, { null: { short: {} } }] } }],
        },
      },
    });
    const struct = {
      literal: { struct: { elements: [{ integer: 1 }, { null: { string: {} } }] } },
    };
    expect(made({ a: 1 }, "struct<a: int, b: string>")).toMatchObject(struct);
    expect(made([1, null], "struct<a: int, b: string>")).toMatchObject(struct);
  });

  it.each<[string, unknown]>([
    ["tinyint", 128],
    ["int", 1.5],
    ["int", "x"],
    ["bigint", 2 ** 60],
    ["bigint", 2n ** 63n],
    ["float", 1e39],
    ["double", 2n ** 60n + 1n],
    ["decimal(3,2)", "12.5"],
    ["decimal(3,2)", "1.555"],
    ["boolean", 1],
    ["string", 1],
    ["string", "\ud800"],
    ["varchar(2)", "abc"],
    ["binary", "abc"],
    ["date", "2024-02-30"],
    ["date", "1582-10-10"],
    ["date", new Date(1)],
    ["timestamp", "2024-01-01T00:00:00"],
    ["timestamp", new Date(NaN)],
    ["timestamp_ntz", "2024-01-01T00:00:00Z"],
    ["time(3)", "00:00:00.0001"],
    ["interval year", new YearMonthInterval(5)],
    ["interval hour", new DayTimeInterval(5n)],
    ["interval", "1 day"],
    ["array<int>", 5],
    ["array<int>", [1, "x"]],
    ["map<string, int>", { a: 1 }],
    ["struct<a: int not null>", {}],
    ["struct<a: int>", [1, 2]],
    ["void", 1],
    ["variant", 1],
  ])(
    "refuses a value that does not fit %s, with a message that does not contain it",
    (type, value) => {
      let error: unknown;
      try {
        lit(value, type);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(ArgumentError);
      expect((error as Error).message).toMatch(/does not fit/);
    },
  );
});

describe("lit without a type", () => {
  it("makes calls of SQL functions from arrays, Maps and objects, and literals from typed arrays", () => {
    const call = (value: unknown): unknown => {
      const { unresolvedFunction } = made(value) as Record<
        string,
        { functionName: string; arguments?: unknown[] }
      >;
      return [unresolvedFunction?.functionName, unresolvedFunction?.arguments?.length ?? 0];
    };
    expect(call([1, [2]])).toEqual(["array", 2]);
    expect(call(new Map([["a", [1, 2]]]))).toEqual(["map", 2]);
    expect(call({ a: 1, b: [1, 2] })).toEqual(["named_struct", 4]);
    expect(made(new Float32Array([0.5]))).toMatchObject({
      literal: { array: { elementType: { float: {} }, elements: [{ float: 0.5 }] } },
    });
  });

  it("refuses objects of unknown classes", () => {
    expect(() => lit(new Set([1]))).toThrow(/class Set/);
    expect(() => lit(new URL("http://x"))).toThrow(/class URL/);
  });
});

describe("lit", () => {
  it("refuses a value that contains itself, and a hole in an array", () => {
    const list: unknown[] = [];
    list.push(list);
    const map = new Map<string, unknown>();
    map.set("self", map);
    const object: Record<string, unknown> = {};
    object["self"] = [object];
    for (const value of [list, map, object]) expect(() => lit(value)).toThrow(/contains itself/);
    expect(() => lit([1, , 3])).toThrow(ArgumentError); // eslint-disable-line no-sparse-arrays
    expect(() => lit([1, undefined])).toThrow(ArgumentError);
  });

  it("accepts lists that are longer than the arguments of a JavaScript call can be", () => {
    const values = Array.from({ length: 130_000 }, (_, id) => id);
    const length = (column: Column): number => {
      const { exprType } = column.expression;
      return exprType.case === "unresolvedFunction" ? exprType.value.arguments.length : 0;
    };
    expect(length(lit(values))).toBe(130_000);
    expect(length(col("id").isin(values))).toBe(130_001);
    expect(length(col("id").isin(new Set(values)))).toBe(130_001);
    const names = values.map((id) => `c${id}`);
    for (const of of [array, struct, create_map, map_concat])
      expect(length(of(names))).toBe(130_000);
  }, 60_000);

  it("refuses a list of columns with a hole", () => {
    // eslint-disable-next-line no-sparse-arrays
    expect(() => array(["a", , "b"] as string[])).toThrow(/array takes a Column .* not undefined/);
  });
});
