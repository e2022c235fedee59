import { bigInt64View, int32View } from "../arrow-column.js";
import type { Int64Mode } from "./decode-options.js";
import { decodeError, type ColumnBinder, type ColumnPlace } from "./value-reader.js";

const TWO_32 = 2 ** 32;

/** Reads void columns, which contain only nulls. */
export const bindNull: ColumnBinder = () => () => null;

/** Reads booleans, one bit each. */
export const bindBoolean: ColumnBinder =
  ({ data }) =>
  (index) =>
    (((data[index >> 3] as number) >> (index & 7)) & 1) === 1;

/** Reads 8-bit integers. */
export const bindInt8: ColumnBinder = ({ data }) => {
  const values = new Int8Array(data.buffer, data.byteOffset, data.byteLength);
  return (index) => values[index];
};

/** Reads 16-bit integers. */
export const bindInt16: ColumnBinder = ({ data }) => {
  const { buffer, byteOffset } = data.byteOffset % 2 === 0 ? data : data.slice();
  const values = new Int16Array(buffer, byteOffset, data.byteLength >> 1);
  return (index) => values[index];
};

/** Reads 32-bit integers. */
export const bindInt32: ColumnBinder = ({ data }) => {
  const values = int32View(data);
  return (index) => values[index];
};

/** Reads 32-bit floating point numbers. */
export const bindFloat32: ColumnBinder = ({ data }) => {
  const { buffer, byteOffset } = data.byteOffset % 4 === 0 ? data : data.slice();
  const values = new Float32Array(buffer, byteOffset, data.byteLength >> 2);
  return (index) => values[index];
};

/** Reads 64-bit floating point numbers. */
export const bindFloat64: ColumnBinder = ({ data }) => {
  const { buffer, byteOffset } = data.byteOffset % 8 === 0 ? data : data.slice();
  const values = new Float64Array(buffer, byteOffset, data.byteLength >> 3);
  return (index) => values[index];
};

/** Reads 64-bit integers in the requested form. */
export function int64Binder(mode: Int64Mode, place: ColumnPlace): ColumnBinder {
  if (mode === "bigint")
    return ({ data }) => {
      const values = bigInt64View(data);
      return (index) => values[index];
    };
  return ({ data }) => {
    const words = int32View(data);
    const exact = bigInt64View(data);
    // Create a bigint only for values that are not exact doubles; for others the two words are enough.
    const number = (index: number): number =>
      (words[2 * index + 1] as number) * TWO_32 + ((words[2 * index] as number) >>> 0);
    if (mode === "string")
      return (index) => {
        const value = number(index);
        return String(Number.isSafeInteger(value) ? value : exact[index]);
      };
    return (index) => {
      const value = number(index);
      if (Number.isSafeInteger(value)) return value;
      throw decodeError(
        "UNSAFE_INTEGER",
        place,
        `contains ${String(exact[index])}, which a JavaScript number cannot represent. Read it with int64 "bigint" or "string".`,
      );
    };
  };
}
