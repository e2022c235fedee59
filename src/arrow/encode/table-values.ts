import {
  BufferType,
  DataType as Arrow,
  DateUnit,
  Precision,
  TimeUnit,
  Vector,
  makeData,
  type Data,
} from "apache-arrow";
import { ArgumentError } from "../../errors.js";
import { BinaryType, type DataType } from "../../types/data-type.js";
import { arrowName, type ArrowType } from "../arrow-column.js";
import { toArrowType } from "../arrow-types.js";
import { encodeColumn } from "./encode-column.js";

/** Nanoseconds in each of Arrow's time units, by TimeUnit. */
const UNIT_NANOS: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1_000_000_000n,
  [TimeUnit.MILLISECOND]: 1_000_000n,
  [TimeUnit.MICROSECOND]: 1000n,
  [TimeUnit.NANOSECOND]: 1n,
};
const MILLIS_PER_DAY = 86_400_000n;
const MAX_OFFSET = 2n ** 31n - 1n;
/** Number of 32-bit words in the decimals that Spark reads. */
const DECIMAL_WORDS = 4;

function refuse(column: string, problem: string): ArgumentError {
  return new ArgumentError("table", `Column ${column} ${problem}.`);
}

interface Parts {
  readonly offsets?: Int32Array | undefined;
  readonly values?: ArrayBufferView | undefined;
  readonly children?: readonly Data[];
}

/** The same values in the buffers of another type, with the same null bits. */
function rebuilt(data: Data, type: ArrowType, { offsets, values, children }: Parts): Data {
  const buffers = {
    [BufferType.OFFSET]: offsets,
    [BufferType.DATA]: values,
    [BufferType.VALIDITY]: data.nullBitmap,
    [BufferType.TYPE]: undefined,
  } as Data["buffers"];
  return data.clone(type, data.offset, data.length, data.nullCount, buffers, [...(children ?? [])]);
}

/** Integers times `from / to`. Refuses a value that would lose digits, except in the slots of nulls. */
function rescaled(data: Data, from: bigint, to: bigint, column: string): BigInt64Array {
  return BigInt64Array.from({ length: data.length }, (_, index) => {
    if (!data.getValid(index)) return 0n;
    const nanos = BigInt((data.values as ArrayLike<number | bigint>)[index] ?? 0) * from;
    const value = nanos / to;
    if (nanos % to !== 0n || BigInt.asIntN(64, value) !== value)
      throw refuse(column, "contains a time that Spark cannot represent exactly");
    return value;
  });
}

/** The offsets in 32 bits, as Spark reads them. */
function offsetsOf(data: Data, column: string): Int32Array {
  const { length } = data;
  const type = data.type as ArrowType;
  if (Arrow.isFixedSizeList(type) || Arrow.isFixedSizeBinary(type)) {
    const size = Arrow.isFixedSizeList(type) ? type.listSize : type.byteWidth;
    if (BigInt(length) * BigInt(size) > MAX_OFFSET)
      throw refuse(column, "has a batch of more than 2^31 bytes or elements");
    return Int32Array.from({ length: length + 1 }, (_, index) => index * size);
  }
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  // Writers may omit the single offset of an empty column.
  if (length === 0) return new Int32Array(1);
  if (offsets instanceof Int32Array) return offsets;
  if ((offsets[length] ?? 0n) > MAX_OFFSET)
    throw refuse(column, "has a batch of more than 2^31 bytes or elements");
  return Int32Array.from(offsets, Number);
}

/** Whether apache-arrow's getters return values of the type in a form that encoding accepts. */
function hasPlainValues(type: ArrowType): boolean {
  return (
    Arrow.isUtf8(type) ||
    Arrow.isLargeUtf8(type) ||
    Arrow.isUtf8View(type) ||
    Arrow.isBinary(type) ||
    Arrow.isLargeBinary(type) ||
    Arrow.isBinaryView(type) ||
    Arrow.isFixedSizeBinary(type) ||
    Arrow.isBool(type) ||
    Arrow.isInt(type) ||
    Arrow.isFloat(type)
  );
}

/** Encodes the column again, value by value. */
function encoded(data: Data, type: DataType, column: string): Data {
  const values: unknown[] = [...new Vector([data])];
  return encodeColumn({ type, nullable: true, column, values, rows: undefined });
}

