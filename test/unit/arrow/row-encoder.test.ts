import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowDecoder } from "../../../src/arrow/decode/row-decoder.js";
import { encodeRows } from "../../../src/arrow/encode/row-encoder.js";
import { ArgumentError } from "../../../src/errors.js";
import { CalendarInterval } from "../../../src/types/calendar-interval.js";
import { dateText, dateTimeText, timeText } from "../../../src/types/calendar.js";
import * as types from "../../../src/types/data-type.js";
import { DayTimeInterval } from "../../../src/types/day-time-interval.js";
import { Geography, Geometry } from "../../../src/types/geometry.js";
import type { ObjectRow, Row } from "../../../src/types/row.js";
import { StructField, StructType } from "../../../src/types/struct-type.js";
import { Timestamp } from "../../../src/types/timestamp.js";
import { YearMonthInterval } from "../../../src/types/year-month-interval.js";
import { canonical } from "./canonical.js";
import { goldenCase, goldenNames } from "./golden.js";

function one(type: types.DataType, nullable = true): StructType {
  return new StructType([StructField("x", type, nullable)]);
}

function roundTrip(type: types.DataType, values: readonly unknown[]): unknown[] {
  const schema = one(type);
  const stream = encodeRows(
    values.map((value) => [value]),
    schema,
  );
  return new RowDecoder(schema, { rowMode: "array" })
    .decode(stream)
    .rows.map((row) => (row as unknown[])[0]);
}

function refusal(type: types.DataType, ...values: unknown[]): string {
  try {
    roundTrip(type, values);
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/** A type and some of its values in the decoded form. */
interface Sample {
  readonly type: types.DataType;
  readonly value: fc.Arbitrary<unknown>;
}

const text = fc.string({ unit: "binary", maxLength: 20 });
const flat: readonly Sample[] = [
  { type: types.BooleanType(), value: fc.boolean() },
  { type: types.ByteType(), value: fc.integer({ min: -128, max: 127 }) },
  { type: types.ShortType(), value: fc.integer({ min: -32768, max: 32767 }) },
  { type: types.IntegerType(), value: fc.integer(INT32) },
  { type: types.LongType(), value: fc.bigInt(INT64) },
  { type: types.FloatType(), value: fc.float() },
  { type: types.DoubleType(), value: fc.double() },
  { type: types.StringType(), value: text },
  { type: types.BinaryType(), value: fc.uint8Array({ maxLength: 20 }) },
  {
    type: types.DecimalType(38, 10),
    value: fc
      .tuple(fc.boolean(), fc.bigInt({ min: 1n, max: 10n ** 28n - 1n }), fc.nat(9_999_999_999))
      .map(([negative, whole, fraction]) =>
        [negative ? "-" : "", String(whole), ".", String(fraction).padStart(10, "0")].join(""),
      ),
  },
  { type: types.DateType(), value: fc.integer(INT32).map(dateText) },
  {
    type: types.TimestampType(),
    value: fc.bigInt(INT64).map(Timestamp.fromEpochMicros.bind(Timestamp)),
  },
  {
    type: types.TimestampNTZType(),
    value: fc
      .tuple(fc.integer({ min: -9e12, max: 9e12 }), fc.nat(999_999))
      .map(([seconds, micros]) => dateTimeText(seconds, micros)),
  },
  {
    type: types.TimeType(),
    value: fc.nat(86_399_999_999).map((micros) => timeText(micros * 1000)),
  },
  {
    type: types.YearMonthIntervalType(),
    value: fc.integer(INT32).map((months) => new YearMonthInterval(months)),
  },
  {
    type: types.DayTimeIntervalType(),
    value: fc.bigInt(INT64).map((micros) => new DayTimeInterval(micros)),
  },
  {
    type: types.CalendarIntervalType(),
    value: fc
      .tuple(fc.integer(INT32), fc.integer(INT32), fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }))
      .map(([months, days, micros]) => new CalendarInterval(months, days, micros)),
  },
];

function orNull(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.option(value, { nil: null, freq: 5 });
}

