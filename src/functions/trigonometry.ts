// Trigonometric functions. Angles are in radians, results are DOUBLE.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullInDouble } from "../dataframe/typing/numeric-value.js";
import { columnCall, expressionCall } from "./call.js";
import { numberArgument } from "./column-arguments.js";

/**
 * Angle from 0 to π with this cosine; NaN outside of -1 to 1.
 *
 * @example acos(lit(1)); // 0
 */
export function acos(column: ColumnOrName): Column<number | null> {
  return columnCall("acos", column);
}

/**
 * Inverse hyperbolic cosine; NaN below 1.
 *
 * @example acosh(lit(1)); // 0
 */
export function acosh(column: ColumnOrName): Column<number | null> {
  return columnCall("acosh", column);
}

/**
 * Angle from -π/2 to π/2 with this sine; NaN outside of -1 to 1.
 *
 * @example asin(lit(0)); // 0
 */
export function asin(column: ColumnOrName): Column<number | null> {
  return columnCall("asin", column);
}

/**
 * Inverse hyperbolic sine.
 *
 * @example asinh(lit(0)); // 0
 */
export function asinh(column: ColumnOrName): Column<number | null> {
  return columnCall("asinh", column);
}

/**
 * Angle from -π/2 to π/2 with this tangent.
 *
 * @example atan(lit(0)); // 0
 */
export function atan(column: ColumnOrName): Column<number | null> {
  return columnCall("atan", column);
}

/**
 * Angle of the point with these coordinates, from -π to π. A number is a literal, a string names a column.
 *
 * @example atan2(lit(0), lit(1)); // 0
 */
export function atan2<A extends ColumnOrName | number, B extends ColumnOrName | number>(
  y: A,
  x: B,
): Column<number | NullInDouble<A | B>> {
  return expressionCall("atan2", numberArgument("atan2", y), numberArgument("atan2", x));
}

/**
 * Inverse hyperbolic tangent; NaN outside of -1 to 1.
 *
 * @example atanh(lit(0)); // 0
 */
export function atanh(column: ColumnOrName): Column<number | null> {
  return columnCall("atanh", column);
}

/**
 * Cosine.
 *
 * @example cos(lit(0)); // 1
 */
export function cos(column: ColumnOrName): Column<number | null> {
  return columnCall("cos", column);
}

/**
 * Hyperbolic cosine.
 *
 * @example cosh(lit(0)); // 1
 */
export function cosh(column: ColumnOrName): Column<number | null> {
  return columnCall("cosh", column);
}

/**
 * Cotangent.
 *
 * @example cot(lit(1)); // 0.6420926159343306
 */
export function cot(column: ColumnOrName): Column<number | null> {
  return columnCall("cot", column);
}

/**
 * Cosecant.
 *
 * @example csc(lit(1)); // 1.1883951057781212
 */
export function csc(column: ColumnOrName): Column<number | null> {
  return columnCall("csc", column);
}

/**
 * Converts radians to degrees.
 *
 * @example degrees(lit(Math.PI)); // 180
 */
export function degrees(column: ColumnOrName): Column<number | null> {
  return columnCall("degrees", column);
}

/**
 * Converts degrees to radians.
 *
 * @example radians(lit(180)); // 3.141592653589793
 */
export function radians(column: ColumnOrName): Column<number | null> {
  return columnCall("radians", column);
}

/**
 * Secant.
 *
 * @example sec(lit(0)); // 1
 */
export function sec(column: ColumnOrName): Column<number | null> {
  return columnCall("sec", column);
}

/**
 * Sine.
 *
 * @example sin(lit(0)); // 0
 */
export function sin(column: ColumnOrName): Column<number | null> {
  return columnCall("sin", column);
}

/**
 * Hyperbolic sine.
 *
 * @example sinh(lit(0)); // 0
 */
export function sinh(column: ColumnOrName): Column<number | null> {
  return columnCall("sinh", column);
}

/**
 * Tangent.
 *
 * @example tan(lit(0)); // 0
 */
export function tan(column: ColumnOrName): Column<number | null> {
  return columnCall("tan", column);
}

/**
 * Hyperbolic tangent.
 *
 * @example tanh(lit(0)); // 0
 */
export function tanh(column: ColumnOrName): Column<number | null> {
  return columnCall("tanh", column);
}

/**
 * Converts radians to degrees.
 *
 * @deprecated Use degrees.
 * @example toDegrees(lit(Math.PI)); // 180
 */
export function toDegrees(column: ColumnOrName): Column<number | null> {
  return columnCall("degrees", column);
}

/**
 * Converts degrees to radians.
 *
 * @deprecated Use radians.
 * @example toRadians(lit(180)); // 3.141592653589793
 */
export function toRadians(column: ColumnOrName): Column<number | null> {
  return columnCall("radians", column);
}
