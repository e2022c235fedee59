// Mathematical functions of numbers.

import { ArgumentError } from "../errors.js";
import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { ValueOf } from "../dataframe/typing/column-value.js";
import type {
  Extreme,
  NullInDigits,
  NullInDouble,
  NullInInteger,
  Rounded,
  Signed,
  TryDifference,
  TryProduct,
  TryQuotient,
  TryRemainder,
  TrySum,
  Whole,
} from "../dataframe/typing/numeric-value.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { columnArgument, given, numberArgument } from "./column-arguments.js";

/**
 * Absolute value, also of an interval. Fails for a type's smallest value, which has no positive counterpart.
 *
 * @example abs(lit(-1)); // 1
 */
export function abs<C extends ColumnOrName>(column: C): Column<Signed<ValueOf<C>>> {
  return columnCall("abs", column);
}

/**
 * The binary digits of a BIGINT, as text.
 *
 * @example bin(lit(13)); // '1101'
 */
export function bin<C extends ColumnOrName>(column: C): Column<string | NullInInteger<C>> {
  return columnCall("bin", column);
}

/**
 * Rounds half to even, to `scale` decimals. Default: 0
 *
 * @example bround(lit(2.5), 0); // 2
 */
export function bround<C extends ColumnOrName>(
  column: C,
  scale?: Column | number,
): Column<Rounded<ValueOf<C>>> {
  return valueCall("bround", column, ...given(scale));
}

/**
 * Cube root, as DOUBLE.
 *
 * @example cbrt(lit(27)); // 3
 */
export function cbrt(column: ColumnOrName): Column<number | null> {
  return columnCall("cbrt", column);
}

/**
 * Rounds up to an integer.
 *
 * @example ceil(lit(-0.1)); // 0n
 */
export function ceil<C extends ColumnOrName>(column: C): Column<Whole<ValueOf<C>>>;
/** Rounds up to `scale` decimals, as DECIMAL. */
export function ceil(column: ColumnOrName, scale: Column | number): Column<string | null>;
/** Rounds up to `scale` decimals; without `scale`, to an integer. */
export function ceil(column: ColumnOrName, scale?: Column | number): Column<string | bigint | null>;
export function ceil(
  column: ColumnOrName,
  scale?: Column | number,
): Column<string | bigint | null> {
  return valueCall("ceil", column, ...given(scale));
}

/**
 * Rounds up to an integer; the same as ceil.
 *
 * @example ceiling(lit(3.1)); // 4n
 */
export function ceiling<C extends ColumnOrName>(column: C): Column<Whole<ValueOf<C>>>;
/** Rounds up to `scale` decimals, as DECIMAL; the same as ceil. */
export function ceiling(column: ColumnOrName, scale: Column | number): Column<string | null>;
/** Rounds up to `scale` decimals; without `scale`, to an integer; the same as ceil. */
export function ceiling(
  column: ColumnOrName,
  scale?: Column | number,
): Column<string | bigint | null>;
export function ceiling(
  column: ColumnOrName,
  scale?: Column | number,
): Column<string | bigint | null> {
  return valueCall("ceiling", column, ...given(scale));
}

/**
 * Converts a number, as text, from one base to another. Null for null or empty text.
 *
 * @param fromBase 2 to 36
 * @param toBase 2 to 36; with a negative base the result has a sign
 * @example conv(lit("100"), 2, 10); // '4'
 */
export function conv(
  column: ColumnOrName,
  fromBase: Column | number,
  toBase: Column | number,
): Column<string | null> {
  return valueCall("conv", column, fromBase, toBase);
}

/**
 * Euler's number.
 *
 * @example e(); // 2.718281828459045
 */
export function e(): Column<number> {
  return columnCall("e");
}

/**
 * e to the power of the value, as DOUBLE.
 *
 * @example exp(lit(0)); // 1
 */
export function exp(column: ColumnOrName): Column<number | null> {
  return columnCall("exp", column);
}

/**
 * e to the power of the value, minus 1. Exact for small values too.
 *
 * @example expm1(lit(0)); // 0
 */
export function expm1(column: ColumnOrName): Column<number | null> {
  return columnCall("expm1", column);
}

/**
 * Factorial, as BIGINT; null below 0 and above 20.
 *
 * @example factorial(lit(5)); // 120n
 */
export function factorial(column: ColumnOrName): Column<bigint | null> {
  return columnCall("factorial", column);
}

/**
 * Rounds down to an integer.
 *
 * @example floor(lit(-0.1)); // -1n
 */
