import * as arrow from "apache-arrow";
import type { DecimalType } from "../../types/data-type.js";
import { exactInteger, unscaledDecimal } from "../../types/exact-values.js";
import { isMissing, misfit, nullBits, type ColumnValues } from "./encode-values.js";

type IntegerArray = Int8Array | Int16Array | Int32Array;

/** Bits of the integer types that fit a JavaScript number. */
const INTEGER_BITS = { byte: 8, short: 16, integer: 32 } as const;

/** Encodes booleans, as one bit each. */
export function encodeBooleans(source: ColumnValues): arrow.Data {
  const { values } = source;
  const data = new Uint8Array((values.length + 7) >> 3);
  for (const [index, value] of values.entries()) {
    if (isMissing(value)) continue;
    if (typeof value !== "boolean") throw misfit(source, index, ": pass true or false");
    if (value) data[index >> 3] = (data[index >> 3] ?? 0) | (1 << (index & 7));
  }
  const length = values.length;
  return arrow.makeData({ type: new arrow.Bool(), length, data, ...nullBits(source) });
}

function fillIntegers<T extends IntegerArray>(source: ColumnValues, bits: number, data: T): T {
  const limit = 2 ** (bits - 1);
  for (const [index, value] of source.values.entries()) {
    if (isMissing(value)) continue;
    const number = typeof value === "bigint" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isInteger(number))
      throw misfit(source, index, ": pass an integer");
    if (number < -limit || number >= limit) throw misfit(source, index, ": it is out of range");
    data[index] = number;
  }
  return data;
}

/** Encodes integers of 8, 16 or 32 bits, from numbers or bigints. */
export function encodeIntegers(source: ColumnValues, kind: keyof typeof INTEGER_BITS): arrow.Data {
  const { length } = source.values;
  const bits = INTEGER_BITS[kind];
  const nulls = nullBits(source);
  switch (kind) {
    case "byte": {
      const data = fillIntegers(source, bits, new Int8Array(length));
      return arrow.makeData({ type: new arrow.Int8(), length, data, ...nulls });
    }
    case "short": {
      const data = fillIntegers(source, bits, new Int16Array(length));
      return arrow.makeData({ type: new arrow.Int16(), length, data, ...nulls });
    }
    case "integer": {
      const data = fillIntegers(source, bits, new Int32Array(length));
      return arrow.makeData({ type: new arrow.Int32(), length, data, ...nulls });
    }
  }
}

/** Encodes 64-bit integers, from bigints, safe integers, or text of digits as `int64: "string"` returns it. */
export function encodeLongs(source: ColumnValues): arrow.Data {
  const { length } = source.values;
  const data = new BigInt64Array(length);
  for (const [index, value] of source.values.entries()) {
    if (isMissing(value)) continue;
    const exact = exactInteger(value);
    if (exact === undefined) throw misfit(source, index, ": pass a bigint or a safe integer");
    if (BigInt.asIntN(64, exact) !== exact) throw misfit(source, index, ": it is out of range");
    data[index] = exact;
  }
  return arrow.makeData({ type: new arrow.Int64(), length, data, ...nullBits(source) });
}

function fillFloats<T extends Float32Array | Float64Array>(source: ColumnValues, data: T): T {
  for (const [index, value] of source.values.entries()) {
    if (isMissing(value)) continue;
    const number = typeof value === "bigint" ? Number(value) : value;
    if (typeof number !== "number" || (typeof value === "bigint" && BigInt(number) !== value))
      throw misfit(source, index, ": pass a number");
    data[index] = number;
    if (Number.isFinite(number) && !Number.isFinite(data[index]))
      throw misfit(source, index, ": it is out of range");
  }
  return data;
}

/** Encodes 32-bit floating point numbers, rounding to the nearest. */
export function encodeFloats(source: ColumnValues): arrow.Data {
  const { length } = source.values;
  const data = fillFloats(source, new Float32Array(length));
  return arrow.makeData({ type: new arrow.Float32(), length, data, ...nullBits(source) });
}

/** Encodes 64-bit floating point numbers. */
export function encodeDoubles(source: ColumnValues): arrow.Data {
  const { length } = source.values;
  const data = fillFloats(source, new Float64Array(length));
  return arrow.makeData({ type: new arrow.Float64(), length, data, ...nullBits(source) });
}

/** Encodes decimals, from text, bigints, or the shortest text of numbers. Never rounds. */
export function encodeDecimals(source: ColumnValues, type: DecimalType): arrow.Data {
  const limit = 10n ** BigInt(type.precision);
  const digits = source.values.map((value, index) => {
    if (isMissing(value)) return null;
    if (typeof value !== "string" && typeof value !== "bigint" && typeof value !== "number")
      throw misfit(source, index, ": pass text, a bigint or a number");
    const exact = unscaledDecimal(String(value), type.scale);
    if (exact === undefined)
      throw misfit(
        source,
        index,
        `: it is not a decimal with at most ${type.scale} fraction digits`,
      );
    if (exact >= limit || exact <= -limit) throw misfit(source, index, ": it has too many digits");
    return exact;
  });
  return decimalData(source, type, digits);
}

/** Decimals from their unscaled values; null for a missing value. */
export function decimalData(
  source: ColumnValues,
  type: DecimalType,
  digits: readonly (bigint | null)[],
): arrow.Data {
  const { length } = digits;
  const halves = new BigInt64Array(2 * length);
  for (const [index, exact] of digits.entries()) {
    if (exact === null) continue;
    halves[2 * index] = BigInt.asIntN(64, exact);
    halves[2 * index + 1] = exact >> 64n;
  }
  return arrow.makeData({
    type: new arrow.Decimal(type.scale, type.precision, 128),
    length,
    data: new Uint32Array(halves.buffer),
    ...nullBits(source),
  });
}
