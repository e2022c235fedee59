import { ArgumentError } from "../errors.js";
import { kindOf } from "../value-kind.js";
import * as types from "./data-type.js";
import type { DataType } from "./data-type.js";
import { inferSchema } from "./infer-schema.js";
import { typedArrayType } from "./typed-array-type.js";
import { StructField, StructType } from "./struct-type.js";

function columnType(name: string, values: ArrayLike<unknown>): DataType {
  const typed = typedArrayType(values);
  if (typed !== undefined) return typed;
  if (values.length === 0)
    throw new ArgumentError(
      "columns",
      `Column ${name} has no values, so its type cannot be inferred. Pass the schema.`,
    );
  const rows = Array.from(values, (value) => [value]);
  return inferSchema(rows, [name]).fields[0]?.dataType ?? types.NullType();
}

/**
 * The schema of columns in memory. A typed array determines its type (Uint8Array smallint, Uint16Array int,
 * Uint32Array bigint, BigUint64Array decimal(20,0)). Other types are inferred from the values, as for rows.
 *
 * @throws {ArgumentError} a column's type cannot be inferred, or a value is not an array
 */
export function inferColumns(columns: Readonly<Record<string, ArrayLike<unknown>>>): StructType {
  return new StructType(
    Object.entries(columns).map(([name, values]) => {
      if (!Array.isArray(values) && (!ArrayBuffer.isView(values) || values instanceof DataView))
        throw new ArgumentError(
          "columns",
          `Column ${name} must be an array or a typed array of its values, got ${kindOf(values)}. Pass rows as an array: [{ … }].`,
        );
      return StructField(name, columnType(name, values));
    }),
  );
}
