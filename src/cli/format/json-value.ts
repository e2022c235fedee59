import { SparkError, type DataType, type StructField, type StructType } from "../../index.js";
import { doubleText, floatText } from "./number-text.js";

/** Converts a value of a column to text. The column's type selects it once for all rows. */
export type ValueText = (value: unknown) => string;

/** Options of the JSON formats. */
export interface JsonOptions {
  /** Writes BIGINT and DECIMAL as strings, for readers that parse numbers as doubles. */
  readonly quoteNumbers: boolean;
}

/**
 * Converts a column's values to JSON and keeps each digit. docs/cli.md lists the form of each type.
 *
 * @throws {SparkError} code DUPLICATE_COLUMN: two fields of a struct have the same name
 */
export function jsonValue(type: DataType, options: JsonOptions): ValueText {
  const present = presentJson(type, options);
  return (value) => (value === null ? "null" : present(value));
}

/**
 * Converts a row or a struct, given as an array of values, to a JSON object.
 *
 * @throws {SparkError} code DUPLICATE_COLUMN: two columns have the same name
 */
export function jsonObject(
  fields: readonly StructField[],
  options: JsonOptions,
): (values: readonly unknown[]) => string {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new SparkError(
      "DUPLICATE_COLUMN",
      `Two columns have the name ${JSON.stringify(twice)}, which a JSON object cannot hold. Rename one of them in the statement (AS …), or use --format csv or table.`,
    );
  }
  const parts = fields.map(({ name, dataType }) => ({
    label: `${JSON.stringify(name)}:`,
    value: jsonValue(dataType, options),
  }));
  return (values) =>
    `{${parts.map(({ label, value }, index) => label + value(values[index])).join(",")}}`;
}

function presentJson(type: DataType, options: JsonOptions): ValueText {
  switch (type.kind) {
    case "void":
      return () => "null";
    case "boolean":
    case "byte":
    case "short":
    case "integer":
      return String;
    case "long":
    case "decimal":
      return options.quoteNumbers ? (value) => `"${String(value)}"` : String;
    case "float":
      return (value) => finiteJson(value as number, floatText);
    case "double":
      return (value) => finiteJson(value as number, doubleText);
    case "binary":
      return (value) => `"${base64(value as Uint8Array)}"`;
    case "variant":
      return (value) => dynamicJson(value, options);
    case "udt":
      return presentJson(type.sqlType, options);
    case "array": {
      const element = jsonValue(type.elementType, options);
      return (value) => `[${(value as unknown[]).map(element).join(",")}]`;
    }
    case "map":
      return mapJson(type.keyType, type.valueType, options);
    case "struct":
      return structJson(type, options);
    default:
      // Strings, dates and intervals: toString() keeps each digit.
      return (value) => JSON.stringify(String(value));
  }
}

function structJson(type: StructType, options: JsonOptions): ValueText {
  const object = jsonObject(type.fields, options);
  return (value) => object(value as unknown[]);
}

/** A map with text keys becomes an object. Other keys would lose their type as names of an object. */
function mapJson(keyType: DataType, valueType: DataType, options: JsonOptions): ValueText {
  const key = jsonValue(keyType, options);
  const value = jsonValue(valueType, options);
  const isObject = ["string", "char", "varchar"].includes(keyType.kind);
  return (map) => {
    const entries = [...(map as Map<unknown, unknown>)];
    return isObject
      ? `{${entries.map(([k, v]) => `${key(k)}:${value(v)}`).join(",")}}`
      : `[${entries.map(([k, v]) => `{"key":${key(k)},"value":${value(v)}}`).join(",")}]`;
  };
}

/** The value of a VARIANT. Each value has a type of its own, so the type is checked here. */
function dynamicJson(value: unknown, options: JsonOptions): string {
  switch (typeof value) {
    case "bigint":
      return options.quoteNumbers ? `"${value}"` : String(value);
    case "number":
      return finiteJson(value, (finite) => (Object.is(finite, -0) ? "-0.0" : String(finite)));
    case "object":
      if (value === null) return "null";
      if (value instanceof Uint8Array) return `"${base64(value)}"`;
      if (Array.isArray(value)) {
        return `[${value.map((item) => dynamicJson(item, options)).join(",")}]`;
      }
      if (value instanceof Date) return JSON.stringify(String(value));
      return `{${Object.entries(value)
        .map(([name, item]) => `${JSON.stringify(name)}:${dynamicJson(item, options)}`)
        .join(",")}}`;
    default:
      return JSON.stringify(value);
  }
}

function finiteJson(value: number, text: (value: number) => string): string {
  return Number.isFinite(value) ? text(value) : `"${String(value)}"`;
}

/** Bytes in base64, as JSON and CSV write them. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
