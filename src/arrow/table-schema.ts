import type { Table } from "apache-arrow";
import { ArgumentError } from "../errors.js";
import type { DataType } from "../types/data-type.js";
import type { ArrayRow } from "../types/row.js";
import { StructField, StructType } from "../types/struct-type.js";
import { simpleString } from "../types/ddl.js";
import { RowDecoder } from "./decode/row-decoder.js";
import { encodeTable, tableSchema } from "./encode/table-encoder.js";

/** Whether values of both types are the same Arrow values; text and its collations are. */
function sameValues(a: DataType, b: DataType): boolean {
  if (a.kind === "string" && b.kind === "string") return true;
  return simpleString(a) === simpleString(b);
}

/**
 * The schema to send a table under as it is: its own, with the names or the nullability that were asked for.
 * Undefined where the types asked for are others, so that the values have to be encoded anew.
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

/** A table's rows in the forms decoding gives, which encoding takes for any type they fit. */
export function retypedTable(table: Table): ArrayRow[] {
  const decoder = new RowDecoder(tableSchema(table), { rowMode: "array" });
  return decoder.decode(encodeTable(table)).rows as ArrayRow[];
}
