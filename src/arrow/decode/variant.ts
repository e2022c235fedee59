import { dateText, dateTimeText } from "../../types/calendar.js";
import { Timestamp } from "../../types/timestamp.js";
import { decimalText } from "./decimal-readers.js";

/**
 * Spark's variant encoding: a header byte, then the content. The lower two bits of the header are the basic type.
 *
 * @see common/variant of Apache Spark 4.0, README.md
 */
const BASIC_PRIMITIVE = 0;
const BASIC_SHORT_STRING = 1;
const BASIC_OBJECT = 2;

/** The supported version. It is in the lower four bits of the metadata's first byte. */
const METADATA_VERSION = 1;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Field names of a variant, decoded at their first use. */
class FieldNames {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #offsetSize: number;
  readonly #count: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    const header = this.#view.getUint8(0);
    if ((header & 0x0f) !== METADATA_VERSION)
      throw new RangeError(`unknown metadata version ${header & 0x0f}`);
    this.#offsetSize = (header >> 6) + 1;
    this.#count = unsigned(this.#view, 1, this.#offsetSize);
  }

  at(id: number): string {
    if (id >= this.#count) throw new RangeError(`missing field name ${id}`);
    const size = this.#offsetSize;
    const offset = (index: number): number => unsigned(this.#view, 1 + (index + 1) * size, size);
    const start = 1 + (this.#count + 2) * size;
    return text(this.#bytes, start + offset(id), offset(id + 1) - offset(id));
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A little-endian unsigned integer of one to four bytes. */
function unsigned(view: DataView, at: number, size: number): number {
  let value = 0;
  for (let byte = size - 1; byte >= 0; byte--) value = value * 256 + view.getUint8(at + byte);
  return value;
}

function slice(bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (length < 0 || start + length > bytes.length) throw new RangeError("a value ends too early");
  return bytes.slice(start, start + length);
}

function text(bytes: Uint8Array, start: number, length: number): string {
  return utf8.decode(slice(bytes, start, length));
}

/** A safe integer becomes a number, a larger integer a bigint. */
function integer(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * A decimal becomes a number if the double prints the same digits, otherwise text. A decimal without a fraction
 * is an integer: Spark stores integers of more than 64 bits as decimals, and PySpark reads them as int.
 */
function decimal(unscaled: bigint, scale: number): number | bigint | string {
  if (scale === 0) return integer(unscaled);
  const exact = decimalText(String(unscaled), scale);
  const number = Number(exact);
  const trimmed = scale === 0 ? exact : exact.replace(/\.?0+$/, "");
  const canonical = trimmed === "-0" ? "0" : trimmed;
  return String(number === 0 ? 0 : number) === canonical ? (number === 0 ? 0 : number) : exact;
}

function int128(view: DataView, at: number): bigint {
  return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true);
}

function epochText(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return dateTimeText(Number((micros - rest) / 1_000_000n), Number(rest));
}

function primitive(bytes: Uint8Array, view: DataView, at: number, type: number): unknown {
  switch (type) {
    case 0:
      return null;
    case 1:
      return true;
    case 2:
      return false;
    case 3:
      return view.getInt8(at);
    case 4:
      return view.getInt16(at, true);
    case 5:
      return view.getInt32(at, true);
    case 6:
      return integer(view.getBigInt64(at, true));
    case 7:
      return view.getFloat64(at, true);
    case 8:
      return decimal(BigInt(view.getInt32(at + 1, true)), view.getUint8(at));
    case 9:
      return decimal(view.getBigInt64(at + 1, true), view.getUint8(at));
    case 10:
      return decimal(int128(view, at + 1), view.getUint8(at));
    case 11:
      return dateText(view.getInt32(at, true));
    case 12:
      return Timestamp.fromEpochMicros(view.getBigInt64(at, true));
    case 13:
      return epochText(view.getBigInt64(at, true));
    case 14:
      return view.getFloat32(at, true);
    case 15:
      return slice(bytes, at + 4, view.getUint32(at, true));
    case 16:
      return text(bytes, at + 4, view.getUint32(at, true));
    default:
      throw new RangeError(`unknown primitive type ${type}`);
  }
}

/** The positions of the parts of an object or array: first the offsets, then the values. */
function container(
  view: DataView,
  at: number,
  header: { readonly large: boolean; readonly idSize: number; readonly offsetSize: number },
): { count: number; id: (index: number) => number; position: (index: number) => number } {
  const sizeBytes = header.large ? 4 : 1;
  const count = unsigned(view, at, sizeBytes);
  const ids = at + sizeBytes;
  const offsets = ids + count * header.idSize;
  const values = offsets + (count + 1) * header.offsetSize;
  if (values > view.byteLength) throw new RangeError("a value ends too early");
  return {
    count,
    id: (index) => unsigned(view, ids + index * header.idSize, header.idSize),
    position: (index) =>
      values + unsigned(view, offsets + index * header.offsetSize, header.offsetSize),
  };
}

/** Deepest nesting that can be read. Spark's JSON parser allows 1000 levels. */
const MAX_DEPTH = 1000;

function decodeAt(
  bytes: Uint8Array,
  view: DataView,
  names: FieldNames,
  at: number,
  depth: number,
): unknown {
  if (depth > MAX_DEPTH) throw new RangeError("nested too deeply");
  const header = view.getUint8(at);
  const info = header >> 2;
  switch (header & 0b11) {
    case BASIC_PRIMITIVE:
      return primitive(bytes, view, at + 1, info);
    case BASIC_SHORT_STRING:
      return text(bytes, at + 1, info);
    case BASIC_OBJECT: {
      const { count, id, position } = container(view, at + 1, {
        large: (info & 0b10000) !== 0,
        idSize: ((info >> 2) & 0b11) + 1,
        offsetSize: (info & 0b11) + 1,
      });
      const entries: [string, unknown][] = [];
      for (let index = 0; index < count; index++)
        entries.push([
          names.at(id(index)),
          decodeAt(bytes, view, names, position(index), depth + 1),
        ]);
      // fromEntries defines properties, so a field called __proto__ does not become the prototype.
      return Object.fromEntries(entries);
    }
    default: {
      const { count, position } = container(view, at + 1, {
        large: (info & 0b100) !== 0,
        idSize: 0,
        offsetSize: (info & 0b11) + 1,
      });
      return Array.from({ length: count }, (_, index) =>
        decodeAt(bytes, view, names, position(index), depth + 1),
      );
    }
  }
}

/**
 * A variant as a JavaScript value. Safe integers become numbers, larger ones bigints. Decimals with a fraction
 * become numbers if the number prints the same, otherwise text with the decimal's scale. Dates and timestamp_ntz
 * become ISO text, a timestamp a Timestamp, binary a Uint8Array. Objects, arrays, text, booleans and null become
 * the same in JavaScript.
 *
 * @throws {RangeError} the bytes are not a variant
 */
export function decodeVariant(value: Uint8Array, metadata: Uint8Array): unknown {
  return decodeAt(value, viewOf(value), new FieldNames(metadata), 0, 0);
}
