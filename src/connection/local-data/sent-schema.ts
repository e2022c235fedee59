import { alias, attribute, cast, type Expression } from "../../plan/expression.js";
import { quoteIdentifier } from "../../types/ddl.js";
import { jsonText } from "../../types/json-text.js";
import { StructField, StructType } from "../../types/struct-type.js";
import { sentStruct } from "../../types/sent-type.js";
import { uniqueNames } from "../../types/unique-names.js";

/** The schema for sending a local relation, and the columns that convert it to the wanted schema, if they differ. */
export interface SentSchema {
  readonly schema: StructType;
  readonly columns?: readonly Expression[];
}

/**
 * Converts a schema for sending: intervals have all fields or become decimals, and structs have only names that
 * Arrow can hold. The server casts the columns to the wanted types, which restores the names in structs.
 */
export function sentSchema(schema: StructType): SentSchema {
  // Columns are matched by position, so only a projection needs unique names.
  if (sentStruct(schema).json() === schema.json()) return { schema };
  const names = uniqueNames(schema.fieldNames);
  const sent = sentStruct(schema, names);
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
