// Trigonometric functions. Angles are in radians, results are DOUBLE.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullInDouble } from "../dataframe/typing/numeric-value.js";
import { columnCall, expressionCall } from "./call.js";
import { numberArgument } from "./column-arguments.js";

/** Angle from 0 to π with this cosine; NaN outside of -1 to 1. */
export function acos(column: ColumnOrName): Column<number | null> {
  return columnCall("acos", column);
}

/** Inverse hyperbolic cosine; NaN below 1. */
export function acosh(column: ColumnOrName): Column<number | null> {
  return columnCall("acosh", column);
}

/** Angle from -π/2 to π/2 with this sine; NaN outside of -1 to 1. */
export function asin(column: ColumnOrName): Column<number | null> {
  return columnCall("asin", column);
}

/** Inverse hyperbolic sine. */
export function asinh(column: ColumnOrName): Column<number | null> {
  return columnCall("asinh", column);
}

/** Angle from -π/2 to π/2 with this tangent. */
export function atan(column: ColumnOrName): Column<number | null> {
  return columnCall("atan", column);
}

/** Angle of the point with these coordinates, from -π to π. A number is a literal, a string names a column. */
export function atan2<A extends ColumnOrName | number, B extends ColumnOrName | number>(
  y: A,
  x: B,
): Column<number | NullInDouble<A | B>> {
  return expressionCall("atan2", numberArgument("atan2", y), numberArgument("atan2", x));
}

/** Inverse hyperbolic tangent; NaN outside of -1 to 1. */
export function atanh(column: ColumnOrName): Column<number | null> {
  return columnCall("atanh", column);
}

/** Cosine. */
export function cos(column: ColumnOrName): Column<number | null> {
  return columnCall("cos", column);
}

/** Hyperbolic cosine. */
export function cosh(column: ColumnOrName): Column<number | null> {
  return columnCall("cosh", column);
}

/** Cotangent. */
export function cot(column: ColumnOrName): Column<number | null> {
  return columnCall("cot", column);
}

/** Cosecant. */
export function csc(column: ColumnOrName): Column<number | null> {
  return columnCall("csc", column);
}

/** Converts radians to degrees. */
export function degrees(column: ColumnOrName): Column<number | null> {
  return columnCall("degrees", column);
}

/** Converts degrees to radians. */
export function radians(column: ColumnOrName): Column<number | null> {
  return columnCall("radians", column);
}

/** Secant. */
export function sec(column: ColumnOrName): Column<number | null> {
  return columnCall("sec", column);
}

/** Sine. */
export function sin(column: ColumnOrName): Column<number | null> {
  return columnCall("sin", column);
}

/** Hyperbolic sine. */
export function sinh(column: ColumnOrName): Column<number | null> {
  return columnCall("sinh", column);
}

/** Tangent. */
export function tan(column: ColumnOrName): Column<number | null> {
  return columnCall("tan", column);
}

/** Hyperbolic tangent. */
export function tanh(column: ColumnOrName): Column<number | null> {
  return columnCall("tanh", column);
}

/**
 * Converts radians to degrees.
 *
 * @deprecated Use degrees.
 */
export function toDegrees(column: ColumnOrName): Column<number | null> {
  return columnCall("degrees", column);
}

/**
 * Converts degrees to radians.
 *
 * @deprecated Use radians.
 */
export function toRadians(column: ColumnOrName): Column<number | null> {
  return columnCall("radians", column);
}
