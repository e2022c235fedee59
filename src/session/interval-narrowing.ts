import { ArgumentError } from "../errors.js";
import { alias, attribute, cast, type Expression } from "../plan/expression.js";
import * as types from "../types/data-type.js";
import type { DataType } from "../types/data-type.js";
import { quoteIdentifier, sqlString } from "../types/ddl.js";
import { StructField, StructType } from "../types/struct-type.js";

/** Arrow has no intervals of some fields only, and Spark takes a local relation's types as Arrow has them. */
function widened(type: DataType): DataType {
  switch (type.kind) {
    case "year_month_interval":
      return types.YearMonthIntervalType();
    case "day_time_interval":
      return types.DayTimeIntervalType();
    case "array":
      return types.ArrayType(widened(type.elementType), type.containsNull);
    case "map":
      return types.MapType(widened(type.keyType), widened(type.valueType), type.valueContainsNull);
    case "struct":
      return new StructType(
        type.fields.map(({ name, dataType, nullable, metadata }) =>
          StructField(name, widened(dataType), nullable, metadata),
        ),
      );
    default:
      return type;
  }
}

/** The schema to send a local relation with, and the columns that make the wanted schema of it, if they differ. */
export interface SentSchema {
  readonly schema: StructType;
  readonly columns?: readonly Expression[];
}

/**
 * How a schema is sent: intervals with all fields, cast to their own on the server.
 *
 * @throws {ArgumentError} such a schema has a name twice, so that the server could not tell the columns apart
 */
export function sentSchema(schema: StructType): SentSchema {
  const sent = widened(schema) as StructType;
  if (sent.json() === schema.json()) return { schema };
  if (new Set(schema.fieldNames).size < schema.fields.length)
    throw new ArgumentError(
      "schema",
      "Columns of the same name cannot be sent beside an interval of some fields only: rename them, or use INTERVAL DAY TO SECOND and INTERVAL YEAR TO MONTH.",
    );
  const columns = schema.fields.map(({ name, dataType, metadata }, index) => {
    const column = attribute(quoteIdentifier(name));
    const isSame = sqlString(dataType) === sqlString(sent.fields[index]?.dataType ?? dataType);
    if (isSame) return column;
    return alias(cast(column, sqlString(dataType), "default"), [name], JSON.stringify(metadata));
  });
  return { schema: sent, columns };
}
