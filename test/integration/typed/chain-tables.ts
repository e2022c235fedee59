import {
  ArrayType,
  BinaryType,
  BooleanType,
  ByteType,
  DateType,
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
  TimestampNTZType,
  TimestampType,
  VariantType,
  YearMonthIntervalType,
  type SparkSession,
} from "../../../src/index.js";

// All tables have `id` and `key`, for joins, with different types and nullability.

const numbers = new StructType([
  StructField("id", LongType(), false),
  StructField("key", StringType(), false),
  StructField("byte", ByteType()),
  StructField("short", ShortType(), false),
  StructField("int", IntegerType(), false),
  StructField("intOrNull", IntegerType()),
  StructField("long", LongType()),
  StructField("float", FloatType()),
  StructField("double", DoubleType(), false),
  StructField("decimal", DecimalType(10, 2), false),
  StructField("wide", DecimalType(38, 18)),
  StructField("flag", BooleanType()),
]);

const scalars = new StructType([
  StructField("id", LongType()),
  StructField("key", StringType()),
  StructField("text", StringType(), false),
  StructField("bytes", BinaryType()),
  StructField("date", DateType(), false),
  StructField("dateOrNull", DateType()),
  StructField("at", TimestampType()),
  StructField("atSure", TimestampType(), false),
  StructField("local", TimestampNTZType(), false),
  StructField("months", YearMonthIntervalType(), false),
  StructField("span", DayTimeIntervalType()),
  StructField("any", VariantType()),
  StructField("sure", BooleanType(), false),
]);

const deep = new StructType([
  StructField("x", DoubleType(), false),
  StructField("tags", ArrayType(StringType())),
]);
const person = new StructType([
  StructField("no", LongType(), false),
  StructField("name", StringType()),
  StructField("deep", deep),
]);
const item = new StructType([
  StructField("sku", StringType(), false),
  StructField("price", DecimalType(8, 2)),
]);

const nested = new StructType([
  StructField("id", LongType(), false),
  StructField("key", StringType(), false),
  StructField("struct", person, false),
  StructField("structOrNull", person),
  StructField("items", ArrayType(item, false), false),
  StructField("itemsOrNull", ArrayType(item)),
  StructField("matrix", ArrayType(ArrayType(IntegerType(), false), false)),
  StructField("counts", MapType(StringType(), IntegerType(), false), false),
  StructField("people", MapType(StringType(), person)),
  StructField("texts", MapType(IntegerType(), StringType())),
  StructField("a.b", IntegerType()),
]);

const members = new StructType([
  StructField("id", IntegerType()),
  StructField("key", StringType(), false),
  StructField("name", StringType()),
  StructField("born", DateType()),
  StructField("score", DoubleType(), false),
  StructField("struct", item),
]);

/** The tables that the random chains start from: together they have every type, with nulls and without. */
export const chainTables = (spark: SparkSession) => ({
  numbers: spark.createDataFrame([], numbers),
  scalars: spark.createDataFrame([], scalars),
  nested: spark.createDataFrame([], nested),
  members: spark.createDataFrame([], members),
});

export type ChainTables = ReturnType<typeof chainTables>;
