import { CalendarInterval } from "../../types/calendar-interval.js";
import { DayTimeInterval } from "../../types/day-time-interval.js";
import { Timestamp } from "../../types/timestamp.js";
import { YearMonthInterval } from "../../types/year-month-interval.js";

/** The two parts of a variant, as in Spark. */
export interface VariantBytes {
  readonly value: Uint8Array;
  readonly metadata: Uint8Array;
}

const MAX_DECIMAL = 10n ** 38n;
/** Deepest nesting that Spark's JSON parser reads. */
const MAX_DEPTH = 1000;

/** Longest short string: its length is in the upper six bits of the header. */
const MAX_SHORT_STRING = 63;

/** Numbers of the primitive types, shifted to their place in the header. */
const PRIMITIVE = {
  null: 0,
  true: 1,
  false: 2,
  int8: 3,
  int16: 4,
  int32: 5,
  int64: 6,
  double: 7,
  decimal16: 10,
  timestamp: 12,
  binary: 15,
  string: 16,
} as const;

/** Field names with their numbers, in order of first use. Values refer to a name by its number. */
type Names = Map<string, number>;

function header(type: keyof typeof PRIMITIVE, length: number): Buffer {
  const bytes = Buffer.alloc(1 + length);
  bytes[0] = PRIMITIVE[type] << 2;
  return bytes;
}

/** Like Spark, which stores integers of more than 64 bits as decimals without a fraction. */
function encodeWideInteger(value: bigint): Buffer {
  if (value <= -MAX_DECIMAL || value >= MAX_DECIMAL)
    throw new RangeError("has more than 38 digits, the limit of a variant.");
  const bytes = header("decimal16", 17);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 2);
  bytes.writeBigInt64LE(value >> 64n, 10);
  return bytes;
}

function encodeInteger(value: bigint): Buffer {
  if (BigInt.asIntN(64, value) !== value) return encodeWideInteger(value);
  if (BigInt.asIntN(32, value) !== value) {
    const bytes = header("int64", 8);
    bytes.writeBigInt64LE(value, 1);
    return bytes;
  }
  const number = Number(value);
  if ((number << 24) >> 24 === number) {
    const bytes = header("int8", 1);
    bytes.writeInt8(number, 1);
    return bytes;
  }
  if ((number << 16) >> 16 === number) {
    const bytes = header("int16", 2);
    bytes.writeInt16LE(number, 1);
    return bytes;
  }
  const bytes = header("int32", 4);
  bytes.writeInt32LE(number, 1);
  return bytes;
}

