import { ArgumentError } from "../../errors.js";
import type { DataType } from "../../types/data-type.js";
import { dataTypeFromDdl } from "../../types/parse-ddl.js";
import { StructType } from "../../types/struct-type.js";

/** @throws {ArgumentError} the type has no columns */
export function structOf(type: DataType, what: string): StructType {
  if (type instanceof StructType) return type;
  throw new ArgumentError(
    "schema",
    `${what} need a schema with columns, got the type ${type.kind}.`,
  );
}

/** The schema of rows that arrive one by one: it must have columns. */
export function streamedSchema(schema: StructType | string): StructType {
  const type = typeof schema === "string" ? dataTypeFromDdl(schema) : schema;
  return structOf(type, "Rows");
}
