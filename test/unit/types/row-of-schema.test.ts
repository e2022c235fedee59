import { describe, expect, expectTypeOf, it } from "vitest";
import {
  ArrayType,
  BinaryType,
  BooleanType,
  ByteType,
  CalendarIntervalType,
  CharType,
  DataType,
  DateType,
  DayTimeIntervalType,
  DecimalType,
  DoubleType,
  FloatType,
  GeographyType,
  GeometryType,
  IntegerType,
  LongType,
  MapType,
  NullType,
  ShortType,
  StringType,
  StructField,
  StructType,
  TimestampLTZNanosType,
  TimestampNTZNanosType,
  TimestampNTZType,
  TimestampType,
  TimeType,
  UserDefinedType,
  VarcharType,
  VariantType,
  YearMonthIntervalType,
  type CalendarInterval,
  type DayTimeInterval,
  type Geography,
  type Geometry,
  type NullableRowOfSchema,
  type ObjectRow,
  type RowOfSchema,
  type Timestamp,
  type YearMonthInterval,
} from "../../../src/index.js";

/** The columns' names, which are not a type. */
function names(schema: StructType): string {
  return schema.fieldNames.join();
}

describe("the row type of a schema", () => {
  it("has the default form of every type", () => {
    const schema = new StructType([
      StructField("void", NullType()),
      StructField("boolean", BooleanType(), false),
      StructField("byte", ByteType(), false),
      StructField("short", ShortType(), false),
      StructField("integer", IntegerType(), false),
      StructField("long", LongType(), false),
      StructField("float", FloatType(), false),
      StructField("double", DoubleType(), false),
      StructField("decimal", DecimalType(10, 2), false),
      StructField("string", StringType(), false),
      StructField("char", CharType(2), false),
      StructField("varchar", VarcharType(2), false),
      StructField("binary", BinaryType(), false),
      StructField("date", DateType(), false),
      StructField("time", TimeType(), false),
      StructField("timestamp", TimestampType(), false),
      StructField("timestamp_ntz", TimestampNTZType(), false),
      StructField("ntz_nanos", TimestampNTZNanosType(), false),
      StructField("ltz_nanos", TimestampLTZNanosType(), false),
      StructField("months", YearMonthIntervalType(), false),
      StructField("days", DayTimeIntervalType(), false),
      StructField("calendar", CalendarIntervalType(), false),
      StructField("variant", VariantType(), false),
      StructField("geometry", GeometryType(0), false),
      StructField("geography", GeographyType(4326), false),
      StructField("udt", UserDefinedType({ sqlType: LongType() }), false),
    ]);
    expectTypeOf<RowOfSchema<typeof schema>>().toEqualTypeOf<{
      void: null;
      boolean: boolean;
      byte: number;
      short: number;
      integer: number;
      long: bigint;
      float: number;
      double: number;
      decimal: string;
      string: string;
      char: string;
      varchar: string;
      binary: Uint8Array;
      date: string;
      time: string;
      timestamp: Timestamp;
      timestamp_ntz: string;
      ntz_nanos: string;
      ltz_nanos: Timestamp;
      months: YearMonthInterval;
      days: DayTimeInterval;
      calendar: CalendarInterval;
      variant: unknown;
      geometry: Geometry;
      geography: Geography;
      udt: bigint;
    }>();
    expect(schema.fieldNames).toHaveLength(26);
  });

  it("allows null where the schema allows it, at each level", () => {
    const line = new StructType([
      StructField("price", DecimalType(10, 2)),
      StructField("at", TimestampType(), false),
    ]);
    const schema = new StructType([
      StructField("id", LongType(), false),
      StructField("name", StringType()),
      StructField("tags", ArrayType(StringType())),
      StructField("sizes", ArrayType(IntegerType(), false), false),
      StructField("counts", MapType(StringType(), LongType()), false),
      StructField("exact", MapType(LongType(), ArrayType(DoubleType(), false), false), false),
      StructField("lines", ArrayType(line, false), false),
    ]);
    expectTypeOf<RowOfSchema<typeof schema>>().toEqualTypeOf<{
      id: bigint;
      name: string | null;
      tags: (string | null)[] | null;
      sizes: number[];
      counts: Map<string, bigint | null>;
      exact: Map<bigint, number[]>;
      lines: { price: string | null; at: Timestamp }[];
    }>();
    expectTypeOf<NullableRowOfSchema<typeof schema>>().toEqualTypeOf<{
      id: bigint | null;
      name: string | null;
      tags: (string | null)[] | null;
      sizes: (number | null)[] | null;
      counts: Map<string, bigint | null> | null;
      exact: Map<bigint, (number | null)[] | null> | null;
      lines: ({ price: string | null; at: Timestamp | null } | null)[] | null;
    }>();
    expect(names(schema)).toBe("id,name,tags,sizes,counts,exact,lines");
  });

  it("knows whether a column may be null from as const, from add() and from a variable", () => {
    const nullable: boolean = Math.random() < 2;
    const constant = new StructType([
      StructField("id", LongType(), false),
      StructField("name", StringType(), nullable),
    ] as const);
    const added = new StructType([StructField("id", LongType(), false)])
      .add("name", StringType(), nullable)
      .add(StructField("at", DateType()));
    type Named = { id: bigint; name: string | null };
    expectTypeOf<RowOfSchema<typeof constant>>().toEqualTypeOf<Named>();
    expectTypeOf<RowOfSchema<typeof added>>().toEqualTypeOf<{
      id: bigint;
      name: string | null;
      at: string | null;
    }>();
    expect([names(constant), names(added)]).toEqual(["id,name", "id,name,at"]);
  });

  it("is ObjectRow if TypeScript does not know the columns", () => {
    const parsed = StructType.fromDDL("id BIGINT");
    expectTypeOf(parsed).toEqualTypeOf<StructType>();
    expectTypeOf<RowOfSchema<typeof parsed>>().toEqualTypeOf<ObjectRow>();
    const built = new StructType(["a", "b"].map((name) => StructField(name, LongType())));
    expectTypeOf<RowOfSchema<typeof built>>().toEqualTypeOf<ObjectRow>();
    const some = new StructType([StructField("id", LongType(), false), ...parsed.fields]);
    expectTypeOf<RowOfSchema<typeof some>>().toEqualTypeOf<ObjectRow>();
    expect([names(built), names(some)]).toEqual(["a,b", "id,id"]);
  });

  it("contains unknown if TypeScript does not know a column's type", () => {
    const type: DataType = DataType.fromDDL("BIGINT");
    const schema = new StructType([
      StructField("any", type, false),
      StructField("list", ArrayType(type, false), false),
      StructField("struct", StructType.fromDDL("id BIGINT"), false),
    ]);
    expectTypeOf<RowOfSchema<typeof schema>>().toEqualTypeOf<{
      any: unknown;
      list: unknown[];
      struct: ObjectRow;
    }>();
    expect(names(schema)).toBe("any,list,struct");
  });

  it("keeps schemas and types assignable to their general types", () => {
    const typed = new StructType([StructField("tags", ArrayType(StringType(), false), false)]);
    expectTypeOf(typed).toExtend<StructType>();
    expectTypeOf(typed).toExtend<DataType>();
    let grown = new StructType();
    grown = grown.add("id", LongType());
    expect(names(grown)).toBe("id");
  });
});
