import { SparkError } from "../../errors.js";
import type { DataType } from "../data-type.js";
import type { StructField, StructType } from "../struct-type.js";
import { anyJson } from "./any-json.js";
import {
  base64,
  bigintJson,
  decimalJson,
  floatJson,
  nameOf,
  type JsonForms,
} from "./json-forms.js";
import { doubleText, floatText } from "./number-text.js";

/** Converts a value of a column to text. The column's type selects it once for all rows. */
export type ValueText = (value: unknown) => string;

/**
 * Converts a column's values to JSON. Values have their default forms, and structs are arrays.
 *
 * @param place the column and the path in it, for errors
 * @throws {SparkError} code DUPLICATE_COLUMN: two fields of a struct have the same name
 */
export function jsonValue(type: DataType, forms: JsonForms, place: string): ValueText {
  const present = presentJson(type, forms, place);
  return (value) => (value === null ? "null" : present(value));
}

/**
 * Converts a row or a struct, given as an array of values, to a JSON object.
 *
 * @param place empty for a row
 * @throws {SparkError} code DUPLICATE_COLUMN: two columns have the same name
 */
export function jsonObject(
  fields: readonly StructField[],
  forms: JsonForms,
  place = "",
): (values: readonly unknown[]) => string {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new SparkError(
      "DUPLICATE_COLUMN",
      `Two columns${place === "" ? "" : ` of ${place}`} have the name ${JSON.stringify(twice)}, which a JSON object cannot hold. Rename one of them, in SQL with AS.`,
    );
  }
  const parts = fields.map(({ name, dataType }) => ({
    label: `${JSON.stringify(name)}:`,
    value: jsonValue(dataType, forms, place === "" ? name : `${place}.${name}`),
  }));
  const { ignoreNullFields } = forms;
  return (values) => {
    let text = "";
    let index = 0;
    for (const { label, value } of parts) {
      const item = values[index++];
      if (ignoreNullFields && item === null) continue;
      text += (text === "" ? "" : ",") + label + value(item);
    }
    return `{${text}}`;
  };
}

function presentJson(type: DataType, forms: JsonForms, place: string): ValueText {
  switch (type.kind) {
    case "void":
      return () => "null";
    case "boolean":
    case "byte":
    case "short":
    case "integer":
      return String;
    case "long":
      return (value) => bigintJson(value as bigint, forms.bigint, place);
    case "decimal":
      return (value) => decimalJson(value as string, forms.decimal, place);
    case "float":
      return (value) => floatJson(value as number, floatText);
    case "double":
      return (value) => floatJson(value as number, doubleText);
    case "binary":
      return (value) => `"${base64(value as Uint8Array)}"`;
    case "variant": {
      // Spark keeps the nulls inside a VARIANT.
      const withNulls = { ...forms, ignoreNullFields: false };
      return (value) => anyJson(value, withNulls, place) ?? "null";
    }
    case "udt":
      return presentJson(type.sqlType, forms, place);
    case "array": {
      const element = jsonValue(type.elementType, forms, `${place}.element`);
      return (value) => `[${(value as unknown[]).map(element).join(",")}]`;
    }
    case "map":
      return mapJson(type.keyType, type.valueType, forms, place);
    case "struct":
      return structJson(type, forms, place);
    default:
      // Strings, dates and intervals: toString() keeps each digit.
      return (value) => JSON.stringify(String(value));
  }
}

function structJson(type: StructType, forms: JsonForms, place: string): ValueText {
  const object = jsonObject(type.fields, forms, place);
  return (value) => object(value as unknown[]);
}

/** A map becomes an object, and its keys the names of the fields, as in Spark. */
function mapJson(
  keyType: DataType,
  valueType: DataType,
  forms: JsonForms,
  place: string,
): ValueText {
  // A name is always text, so that a key keeps its digits in each form.
  const keyForms: JsonForms = { bigint: "digits", decimal: "digits", ignoreNullFields: false };
  const key = jsonValue(keyType, keyForms, `${place}.key`);
  const value = jsonValue(valueType, forms, `${place}.value`);
  return (map) => {
    const entries = [...(map as Map<unknown, unknown>)];
    return `{${entries.map(([k, v]) => `${nameOf(key(k))}:${value(v)}`).join(",")}}`;
  };
}