export function floor<C extends ColumnOrName>(column: C): Column<Whole<ValueOf<C>>>;
/** Rounds down to `scale` decimals, as DECIMAL. */
export function floor(column: ColumnOrName, scale: Column | number): Column<string | null>;
/** Rounds down to `scale` decimals; without `scale`, to an integer. */
export function floor(
  column: ColumnOrName,
  scale?: Column | number,
): Column<string | bigint | null>;
export function floor(
  column: ColumnOrName,
  scale?: Column | number,
): Column<string | bigint | null> {
  return valueCall("floor", column, ...given(scale));
}

/**
 * Largest of the columns' values, ignoring nulls; null if all are null.
 *
 * @throws {ArgumentError} fewer than two columns
 * @example greatest(lit(10), lit(9), lit(2), lit(4), lit(3)); // 10
 */
export function greatest<const C extends readonly ColumnOrName[]>(
  ...columns: C
): Column<Extreme<C>> {
  return columnCall("greatest", ...atLeastTwo("greatest", columns));
}

/**
 * Hexadecimal digits of a BIGINT, or of the bytes of text or BINARY.
 *
 * @example hex(lit("Spark SQL")); // '537061726B2053514C'
 */
export function hex<C extends ColumnOrName>(column: C): Column<string | NullInDigits<C>> {
  return columnCall("hex", column);
}

/**
 * Square root of `a² + b²`, as DOUBLE. A number is a literal, a string names a column.
 *
 * @example hypot(lit(3), lit(4)); // 5
 */
export function hypot<A extends ColumnOrName | number, B extends ColumnOrName | number>(
  a: A,
  b: B,
): Column<number | NullInDouble<A | B>> {
  return expressionCall("hypot", numberArgument("hypot", a), numberArgument("hypot", b));
}

/**
 * Smallest of the columns' values, ignoring nulls; null if all are null.
 *
 * @throws {ArgumentError} fewer than two columns
 * @example least(lit(10), lit(9), lit(2), lit(4), lit(3)); // 2
 */
export function least<const C extends readonly ColumnOrName[]>(...columns: C): Column<Extreme<C>> {
  return columnCall("least", ...atLeastTwo("least", columns));
}

/**
 * Natural logarithm; null at 0 and below.
 *
 * @example ln(lit(1)); // 0
 */
export function ln(column: ColumnOrName): Column<number | null> {
  return columnCall("ln", column);
}

/**
 * Natural logarithm of a column, `log("x")`. With two arguments, the first is the base: `log(2, "x")`. Null at 0 and
 * below.
 *
 * @example log(10, lit(100)); // 2
 */
export function log(column: ColumnOrName): Column<number | null>;
/** Logarithm to the given base; null at 0 and below. */
export function log(base: Column | number, column: ColumnOrName): Column<number | null>;
export function log(first: ColumnOrName | number, column?: ColumnOrName): Column<number | null> {
  return column === undefined
    ? expressionCall("ln", columnArgument("log", first as ColumnOrName))
    : expressionCall("log", valueArgument(first), columnArgument("log", column));
}

/**
 * Logarithm to base 10; null at 0 and below.
 *
 * @example log10(lit(10)); // 1
 */
export function log10(column: ColumnOrName): Column<number | null> {
  return columnCall("log10", column);
}

/**
 * Natural logarithm of the value plus 1. Exact for small values too. Null at -1 and below.
 *
 * @example log1p(lit(0)); // 0
 */
export function log1p(column: ColumnOrName): Column<number | null> {
  return columnCall("log1p", column);
}

/**
 * Logarithm to base 2; null at 0 and below.
 *
 * @example log2(lit(2)); // 1
 */
export function log2(column: ColumnOrName): Column<number | null> {
  return columnCall("log2", column);
}

/**
 * The number with its sign changed; the same as negative.
 *
 * @example negate(lit(1)); // -1
 */
export function negate<C extends ColumnOrName>(column: C): Column<Signed<ValueOf<C>>> {
  return columnCall("negative", column);
}

/**
 * The number or interval with its sign changed.
 *
 * @example negative(lit(1)); // -1
 */
export function negative<C extends ColumnOrName>(column: C): Column<Signed<ValueOf<C>>> {
  return columnCall("negative", column);
}

/**
 * The number π.
 *
 * @example pi(); // 3.141592653589793
 */
export function pi(): Column<number> {
  return columnCall("pi");
}

/**
 * Remainder of a division, never negative for a positive divisor. A number is a literal, a string names a column.
 *
 * @example pmod(lit(-10), lit(3)); // 2
 */
export function pmod<A extends ColumnOrName | number, const B extends ColumnOrName | number>(
  dividend: A,
  divisor: B,
): Column<TryRemainder<A, B>> {
  return expressionCall("pmod", numberArgument("pmod", dividend), numberArgument("pmod", divisor));
}

/**
 * The value itself.
 *
 * @example positive(lit(1)); // 1
 */
