// Mathematical functions.

import { type Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument } from "./call.js";

/** Absolute value. */
export function abs(column: ColumnOrName): Column {
  return columnCall("abs", column);
}

/** Least integer not below the value. */
export function ceil(column: ColumnOrName): Column {
  return columnCall("ceil", column);
}

/** Greatest integer not above the value. */
export function floor(column: ColumnOrName): Column {
  return columnCall("floor", column);
}

/** Rounds half up to `scale` decimals, 0 when omitted. */
export function round(column: ColumnOrName, scale?: unknown): Column {
  return scale === undefined
    ? expressionCall("round", toExpression(column))
    : expressionCall("round", toExpression(column), valueArgument(scale));
}

/** Rounds half to even, to `scale` decimals. */
export function bround(column: ColumnOrName, scale?: unknown): Column {
  return scale === undefined
    ? expressionCall("bround", toExpression(column))
    : expressionCall("bround", toExpression(column), valueArgument(scale));
}

/** Square root. */
export function sqrt(column: ColumnOrName): Column {
  return columnCall("sqrt", column);
}

/** Cube root. */
export function cbrt(column: ColumnOrName): Column {
  return columnCall("cbrt", column);
}

/** e to the power of the value. */
export function exp(column: ColumnOrName): Column {
  return columnCall("exp", column);
}

/** Natural logarithm. */
export function ln(column: ColumnOrName): Column {
  return columnCall("ln", column);
}

/** Logarithm to base 10. */
export function log10(column: ColumnOrName): Column {
  return columnCall("log10", column);
}

/** Logarithm to base 2. */
export function log2(column: ColumnOrName): Column {
  return columnCall("log2", column);
}

/** The first column to the power of the second. */
export function pow(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("pow", column, other);
}

/** -1, 0 or 1 by the sign. */
export function signum(column: ColumnOrName): Column {
  return columnCall("signum", column);
}

/** Sine of radians. */
export function sin(column: ColumnOrName): Column {
  return columnCall("sin", column);
}

/** Cosine of radians. */
export function cos(column: ColumnOrName): Column {
  return columnCall("cos", column);
}

/** Tangent of radians. */
export function tan(column: ColumnOrName): Column {
  return columnCall("tan", column);
}

/** Greatest of the columns' values, nulls passed over. */
export function greatest(
  column: ColumnOrName,
  other: ColumnOrName,
  ...columns: readonly ColumnOrName[]
): Column {
  return columnCall("greatest", column, other, ...columns);
}

/** Least of the columns' values, nulls passed over. */
export function least(
  column: ColumnOrName,
  other: ColumnOrName,
  ...columns: readonly ColumnOrName[]
): Column {
  return columnCall("least", column, other, ...columns);
}

/** Remainder that is never negative. */
export function pmod(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("pmod", column, other);
}
