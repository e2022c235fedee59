import fc from "fast-check";
import * as types from "../../src/types/data-type.js";
import type { DataType, DayTimeField } from "../../src/types/data-type.js";
import { StructField, StructType } from "../../src/types/struct-type.js";

const DAY_TIME: readonly DayTimeField[] = ["day", "hour", "minute", "second"];
const COLLATIONS = ["UTF8_LCASE", "UNICODE", "UNICODE_CI", "de_CI_AI", "zh_Hant", "sr_Cyrl_SRB_AI"];

const atomicType: fc.Arbitrary<DataType> = fc.oneof(
  fc.constantFrom<DataType>(
    types.NullType(),
    types.BooleanType(),
    types.ByteType(),
    types.ShortType(),
    types.IntegerType(),
    types.LongType(),
    types.FloatType(),
    types.DoubleType(),
    types.StringType(),
    types.BinaryType(),
    types.DateType(),
    types.TimestampType(),
    types.TimestampNTZType(),
    types.CalendarIntervalType(),
    types.VariantType(),
    types.GeometryType("any"),
    types.GeographyType("any"),
    types.YearMonthIntervalType(),
    types.YearMonthIntervalType("year", "year"),
    types.YearMonthIntervalType("month", "month"),
  ),
  fc
    .integer({ min: 1, max: 38 })
    .chain((precision) =>
      fc.integer({ min: 0, max: precision }).map((scale) => types.DecimalType(precision, scale)),
    ),
  fc.integer({ min: 1, max: 65_535 }).map(types.CharType),
  fc.integer({ min: 1, max: 65_535 }).map(types.VarcharType),
  fc.integer({ min: 0, max: 9 }).map(types.TimeType),
  fc.integer({ min: 7, max: 9 }).map(types.TimestampNTZNanosType),
  fc.integer({ min: 7, max: 9 }).map(types.TimestampLTZNanosType),
  fc.constantFrom(...COLLATIONS).map(types.StringType),
  fc.constantFrom(0, 3857, 4326).map(types.GeometryType),
  fc.constantFrom(4326).map(types.GeographyType),
  fc
    .tuple(fc.nat(3), fc.nat(3))
    .map(([a, b]) => types.DayTimeIntervalType(DAY_TIME[Math.min(a, b)], DAY_TIME[Math.max(a, b)])),
);

const name = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/) },
  { weight: 1, arbitrary: fc.string({ minLength: 1, unit: "grapheme" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("not", "null", "comment", "int", "a`b", "1", "1e5", "ü"),
  },
);

/** Column metadata that DDL can express: a comment and a default. */
function metadata(withDefault: boolean): fc.Arbitrary<Record<string, unknown>> {
  const comment = fc.string({ unit: "binary" }).filter((text) => text.isWellFormed());
  return fc.record(
    {
      comment,
      ...(withDefault && {
        CURRENT_DEFAULT: fc.constantFrom(
          "5",
          "'it''s, not null'",
          "array(1, 2)",
          "(1 > 2)",
          "NULL",
        ),
      }),
    },
    { requiredKeys: [] },
  );
}

function field(type: fc.Arbitrary<DataType>, withDefault: boolean): fc.Arbitrary<StructField> {
  return fc
    .tuple(name, type, fc.boolean(), metadata(withDefault))
    .map((parts) => StructField(...parts));
}

/** Types of any depth. Arrays and maps contain nulls, because DDL cannot exclude them. */
export const arbitraryType: fc.Arbitrary<DataType> = fc.letrec<{ type: DataType }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atomicType,
    tie("type").map((element) => types.ArrayType(element)),
    fc.tuple(tie("type"), tie("type")).map(([key, value]) => types.MapType(key, value)),
    fc.array(field(tie("type"), false), { maxLength: 4 }).map((fields) => new StructType(fields)),
  ),
})).type;

/** Schemas of tables: columns may have defaults. */
export const arbitrarySchema: fc.Arbitrary<StructType> = fc
  .array(field(arbitraryType, true), { maxLength: 5 })
  .map((fields) => new StructType(fields));
