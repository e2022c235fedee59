import * as types from "./data-type.js";
import type { DataType } from "./data-type.js";
import { canHaveFinerPart, INTERVAL_DECIMAL } from "./interval-parts.js";
import { StructField, StructType } from "./struct-type.js";
import { uniqueNames } from "./unique-names.js";

/**
 * The type in which a local relation sends values. Arrow has no intervals with only some fields, and refuses
 * structs with an empty name or with equal names.
 */
function sentType(type: DataType): DataType {
  if (canHaveFinerPart(type)) return INTERVAL_DECIMAL;
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

/** A struct with the types in which values are sent, and with these names. */
export function sentStruct({ fields }: StructType, names?: readonly string[]): StructType {
  return new StructType(
    fields.map(({ name, dataType, nullable, metadata }, index) =>
      StructField(names?.[index] ?? name, sentType(dataType), nullable, metadata),
    ),
  );
}