/** Arrays, maps and structs of the samples, nested up to a depth. */
function samples(depth: number): fc.Arbitrary<Sample> {
  const leaf = fc.constantFrom(...flat);
  if (depth === 0) return leaf;
  const inner = samples(depth - 1);
  return fc.oneof(
    leaf,
    inner.map(({ type, value }) => ({
      type: types.ArrayType(type),
      value: fc.array(orNull(value), { maxLength: 4 }),
    })),
    inner.map(({ type, value }) => ({
      type: types.MapType(types.StringType(), type),
      value: fc
        .array(fc.tuple(text, orNull(value)), { maxLength: 4 })
        .map((entries) => new Map(entries)),
    })),
    fc.tuple(inner, inner).map(([first, second]) => ({
      type: new StructType().add("a", first.type).add("b", second.type),
      value: fc.tuple(orNull(first.value), orNull(second.value)),
    })),
  );
}

describe("encodeRows", () => {
  it.each(goldenNames.filter((name) => name !== "variants"))(
    "writes the values of %s so that they decode to the same values",
    (name) => {
      const { schema, stream, rows } = goldenCase(name);
      const decoder = new RowDecoder(schema, { rowMode: "array" });
      const expected = decoder.decode(stream).rows;
      // Dictionaries and large types decode to plain types.
      const plain = new RowDecoder(schema, { rowMode: "array" });
      expect(plain.decode(encodeRows(expected, schema)).rows.map(canonical)).toEqual(
        expected.map(canonical),
      );
      expect(expected).toHaveLength(rows.length);
    },
  );

  it("writes any value of any type, nested to any depth, so that it decodes to the same value", () => {
    const columns = samples(3).chain(({ type, value }) =>
      fc.record({ type: fc.constant(type), values: fc.array(orNull(value), { maxLength: 12 }) }),
    );
    fc.assert(
      fc.property(columns, ({ type, values }) => {
        expect(roundTrip(type, values).map(canonical)).toEqual(values.map(canonical));
      }),
      { numRuns: 300 },
    );
  });

  it("accepts equivalent forms of a value", () => {
    expect(roundTrip(types.LongType(), [1, 1n, "1", "-9223372036854775808"])).toEqual([
      1n,
      1n,
      1n,
      -(2n ** 63n),
    ]);
    expect(roundTrip(types.IntegerType(), [1n])).toEqual([1]);
    expect(roundTrip(types.DoubleType(), [1n, -0])).toEqual([1, -0]);
    expect(
      roundTrip(types.DecimalType(10, 3), [1, 1n, "1", "1.5000", 0.125, "-1e-2", ".5", "5."]),
    ).toEqual(["1.000", "1.000", "1.000", "1.500", "0.125", "-0.010", "0.500", "5.000"]);
    expect(roundTrip(types.DateType(), [new Date("2024-02-29"), "2024-02-29"])).toEqual([
      "2024-02-29",
      "2024-02-29",
    ]);
    const moment = Timestamp.fromEpochMicros(1_500_000n);
    expect(
      roundTrip(types.TimestampType(), [
        moment,
        new Date(1500),
        "1970-01-01T00:00:01.5Z",
        "1970-01-01 01:00:01.5+01:00",
      ]).map(String),
    ).toEqual(Array(4).fill(moment.toISOString()));
    expect(roundTrip(types.ArrayType(types.DoubleType()), [Float64Array.of(1, 2)])).toEqual([
      [1, 2],
    ]);
    const map = types.MapType(types.StringType(), types.LongType());
    expect(roundTrip(map, [{ a: 1n }])).toEqual([new Map([["a", 1n]])]);
  });

  it("accepts objects by name and arrays by position, and reads a missing name as null", () => {
    const schema = new StructType()
      .add("a", types.LongType())
      .add("toString", types.StringType())
      .add("c", new StructType().add("d", types.BooleanType()));
    const rows: Row[] = [{ c: { d: true }, a: 1n, more: "ignored" }, {}, [2n, "text", [false]]];
    expect(new RowDecoder(schema).decode(encodeRows(rows, schema)).rows).toEqual([
      { a: 1n, toString: null, c: { d: true } },
      { a: null, toString: null, c: null },
      { a: 2n, toString: "text", c: { d: false } },
    ]);
  });

  it("keeps the columns if there are no rows", () => {
    const schema = one(types.MapType(types.LongType(), types.ArrayType(types.DateType())));
    expect(new RowDecoder(schema).decode(encodeRows([], schema))).toEqual({ rows: [], numRows: 0 });
  });

  it.each<[types.DataType, unknown]>([
    [types.BooleanType(), 1],
    [types.ByteType(), 128],
    [types.ShortType(), -32769],
    [types.IntegerType(), 2 ** 31],
    [types.IntegerType(), 1.5],
    [types.IntegerType(), "1"],
    [types.LongType(), 2 ** 53],
    [types.LongType(), 2n ** 63n],
    [types.LongType(), "one"],
    [types.FloatType(), 1e300],
    [types.DoubleType(), 2n ** 53n + 1n],
    [types.DoubleType(), "1"],
    [types.DecimalType(5, 2), "1000"],
    [types.DecimalType(5, 2), "0.001"],
    [types.DecimalType(5, 2), NaN],
    [types.DecimalType(5, 2), "12,5"],
    [types.StringType(), 1],
    [types.StringType(), "half \ud800"],
    [types.CharType(2), "abc"],
    [types.VarcharType(1), "\u{1f600}\u{1f600}"],
    [types.BinaryType(), "bytes"],
    [types.BinaryType(), [1, 2]],
    [types.DateType(), new Date(1)],
    [types.DateType(), "2023-02-29"],
    [types.DateType(), "20230101"],
    [types.TimestampType(), "2024-01-01T00:00:00"],
    [types.TimestampType(), new Date(NaN)],
    [types.TimestampType(), 0],
    [types.TimestampNTZType(), "2024-01-01T00:00:00Z"],
    [types.TimestampNTZType(), new Date(0)],
    [types.TimeType(3), "00:00:00.0001"],
    [types.TimeType(), "25:00:00"],
    [types.YearMonthIntervalType("year", "year"), new YearMonthInterval(1)],
    [types.DayTimeIntervalType("day", "hour"), new DayTimeInterval(1n)],
    [types.DayTimeIntervalType(), 5],
    [types.CalendarIntervalType(), new CalendarInterval(0, 0, 2n ** 63n - 1n)],
    [types.ArrayType(types.LongType()), new Set([1])],
    [types.MapType(types.LongType(), types.LongType()), { a: 1 }],
    [new StructType().add("a", types.LongType()), "a"],
    [types.NullType(), 0],
  ])("refuses a value that does not fit its type, and names column and row: %j", (type, value) => {
    expect(refusal(type, null, value)).toMatch(/^Column x, row 1: /);
  });

  it("names the path, the row and the kind of a nested value, but never the value", () => {
    const type = types.ArrayType(
      types.MapType(types.StringType(), new StructType().add("n", types.ByteType())),
    );
    const message = refusal(type, [], [new Map([["k", { n: "secret" }]])]);
    expect(message).toMatch(/^Column x\.element\.value\.n, row 1: string /);
    expect(message).not.toContain("secret");
  });

  it("refuses null in a column that is not nullable", () => {
    const schema = one(types.LongType(), false);
    expect(() => encodeRows([[1n], [null]], schema)).toThrow(/Column x, row 1: null/);
    expect(refusal(types.ArrayType(types.LongType(), false), [1n, undefined])).toContain(
      "x.element",
    );
    const map = types.MapType(types.StringType(), types.LongType());
    expect(refusal(map, new Map([[null, 1n]]))).toContain("x.key");
  });

  it("refuses values that are not rows", () => {
    const schema = one(types.LongType());
    expect(() => encodeRows([[1n, 2n]], schema)).toThrow(ArgumentError);
    expect(() => encodeRows([7 as unknown as Row], schema)).toThrow(ArgumentError);
    const twins = new StructType().add("x", types.LongType()).add("x", types.LongType());
    expect(() => encodeRows([{ x: 1n }], twins)).toThrow(/same name/);
  });

  it("writes spatial values with their reference system, and refuses another reference system", () => {
    const wkb = new Uint8Array([1, 1, 0]);
    const rows = [[new Geometry(wkb, 3857)], [null]];
    for (const srid of [3857, "any"] as const) {
      const schema = one(types.GeometryType(srid));
      expect(
        new RowDecoder(schema, { rowMode: "array" }).decode(encodeRows(rows, schema)).rows,
      ).toEqual(rows);
    }
    expect(refusal(types.GeometryType(0), new Geometry(wkb, 3857))).toMatch(/its SRID is 3857/);
    expect(refusal(types.GeometryType(0), new Geography(wkb))).toMatch(/pass a Geometry/);
    const globe = one(types.GeographyType(4326));
    const [row] = new RowDecoder(globe).decode(encodeRows([[new Geography(wkb)]], globe)).rows;
    expect(row).toEqual({ x: new Geography(wkb, 4326) });
  });

  it("writes nanoseconds that decode to the same value, and refuses values out of range", () => {
    const schema = new StructType()
      .add("z", types.TimestampLTZNanosType(9))
      .add("n", types.TimestampNTZNanosType(7));
    const at = Timestamp.parse("1969-12-31T23:59:59.123456789Z");
    const encoded = encodeRows([[at, "2262-01-01 00:00:00.1234567"]], schema);
    const [row] = new RowDecoder(schema).decode(encoded).rows as ObjectRow[];
    expect((row?.["z"] as Timestamp).epochNanos).toBe(-876_543_211n);
    expect(String(row?.["z"])).toBe("1969-12-31T23:59:59.123456789Z");
    expect(row?.["n"]).toBe("2262-01-01T00:00:00.1234567");
    const texts = new RowDecoder(schema, { temporal: "string" }).decode(encoded).rows;
    expect(texts[0]).toMatchObject({ z: "1969-12-31T23:59:59.123456789Z" });
    expect(refusal(types.TimestampNTZNanosType(7), "2020-01-01 00:00:00.12345678")).toMatch(
      /7 fraction/,
    );
    expect(refusal(types.TimestampNTZNanosType(9), "9999-01-01 00:00:00")).toMatch(/1677 to 2262/);
    expect(refusal(types.TimestampType(), at)).toMatch(/nanoseconds/);
    expect(refusal(types.TimestampType(), "2020-01-01T00:00:00.1234567Z")).toMatch(/does not fit/);
    expect(refusal(types.VariantType(), at)).toMatch(/nanoseconds/);
  });

  it("keeps integers of more than 64 bits in variants, as bigint", () => {
    const whole = [2n ** 63n, -(2n ** 63n) - 1n, 10n ** 38n - 1n, 1n - 10n ** 38n, 10n ** 20n];
    expect(roundTrip(types.VariantType(), whole)).toEqual(whole);
    expect(roundTrip(types.VariantType(), [[10n ** 30n, 1n]])).toEqual([[10n ** 30n, 1]]);
  });

  it("writes the ids of any number of fields of a variant", () => {
    const many = Object.fromEntries(Array.from({ length: 130_000 }, (_, id) => [`f${id}`, 1]));
    expect(Object.keys(roundTrip(types.VariantType(), [many])[0] as object)).toHaveLength(130_000);
  }, 60_000);

  it("sends JavaScript values as variants that decode to the same values", () => {
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(
          fc.boolean(),
          fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
          fc.double(),
          fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
          fc.string({ unit: "binary", maxLength: 100 }),
          fc.uint8Array({ maxLength: 10 }),
          fc.date({ noInvalidDate: true }).map((date) => new Timestamp(date)),
        ),
        fc.array(fc.oneof(fc.constant(null), tie("value")), { maxLength: 5 }),
        fc.dictionary(fc.string({ unit: "binary", maxLength: 5 }), tie("value"), { maxKeys: 5 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), (values) => {
        expect(roundTrip(types.VariantType(), values).map(canonical)).toEqual(
          values.map(canonical),
        );
      }),
    );
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`key ${at}`, at]));
    expect(roundTrip(types.VariantType(), [many, Array(300).fill(1), null])).toEqual([
      many,
      Array(300).fill(1),
      null,
    ]);
    expect(refusal(types.VariantType(), new Map())).toContain("Column x, row 0: Map");
    expect(refusal(types.VariantType(), 10n ** 38n)).toMatch(/38 digits/);
  });
});
