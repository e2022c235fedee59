// Functions of a number's bits.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, valueCall } from "./call.js";

/** Number of bits that are set, including the sign bit. */
export function bit_count(column: ColumnOrName): Column {
  return columnCall("bit_count", column);
}

/**
 * The bit at a position, 0 or 1; position 0 is the lowest bit. Fails if the position is out of range.
 */
export function bit_get(column: ColumnOrName, position: ColumnOrName): Column {
  return columnCall("bit_get", column, position);
}

/** The number with every bit flipped. */
export function bitwise_not(column: ColumnOrName): Column {
  return columnCall("~", column);
}

/** The bit at a position, 0 or 1; the same as bit_get. */
export function getbit(column: ColumnOrName, position: ColumnOrName): Column {
  return columnCall("getbit", column, position);
}

/** The number shifted left by `bits`. */
export function shiftleft(column: ColumnOrName, bits: Column | number): Column {
  return valueCall("shiftleft", column, bits);
}

/** The number shifted right by `bits`. Keeps the sign. */
export function shiftright(column: ColumnOrName, bits: Column | number): Column {
  return valueCall("shiftright", column, bits);
}

/** The number shifted right by `bits`, with zeros added at the left. */
export function shiftrightunsigned(column: ColumnOrName, bits: Column | number): Column {
  return valueCall("shiftrightunsigned", column, bits);
}

/**
 * The number with every bit flipped.
 *
 * @deprecated Use bitwise_not.
 */
export function bitwiseNOT(column: ColumnOrName): Column {
  return columnCall("~", column);
}

/**
 * The number shifted left by `bits`.
 *
 * @deprecated Use shiftleft.
 */
export function shiftLeft(column: ColumnOrName, bits: Column | number): Column {
  return valueCall("shiftleft", column, bits);
}

/**
 * The number shifted right by `bits`. Keeps the sign.
 *
 * @deprecated Use shiftright.
 */
export function shiftRight(column: ColumnOrName, bits: Column | number): Column {
  return valueCall("shiftright", column, bits);
}

/**
 * The number shifted right by `bits`, with zeros added at the left.
 *
 * @deprecated Use shiftrightunsigned.
 */
export function shiftRightUnsigned(column: ColumnOrName, bits: Column | number): Column {
  return valueCall("shiftrightunsigned", column, bits);
}
