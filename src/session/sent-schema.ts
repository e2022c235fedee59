import { alias, attribute, cast, type Expression } from "../plan/expression.js";
import * as types from "../types/data-type.js";
import type { DataType } from "../types/data-type.js";
import { quoteIdentifier } from "../types/ddl.js";
import { jsonText } from "../types/json-text.js";
import { StructField, StructType } from "../types/struct-type.js";
import { uniqueNames } from "../types/unique-names.js";

/**
 * The type with which values travel in a local relation: Arrow has no intervals of some fields only, and
 * cannot hold a struct with an empty name or two equal ones.
 */
function sentType(type: DataType): DataType {
  switch (type.kind) {
    case "year_month_interval":
      return types.YearMonthIntervalType();
    case "day_time_interval":
      return types.DayTimeIntervalType();
    case "array":
      return types.ArrayType(sentType(type.elementType), type.containsNull);
    case "map":
      return types.MapType(
        sentType(type.keyType),
        sentType(type.valueType),
        type.valueContainsNull,
      );
    case "struct":
      return withNames(type, uniqueNames(type.fieldNames));
    default:
      return type;
  }
}

function withNames({ fields }: StructType, names: readonly string[]): StructType {
  return new StructType(
    fields.map(({ name, dataType, nullable, metadata }, index) =>
      StructField(names[index] ?? name, sentType(dataType), nullable, metadata),
    ),
  );
}

/** The schema to send a local relation with, and the columns that make the wanted schema of it, if they differ. */
export interface SentSchema {
  readonly schema: StructType;
  readonly columns?: readonly Expression[];
}

/**
 * How a schema is sent: intervals with all fields, and in structs only names that Arrow can hold. The server
 * casts the columns to the wanted types, which gives structs their own names back.
 */
export function sentSchema(schema: StructType): SentSchema {
  // Columns go by position, so that only a projection needs names that differ.
  if (withNames(schema, schema.fieldNames).json() === schema.json()) return { schema };
  const names = uniqueNames(schema.fieldNames);
  const sent = withNames(schema, names);
  const columns = schema.fields.map(({ name, dataType, metadata }, index) => {
    const sentName = names[index] ?? name;
    const column = attribute(quoteIdentifier(sentName));
    const sentField = sent.fields[index];
    const isSameType =
      sentField !== undefined &&
      new StructType([StructField("", sentField.dataType)]).json() ===
        new StructType([StructField("", dataType)]).json();
    if (isSameType && sentName === name) return column;
    const typed = isSameType ? column : cast(column, dataType, "default");
    return alias(typed, [name], jsonText("metadata", metadata));
  });
  return { schema: sent, columns };
}
