import * as types from "./data-type.js";
import type { DataType } from "./data-type.js";
import { canHoldRest, INTERVAL_DECIMAL } from "./interval-parts.js";
import { StructField, StructType } from "./struct-type.js";
import { uniqueNames } from "./unique-names.js";

/**
 * The type with which values travel in a local relation. Arrow has no intervals of some fields only, and
 * cannot hold a struct with an empty name or two equal ones.
 */
function sentType(type: DataType): DataType {
  if (canHoldRest(type)) return INTERVAL_DECIMAL;
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
      return sentStruct(type, uniqueNames(type.fieldNames));
    default:
      return type;
  }
}

/** A struct with the types that travel, under these names. */
export function sentStruct({ fields }: StructType, names?: readonly string[]): StructType {
  return new StructType(
    fields.map(({ name, dataType, nullable, metadata }, index) =>
      StructField(names?.[index] ?? name, sentType(dataType), nullable, metadata),
    ),
  );
}