/** Decimals of any width as decimals of 128 bits. */
function decimalWords(data: Data, bitWidth: number, column: string): Uint32Array {
  const words = data.values as Uint32Array;
  const width = bitWidth / 32;
  const wide = new Uint32Array(DECIMAL_WORDS * data.length);
  for (let index = 0; index < data.length; index++) {
    if (!data.getValid(index)) continue;
    const own = words.subarray(index * width, (index + 1) * width);
    const sign = ((own[width - 1] ?? 0) | 0) < 0 ? 0xffff_ffff : 0;
    if (own.subarray(DECIMAL_WORDS).some((word) => word !== sign))
      throw refuse(column, "contains a decimal of more than 128 bits");
    wide.fill(sign, index * DECIMAL_WORDS, (index + 1) * DECIMAL_WORDS);
    wide.set(own.subarray(0, DECIMAL_WORDS), index * DECIMAL_WORDS);
  }
  return wide;
}

function convertFlat(data: Data, type: DataType, to: ArrowType, column: string): Data {
  const from = data.type as ArrowType;
  if (Arrow.isTimestamp(from) && from.unit !== TimeUnit.MICROSECOND)
    return rebuilt(data, to, { values: rescaled(data, UNIT_NANOS[from.unit], 1000n, column) });
  if (Arrow.isDuration(from) && from.unit !== TimeUnit.MICROSECOND)
    return rebuilt(data, to, { values: rescaled(data, UNIT_NANOS[from.unit], 1000n, column) });
  if (Arrow.isTime(from) && from.unit !== TimeUnit.NANOSECOND)
    return rebuilt(data, to, { values: rescaled(data, UNIT_NANOS[from.unit], 1n, column) });
  if (Arrow.isDate(from) && from.unit === DateUnit.MILLISECOND) {
    const days = Int32Array.from(rescaled(data, 1n, MILLIS_PER_DAY, column), Number);
    return rebuilt(data, to, { values: days });
  }
  if (Arrow.isDecimal(from) && from.bitWidth !== 128)
    return rebuilt(data, to, { values: decimalWords(data, from.bitWidth, column) });
  const isOtherNumber =
    (Arrow.isInt(from) && !from.isSigned) ||
    (Arrow.isFloat(from) && from.precision === Precision.HALF);
  if (isOtherNumber || Arrow.isUtf8View(from) || Arrow.isBinaryView(from))
    return encoded(data, type, column);
  if (Arrow.isLargeUtf8(from) || Arrow.isLargeBinary(from) || Arrow.isFixedSizeBinary(from))
    return rebuilt(data, to, {
      offsets: offsetsOf(data, column),
      values: data.values as Uint8Array,
    });
  return data;
}

/**
 * Converts a column's data to the Arrow type that Spark reads, at every level. Spark refuses dictionaries and other
 * time units, and its reader needs unique names in structs.
 *
 * @param type the column's type, from `fromArrowType`
 * @throws {ArgumentError} Spark cannot represent a value exactly, or a dictionary's values cannot be read
 */
export function toSparkForm(data: Data, type: DataType, column: string): Data {
  const from = data.type as ArrowType;
  if (Arrow.isDictionary(from)) {
    const dictionary = from.dictionary as ArrowType;
    if (!hasPlainValues(dictionary))
      throw refuse(column, `is a dictionary of ${arrowName(dictionary)}, so pass plain values`);
    return encoded(data, type, column);
  }
  const to = toArrowType(type, column);
  const [child] = data.children;
  switch (type.kind) {
    case "array": {
      if (child === undefined) return data;
      const element = toSparkForm(child, type.elementType, `${column}.element`);
      return rebuilt(data, to, { offsets: offsetsOf(data, column), children: [element] });
    }
    case "map": {
      const [keys, values] = child?.children ?? [];
      if (child === undefined || keys === undefined || values === undefined) return data;
      const entries = makeData({
        type: (to as { readonly childType?: ArrowType }).childType as never,
        length: child.length,
        nullCount: 0,
        children: [
          toSparkForm(keys, type.keyType, `${column}.key`),
          toSparkForm(values, type.valueType, `${column}.value`),
        ],
      } as never) as Data;
      return rebuilt(data, to, { offsets: offsetsOf(data, column), children: [entries] });
    }
    case "struct": {
      const children = type.fields.flatMap(({ name, dataType }, index) => {
        const part = data.children[index];
        return part === undefined ? [] : [toSparkForm(part, dataType, `${column}.${name}`)];
      });
      return rebuilt(data, to, { children });
    }
    case "variant":
    case "geometry":
    case "geography":
      return ordered(data, to, column);
    default:
      return convertFlat(data, type, to, column);
  }
}

/** The parts of a value that is sent as a struct, in Spark's order. */
function ordered(data: Data, to: ArrowType, column: string): Data {
  const own = (data.type as ArrowType).children.map(({ name }) => name);
  const children = to.children.flatMap(({ name, type }) => {
    const part = data.children[own.indexOf(name)];
    return part === undefined ? [] : [convertFlat(part, BinaryType(), type as ArrowType, column)];
  });
  return rebuilt(data, to, { children });
}
