// Functions that choose a value by nulls and conditions.

import { ArgumentError } from "../errors.js";
import { Column, type CaseColumn, type ColumnOrName } from "../dataframe/column.js";
import type { NullInNumber } from "../dataframe/typing/aggregate-value.js";
import type { ValueOf } from "../dataframe/typing/column-value.js";
import type { Coalesced, Common, ZeroIfNull } from "../dataframe/typing/common-value.js";
import type { LiteralValue } from "../dataframe/typing/literal-value.js";
import { columnCall, valueCall } from "./call.js";
import { kindOf } from "./column-arguments.js";

/**
 * The first value that is not null; null if all are null.
 *
 * @example coalesce(lit(null), lit(1), lit(2)); // 1
 */
export function coalesce<C extends readonly ColumnOrName[]>(...columns: C): Column<Coalesced<C>> {
  return columnCall("coalesce", ...columns);
}

/**
 * The first value, or the second if the first is null; the same as nvl.
 *
 * @example ifnull(lit(null, "int"), lit(2)); // 2
 */
export function ifnull<C extends ColumnOrName, O extends ColumnOrName>(
  column: C,
  other: O,
): Column<Coalesced<[C, O]>> {
  return columnCall("ifnull", column, other);
}

/**
 * The first value, or the second if the first is NaN.
 *
 * @example nanvl(lit(NaN), lit(123.0)); // 123
 */
export function nanvl<C extends ColumnOrName, O extends ColumnOrName>(
  column: C,
  other: O,
): Column<number | NullInNumber<C | O>> {
  return columnCall("nanvl", column, other);
}

/**
 * The first value, or null if both are equal.
 *
 * @example nullif(lit(2), lit(2)); // null
 */
export function nullif<C extends ColumnOrName>(
  column: C,
  other: ColumnOrName,
): Column<ValueOf<C> | null> {
  return columnCall("nullif", column, other);
}

/**
 * The value, or null if it is zero.
 *
 * @example nullifzero(lit(0)); // null
 */
export function nullifzero<C extends ColumnOrName>(column: C): Column<ValueOf<C> | null> {
  return columnCall("nullifzero", column);
}

/**
 * The first value, or the second if the first is null.
 *
 * @example nvl(lit(null, "int"), lit(2)); // 2
 */
export function nvl<C extends ColumnOrName, O extends ColumnOrName>(
  column: C,
  other: O,
): Column<Coalesced<[C, O]>> {
  return columnCall("nvl", column, other);
}

/**
 * The second value if the first is not null, otherwise the third.
 *
 * @example nvl2(lit(null), lit(2), lit(1)); // 1
 */
export function nvl2<N extends ColumnOrName, I extends ColumnOrName>(
  column: ColumnOrName,
  notNull: N,
  isNull: I,
): Column<Common<ValueOf<N> | ValueOf<I>>> {
  return columnCall("nvl2", column, notNull, isNull);
}

/**
 * The value if the condition is true. Add further cases with `.when()` and `.otherwise()`. Null if no condition is
 * true.
 *
 * @throws {ArgumentError} the condition is not a Column
 * @example when(lit(1).gt(0), "positive").otherwise("negative"); // 'positive'
 */
export function when<const V>(condition: Column, value: V): CaseColumn<LiteralValue<V>> {
  if (!(condition instanceof Column)) {
    throw new ArgumentError(
      "condition",
      `when() takes a Column as its condition, not ${kindOf(condition)}. Write SQL text as expr(text).`,
    );
  }
  return valueCall("when", condition, value) as CaseColumn<LiteralValue<V>>;
}

/**
 * The value, or zero if it is null.
 *
 * @example zeroifnull(lit(null, "int")); // 0
 */
export function zeroifnull<C extends ColumnOrName>(column: C): Column<ZeroIfNull<C>> {
  return columnCall("zeroifnull", column);
}
