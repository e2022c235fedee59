import { create } from "@bufbuild/protobuf";
import {
  DataTypeSchema,
  type DataType as WireDataType,
  type DataType_StructField,
} from "../gen/spark/connect/types_pb.js";
import type { DataType, DayTimeField, Srid, YearMonthField } from "../types/data-type.js";
import type { StructField } from "../types/struct-type.js";

type KindInit = NonNullable<
  Exclude<Parameters<typeof create<typeof DataTypeSchema>>[1], undefined>
>;
type Kind = NonNullable<Exclude<KindInit, { $typeName: unknown }>["kind"]>;
type FieldInit = Omit<Partial<DataType_StructField>, "$typeName" | "$unknown">;

/** Spark numbers the fields of intervals in this order. */
const YEAR_MONTH: readonly YearMonthField[] = ["year", "month"];
const DAY_TIME: readonly DayTimeField[] = ["day", "hour", "minute", "second"];

/** A type as a message, which says what its text cannot: names with spaces, nullability, metadata. */
export function dataTypeMessage(type: DataType): WireDataType {
  return create(DataTypeSchema, { kind: kindOf(type) });
}

function kindOf(type: DataType): Kind {
  switch (type.kind) {
    case "void":
      return { case: "null", value: {} };
    case "boolean":
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "float":
    case "double":
    case "binary":
    case "date":
    case "timestamp":
    case "variant":
      return { case: type.kind, value: {} };
    case "timestamp_ntz":
      return { case: "timestampNtz", value: {} };
    case "calendar_interval":
      return { case: "calendarInterval", value: {} };
    case "decimal":
      return { case: "decimal", value: { precision: type.precision, scale: type.scale } };
    case "string":
      return { case: "string", value: { collation: type.collation } };
    case "char":
      return { case: "char", value: { length: type.length } };
    case "varchar":
      return { case: "varChar", value: { length: type.length } };
    case "time":
      return { case: "time", value: { precision: type.precision } };
    case "timestamp_ntz_nanos":
      return { case: "timestampNtzNanos", value: { precision: type.precision } };
    case "timestamp_ltz_nanos":
      return { case: "timestampLtzNanos", value: { precision: type.precision } };
    case "year_month_interval":
      return { case: "yearMonthInterval", value: interval(YEAR_MONTH, type) };
    case "day_time_interval":
      return { case: "dayTimeInterval", value: interval(DAY_TIME, type) };
    case "geometry":
    case "geography":
      return { case: type.kind, value: { srid: sridNumber(type.srid) } };
    case "array":
      return {
        case: "array",
        value: {
          elementType: dataTypeMessage(type.elementType),
          containsNull: type.containsNull,
        },
      };
    case "map":
      return {
        case: "map",
        value: {
          keyType: dataTypeMessage(type.keyType),
          valueType: dataTypeMessage(type.valueType),
          valueContainsNull: type.valueContainsNull,
        },
      };
    case "struct":
      return { case: "struct", value: { fields: type.fields.map(field) } };
    case "udt": {
      const { jvmClass, pythonClass, serializedPythonClass, sqlType } = type;
      return {
        case: "udt",
        value: {
          type: "udt",
          sqlType: dataTypeMessage(sqlType),
          ...(jvmClass !== undefined && { jvmClass }),
          ...(pythonClass !== undefined && { pythonClass }),
          ...(serializedPythonClass !== undefined && { serializedPythonClass }),
        },
      };
    }
  }
}

function field({ name, dataType, nullable, metadata }: StructField): FieldInit {
  return {
    name,
    dataType: dataTypeMessage(dataType),
    nullable,
    ...(Object.keys(metadata).length > 0 && { metadata: JSON.stringify(metadata) }),
  };
}

function interval<F>(
  fields: readonly F[],
  { startField, endField }: { readonly startField: F; readonly endField: F },
): { startField: number; endField: number } {
  return { startField: fields.indexOf(startField), endField: fields.indexOf(endField) };
}

/** Rows that may differ in their reference system have this one. */
function sridNumber(srid: Srid): number {
  return srid === "any" ? -1 : srid;
}
