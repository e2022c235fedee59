import type {
  DataType,
  DayTimeInterval,
  Geography,
  Geometry,
  StructType,
} from "../../../src/index.js";
import { Timestamp } from "../../../src/index.js";
import { parseDate, parseDateTime, parseTime } from "../../../src/types/calendar.js";

/** The JSON text that Python's json.dumps writes with ensure_ascii. */
function asciiJson(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function doubleText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}

function structText(value: unknown, type: StructType): string {
  const values = Array.isArray(value)
    ? (value as unknown[])
    : type.fieldNames.map((name) => (value as Record<string, unknown>)[name]);
  return `{${values.map((item, at) => canonicalText(item, type.fields[at]?.dataType)).join(",")}}`;
}

/** The server's text for a timestamp with nanoseconds, for which PySpark has no type. */
function castText(value: unknown): string {
  const text = String(value).replace("T", " ").replace(/Z$/, "");
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** The content of a variant determines its type; for a number, its value does. */
function variantText(value: unknown): string {
  if (typeof value === "number") return doubleText(value);
  if (typeof value === "string") return asciiJson(value);
  if (Array.isArray(value)) return `[${value.map(variantText).join(",")}]`;
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString("hex")}`;
  if (value instanceof Timestamp) return `micros ${value.epochMicros}`;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).map(
    ([name, item]) => `${asciiJson(name)}:${variantText(item)}`,
  );
  return `<${fields.sort().join(",")}>`;
}

/** The text of a decoded value, in the form that canonical_text.py writes for PySpark's value. */
export function canonicalText(value: unknown, type: DataType | undefined): string {
  if (value === null || type === undefined) return "null";
  switch (type.kind) {
    case "float":
    case "double":
      return doubleText(value as number);
    case "string":
      return asciiJson(value as string);
    case "binary":
      return `x${Buffer.from(value as Uint8Array).toString("hex")}`;
    case "date":
      return `day ${parseDate(value as string)}`;
    case "timestamp":
      return `micros ${(value as Timestamp).epochMicros}`;
    case "timestamp_ntz":
      return `micros ${parseDateTime(value as string).micros}`;
    case "timestamp_ntz_nanos":
    case "timestamp_ltz_nanos":
      return castText(value);
    case "time":
      return `time ${parseTime(value as string) / 1000}`;
    case "day_time_interval":
      return `interval ${(value as DayTimeInterval).micros}`;
    case "geometry":
    case "geography": {
      const { srid, wkb } = value as Geometry | Geography;
      return `shape ${srid} ${Buffer.from(wkb).toString("hex")}`;
    }
    case "array":
      return `[${(value as unknown[]).map((item) => canonicalText(item, type.elementType)).join(",")}]`;
    case "map": {
      const entries = [...(value as Map<unknown, unknown>)].map(
        ([key, item]) =>
          `${canonicalText(key, type.keyType)}:${canonicalText(item, type.valueType)}`,
      );
      return `<${entries.sort().join(",")}>`;
    }
    case "variant":
      return `variant ${variantText(value)}`;
    case "struct":
      return structText(value, type);
    default:
      // eslint-disable-next-line @typescript-eslint/no-base-to-string -- numbers, decimals, booleans
      return String(value);
  }
}
