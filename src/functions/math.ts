// Mathematical functions of numbers.

import { ArgumentError } from "../errors.js";
import type { Column, ColumnOrName } from "../dataframe/column.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";

/** Absolute value; also of an interval. Fails where the type has none for its least value. */
export function abs(column: ColumnOrName): Column {
  return columnCall("abs", column);
}

/** The binary digits of a BIGINT, as text. */
export function bin(column: ColumnOrName): Column {
  return columnCall("bin", column);
}

/** Rounds half to even, to `scale` decimals, 0 when omitted. */
export function bround(column: ColumnOrName, scale?: Column | number): Column {
  return valueCall("bround", column, ...given(scale));
}

/** Cube root, as DOUBLE. */
export function cbrt(column: ColumnOrName): Column {
  return columnCall("cbrt", column);
}

/** Least number not below the value with `scale` decimals; an integer when `scale` is omitted. */
export function ceil(column: ColumnOrName, scale?: Column | number): Column {
  return valueCall("ceil", column, ...given(scale));
}

/** Least number not below the value with `scale` decimals; the same as ceil. */
export function ceiling(column: ColumnOrName, scale?: Column | number): Column {
  return valueCall("ceiling", column, ...given(scale));
}

/**
 * The digits of a number in one base, as text, written in another; null for null or empty text.
 *
 * @param fromBase 2 to 36
 * @param toBase 2 to 36; where negative, the result keeps its sign
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

/** e to the power of the value, less 1; exact for small values as well. */
export function expm1(column: ColumnOrName): Column {
  return columnCall("expm1", column);
}

/** Factorial, as BIGINT; null below 0 and above 20. */
export function factorial(column: ColumnOrName): Column {
  return columnCall("factorial", column);
}

/**
 * Greatest number not above the value with `scale` decimals; an integer when `scale` is omitted.
 */
export function floor(column: ColumnOrName, scale?: Column | number): Column {
  return valueCall("floor", column, ...given(scale));
}

/**
 * Greatest of the columns' values, nulls passed over; null where all are.
 *
 * @throws {ArgumentError} fewer than two columns
 */
export function greatest(...columns: readonly ColumnOrName[]): Column {
  return columnCall("greatest", ...atLeastTwo("greatest", columns));
}

/** In hexadecimal: a BIGINT's digits, or the bytes of text or BINARY. */
export function hex(column: ColumnOrName): Column {
  return columnCall("hex", column);
}

/** Square root of `a² + b²`, as DOUBLE. A text is a column, a number a literal. */
export function hypot(a: ColumnOrName | number, b: ColumnOrName | number): Column {
  return expressionCall("hypot", numberArgument("hypot", a), numberArgument("hypot", b));
}

/**
 * Least of the columns' values, nulls passed over; null where all are.
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
 * Natural logarithm of a column, or, of two arguments, the second's logarithm to the first as base:
 * `log("x")`, `log(2, "x")`. Null at 0 and below.
 */
export function log(column: ColumnOrName): Column;
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

/** Natural logarithm of the value and 1; exact for small values as well. Null at -1 and below. */
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
 * Remainder of a division that is not negative where the divisor is positive. A text is a column, a
 * number a literal.
 */
export function pmod(dividend: ColumnOrName | number, divisor: ColumnOrName | number): Column {
  return expressionCall("pmod", numberArgument("pmod", dividend), numberArgument("pmod", divisor));
}

/** The value itself. */
export function positive(column: ColumnOrName): Column {
  return columnCall("positive", column);
}

/** The first to the power of the second, as DOUBLE. A text is a column, a number a literal. */
export function pow(base: ColumnOrName | number, exponent: ColumnOrName | number): Column {
  return expressionCall("power", numberArgument("power", base), numberArgument("power", exponent));
}

/** The first to the power of the second, as DOUBLE; the same as pow. */
export function power(base: ColumnOrName | number, exponent: ColumnOrName | number): Column {
  return pow(base, exponent);
}

/** The nearest whole number, as DOUBLE; of two as near, the even one. */
export function rint(column: ColumnOrName): Column {
  return columnCall("rint", column);
}

/** Rounds half up, to `scale` decimals, 0 when omitted; before the point where negative. */
export function round(column: ColumnOrName, scale?: Column | number): Column {
  return valueCall("round", column, ...given(scale));
}

/** -1, 0 or 1 by the sign, as DOUBLE; the same as signum. */
export function sign(column: ColumnOrName): Column {
  return columnCall("sign", column);
}

/** -1, 0 or 1 by the sign, as DOUBLE. */
export function signum(column: ColumnOrName): Column {
  return columnCall("signum", column);
}

/** Square root, as DOUBLE; NaN below 0. */
export function sqrt(column: ColumnOrName): Column {
  return columnCall("sqrt", column);
}

/** The sum, or null where it overflows; also of a date or timestamp and an interval. */
export function try_add(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("try_add", column, other);
}

/** The quotient, as DOUBLE or DECIMAL, or null where the second is zero. */
export function try_divide(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("try_divide", column, other);
}

/** The remainder, or null where the second is zero. */
export function try_mod(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("try_mod", column, other);
}

/** The product, or null where it overflows. */
export function try_multiply(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("try_multiply", column, other);
}

/** The difference, or null where it overflows; also of dates, timestamps and intervals. */
export function try_subtract(column: ColumnOrName, other: ColumnOrName): Column {
  return columnCall("try_subtract", column, other);
}

/** Pairs of hexadecimal digits as BINARY; null where the text is anything else. */
export function unhex(column: ColumnOrName): Column {
  return columnCall("unhex", column);
}

/**
 * Number of the bucket, from 1, into which the value falls where the range is cut into equal ones;
 * 0 below the range, `buckets` and 1 above. Null where there is no such range.
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
      `${name}() compares at least two columns, but was given ${columns.length}.`,
    );
  }
  return columns;
}
