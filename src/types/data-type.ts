import { ArgumentError } from "../errors.js";
import type { StructType } from "./struct-type.js";

/**
 * Spark SQL's data types as immutable values. Each type has an interface and, under the same name, a
 * factory spelled as in PySpark: `StringType()`, `DecimalType(10, 2)`, `ArrayType(LongType())`.
 * Narrow on `kind`, whose values follow the `kind` oneof of Spark Connect's `types.proto`.
 * A struct is the class `StructType`.
 */
export type DataType =
  | NullType
  | BooleanType
  | ByteType
  | ShortType
  | IntegerType
  | LongType
  | FloatType
  | DoubleType
  | DecimalType
  | StringType
  | CharType
  | VarcharType
  | BinaryType
  | DateType
  | TimeType
  | TimestampType
  | TimestampNTZType
  | TimestampNTZNanosType
  | TimestampLTZNanosType
  | YearMonthIntervalType
  | DayTimeIntervalType
  | CalendarIntervalType
  | VariantType
  | GeometryType
  | GeographyType
  | UserDefinedType
  | ArrayType
  | MapType
  | StructType;

/** The type of a column that contains only nulls; SQL's VOID. */
export interface NullType {
  readonly kind: "void";
}
/** true or false. */
export interface BooleanType {
  readonly kind: "boolean";
}
/** 8-bit signed integer; SQL's TINYINT. */
export interface ByteType {
  readonly kind: "byte";
}
/** 16-bit signed integer; SQL's SMALLINT. */
export interface ShortType {
  readonly kind: "short";
}
/** 32-bit signed integer; SQL's INT. */
export interface IntegerType {
  readonly kind: "integer";
}
/** 64-bit signed integer; SQL's BIGINT. */
export interface LongType {
  readonly kind: "long";
}
/** 32-bit floating point. */
export interface FloatType {
  readonly kind: "float";
}
/** 64-bit floating point. */
export interface DoubleType {
  readonly kind: "double";
}
/** Fixed-point number: `precision` digits in all, `scale` of them after the point. */
export interface DecimalType {
  readonly kind: "decimal";
  readonly precision: number;
  readonly scale: number;
}
/** Text of any length. The default `collation` is `UTF8_BINARY`. */
export interface StringType {
  readonly kind: "string";
  readonly collation: string;
}
/** Text padded to exactly `length` characters. */
export interface CharType {
  readonly kind: "char";
  readonly length: number;
}
/** Text of at most `length` characters. */
export interface VarcharType {
  readonly kind: "varchar";
  readonly length: number;
}
/** Bytes. */
export interface BinaryType {
  readonly kind: "binary";
}
/** A day of the proleptic Gregorian calendar. */
export interface DateType {
  readonly kind: "date";
}
/** Time of day with `precision` fraction digits of the second. Spark up to 4.2 allows 0 to 6. */
export interface TimeType {
  readonly kind: "time";
  readonly precision: number;
}
/** A moment, in microseconds since 1970-01-01 00:00:00 UTC. */
export interface TimestampType {
  readonly kind: "timestamp";
}
/** Date and time of day without a zone, in microseconds. */
export interface TimestampNTZType {
  readonly kind: "timestamp_ntz";
}
/** Date and time of day without a zone, with `precision` (7 to 9) fraction digits of the second. */
export interface TimestampNTZNanosType {
  readonly kind: "timestamp_ntz_nanos";
  readonly precision: number;
}
/** A moment with `precision` (7 to 9) fraction digits of the second. */
export interface TimestampLTZNanosType {
  readonly kind: "timestamp_ltz_nanos";
  readonly precision: number;
}
/** A field of a year-month interval. */
export type YearMonthField = "year" | "month";
/** A number of months, written with the fields from `startField` to `endField`. */
export interface YearMonthIntervalType {
  readonly kind: "year_month_interval";
  readonly startField: YearMonthField;
  readonly endField: YearMonthField;
}
/** A field of a day-time interval. */
export type DayTimeField = "day" | "hour" | "minute" | "second";
/** A number of microseconds, written with the fields from `startField` to `endField`. */
export interface DayTimeIntervalType {
  readonly kind: "day_time_interval";
  readonly startField: DayTimeField;
  readonly endField: DayTimeField;
}
/** Months, days and microseconds side by side; SQL's INTERVAL. */
export interface CalendarIntervalType {
  readonly kind: "calendar_interval";
}
/** Semi-structured value with its own type at run time. */
export interface VariantType {
  readonly kind: "variant";
}
/** The number of a spatial reference system, or `any` if each row has its own. */
export type Srid = number | "any";
/** Shape on a plane. */
export interface GeometryType {
  readonly kind: "geometry";
  readonly srid: Srid;
}
/** Shape on the globe. */
export interface GeographyType {
  readonly kind: "geography";
  readonly srid: Srid;
}
/** A type defined by a library, stored as `sqlType`. */
export interface UserDefinedType<T extends DataType = DataType> {
  readonly kind: "udt";
  readonly jvmClass?: string | undefined;
  readonly pythonClass?: string | undefined;
  /** Base64 of the pickled Python class, for classes that cannot be imported. */
  readonly serializedPythonClass?: string | undefined;
  readonly sqlType: T;
}
/** Sequence of values of one type. */
export interface ArrayType<E extends DataType = DataType, N extends boolean = boolean> {
  readonly kind: "array";
  readonly elementType: E;
  readonly containsNull: N;
}
/** Pairs of a key and a value. Keys are never null. */
export interface MapType<
  K extends DataType = DataType,
  V extends DataType = DataType,
  N extends boolean = boolean,
