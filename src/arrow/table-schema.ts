import type { Table } from "apache-arrow";
import { ArgumentError } from "../errors.js";
import type { DataType } from "../types/data-type.js";
import type { ArrayRow } from "../types/row.js";
import { StructField, StructType } from "../types/struct-type.js";
import { simpleString } from "../types/ddl.js";
import { RowDecoder } from "./decode/row-decoder.js";
import { encodeTable, tableSchema } from "./encode/table-encoder.js";

/** Whether values of both types have the same Arrow form. Strings have it with any collation. */
function sameValues(a: DataType, b: DataType): boolean {
  if (a.kind === "string" && b.kind === "string") return true;
  return simpleString(a) === simpleString(b);
}

/**
 * The schema for sending a table unchanged: its own schema with the requested names or nullability. Undefined if
 * the requested types differ, so that the values must be encoded again.
 *
 * @throws {ArgumentError} there are more or fewer names or columns than the table has
 */
export function resolveSchemaOfTable(
  table: Table,
  wanted: StructType | readonly string[],
): StructType | undefined {
  const own = tableSchema(table);
  const count = wanted instanceof StructType ? wanted.fields.length : wanted.length;
  if (!(wanted instanceof StructType) && count === 0) return own;
  if (count !== own.fields.length)
    throw new ArgumentError(
      "schema",
      `The table has ${own.fields.length} columns, but the schema has ${count}.`,
    );
  if (!(wanted instanceof StructType))
    return new StructType(
      own.fields.map(({ dataType, nullable }, index) =>
        StructField(wanted[index] ?? "", dataType, nullable),
      ),
    );
  const same = own.fields.every((field, index) => {
    const other = wanted.fields[index];
    return other !== undefined && other.nullable && sameValues(field.dataType, other.dataType);
  });
  return same ? wanted : undefined;
}

/** A table's rows in the decoded forms. Encoding accepts them for every type that they fit. */
export function retypedTable(table: Table): ArrayRow[] {
  const decoder = new RowDecoder(tableSchema(table), { rowMode: "array" });
  return decoder.decode(encodeTable(table)).rows as ArrayRow[];
}
