import { isAscii, isUtf8 } from "node:buffer";
import type { ArrowColumn } from "../arrow-column.js";
import { decodeError, type ColumnBinder, type ColumnPlace } from "./value-reader.js";

/** Text longer than this is decoded value by value: V8's strings end at 2^29 characters. */
const MAX_JOINED_BYTES = 2 ** 28;

/** Values longer than this on average are decoded one by one: finding their ends costs more than it saves. */
const MAX_JOINED_AVERAGE = 256;

/** Keeps a leading byte order mark, which is part of the value, and refuses what is not UTF-8. */
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads binary values; each is a copy, so that keeping one does not keep its batch. */
export const bindBinary: ColumnBinder = ({ data, offsets }) => {
  return (index) => data.slice(offsets[index], offsets[index + 1]);
};

/**
 * Positions of the values in the joined text, counted in UTF-16 units; undefined when a value starts inside
 * a character, so that the joined bytes are valid UTF-8 and the values are not.
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
      // A continuation byte adds nothing; a four-byte character is two units.
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    if (end < bytes.length && ((bytes[end] as number) & 0xc0) === 0x80) return undefined;
    positions[index] = units;
  }
  return positions;
}

/**
 * Reads text. A column is decoded as one string and cut, which is several times as fast as value by value;
 * a kept value longer than 12 characters therefore keeps the text of its column and batch in memory.
 */
export function textBinder(place: ColumnPlace): ColumnBinder {
  const readOne = ({ data, offsets }: ArrowColumn, index: number): string => {
    try {
      return strictUtf8.decode(data.subarray(offsets[index], offsets[index + 1]));
    } catch {
      throw decodeError(
        "INVALID_UTF8",
        place,
        "holds bytes that are not UTF-8, which no JavaScript string can hold: cast it to binary, or use make_valid_utf8.",
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