function encodeNumber(value: number): Buffer {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return encodeInteger(BigInt(value));
  const bytes = header("double", 8);
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

function encodeBytes(type: "binary" | "string", content: Uint8Array): Buffer {
  const start = header(type, 4);
  start.writeUInt32LE(content.length, 1);
  return Buffer.concat([start, content]);
}

function textBytes(value: string): Buffer {
  if (!value.isWellFormed())
    throw new RangeError("contains an unpaired surrogate. Use toWellFormed().");
  return Buffer.from(value);
}

function encodeString(value: string): Buffer {
  const content = textBytes(value);
  if (content.length > MAX_SHORT_STRING) return encodeBytes("string", content);
  return Buffer.concat([Buffer.of((content.length << 2) | 1), content]);
}

function encodeTimestamp(value: Date): Buffer {
  if (Number.isNaN(value.getTime()) && !(value instanceof Timestamp))
    throw new RangeError("is an invalid Date.");
  if (value instanceof Timestamp && value.nanosOfMicro !== 0)
    throw new RangeError("has nanoseconds, which a variant cannot hold.");
  const bytes = header("timestamp", 8);
  bytes.writeBigInt64LE(new Timestamp(value).epochMicros, 1);
  return bytes;
}

/** The number of bytes for an unsigned number. */
function sizeOf(value: number): 1 | 2 | 3 | 4 {
  if (value < 2 ** 8) return 1;
  if (value < 2 ** 16) return 2;
  return value < 2 ** 24 ? 3 : 4;
}

function unsignedList(values: readonly number[], size: number): Buffer {
  const bytes = Buffer.alloc(values.length * size);
  for (const [index, value] of values.entries()) bytes.writeUIntLE(value, index * size, size);
  return bytes;
}

/** The start of each part, and then the end of the last part. */
function offsetsOf(parts: readonly Buffer[]): number[] {
  const offsets = [0];
  for (const part of parts) offsets.push((offsets.at(-1) ?? 0) + part.length);
  return offsets;
}

function countBytes(count: number): { readonly large: 0 | 1; readonly bytes: Buffer } {
  const large = count > 255 ? 1 : 0;
  return { large, bytes: unsignedList([count], large === 1 ? 4 : 1) };
}

function encodeArray(values: readonly unknown[], names: Names, depth: number): Buffer {
  // Unlike map(), from() also visits the holes of a sparse array.
  const parts = Array.from(values, (value) => encodeValue(value, names, depth));
  const offsets = offsetsOf(parts);
  const offsetSize = sizeOf(offsets.at(-1) ?? 0);
  const { large, bytes } = countBytes(parts.length);
  const info = (large << 2) | (offsetSize - 1);
  return Buffer.concat([
    Buffer.of((info << 2) | 3),
    bytes,
    unsignedList(offsets, offsetSize),
    ...parts,
  ]);
}

/** Compares names by UTF-8 bytes: Spark searches fields in that order. */
function byBytes([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function encodeObject(value: object, names: Names, depth: number): Buffer {
  const fields = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(byBytes);
  const ids = fields.map(([name]) => {
    const id = names.get(name) ?? names.size;
    names.set(name, id);
    return id;
  });
  const parts = fields.map(([, item]) => encodeValue(item, names, depth));
  const offsets = offsetsOf(parts);
  const offsetSize = sizeOf(offsets.at(-1) ?? 0);
  const idSize = sizeOf(ids.reduce((largest, id) => Math.max(largest, id), 0));
  const { large, bytes } = countBytes(parts.length);
  const info = (large << 4) | ((idSize - 1) << 2) | (offsetSize - 1);
  return Buffer.concat([
    Buffer.of((info << 2) | 2),
    bytes,
    unsignedList(ids, idSize),
    unsignedList(offsets, offsetSize),
    ...parts,
  ]);
}

function hasNoForm(value: object): boolean {
  return (
    value instanceof Map ||
    value instanceof Set ||
    value instanceof Promise ||
    value instanceof YearMonthInterval ||
    value instanceof DayTimeInterval ||
    value instanceof CalendarInterval
  );
}

function encodeValue(value: unknown, names: Names, depth: number): Buffer {
  if (depth > MAX_DEPTH)
    throw new RangeError(`is nested more than ${MAX_DEPTH} levels deep, or contains itself.`);
  switch (typeof value) {
    case "undefined":
      return header("null", 0);
    case "boolean":
      return header(value ? "true" : "false", 0);
    case "number":
      return encodeNumber(value);
    case "bigint":
      return encodeInteger(value);
    case "string":
      return encodeString(value);
    case "object":
      if (value === null) return header("null", 0);
      if (value instanceof Date) return encodeTimestamp(value);
      if (value instanceof Uint8Array) return encodeBytes("binary", value);
      if (Array.isArray(value)) return encodeArray(value, names, depth + 1);
      if (hasNoForm(value)) throw new TypeError("cannot be stored in a variant.");
      return encodeObject(value, names, depth + 1);
    default:
      throw new TypeError("cannot be stored in a variant.");
  }
}

function encodeMetadata(names: Names): Buffer {
  const texts = [...names.keys()].map(textBytes);
  const offsets = offsetsOf(texts);
  const size = sizeOf(Math.max(offsets.at(-1) ?? 0, texts.length));
  return Buffer.concat([
    Buffer.of(((size - 1) << 6) | 1),
    unsignedList([texts.length], size),
    unsignedList(offsets, size),
    ...texts,
  ]);
}

/**
 * Encodes a JavaScript value as a variant: integers in the smallest integer type, other numbers as double, Dates as
 * timestamps, Uint8Arrays as binary; also text, booleans, and arrays and plain objects of such values.
 *
 * @throws {TypeError | RangeError} a variant cannot store a value; the message completes "Column x, row 3: … "
 */
export function encodeVariant(value: unknown): VariantBytes {
  const names: Names = new Map();
  const encoded = encodeValue(value, names, 0);
  return { value: encoded, metadata: encodeMetadata(names) };
}
