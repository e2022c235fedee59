import { ProtocolError } from "../errors.js";
import type { DataType as WireDataType } from "../gen/spark/connect/types_pb.js";
import * as types from "../types/data-type.js";
import type { DataType, DayTimeField, YearMonthField } from "../types/data-type.js";
import { StructField, StructType, type Metadata } from "../types/struct-type.js";

/** Spark numbers the fields of intervals in this order. */
export const YEAR_MONTH_FIELDS: readonly YearMonthField[] = ["year", "month"];
export const DAY_TIME_FIELDS: readonly DayTimeField[] = ["day", "hour", "minute", "second"];
/** Marks a spatial type with a reference system for each row. */
export const MIXED_SRID = -1;

/**
 * The schema of a result, from the server's message.
 *
 * @throws {ProtocolError} the message is not a struct, or contains a type that this client does not know
 */
export function structTypeOf(message: WireDataType): StructType {
  const type = dataTypeOf(message);
  if (type instanceof StructType) return type;
  throw new ProtocolError(
    "BAD_SCHEMA",
    `The server sent a schema of type ${type.kind}, expected a struct.`,
  );
}

/** A type, from the server's message. */
export function dataTypeOf(message: WireDataType | undefined): DataType {
  const kind = message?.kind;
  switch (kind?.case) {
    case "null":
      return types.NullType();
    case "boolean":
      return types.BooleanType();
    case "byte":
      return types.ByteType();
    case "short":
      return types.ShortType();
    case "integer":
      return types.IntegerType();
    case "long":
      return types.LongType();
    case "float":
      return types.FloatType();
    case "double":
      return types.DoubleType();
    case "decimal":
      return types.DecimalType(kind.value.precision ?? 10, kind.value.scale ?? 0);
    case "string":
      return types.StringType(kind.value.collation === "" ? undefined : kind.value.collation);
    case "char":
      return types.CharType(kind.value.length);
    case "varChar":
      return types.VarcharType(kind.value.length);
    case "binary":
      return types.BinaryType();
    case "date":
      return types.DateType();
    case "time":
      return types.TimeType(kind.value.precision);
    case "timestamp":
      return types.TimestampType();
    case "timestampNtz":
      return types.TimestampNTZType();
    case "timestampNtzNanos":
      return types.TimestampNTZNanosType(kind.value.precision);
    case "timestampLtzNanos":
      return types.TimestampLTZNanosType(kind.value.precision);
    case "calendarInterval":
      return types.CalendarIntervalType();
    case "yearMonthInterval":
      return types.YearMonthIntervalType(
        YEAR_MONTH_FIELDS[kind.value.startField ?? 0],
        YEAR_MONTH_FIELDS[kind.value.endField ?? 1],
      );
    case "dayTimeInterval":
      return types.DayTimeIntervalType(
        DAY_TIME_FIELDS[kind.value.startField ?? 0],
        DAY_TIME_FIELDS[kind.value.endField ?? 3],
      );
    case "variant":
      return types.VariantType();
    case "geometry":
      return types.GeometryType(kind.value.srid === MIXED_SRID ? "any" : kind.value.srid);
    case "geography":
      return types.GeographyType(kind.value.srid === MIXED_SRID ? "any" : kind.value.srid);
    case "array":
      return types.ArrayType(dataTypeOf(kind.value.elementType), kind.value.containsNull);
    case "map":
      return types.MapType(
        dataTypeOf(kind.value.keyType),
        dataTypeOf(kind.value.valueType),
        kind.value.valueContainsNull,
      );
    case "struct":
      return new StructType(
        kind.value.fields.map((field) =>
          StructField(
            field.name,
            dataTypeOf(field.dataType),
            field.nullable,
            metadataOf(field.metadata),
          ),
        ),
      );
    case "udt":
      return types.UserDefinedType({
        jvmClass: kind.value.jvmClass,
        pythonClass: kind.value.pythonClass,
        serializedPythonClass: kind.value.serializedPythonClass,
        sqlType: dataTypeOf(kind.value.sqlType),
      });
    case "unparsed":
      throw new ProtocolError(
        "BAD_SCHEMA",
        `The server sent the type ${kind.value.dataTypeString} as text only, which this client cannot read.`,
      );
    case undefined:
      throw new ProtocolError(
        "UNKNOWN_TYPE",
        "The server sent a column of a type this client does not know: it is newer than Spark 4.3. Cast the column to a known type.",
      );
  }
}

function metadataOf(json: string | undefined): Metadata | undefined {
  return json === undefined || json === "" ? undefined : (JSON.parse(json) as Metadata);
}
