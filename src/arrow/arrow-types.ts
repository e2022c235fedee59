import * as arrow from "apache-arrow";
import { ArgumentError } from "../errors.js";
import * as types from "../types/data-type.js";
import type { ArrayType, DataType, MapType } from "../types/data-type.js";
import { StructField, StructType } from "../types/struct-type.js";
import { uniqueNames } from "../types/unique-names.js";
import { arrowName, type ArrowType } from "./arrow-column.js";

/** Spark sends timestamps as microseconds in UTC. The zone in the type only marks them as moments. */
const ZONE = "UTC";

/** Spark recognizes a variant among structs by this mark on its metadata. */
const VARIANT_MARK = new Map([["variant", "true"]]);

/** Metadata of a field with nanoseconds, as in Spark 4.3's ArrowUtils. */
const NANOS_PRECISION = "SPARK::timestampNanos::precision";
/** Marks a spatial type with a reference system for each row. */
const MIXED_SRID = -1;

function refuse(type: string, column: string): ArgumentError {
  return new ArgumentError(
    "schema",
    `Column ${column}: this client cannot send values of type ${type}.`,
  );
}

/**
 * The Arrow type in which Spark accepts values of a type, like its ArrowUtils.toArrowType.
 *
 * @param column the column with the type, for the message
 * @throws {ArgumentError} this client cannot send the type
 */
export function toArrowType(type: DataType, column: string): ArrowType {
  switch (type.kind) {
    case "void":
      return new arrow.Null();
    case "boolean":
      return new arrow.Bool();
    case "byte":
      return new arrow.Int8();
    case "short":
      return new arrow.Int16();
    case "integer":
      return new arrow.Int32();
    case "long":
      return new arrow.Int64();
    case "float":
      return new arrow.Float32();
    case "double":
      return new arrow.Float64();
    case "decimal":
      return new arrow.Decimal(type.scale, type.precision, 128);
    case "string":
    case "char":
    case "varchar":
      return new arrow.Utf8();
    case "binary":
      return new arrow.Binary();
    case "date":
      return new arrow.DateDay();
    case "time":
      return new arrow.TimeNanosecond();
    case "timestamp":
      return new arrow.TimestampMicrosecond(ZONE);
    case "timestamp_ntz":
      return new arrow.TimestampMicrosecond();
    case "year_month_interval":
      return new arrow.IntervalYearMonth();
    case "day_time_interval":
      return new arrow.DurationMicrosecond();
    case "calendar_interval":
      return new arrow.IntervalMonthDayNano();
    case "udt":
      return toArrowType(type.sqlType, column);
    case "array":
      return toArrowList(type, column);
    case "map":
      return toArrowMap(type, column);
    case "struct":
      return toArrowStruct(type, column);
    case "variant":
      return arrowVariant();
    case "timestamp_ntz_nanos":
      return new arrow.TimestampNanosecond();
    case "timestamp_ltz_nanos":
      return new arrow.TimestampNanosecond(ZONE);
    case "geometry":
    case "geography":
      return arrowSpatial(type);
  }
}

/**
 * The Arrow list of an array type.
 *
 * @throws {ArgumentError} the elements' type cannot be sent
 */
export function toArrowList(type: ArrayType, column: string): arrow.List {
  const { elementType, containsNull } = type;
  return new arrow.List(toArrowField("element", elementType, containsNull, `${column}.element`));
}

/**
 * The Arrow map of a map type. Entries and keys are never null.
 *
 * @throws {ArgumentError} the type of keys or values cannot be sent
 */
export function toArrowMap(type: MapType, column: string): arrow.Map_ {
  const key = toArrowField("key", type.keyType, false, `${column}.key`);
  const value = toArrowField("value", type.valueType, type.valueContainsNull, `${column}.value`);
  const entries = new arrow.Struct<{ key: ArrowType; value: ArrowType }>([key, value]);
  return new arrow.Map_(new arrow.Field("entries", entries, false));
}

/**
 * The Arrow struct of a struct type, with names that are unique and not empty.
 *
 * @throws {ArgumentError} a column's type cannot be sent
 */
