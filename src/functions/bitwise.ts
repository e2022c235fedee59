// Functions of a number's bits.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { IntegerOf, NullInNumber } from "../dataframe/typing/aggregate-value.js";
import type { NullIn, ValueOf } from "../dataframe/typing/column-value.js";
import { columnCall, valueCall } from "./call.js";

/**
 * Number of bits that are set, including the sign bit.
 *
 * @example bit_count(lit(11)); // 3
 */
export function bit_count<C extends ColumnOrName>(column: C): Column<number | NullIn<C>> {
  return columnCall("bit_count", column);
}

/**
 * The bit at a position, 0 or 1; position 0 is the lowest bit. Fails if the position is out of range.
 *
 * @example bit_get(lit(11), lit(2)); // 0
 */
export function bit_get<C extends ColumnOrName, P extends ColumnOrName>(
  column: C,
  position: P,
): Column<number | NullInNumber<C | P>> {
  return columnCall("bit_get", column, position);
}

/**
 * The number with every bit flipped.
 *
 * @example bitwise_not(lit(5)); // -6
 */
export function bitwise_not<C extends ColumnOrName>(column: C): Column<ValueOf<C>> {
  return columnCall("~", column);
}

/**
 * The bit at a position, 0 or 1; the same as bit_get.
 *
 * @example getbit(lit(11), lit(0)); // 1
 */
export function getbit<C extends ColumnOrName, P extends ColumnOrName>(
  column: C,
  position: P,
): Column<number | NullInNumber<C | P>> {
  return columnCall("getbit", column, position);
}

/**
 * The number shifted left by `bits`.
 *
 * @example shiftleft(lit(2), 1); // 4
 */
export function shiftleft<C extends ColumnOrName, const B extends Column | number>(
  column: C,
  bits: B,
): Column<IntegerOf<C> | NullInNumber<C | Exclude<B, number>>> {
  return valueCall("shiftleft", column, bits);
}

/**
 * The number shifted right by `bits`. Keeps the sign.
 *
 * @example shiftright(lit(4), 1); // 2
 */
export function shiftright<C extends ColumnOrName, const B extends Column | number>(
  column: C,
  bits: B,
): Column<IntegerOf<C> | NullInNumber<C | Exclude<B, number>>> {
  return valueCall("shiftright", column, bits);
}

/**
 * The number shifted right by `bits`, with zeros added at the left.
 *
 * @example shiftrightunsigned(lit(-4), 1); // 2147483646
 */
export function shiftrightunsigned<C extends ColumnOrName, const B extends Column | number>(
  column: C,
  bits: B,
): Column<IntegerOf<C> | NullInNumber<C | Exclude<B, number>>> {
  return valueCall("shiftrightunsigned", column, bits);
}

/**
 * The number with every bit flipped.
 *
 * @deprecated Use bitwise_not.
 * @example bitwiseNOT(lit(5)); // -6
 */
export function bitwiseNOT<C extends ColumnOrName>(column: C): Column<ValueOf<C>> {
  return columnCall("~", column);
}

/**
 * The number shifted left by `bits`.
 *
 * @deprecated Use shiftleft.
 * @example shiftLeft(lit(2), 1); // 4
 */
export function shiftLeft<C extends ColumnOrName, const B extends Column | number>(
  column: C,
  bits: B,
): Column<IntegerOf<C> | NullInNumber<C | Exclude<B, number>>> {
  return valueCall("shiftleft", column, bits);
}

/**
 * The number shifted right by `bits`. Keeps the sign.
 *
 * @deprecated Use shiftright.
 * @example shiftRight(lit(4), 1); // 2
 */
export function shiftRight<C extends ColumnOrName, const B extends Column | number>(
  column: C,
  bits: B,
): Column<IntegerOf<C> | NullInNumber<C | Exclude<B, number>>> {
  return valueCall("shiftright", column, bits);
}

/**
 * The number shifted right by `bits`, with zeros added at the left.
 *
 * @deprecated Use shiftrightunsigned.
 * @example shiftRightUnsigned(lit(-4), 1); // 2147483646
 */
export function shiftRightUnsigned<C extends ColumnOrName, const B extends Column | number>(
  column: C,
  bits: B,
): Column<IntegerOf<C> | NullInNumber<C | Exclude<B, number>>> {
  return valueCall("shiftrightunsigned", column, bits);
}
