import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { DataTypeSchema, type DataType as WireDataType } from "../gen/spark/connect/types_pb.js";
import type { DataType, Srid } from "../types/data-type.js";
import { jsonText } from "../types/json-text.js";
import type { StructField } from "../types/struct-type.js";
import { DAY_TIME_FIELDS, MIXED_SRID, YEAR_MONTH_FIELDS } from "./schema.js";

type Kind = NonNullable<MessageInitShape<typeof DataTypeSchema>["kind"]>;

/** A type as a message. The server parses a type given as DDL text. */
export function wireType(type: string | DataType): WireDataType {
  const kind: Kind =
    typeof type === "string"
      ? { case: "unparsed", value: { dataTypeString: type } }
      : wireKind(type);
  return create(DataTypeSchema, { kind });
}

function wireKind(type: DataType): Kind {
  switch (type.kind) {
    case "void":
      return { case: "null", value: {} };
    case "decimal":
      return { case: "decimal", value: { precision: type.precision, scale: type.scale } };
    case "string":
      // Sending the default's name would make it an explicit collation of the column.
      return {
        case: "string",
        value: type.collation === "UTF8_BINARY" ? {} : { collation: type.collation },
      };
    case "char":
      return { case: "char", value: { length: type.length } };
    case "varchar":
      return { case: "varChar", value: { length: type.length } };
    case "time":
      return { case: "time", value: { precision: type.precision } };
    case "timestamp_ntz":
      return { case: "timestampNtz", value: {} };
    case "timestamp_ntz_nanos":
      return { case: "timestampNtzNanos", value: { precision: type.precision } };
    case "timestamp_ltz_nanos":
      return { case: "timestampLtzNanos", value: { precision: type.precision } };
    case "calendar_interval":
      return { case: "calendarInterval", value: {} };
    case "year_month_interval":
      return {
        case: "yearMonthInterval",
        value: fieldNumbers(YEAR_MONTH_FIELDS, type.startField, type.endField),
      };
    case "day_time_interval":
      return {
        case: "dayTimeInterval",
        value: fieldNumbers(DAY_TIME_FIELDS, type.startField, type.endField),
      };
    case "geometry":
    case "geography":
      return { case: type.kind, value: { srid: sridNumber(type.srid) } };
    case "array":
      return {
        case: "array",
        value: { elementType: wireType(type.elementType), containsNull: type.containsNull },
      };
    case "map":
      return {
        case: "map",
        value: {
          keyType: wireType(type.keyType),
          valueType: wireType(type.valueType),
          valueContainsNull: type.valueContainsNull,
        },
      };
    case "struct":
      return { case: "struct", value: { fields: type.fields.map(wireField) } };
    case "udt":
      return {
        case: "udt",
        value: {
          type: "udt",
          ...(type.jvmClass !== undefined && { jvmClass: type.jvmClass }),
          ...(type.pythonClass !== undefined && { pythonClass: type.pythonClass }),
          ...(type.serializedPythonClass !== undefined && {
            serializedPythonClass: type.serializedPythonClass,
          }),
          sqlType: wireType(type.sqlType),
        },
      };
    default:
      return { case: type.kind, value: {} };
  }
}

function wireField({ name, dataType, nullable, metadata }: StructField): {
  name: string;
  dataType: WireDataType;
  nullable: boolean;
  metadata?: string;
} {
  const hasMetadata = Object.keys(metadata).length > 0;
  return {
    name,
    dataType: wireType(dataType),
    nullable,
    ...(hasMetadata && { metadata: jsonText("metadata", metadata) }),
  };
}

function fieldNumbers<F>(
  fields: readonly F[],
  start: F,
  end: F,
): { startField: number; endField: number } {
  return { startField: fields.indexOf(start), endField: fields.indexOf(end) };
}

function sridNumber(srid: Srid): number {
  return srid === "any" ? MIXED_SRID : srid;
}
