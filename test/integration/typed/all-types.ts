import {
  ArrayType,
  BinaryType,
  BooleanType,
  ByteType,
  DateType,
  DayTimeInterval,
  DayTimeIntervalType,
  DecimalType,
  DoubleType,
  FloatType,
  IntegerType,
  LongType,
  MapType,
  ShortType,
  StringType,
  StructField,
  StructType,
  Timestamp,
  TimestampNTZType,
  TimestampType,
  VariantType,
  YearMonthInterval,
  YearMonthIntervalType,
  type Column,
  type DataFrame,
  type RowOfSchema,
  type SparkSession,
} from "../../../src/index.js";

/** The structs of arrays: both fields can be null. */
const item = new StructType([StructField("id", LongType()), StructField("name", StringType())]);
const record = new StructType([
  StructField("id", LongType(), false),
  StructField("name", StringType()),
]);

/** Each type twice: without nulls, and with nulls in the column and in its elements. */
const schema = new StructType([
  StructField("bool", BooleanType(), false),
  StructField("boolOrNull", BooleanType()),
  StructField("byte", ByteType(), false),
  StructField("byteOrNull", ByteType()),
  StructField("short", ShortType(), false),
  StructField("shortOrNull", ShortType()),
  StructField("int", IntegerType(), false),
  StructField("intOrNull", IntegerType()),
  StructField("long", LongType(), false),
  StructField("longOrNull", LongType()),
  StructField("float", FloatType(), false),
  StructField("floatOrNull", FloatType()),
  StructField("double", DoubleType(), false),
  StructField("doubleOrNull", DoubleType()),
  StructField("decimal", DecimalType(10, 2), false),
  StructField("decimalOrNull", DecimalType(10, 2)),
  StructField("text", StringType(), false),
  StructField("textOrNull", StringType()),
  StructField("binary", BinaryType(), false),
  StructField("binaryOrNull", BinaryType()),
  StructField("date", DateType(), false),
  StructField("dateOrNull", DateType()),
  StructField("timestamp", TimestampType(), false),
  StructField("timestampOrNull", TimestampType()),
  StructField("timestampNtz", TimestampNTZType(), false),
  StructField("timestampNtzOrNull", TimestampNTZType()),
  StructField("yearMonth", YearMonthIntervalType(), false),
  StructField("yearMonthOrNull", YearMonthIntervalType()),
  StructField("dayTime", DayTimeIntervalType(), false),
  StructField("dayTimeOrNull", DayTimeIntervalType()),
  StructField("ints", ArrayType(IntegerType(), false), false),
  StructField("intsOrNull", ArrayType(IntegerType())),
  StructField("texts", ArrayType(StringType(), false), false),
  StructField("textsOrNull", ArrayType(StringType())),
  StructField("structs", ArrayType(item, false), false),
  StructField("structsOrNull", ArrayType(item)),
  StructField("map", MapType(StringType(), IntegerType(), false), false),
  StructField("mapOrNull", MapType(StringType(), IntegerType())),
  StructField("struct", record, false),
  StructField("structOrNull", record),
  StructField("variant", VariantType(), false),
  StructField("variantOrNull", VariantType()),
]);

type Row = RowOfSchema<typeof schema>;

/** A column of each type, and one that can be null: `text` is `Column<string>`, `textOrNull` `Column<string | null>`. */
export type AllTypes = { readonly [Name in keyof Row]: Column<Row[Name]> };

const WITHOUT_NULLS = {
  bool: true,
  byte: 1,
  short: 2,
  int: 3,
  long: 4n,
  float: 0.5,
  double: 0.25,
  decimal: "12.50",
  text: "ab",
  binary: Uint8Array.of(1, 2),
  date: "2024-05-06",
  timestamp: Timestamp.parse("2024-05-06T07:08:09Z"),
  timestampNtz: "2024-05-06T07:08:09",
  yearMonth: new YearMonthInterval(14),
  dayTime: new DayTimeInterval(90_000_000n),
  ints: [1, 2],
  texts: ["a", "b"],
  structs: [{ id: 1n, name: "a" }],
  map: new Map([["a", 1]]),
  struct: { id: 1n, name: "a" },
  variant: { a: 1 },
};

/** One row with values of all types, and nulls in the columns that can be null. */
export function allTypesFrame(spark: SparkSession): DataFrame {
  const row = {
    ...Object.fromEntries(schema.fieldNames.map((name) => [name, null])),
    ...WITHOUT_NULLS,
  };
  return spark.createDataFrame([row], schema);
}

/** The columns of allTypesFrame(). */
export function allTypesColumns(df: DataFrame): AllTypes {
  return Object.fromEntries(
    schema.fieldNames.map((name) => [name, df.col(name)]),
  ) as unknown as AllTypes;
}
