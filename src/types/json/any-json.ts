import { ArgumentError } from "../../errors.js";
import { base64, bigintJson, floatJson, nameOf, type JsonForms } from "./json-forms.js";

/**
 * A decoded value as JSON, by its JavaScript type alone: for VARIANT, and for rows without a schema.
 *
 * @param place the column and the path in it, for errors
 * @returns undefined for a value that JSON.stringify() omits too, such as a function
 */
export function anyJson(value: unknown, forms: JsonForms, place: string): string | undefined {
  switch (typeof value) {
    case "bigint":
      return bigintJson(value, forms.bigint, place);
    case "number":
      return floatJson(value, (finite) => (Object.is(finite, -0) ? "-0.0" : String(finite)));
    case "object":
      return value === null ? "null" : objectJson(value, forms, place);
    default:
      return JSON.stringify(value);
  }
}

function objectJson(value: object, forms: JsonForms, place: string): string {
  if (value instanceof Uint8Array) return `"${base64(value)}"`;
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    return `[${items.map((item, at) => anyJson(item, forms, `${place}[${at}]`) ?? "null").join(",")}]`;
  }
  if (value instanceof Map) {
    const entries: [unknown, unknown][] = [...(value as Map<unknown, unknown>)];
    return `{${entries
      .map(([key, item]) => `${keyJson(key)}:${anyJson(item, forms, place) ?? "null"}`)
      .join(",")}}`;
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const json: unknown = Reflect.apply(value.toJSON, value, []);
    if (json === null && value instanceof Date) throw invalidDate(place);
    return anyJson(json, forms, place) ?? "null";
  }
  const parts: string[] = [];
  for (const [name, item] of Object.entries(value) as [string, unknown][]) {
    if (item === null && forms.ignoreNullFields) continue;
    const json = anyJson(item, forms, place === "" ? name : `${place}.${name}`);
    if (json !== undefined) parts.push(`${JSON.stringify(name)}:${json}`);
  }
  return `{${parts.join(",")}}`;
}

/** The name of a field for a key of a Map, in quotes. */
export function keyJson(key: unknown): string {
  // A name is always text, so that a key keeps its digits in each form.
  return nameOf(
    anyJson(key, { bigint: "digits", decimal: "digits", ignoreNullFields: false }, "") ?? "null",
  );
}

function invalidDate(place: string): ArgumentError {
  return new ArgumentError(
    place,
    `${place === "" ? "The value" : `Column ${place}`} is an invalid Date, which JSON cannot hold.`,
  );
}