export function positive<C extends ColumnOrName>(column: C): Column<Signed<ValueOf<C>>> {
  return columnCall("positive", column);
}

/**
 * The first to the power of the second, as DOUBLE. A number is a literal, a string names a column.
 *
 * @example pow(lit(2), lit(3)); // 8
 */
export function pow<A extends ColumnOrName | number, B extends ColumnOrName | number>(
  base: A,
  exponent: B,
): Column<number | NullInDouble<A | B>> {
  return expressionCall("power", numberArgument("power", base), numberArgument("power", exponent));
}

/**
 * The first to the power of the second, as DOUBLE; the same as pow.
 *
 * @example power(lit(2), lit(3)); // 8
 */
export function power<A extends ColumnOrName | number, B extends ColumnOrName | number>(
  base: A,
  exponent: B,
): Column<number | NullInDouble<A | B>> {
  return pow(base, exponent);
}

/**
 * Rounds to a whole number, half to even, as DOUBLE.
 *
 * @example rint(lit(12.3456)); // 12
 */
export function rint(column: ColumnOrName): Column<number | null> {
  return columnCall("rint", column);
}

/**
 * Rounds half up, to `scale` decimals. Default: 0. A negative scale rounds digits before the point.
 *
 * @example round(lit(2.5), 0); // 3
 */
export function round<C extends ColumnOrName>(
  column: C,
  scale?: Column | number,
): Column<Rounded<ValueOf<C>>> {
  return valueCall("round", column, ...given(scale));
}

/**
 * The sign as -1, 0 or 1, as DOUBLE; the same as signum.
 *
 * @example sign(lit(-40)); // -1
 */
export function sign(column: ColumnOrName): Column<number | null> {
  return columnCall("sign", column);
}

/**
 * The sign as -1, 0 or 1, as DOUBLE.
 *
 * @example signum(lit(40)); // 1
 */
export function signum(column: ColumnOrName): Column<number | null> {
  return columnCall("signum", column);
}

/**
 * Square root, as DOUBLE; NaN below 0.
 *
 * @example sqrt(lit(4)); // 2
 */
export function sqrt(column: ColumnOrName): Column<number | null> {
  return columnCall("sqrt", column);
}

/**
 * The sum, or null if it overflows; also of a date or timestamp and an interval.
 *
 * @example try_add(lit(2147483647), lit(1)); // null
 */
export function try_add<A extends ColumnOrName, B extends ColumnOrName>(
  column: A,
  other: B,
): Column<TrySum<A, B>> {
  return columnCall("try_add", column, other);
}

/**
 * The quotient, as DOUBLE or DECIMAL, or null if the second is zero.
 *
 * @example try_divide(lit(3), lit(2)); // 1.5
 */
export function try_divide<A extends ColumnOrName, B extends ColumnOrName>(
  column: A,
  other: B,
): Column<TryQuotient<A, B>> {
  return columnCall("try_divide", column, other);
}

/**
 * The remainder, or null if the second is zero.
 *
 * @example try_mod(lit(1), lit(0)); // null
 */
export function try_mod<A extends ColumnOrName, B extends ColumnOrName>(
  column: A,
  other: B,
): Column<TryRemainder<A, B>> {
  return columnCall("try_mod", column, other);
}

/**
 * The product, or null if it overflows.
 *
 * @example try_multiply(lit(2), lit(3)); // 6
 */
export function try_multiply<A extends ColumnOrName, B extends ColumnOrName>(
  column: A,
  other: B,
): Column<TryProduct<A, B>> {
  return columnCall("try_multiply", column, other);
}

/**
 * The difference, or null if it overflows; also of dates, timestamps and intervals.
 *
 * @example try_subtract(lit(-2147483648), lit(1)); // null
 */
export function try_subtract<A extends ColumnOrName, B extends ColumnOrName>(
  column: A,
  other: B,
): Column<TryDifference<A, B>> {
  return columnCall("try_subtract", column, other);
}

/**
 * Pairs of hexadecimal digits as BINARY; null for any other text.
 *
 * @example unhex(lit("CAFE")); // Uint8Array(2) [ 202, 254 ]
 */
export function unhex(column: ColumnOrName): Column<Uint8Array | null> {
  return columnCall("unhex", column);
}

/**
 * Splits a range into equal buckets and returns the number of the value's bucket, from 1. It is 0 below the range and
 * `buckets` + 1 above it. Null if the range is not valid.
 *
 * @example width_bucket(lit(5.3), lit(0.2), lit(10.6), 5); // 3n
 */
export function width_bucket(
  value: ColumnOrName,
  min: ColumnOrName,
  max: ColumnOrName,
  buckets: ColumnOrName | number,
): Column<bigint | null> {
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
