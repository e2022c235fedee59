import { isAscii, isUtf8 } from "node:buffer";
import type { ArrowColumn } from "../arrow-column.js";
import { decodeError, type ColumnBinder, type ColumnPlace } from "./value-reader.js";

/** Longer texts are decoded value by value, because V8 limits strings to 2^29 characters. */
const MAX_JOINED_BYTES = 2 ** 28;

/** Values with a larger average length are decoded one by one: finding their ends would cost more than it saves. */
const MAX_JOINED_AVERAGE = 256;

/** Keeps a leading byte order mark, which is part of the value, and refuses bytes that are not UTF-8. */
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads binary values as copies, so that a kept value does not keep its batch in memory. */
export const bindBinary: ColumnBinder = ({ data, offsets }) => {
  return (index) => data.slice(offsets[index], offsets[index + 1]);
};

/**
 * Positions of the values in the joined text, in UTF-16 code units. Undefined if a value starts inside a
 * character: then the joined bytes are valid UTF-8, but the values are not.
 */
function textPositions(
  bytes: Uint8Array,
  offsets: ArrowColumn["offsets"],
  length: number,
): Uint32Array | undefined {
  const positions = new Uint32Array(length + 1);
  const base = offsets[0] as number;
  let units = 0;
  let at = 0;
  for (let index = 1; index <= length; index++) {
    const end = (offsets[index] as number) - base;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      // A continuation byte adds no code unit; a four-byte character has two code units.
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    if (end < bytes.length && ((bytes[end] as number) & 0xc0) === 0x80) return undefined;
    positions[index] = units;
  }
  return positions;
}

/**
 * Reads text. Decodes a column as one string and slices it, which is several times faster than value by value.
 * So a kept value of more than 12 characters keeps the text of its column and batch in memory.
 */
export function textBinder(place: ColumnPlace): ColumnBinder {
  const readOne = ({ data, offsets }: ArrowColumn, index: number): string => {
    try {
      return strictUtf8.decode(data.subarray(offsets[index], offsets[index + 1]));
    } catch {
      throw decodeError(
        "INVALID_UTF8",
        place,
        "contains bytes that are not UTF-8, which a JavaScript string cannot represent. Cast it to binary, or use make_valid_utf8.",
      );
    }
  };
  return (column) => {
    const { data, offsets, length } = column;
    const start = offsets[0] as number;
    const end = offsets[length] as number;
    const bytes = Buffer.from(data.buffer, data.byteOffset + start, end - start);
    if (bytes.length <= MAX_JOINED_BYTES) {
      if (isAscii(bytes)) {
        const text = bytes.toString("latin1");
        if (start === 0) return (index) => text.slice(offsets[index], offsets[index + 1]);
        return (index) =>
          text.slice((offsets[index] as number) - start, (offsets[index + 1] as number) - start);
      }
      if (bytes.length <= MAX_JOINED_AVERAGE * length && isUtf8(bytes)) {
        const positions = textPositions(bytes, offsets, length);
        if (positions !== undefined) {
          const text = bytes.toString("utf8");
          return (index) => text.slice(positions[index], positions[index + 1]);
        }
      }
    }
    return (index) => readOne(column, index);
  };
}
