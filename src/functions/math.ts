// Mathematical functions of numbers.

import { ArgumentError } from "../errors.js";
import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";

/** Absolute value, also of an interval. Fails for a type's smallest value, which has no positive counterpart. */
export function abs(column: ColumnOrName): Column {
  return columnCall("abs", column);
}

/** The binary digits of a BIGINT, as text. */
export function bin(column: ColumnOrName): Column {
  return columnCall("bin", column);
}

/** Rounds half to even, to `scale` decimals. Default: 0 */
export function bround(column: ColumnOrName, scale?: Column | number): Column {
  return valueCall("bround", column, ...given(scale));
}

/** Cube root, as DOUBLE. */
export function cbrt(column: ColumnOrName): Column {
  return columnCall("cbrt", column);
}

/** Rounds up to `scale` decimals; without `scale`, to an integer. */
export function ceil(column: ColumnOrName, scale?: Column | number): Column {
  return valueCall("ceil", column, ...given(scale));
}

/** Rounds up to `scale` decimals; the same as ceil. */
export function ceiling(column: ColumnOrName, scale?: Column | number): Column {
  return valueCall("ceiling", column, ...given(scale));
}

/**
 * Converts a number, as text, from one base to another. Null for null or empty text.
 *
 * @param fromBase 2 to 36
 * @param toBase 2 to 36; with a negative base the result has a sign
 */
export function conv(
  column: ColumnOrName,
  fromBase: Column | number,
  toBase: Column | number,
): Column {
  return valueCall("conv", column, fromBase, toBase);
}

/** Euler's number. */
export function e(): Column {
  return columnCall("e");
}

/** e to the power of the value, as DOUBLE. */
export function exp(column: ColumnOrName): Column {
  return columnCall("exp", column);
}

/** e to the power of the value, minus 1. Exact for small values too. */
export function expm1(column: ColumnOrName): Column {
  return columnCall("expm1", column);
}

/** Factorial, as BIGINT; null below 0 and above 20. */
export function factorial(column: ColumnOrName): Column {
  return columnCall("factorial", column);
}

/**
 * Rounds down to `scale` decimals; without `scale`, to an integer.
 */
export function floor(column: ColumnOrName, scale?: Column | number): Column {
  return valueCall("floor", column, ...given(scale));
}

/**
 * Largest of the columns' values, ignoring nulls; null if all are null.
 *
 * @throws {ArgumentError} fewer than two columns
 */
export function greatest(...columns: readonly ColumnOrName[]): Column {
  return columnCall("greatest", ...atLeastTwo("greatest", columns));
}

/** Hexadecimal digits of a BIGINT, or of the bytes of text or BINARY. */
export function hex(column: ColumnOrName): Column {
  return columnCall("hex", column);
}

/** Square root of `a² + b²`, as DOUBLE. A number is a literal, a string names a column. */
export function hypot(a: ColumnOrName | number, b: ColumnOrName | number): Column {
  return expressionCall("hypot", numberArgument("hypot", a), numberArgument("hypot", b));
}

/**
 * Smallest of the columns' values, ignoring nulls; null if all are null.
 *
 * @throws {ArgumentError} fewer than two columns
 */
export function least(...columns: readonly ColumnOrName[]): Column {
  return columnCall("least", ...atLeastTwo("least", columns));
}

/** Natural logarithm; null at 0 and below. */
export function ln(column: ColumnOrName): Column {
  return columnCall("ln", column);
}

/**
 * Natural logarithm of a column, `log("x")`. With two arguments, the first is the base: `log(2, "x")`. Null at 0 and
 * below.
 */
export function log(column: ColumnOrName): Column;
/** Logarithm to the given base; null at 0 and below. */
export function log(base: Column | number, column: ColumnOrName): Column;
export function log(first: ColumnOrName | number, column?: ColumnOrName): Column {
  return column === undefined
    ? expressionCall("ln", columnArgument("log", first as ColumnOrName))
    : expressionCall("log", valueArgument(first), columnArgument("log", column));
}