> {
  readonly kind: "map";
  readonly keyType: K;
  readonly valueType: V;
  readonly valueContainsNull: N;
}

/** Largest precision of a decimal, as Spark's DecimalType.MAX_PRECISION. */
const MAX_DECIMAL_PRECISION = 38;
/** Spark's name of the collation that compares bytes. */
const UTF8_BINARY = "UTF8_BINARY";

const YEAR_MONTH_FIELDS: readonly YearMonthField[] = ["year", "month"];
const DAY_TIME_FIELDS: readonly DayTimeField[] = ["day", "hour", "minute", "second"];

function checkInteger(argument: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max)
    throw new ArgumentError(
      argument,
      `${argument} must be an integer from ${min} to ${max}, got ${value}.`,
    );
}

function checkFieldOrder<F extends string>(fields: readonly F[], start: F, end: F): void {
  const first = fields.indexOf(start);
  const last = fields.indexOf(end);
  if (first < 0 || last < first)
    throw new ArgumentError(
      "endField",
      `endField must not come before startField, got ${start} to ${end}.`,
    );
}

const NULL: NullType = Object.freeze({ kind: "void" });
const BOOLEAN: BooleanType = Object.freeze({ kind: "boolean" });
const BYTE: ByteType = Object.freeze({ kind: "byte" });
const SHORT: ShortType = Object.freeze({ kind: "short" });
const INTEGER: IntegerType = Object.freeze({ kind: "integer" });
const LONG: LongType = Object.freeze({ kind: "long" });
const FLOAT: FloatType = Object.freeze({ kind: "float" });
const DOUBLE: DoubleType = Object.freeze({ kind: "double" });
const STRING: StringType = Object.freeze({ kind: "string", collation: UTF8_BINARY });
const BINARY: BinaryType = Object.freeze({ kind: "binary" });
const DATE: DateType = Object.freeze({ kind: "date" });
const TIMESTAMP: TimestampType = Object.freeze({ kind: "timestamp" });
const TIMESTAMP_NTZ: TimestampNTZType = Object.freeze({ kind: "timestamp_ntz" });
const CALENDAR_INTERVAL: CalendarIntervalType = Object.freeze({ kind: "calendar_interval" });
const VARIANT: VariantType = Object.freeze({ kind: "variant" });

/** The type VOID. */
export function NullType(): NullType {
  return NULL;
}
/** The type BOOLEAN. */
export function BooleanType(): BooleanType {
  return BOOLEAN;
}
/** The type TINYINT. */
export function ByteType(): ByteType {
  return BYTE;
}
/** The type SMALLINT. */
export function ShortType(): ShortType {
  return SHORT;
}
/** The type INT. */
export function IntegerType(): IntegerType {
  return INTEGER;
}
/** The type BIGINT. */
export function LongType(): LongType {
  return LONG;
}
/** The type FLOAT. */
export function FloatType(): FloatType {
  return FLOAT;
}
/** The type DOUBLE. */
export function DoubleType(): DoubleType {
  return DOUBLE;
}
/**
 * The type DECIMAL(precision, scale). Default: DECIMAL(10, 0).
 *
 * @throws {ArgumentError} precision is not 1 to 38, or scale is not 0 to precision
 */
export function DecimalType(precision = 10, scale = 0): DecimalType {
  checkInteger("precision", precision, 1, MAX_DECIMAL_PRECISION);
  checkInteger("scale", scale, 0, precision);
  return Object.freeze({ kind: "decimal", precision, scale });
}
/** The type STRING, or STRING COLLATE `collation`. */
export function StringType(collation: string = UTF8_BINARY): StringType {
  return collation === UTF8_BINARY ? STRING : Object.freeze({ kind: "string", collation });
}
/**
 * The type CHAR(length).
 *
 * @throws {ArgumentError} length is not a positive integer
 */
