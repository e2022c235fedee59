import type { DecimalType } from "../../types/data-type.js";
import { bigInt64View, int32View, type ArrowColumn } from "../arrow-column.js";
import type { DecimalMode } from "./decode-options.js";
import type { ColumnBinder } from "./value-reader.js";

const TWO_32 = 2 ** 32;

/** Largest power of ten that fits 32 bits, so that integer arithmetic produces the digits. */
const CHUNK = 1e9;
const CHUNK_DIGITS = 9;

/** Powers of ten up to this one are exact doubles, so dividing by such a power once rounds correctly. */
const MAX_EXACT_POWER = 22;

/** Longest text: the 39 digits of 128 bits, a leading zero, a point and a sign. */
const MAX_DECIMAL_CHARACTERS = 42;

const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;

/** Inserts the decimal point into the digits of an unscaled value: `-5`, 2 → `-0.05`. */
export function decimalText(unscaled: string, scale: number): string {
  if (scale === 0) return unscaled;
  const negative = unscaled.startsWith("-");
  const digits = (negative ? unscaled.slice(1) : unscaled).padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${negative ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The unscaled values of a decimal column: 128-bit integers, with the lowest 32 bits first. */
class UnscaledValues {
  readonly #words: Int32Array;
  readonly #halves: BigInt64Array;

  constructor(data: Uint8Array) {
    this.#words = int32View(data);
    this.#halves = bigInt64View(data);
  }

  /** The value, or NaN if it is not an exact double. */
  safe(index: number): number {
    const words = this.#words;
    const at = 4 * index;
    const high = words[at + 1] as number;
    const sign = high >> 31;
    if (words[at + 2] !== sign || words[at + 3] !== sign) return NaN;
    const value = high * TWO_32 + ((words[at] as number) >>> 0);
    return Number.isSafeInteger(value) ? value : NaN;
  }

  exact(index: number): bigint {
    const low = BigInt.asUintN(64, this.#halves[2 * index] as bigint);
    return ((this.#halves[2 * index + 1] as bigint) << 64n) | low;
  }
}

/**
 * Writes `value`, a non-negative safe integer, so that it ends before `end`, with a point before the last
 * `scale` digits. Returns where it starts.
 */
function writeDigits(target: Uint8Array, end: number, value: number, scale: number): number {
  let at = end;
  let written = 0;
  let rest = value;
  do {
    const higher = Math.floor(rest / CHUNK);
    let chunk = (rest - higher * CHUNK) | 0;
    for (let digit = 0; digit < CHUNK_DIGITS; digit++) {
      const tenth = (chunk / 10) | 0;
      target[--at] = ZERO + chunk - tenth * 10;
      chunk = tenth;
      if (++written === scale) target[--at] = POINT;
      if (chunk === 0 && higher === 0 && written > scale) break;
    }
    rest = higher;
  } while (rest > 0 || written <= scale);
  return at;
}

/**
 * All values of a column as one text, and the position of each value in it. Slicing one string costs a third of
 * creating a string for each number. The text is written from the end, because the lowest digits come first.
 */
function joinedTexts(
  column: ArrowColumn,
  scale: number,
): { readonly text: string; readonly starts: Int32Array } {
  const { length, validity } = column;
  const values = new UnscaledValues(column.data);
  const target = Buffer.allocUnsafe(length * MAX_DECIMAL_CHARACTERS);
  const starts = new Int32Array(length + 1);
  let at = target.length;
  starts[length] = at;
  for (let index = length - 1; index >= 0; index--) {
    const present = validity === undefined || ((validity[index >> 3] as number) >> (index & 7)) & 1;
    if (present) {
      const value = values.safe(index);
      if (Number.isNaN(value)) {
        const exact = decimalText(String(values.exact(index)), scale);
        at -= exact.length;
        target.write(exact, at, "latin1");
      } else {
        at = writeDigits(target, at, Math.abs(value), scale);
        if (value < 0) target[--at] = MINUS;
      }
    }
    starts[index] = at;
  }
  for (let index = 0; index <= length; index++) starts[index] = (starts[index] as number) - at;
  return { text: target.toString("latin1", at), starts };
}

/** Reads 128-bit decimals as text with all digits of the scale, or as the nearest double. */
export function decimalBinder({ scale }: DecimalType, mode: DecimalMode): ColumnBinder {
  if (mode === "string")
    return (column) => {
      const { text, starts } = joinedTexts(column, scale);
      return (index) => text.slice(starts[index], starts[index + 1]);
    };
  const power = 10 ** scale;
  return ({ data }) => {
    const values = new UnscaledValues(data);
    return (index) => {
      const value = values.safe(index);
      return scale > MAX_EXACT_POWER || Number.isNaN(value)
        ? Number(decimalText(String(values.exact(index)), scale))
        : value / power;
    };
  };
}