/** Logarithm to base 10; null at 0 and below. */
export function log10(column: ColumnOrName): Column {
  return columnCall("log10", column);
}

/** Natural logarithm of the value plus 1. Exact for small values too. Null at -1 and below. */
export function log1p(column: ColumnOrName): Column {
  return columnCall("log1p", column);
}

/** Logarithm to base 2; null at 0 and below. */
export function log2(column: ColumnOrName): Column {
  return columnCall("log2", column);
}

/** The number with its sign changed; the same as negative. */
export function negate(column: ColumnOrName): Column {
  return columnCall("negative", column);
}

/** The number or interval with its sign changed. */
export function negative(column: ColumnOrName): Column {
  return columnCall("negative", column);
}

/** The number π. */
export function pi(): Column {
  return columnCall("pi");
}

/**
 * Remainder of a division, never negative for a positive divisor. A number is a literal, a string names a column.
 */
export function pmod(dividend: ColumnOrName | number, divisor: ColumnOrName | number): Column {
  return expressionCall("pmod", numberArgument("pmod", dividend), numberArgument("pmod", divisor));
}

/** The value itself. */
export function positive(column: ColumnOrName): Column {
  return columnCall("positive", column);
}

/** The first to the power of the second, as DOUBLE. A number is a literal, a string names a column. */
export function pow(base: ColumnOrName | number, exponent: ColumnOrName | number): Column {
  return expressionCall("power", numberArgument("power", base), numberArgument("power", exponent));
}

/** The first to the power of the second, as DOUBLE; the same as pow. */
export function power(base: ColumnOrName | number, exponent: ColumnOrName | number): Column {
  return pow(base, exponent);
}

/** Rounds to a whole number, half to even, as DOUBLE. */
export function rint(column: ColumnOrName): Column {
  return columnCall("rint", column);
}

/** Rounds half up, to `scale` decimals. Default: 0. A negative scale rounds digits before the point. */
export function round(column: ColumnOrName, scale?: Column | number): Column {
  return valueCall("round", column, ...given(scale));
}

/** The sign as -1, 0 or 1, as DOUBLE; the same as signum. */
export function sign(column: ColumnOrName): Column {
  return columnCall("sign", column);
}

/** The sign as -1, 0 or 1, as DOUBLE. */
export function signum(column: ColumnOrName): Column {
  return columnCall("signum", column);
}

/** Square root, as DOUBLE; NaN below 0. */
export function sqrt(column: ColumnOrName): Column {
  return columnCall("sqrt", column);
}

/** The sum, or null if it overflows; also of a date or timestamp and an interval. */
export function try_add(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("try_add", column, other);
}

/** The quotient, as DOUBLE or DECIMAL, or null if the second is zero. */
export function try_divide(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("try_divide", column, other);
}

/** The remainder, or null if the second is zero. */
export function try_mod(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("try_mod", column, other);
}

/** The product, or null if it overflows. */
export function try_multiply(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("try_multiply", column, other);
}

/** The difference, or null if it overflows; also of dates, timestamps and intervals. */
export function try_subtract(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("try_subtract", column, other);
}

/** Pairs of hexadecimal digits as BINARY; null for any other text. */
export function unhex(column: ColumnOrName): Column {
  return columnCall("unhex", column);
}

/**
 * Splits a range into equal buckets and returns the number of the value's bucket, from 1. It is 0 below the range and
 * `buckets` + 1 above it. Null if the range is not valid.
 */
export function width_bucket(
  value: ColumnOrName,
  min: ColumnOrName,
  max: ColumnOrName,
  buckets: ColumnOrName | number,
): Column {
  return expressionCall(
    "width_bucket",
    columnArgument("width_bucket", value),
    columnArgument("width_bucket", min),
    columnArgument("width_bucket", max),
    numberArgument("width_bucket", buckets),
  );
}

function atLeastTwo(name: string, columns: readonly ColumnOrName[]): readonly ColumnOrName[] {
  if (columns.length < 2) {
    throw new ArgumentError(
      "columns",
      `${name}() compares at least two columns, got ${columns.length}.`,
    );
  }
  return columns;
}