export function toArrowStruct(type: StructType, column: string): arrow.Struct {
  const names = uniqueNames(type.fieldNames);
  return new arrow.Struct(
    type.fields.map(({ name, dataType, nullable }, index) =>
      toArrowField(names[index] ?? name, dataType, nullable, `${column}.${name}`),
    ),
  );
}

/** The Arrow struct in which variants are sent. */
export function arrowVariant(): arrow.Struct {
  return new arrow.Struct([
    new arrow.Field("value", new arrow.Binary(), false),
    new arrow.Field("metadata", new arrow.Binary(), false, VARIANT_MARK),
  ]);
}

/** The Arrow struct in which spatial values are sent. */
export function arrowSpatial({
  kind,
  srid,
}: types.GeometryType | types.GeographyType): arrow.Struct {
  const marks = new Map([
    [kind, "true"],
    ["srid", String(srid === "any" ? MIXED_SRID : srid)],
  ]);
  return new arrow.Struct([
    new arrow.Field("srid", new arrow.Int32(), false),
    new arrow.Field("wkb", new arrow.Binary(), false, marks),
  ]);
}

/** Metadata that Spark puts on a field because Arrow's type cannot express it. */
function fieldMarks(type: DataType): Map<string, string> | undefined {
  return type.kind === "timestamp_ntz_nanos" || type.kind === "timestamp_ltz_nanos"
    ? new Map([[NANOS_PRECISION, String(type.precision)]])
    : undefined;
}

function toArrowField(
  name: string,
  type: DataType,
  nullable: boolean,
  column: string,
): arrow.Field<ArrowType> {
  return new arrow.Field(name, toArrowType(type, column), nullable, fieldMarks(type));
}

/**
 * The Arrow schema in which Spark accepts rows of a schema.
 *
 * @throws {ArgumentError} a column's type cannot be sent
 */
export function toArrowSchema(struct: StructType): arrow.Schema {
  return new arrow.Schema(
    struct.fields.map(({ name, dataType, nullable }) =>
      toArrowField(name, dataType, nullable, name),
    ),
  );
}

/**
 * How to read timestamps with nanoseconds. An Arrow table of a user has them for any timestamp. Spark sends them only for
 * its types with nanoseconds.
 */
export type NanosAs = "micros" | "nanos";

function fromTimestamp(type: arrow.Timestamp, nanosAs: NanosAs): DataType {
  const zone: unknown = type.timezone;
  const isMoment = typeof zone === "string" && zone !== "";
  if (nanosAs === "nanos" && type.unit === arrow.TimeUnit.NANOSECOND)
    return isMoment ? types.TimestampLTZNanosType() : types.TimestampNTZNanosType();
  return isMoment ? types.TimestampType() : types.TimestampNTZType();
}

/** Spark has no unsigned integers, so they become the next larger type. */
function fromInt({ isSigned, bitWidth }: arrow.Int): DataType {
  switch (isSigned ? bitWidth : bitWidth * 2) {
    case 8:
      return types.ByteType();
    case 16:
      return types.ShortType();
    case 32:
      return types.IntegerType();
    case 64:
      return types.LongType();
    default:
      return types.DecimalType(20, 0);
  }
}

function fromInterval(type: arrow.Interval): DataType | undefined {
  switch (type.unit) {
    case arrow.IntervalUnit.YEAR_MONTH:
      return types.YearMonthIntervalType();
    case arrow.IntervalUnit.MONTH_DAY_NANO:
      return types.CalendarIntervalType();
    case arrow.IntervalUnit.DAY_TIME:
      return undefined;
  }
}

function fromDecimal({ precision, scale }: arrow.Decimal): DataType | undefined {
  const isOfSpark = precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision;
  return isOfSpark ? types.DecimalType(precision, scale) : undefined;
}

function isText(type: ArrowType): boolean {
  const { DataType: Arrow } = arrow;
  return Arrow.isUtf8(type) || Arrow.isLargeUtf8(type) || Arrow.isUtf8View(type);
}

function isBytes(type: ArrowType): boolean {
  const { DataType: Arrow } = arrow;
  return (
    Arrow.isBinary(type) ||
    Arrow.isLargeBinary(type) ||
    Arrow.isBinaryView(type) ||
    Arrow.isFixedSizeBinary(type)
  );
}

