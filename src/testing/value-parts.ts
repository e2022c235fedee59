/** Values as text and floating-point numbers, so that two values can be compared with a tolerance and shown. */
import { isPlainObject } from "../types/plain-object.js";
import type { DataType } from "../types/data-type.js";

/**
 * A value's text, cut at its finite FLOAT and DOUBLE numbers. Two values are equal if their texts are equal and their
 * numbers are close. Joined, the parts are the text of the value.
 */
export type Parts = readonly (string | number)[];

/** The parts of a value of the type, as `collect({ rowMode: "array" })` returns it. */
export function partsOf(type: DataType, value: unknown): Parts {
  const parts: (string | number)[] = [];
  append(parts, type, value);
  return parts;
}

/** The text of the value. */
export function textOf(type: DataType, value: unknown): string {
  return partsOf(type, value).map(String).join("");
}

function append(parts: (string | number)[], type: DataType, value: unknown): void {
  if (value === null || value === undefined) {
    parts.push("null");
    return;
  }
  switch (type.kind) {
    case "float":
    case "double":
      // Infinity and NaN equal only themselves. -0 equals 0, as in SQL.
      parts.push(Number.isFinite(value) ? (value as number) + 0 : `${value as number}`);
      return;
    case "struct": {
      const values = value as readonly unknown[];
      type.fields.forEach(({ name, dataType }, at) => {
        parts.push(`${at === 0 ? "{" : ", "}${name}: `);
        append(parts, dataType, values[at]);
      });
      parts.push(type.fields.length === 0 ? "{}" : "}");
      return;
    }
    case "array":
      parts.push("[");
      (value as readonly unknown[]).forEach((item, at) => {
        if (at > 0) parts.push(", ");
        append(parts, type.elementType, item);
      });
      parts.push("]");
      return;
    case "map": {
      // Spark does not define the order of a map's entries.
      const entries = [...(value as ReadonlyMap<unknown, unknown>)]
        .map(([key, item]) => ({ key: textOf(type.keyType, key), item }))
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      entries.forEach(({ key, item }, at) => {
        parts.push(`${at === 0 ? "{" : ", "}${key} → `);
        append(parts, type.valueType, item);
      });
      parts.push(entries.length === 0 ? "{}" : "}");
      return;
    }
    case "udt":
      append(parts, type.sqlType, value);
      return;
    case "string":
    case "char":
    case "varchar":
      parts.push(JSON.stringify(value));
      return;
    case "variant":
      parts.push(plainText(value));
      return;
    default:
      parts.push(value instanceof Uint8Array ? bytesText(value) : ownText(value));
  }
}

/** The text of a number, or of an object with a text of its own, such as Timestamp and the intervals. */
function ownText(value: unknown): string {
  return (value as bigint | Date).toString();
}

function bytesText(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}

/** The text of a VARIANT, whose type is only known from the value. */
function plainText(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Uint8Array) return bytesText(value);
  if (Array.isArray(value)) return `[${value.map(plainText).join(", ")}]`;
  if (!isPlainObject(value)) return ownText(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, item]) => `${name}: ${plainText(item)}`).join(", ")}}`;
}
