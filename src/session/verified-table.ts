import { ArgumentError, SparkError } from "../errors.js";
import { schemaDiff } from "../types/schema-diff.js";
import { StructType } from "../types/struct-type.js";
import { registeredSchema, structTypeOf } from "../types/table-schemas.js";

/** What a table's schema is compared with: its registered schema, a StructType, or DDL or schema JSON. */
export type Verify = true | StructType | string;

/**
 * The schema that a table must have.
 *
 * @throws {ArgumentError} no schema is registered for the name, or `verify` is not a schema
 */
export function expectedSchema(name: string, verify: Verify): StructType {
  if (verify instanceof StructType) return verify;
  if (typeof verify === "string") return structTypeOf(verify);
  // JavaScript callers may pass any value.
  if ((verify as unknown) !== true)
    throw new ArgumentError(
      "verify",
      `verify must be true, a StructType or DDL, got ${String(verify)}. Call table() without options to skip the check.`,
    );
  const registered = registeredSchema(name);
  if (registered !== undefined) return registered;
  throw new ArgumentError(
    "verify",
    `No schema is registered for table ${name}. Import the module that npx sparktide types --out FILE.ts writes, call registerTable(), or pass the schema: { verify: schema }.`,
  );
}

/**
 * Compares a table's schema with the expected one.
 *
 * @throws {SparkError} code SCHEMA_CHANGED: they differ; the message has one line for each difference
 */
export function requireSchema(name: string, expected: StructType, actual: StructType): void {
  const lines = schemaDiff(expected, actual);
  if (lines.length === 0) return;
  throw new SparkError(
    "SCHEMA_CHANGED",
    [
      `Table ${name} does not have the expected columns (- expected, + in the table, ~ changed):`,
      ...lines.map((line) => `  ${line}`),
      "Update the program and the expected schema, for example with npx sparktide types.",
    ].join("\n"),
  );
}
