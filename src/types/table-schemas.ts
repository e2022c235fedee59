import { ArgumentError } from "../errors.js";
import { schemaDiff } from "./schema-diff.js";
import { StructType } from "./struct-type.js";

/** The registered schemas by the name for spark.table(). Parsed when they are needed. */
const SCHEMAS: Map<string, StructType | string> = new Map();

/**
 * Sets the schema that `spark.table(name, { verify: true })` expects of a table or view, in all sessions of this
 * process. The file that `npx sparktide types --out FILE.ts` writes calls this function. Does not use the network.
 *
 * @param names the names of the table for spark.table(), such as `"sales.orders"`
 * @param schema a StructType, DDL (`"id BIGINT NOT NULL, name STRING"`) or Spark's schema JSON
 * @throws {ArgumentError} a name has another schema already
 */
export function registerTable(
  names: string | readonly string[],
  schema: StructType | string,
): void {
  const all = typeof names === "string" ? [names] : names;
  for (const name of all) {
    const known = SCHEMAS.get(name);
    if (known === undefined || known === schema) continue;
    if (schemaDiff(parsed(name, known), parsed(name, schema)).length === 0) continue;
    throw new ArgumentError(
      "schema",
      `Table ${name} is registered already, with another schema. Register each table once.`,
    );
  }
  for (const name of all) SCHEMAS.set(name, schema);
}

/**
 * The registered schema of a table. Undefined if no schema is registered for the name.
 *
 * @throws {ArgumentError} the registered text cannot be read
 */
export function registeredSchema(name: string): StructType | undefined {
  const schema = SCHEMAS.get(name);
  return schema === undefined ? undefined : parsed(name, schema);
}

function parsed(name: string, schema: StructType | string): StructType {
  if (typeof schema !== "string") return schema;
  try {
    return structTypeOf(schema);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ArgumentError("schema", `The schema of table ${name} cannot be read: ${reason}`);
  }
}

/** A schema from DDL or from Spark's schema JSON. */
export function structTypeOf(text: string): StructType {
  return text.startsWith("{") ? StructType.fromJson(text) : StructType.fromDDL(text);
}