function isVariant(type: arrow.Struct): boolean {
  return (
    type.children.length === 2 &&
    type.children.some(
      ({ name, metadata }) => name === "metadata" && metadata.get("variant") === "true",
    )
  );
}

function fromSpatial(type: arrow.Struct): DataType | undefined {
  const marks = type.children.find(({ name }) => name === "wkb")?.metadata;
  const srid = Number(marks?.get("srid"));
  if (type.children.length !== 2 || !Number.isInteger(srid)) return undefined;
  const known = srid === MIXED_SRID ? "any" : srid;
  if (marks?.get("geometry") === "true") return types.GeometryType(known);
  return marks?.get("geography") === "true" ? types.GeographyType(known) : undefined;
}

function fromNested(type: ArrowType, column: string, nanosAs: NanosAs): DataType | undefined {
  const { DataType: Arrow } = arrow;
  if (Arrow.isList(type) || Arrow.isLargeList(type) || Arrow.isFixedSizeList(type)) {
    const [element] = type.children;
    if (element === undefined) return undefined;
    return types.ArrayType(
      fromArrowType(element.type as ArrowType, `${column}.element`, nanosAs),
      element.nullable,
    );
  }
  if (Arrow.isMap(type)) {
    const [key, value] = fromArrowFields(type.childType.children, nanosAs, `${column}.`);
    if (key === undefined || value === undefined) return undefined;
    return types.MapType(key.dataType, value.dataType, value.nullable);
  }
  if (Arrow.isStruct(type))
    return isVariant(type)
      ? types.VariantType()
      : (fromSpatial(type) ??
          new StructType(fromArrowFields(type.children, nanosAs, `${column}.`)));
  return undefined;
}

function fromFlat(type: ArrowType, nanosAs: NanosAs): DataType | undefined {
  const { DataType: Arrow } = arrow;
  if (Arrow.isNull(type)) return types.NullType();
  if (Arrow.isBool(type)) return types.BooleanType();
  if (Arrow.isInt(type)) return fromInt(type);
  if (Arrow.isFloat(type))
    return type.precision === arrow.Precision.DOUBLE ? types.DoubleType() : types.FloatType();
  if (Arrow.isDecimal(type)) return fromDecimal(type);
  if (isText(type)) return types.StringType();
  if (isBytes(type)) return types.BinaryType();
  if (Arrow.isDate(type)) return types.DateType();
  if (Arrow.isTime(type)) return types.TimeType();
  if (Arrow.isTimestamp(type)) return fromTimestamp(type, nanosAs);
  if (Arrow.isInterval(type)) return fromInterval(type);
  if (Arrow.isDuration(type)) return types.DayTimeIntervalType();
  return undefined;
}

/**
 * The Spark type that can contain all values of an Arrow type, for any layout and time unit.
 *
 * @param column the column with the type, for the message
 * @throws {ArgumentError} Spark has no corresponding type
 */
function fromArrowType(type: ArrowType, column: string, nanosAs: NanosAs): DataType {
  if (arrow.DataType.isDictionary(type))
    return fromArrowType(type.dictionary as ArrowType, column, nanosAs);
  const found = fromFlat(type, nanosAs) ?? fromNested(type, column, nanosAs);
  if (found === undefined) throw refuse(`Arrow ${arrowName(type)}`, column);
  return found;
}

function fromArrowFields(
  fields: readonly arrow.Field[],
  nanosAs: NanosAs,
  prefix = "",
): StructField[] {
  return fields.map(({ name, type, nullable }) =>
    // apache-arrow returns null for an empty name.
    StructField(
      (name as string | null) ?? "",
      fromArrowType(type as ArrowType, `${prefix}${name}`, nanosAs),
      nullable,
    ),
  );
}

/**
 * The Spark schema of an Arrow schema.
 *
 * @throws {ArgumentError} Spark has no type for a column
 */
export function fromArrowSchema(schema: arrow.Schema, nanosAs: NanosAs = "micros"): StructType {
  return new StructType(fromArrowFields(schema.fields, nanosAs));
}