export function CharType(length: number): CharType {
  checkInteger("length", length, 1, 2 ** 31 - 1);
  return Object.freeze({ kind: "char", length });
}
/**
 * The type VARCHAR(length).
 *
 * @throws {ArgumentError} length is not a positive integer
 */
export function VarcharType(length: number): VarcharType {
  checkInteger("length", length, 1, 2 ** 31 - 1);
  return Object.freeze({ kind: "varchar", length });
}
/** The type BINARY. */
export function BinaryType(): BinaryType {
  return BINARY;
}
/** The type DATE. */
export function DateType(): DateType {
  return DATE;
}
/**
 * The type TIME(precision). Default: 6 fraction digits of the second.
 *
 * @throws {ArgumentError} precision is not 0 to 9
 */
export function TimeType(precision = 6): TimeType {
  checkInteger("precision", precision, 0, 9);
  return Object.freeze({ kind: "time", precision });
}
/** The type TIMESTAMP. */
export function TimestampType(): TimestampType {
  return TIMESTAMP;
}
/** The type TIMESTAMP_NTZ. */
export function TimestampNTZType(): TimestampNTZType {
  return TIMESTAMP_NTZ;
}
/**
 * The type TIMESTAMP_NTZ(precision) of Spark 4.3.
 *
 * @throws {ArgumentError} precision is not 7 to 9
 */
export function TimestampNTZNanosType(precision = 9): TimestampNTZNanosType {
  checkInteger("precision", precision, 7, 9);
  return Object.freeze({ kind: "timestamp_ntz_nanos", precision });
}
/**
 * The type TIMESTAMP_LTZ(precision) of Spark 4.3.
 *
 * @throws {ArgumentError} precision is not 7 to 9
 */
export function TimestampLTZNanosType(precision = 9): TimestampLTZNanosType {
  checkInteger("precision", precision, 7, 9);
  return Object.freeze({ kind: "timestamp_ltz_nanos", precision });
}
/**
 * The type INTERVAL startField TO endField. Default: YEAR TO MONTH.
 *
 * @throws {ArgumentError} endField comes before startField
 */
export function YearMonthIntervalType(
  startField: YearMonthField = "year",
  endField: YearMonthField = "month",
): YearMonthIntervalType {
  checkFieldOrder(YEAR_MONTH_FIELDS, startField, endField);
  return Object.freeze({ kind: "year_month_interval", startField, endField });
}
/**
 * The type INTERVAL startField TO endField. Default: DAY TO SECOND.
 *
 * @throws {ArgumentError} endField comes before startField
 */
export function DayTimeIntervalType(
  startField: DayTimeField = "day",
  endField: DayTimeField = "second",
): DayTimeIntervalType {
  checkFieldOrder(DAY_TIME_FIELDS, startField, endField);
  return Object.freeze({ kind: "day_time_interval", startField, endField });
}
/** The type INTERVAL. */
export function CalendarIntervalType(): CalendarIntervalType {
  return CALENDAR_INTERVAL;
}
/** The type VARIANT. */
export function VariantType(): VariantType {
  return VARIANT;
}
/** The type GEOMETRY(srid). */
export function GeometryType(srid: Srid): GeometryType {
  return Object.freeze({ kind: "geometry", srid });
}
/** The type GEOGRAPHY(srid). */
export function GeographyType(srid: Srid): GeographyType {
  return Object.freeze({ kind: "geography", srid });
}
/** A type that a library defines, stored as `sqlType`. */
export function UserDefinedType<T extends DataType>(
  definition: Omit<UserDefinedType<T>, "kind">,
): UserDefinedType<T> {
  return Object.freeze({ kind: "udt", ...definition });
}
/** The type ARRAY<elementType>. Elements may be null by default. */
export function ArrayType<E extends DataType, N extends boolean = true>(
  elementType: E,
  // N differs from true without this argument only if the caller sets N explicitly.
  containsNull: N = true as N,
): ArrayType<E, N> {
  return Object.freeze({ kind: "array", elementType, containsNull });
}
/** The type MAP<keyType, valueType>. Values may be null by default. */
export function MapType<K extends DataType, V extends DataType, N extends boolean = true>(
  keyType: K,
  valueType: V,
  valueContainsNull: N = true as N,
): MapType<K, V, N> {
  return Object.freeze({ kind: "map", keyType, valueType, valueContainsNull });
}
