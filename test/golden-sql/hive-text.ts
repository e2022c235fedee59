import type { DataType, StructType } from "../../src/index.js";
import {
  DayTimeInterval,
  Geography,
  Geometry,
  Timestamp,
  YearMonthInterval,
} from "../../src/index.js";
import { dateTimeText } from "../../src/types/calendar.js";

/** The session settings that affect how Spark's HiveResult prints a value. */
export interface HiveStyle {
  readonly timeZone: string;
  /** `spark.sql.binaryOutputStyle`. */
  readonly binary: string;
}

/** Formats rows, decoded by position, as the lines that Spark's HiveResult prints. */
export function hiveLines(
  rows: readonly (readonly unknown[])[],
  { fields }: StructType,
  style: HiveStyle,
): string[] {
  return rows.map((row) =>
    fields.map((field, i) => hiveText(row[i], field.dataType, style, false)).join("\t"),
  );
}

function hiveText(value: unknown, type: DataType, style: HiveStyle, nested: boolean): string {
  if (value === null || value === undefined) return nested ? "null" : "NULL";
  if (type.kind === "variant") return variantText(value);
  if (value instanceof Timestamp) return localText(value, style.timeZone);
  if (value instanceof YearMonthInterval) return yearMonthText(value);
  if (value instanceof DayTimeInterval) return dayTimeText(value);
  if (value instanceof Geometry || value instanceof Geography) {
    return nested ? `"${spatialText(value)}"` : spatialText(value);
  }
  const inside = (item: unknown, itemType: DataType): string =>
    hiveText(item, itemType, style, true);
  switch (type.kind) {
    case "double":
      return javaDouble(value as number, String);
    case "float":
      return javaDouble(value as number, shortestFloat);
    case "binary":
      return binaryText(value as Uint8Array, style.binary);
    case "timestamp_ntz":
      return (value as string).replace("T", " ");
    case "string":
    case "char":
    case "varchar":
      return nested ? `"${value as string}"` : (value as string);
    case "array":
      return `[${(value as unknown[]).map((item) => inside(item, type.elementType)).join(",")}]`;
    case "map": {
      const entries = [...(value as Map<unknown, unknown>)].map(
        ([key, item]) => `${inside(key, type.keyType)}:${inside(item, type.valueType)}`,
      );
      return `{${entries.sort().join(",")}}`;
    }
    case "struct": {
      const values = value as readonly unknown[];
      const entries = type.fields.map(
        ({ name, dataType }, i) => `"${name}":${inside(values[i], dataType)}`,
      );
      return `{${entries.join(",")}}`;
    }
    case "udt":
      return hiveText(value, type.sqlType, style, nested);
    default:
      // Numbers, booleans, dates, times and calendar intervals have the same text as in Spark.
      return (value as { toString(): string }).toString();
  }
}

/** The shortest decimal text that gives the same 32-bit float. */
function shortestFloat(value: number): string {
  for (let digits = 1; digits < 10; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}

/** Like Java's `Double.toString`: scientific notation below 0.001 and from 10,000,000. */
function javaDouble(value: number, digitsOf: (value: number) => string): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const sign = value < 0 ? "-" : "";
  const [mantissa = "", exponent = "0"] = digitsOf(Math.abs(value)).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const all = whole + fraction;
  const digits = all.replace(/^0+/, "");
  /** The power of ten of the first digit. */
  const power = Number(exponent) + whole.length - 1 - (all.length - digits.length);
  const significant = digits.replace(/0+$/, "") || "0";
  if (power >= 7 || power < -3) {
    return `${sign}${significant.slice(0, 1)}.${significant.slice(1) || "0"}E${power}`;
  }
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${significant}`;
  const padded = significant.padEnd(power + 1, "0");
  return `${sign}${padded.slice(0, power + 1)}.${padded.slice(power + 1) || "0"}`;
}

function binaryText(bytes: Uint8Array, style: string): string {
  const buffer = Buffer.from(bytes);
  switch (style) {
    case "BASE64":
      return buffer.toString("base64").replace(/=+$/, "");
    case "HEX":
      return buffer.toString("hex").toUpperCase();
    case "HEX_DISCRETE":
      return `[${[...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ")}]`;
    case "BASIC":
      return `[${[...bytes].map((byte) => (byte << 24) >> 24).join(", ")}]`;
    default:
      return buffer.toString("utf8");
  }
}

/** The local time of a timestamp in a time zone, without trailing zeros of the fraction. */
function localText(timestamp: Timestamp, timeZone: string): string {
  const micros = ((timestamp.epochMicros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = (timestamp.epochMicros - micros) / 1_000_000n;
  const offset = offsetSeconds(Number(seconds), timeZone);
  return dateTimeText(Number(seconds) + offset, Number(micros), false).replace("T", " ");
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetSeconds(epochSeconds: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(
    format.formatToParts(epochSeconds * 1000).map(({ type, value }) => [type, value]),
  );
  const year = parts["era"] === "BC" ? 1 - Number(parts["year"]) : Number(parts["year"]);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(parts["month"]) - 1, Number(parts["day"]));
  local.setUTCHours(Number(parts["hour"]), Number(parts["minute"]), Number(parts["second"]));
  return local.getTime() / 1000 - epochSeconds;
}

/** The golden files only have points, as `SRID=4326;POINT(1 2)`; an SRID of 0 is omitted. */
function spatialText({ srid, wkb }: Geography | Geometry): string {
  const bytes = Buffer.from(wkb);
  const isPoint = bytes.length === 21 && bytes[0] === 1 && bytes.readUInt32LE(1) === 1;
  const shape = isPoint
    ? `POINT(${bytes.readDoubleLE(5)} ${bytes.readDoubleLE(13)})`
    : bytes.toString("hex");
  return srid === 0 ? shape : `SRID=${srid};${shape}`;
}

/** JSON in the form of `VariantVal.toString`. */
function variantText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(variantText).join(",")}]`;
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString("base64"));
  if (value instanceof Timestamp) return JSON.stringify(value.toISOString());
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(
      ([name, item]) => `${JSON.stringify(name)}:${variantText(item)}`,
    );
    return `{${entries.join(",")}}`;
  }
  return JSON.stringify(value);
}

const FIELD_MICROS = {
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1n,
};

function yearMonthText({ months }: YearMonthInterval): string {
  const total = Math.abs(months);
  return `${months < 0 ? "-" : ""}${Math.floor(total / 12)}-${total % 12}`;
}

/** Omits parts below the last field of the type, which arithmetic can produce. */
function dayTimeText({ micros, endField }: DayTimeInterval): string {
  const all = micros < 0n ? -micros : micros;
  const total = all - (all % FIELD_MICROS[endField]);
  const part = (unit: bigint, size: bigint): string =>
    String((total / unit) % size).padStart(2, "0");
  const nanos = String(total % 1_000_000n)
    .padStart(6, "0")
    .padEnd(9, "0");
  const time = [part(3_600_000_000n, 24n), part(60_000_000n, 60n), part(1_000_000n, 60n)];
  return `${micros < 0n ? "-" : ""}${String(total / 86_400_000_000n)} ${time.join(":")}.${nanos}`;
}
