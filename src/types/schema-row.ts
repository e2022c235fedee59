import type { NullableRowOfSchema, RowOfSchema } from "./row-of-schema.js";
import type { ObjectRow } from "./row.js";
import type { StructType } from "./struct-type.js";
import type { NullableRowOfDdl, RowOfDdl } from "./value-of-ddl.js";

/** The type of the rows that a schema, as StructType or DDL, describes exactly. */
export type RowOfAnySchema<Schema> = Schema extends StructType
  ? RowOfSchema<Schema>
  : Schema extends string
    ? RowOfDdl<Schema>
    : ObjectRow;

/** The type of the rows that a reader returns with a schema, as StructType or DDL. Every column can be null. */
export type ReadRow<Schema> = Schema extends StructType
  ? NullableRowOfSchema<Schema>
  : Schema extends string
    ? NullableRowOfDdl<Schema>
    : ObjectRow;

/** The schema in the options of a reader's method. Without it, schema() has set it before, or Spark infers it. */
export type SchemaOption = StructType | string | undefined;

/** The type of the rows that a reader returns if its options have this schema, and `Before` without it. */
export type OptionalReadRow<Schema, Before extends ObjectRow> = [Schema] extends [undefined]
  ? Before
  : undefined extends Schema
    ? ObjectRow
    : ReadRow<Schema>;
