import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import type { DataType } from "../types/data-type.js";
import { jsonText } from "../types/json-text.js";
import { schemaDiff } from "../types/schema-diff.js";
import { dataTypeToJson } from "../types/schema-json.js";
import { StructType } from "../types/struct-type.js";
import { SparkAssertionError } from "./spark-assertion-error.js";

/** Options of {@link assertSchemaEqual}. */
export interface SchemaEqualOptions {
  /** Whether a column may be nullable in one schema and NOT NULL in the other. Default: true. */
  readonly ignoreNullable?: boolean | undefined;
  /** Whether the columns may have another order. Fields inside a column keep their order. Default: false. */
  readonly ignoreColumnOrder?: boolean | undefined;
}

export const SCHEMA_EQUAL_OPTIONS: readonly (keyof SchemaEqualOptions)[] = [
  "ignoreNullable",
  "ignoreColumnOrder",
];

/**
 * Checks that two schemas are equal: the names, types and order of their columns. Comments and other metadata are not
 * compared. Does not use the network.
 *
 * @param actual the schema to check: `await df.schema()`, or DDL text
 * @param expected a StructType or DDL text: `"id BIGINT, tags ARRAY<STRING>"`
 * @throws {SparkAssertionError} the schemas differ; the message names each different column or field by its path, such
 * as `address.zip` or `tags.element`
 * @throws {ArgumentError} a text is not DDL
 * @see PySpark's `pyspark.testing.assertSchemaEqual`
 */
export function assertSchemaEqual(
  actual: StructType | string,
  expected: StructType | string,
  options: SchemaEqualOptions = {},
): void {
  checkOptions("assertSchemaEqual()", options, SCHEMA_EQUAL_OPTIONS);
  const lines = schemaDifferences(
    structOf("actual", actual),
    structOf("expected", expected),
    options,
  );
  if (lines.length > 0) throw differentSchemas(lines);
}

/** The error for different schemas. */
export function differentSchemas(lines: readonly string[]): SparkAssertionError {
  const list = lines.map((line) => `  ${line}`).join("\n");
  return new SparkAssertionError(
    "DIFFERENT_SCHEMA",
    `The schemas differ (- only expected, + only actual, ~ expected → actual):\n\n${list}\n`,
  );
}

/** The differences of two schemas, one line each. Empty if they are equal under the options. */
export function schemaDifferences(
  actual: StructType,
  expected: StructType,
  { ignoreNullable = true, ignoreColumnOrder = false }: SchemaEqualOptions,
): readonly string[] {
  const comparable = (schema: StructType): StructType => {
    const named = ignoreColumnOrder ? new StructType(sortedByName(schema)) : schema;
    return withoutNotes(named, ignoreNullable);
  };
  const [own, wanted] = [comparable(actual), comparable(expected)];
  if (textOf(own) === textOf(wanted)) return [];
  const lines = schemaDiff(wanted, own);
  if (lines.length > 0) return lines;
  // schemaDiff() finds columns by name, so it does not see their order and repeated names.
  return [`- in this order: ${wanted.simpleString()}`, `+ in this order: ${own.simpleString()}`];
}

/** The columns in the order of their names. Columns with the same name keep their order. */
export function sortedByName(schema: StructType): StructType["fields"] {
  return [...schema.fields].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function structOf(argument: string, schema: StructType | string): StructType {
  if (typeof schema === "string") return StructType.fromDDL(schema);
  // Callers in JavaScript often pass the promise of df.schema(), or a DataFrame.
  if ((schema as { readonly kind?: unknown } | null)?.kind === "struct") return schema;
  throw new ArgumentError(
    argument,
    `${argument} must be a StructType or DDL text. For a DataFrame, pass await df.schema().`,
  );
}

function textOf(schema: StructType): string {
  return jsonText("schema", dataTypeToJson(schema));
}

function withoutNotes(schema: StructType, allNullable: boolean): StructType {
  return new StructType(
    schema.fields.map(({ name, dataType, nullable }) => ({
      name,
      dataType: typeWithoutNotes(dataType, allNullable),
      nullable: allNullable || nullable,
      metadata: {},
    })),
  );
}

/** The type without metadata, and without NOT NULL if `allNullable` is true. */
export function typeWithoutNotes(type: DataType, allNullable: boolean): DataType {
  switch (type.kind) {
    case "struct":
      return withoutNotes(type, allNullable);
    case "array":
      return {
        ...type,
        elementType: typeWithoutNotes(type.elementType, allNullable),
        containsNull: allNullable || type.containsNull,
      };
    case "map":
      return {
        ...type,
        keyType: typeWithoutNotes(type.keyType, allNullable),
        valueType: typeWithoutNotes(type.valueType, allNullable),
        valueContainsNull: allNullable || type.valueContainsNull,
      };
    default:
      return type;
  }
}
