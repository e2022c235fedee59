// Random numbers. A seed left out is drawn when the column is made: its plan gives the same numbers
// again.

import type { Column } from "../dataframe/column.js";
import { expressionCall, valueArgument } from "./call.js";
import { randomSeed } from "./seed.js";

/**
 * Random DOUBLE from 0, included, to 1, not included, evenly spread.
 *
 * @param seed default: drawn when the column is made, so that every run gives the same numbers
 */
export function rand(seed?: Column | number | bigint): Column {
  return expressionCall("rand", valueArgument(seed ?? randomSeed()));
}

/** Random DOUBLE from 0, included, to 1, not included; the same as rand. */
export function random(seed?: Column | number | bigint): Column {
  return rand(seed);
}

/**
 * Random DOUBLE of the standard normal distribution.
 *
 * @param seed default: drawn when the column is made, so that every run gives the same numbers
 */
export function randn(seed?: Column | number | bigint): Column {
  return expressionCall("randn", valueArgument(seed ?? randomSeed()));
}

/**
 * Random text of `0` to `9`, `a` to `z` and `A` to `Z`.
 *
 * @param length number of characters, a constant
 * @param seed default: drawn when the column is made, so that every run gives the same texts
 */
export function randstr(length: Column | number, seed?: Column | number | bigint): Column {
  return expressionCall("randstr", valueArgument(length), valueArgument(seed ?? randomSeed()));
}

/**
 * Random number from `min`, included, to `max`, not included, of the type of these two constants.
 *
 * @param seed default: drawn when the column is made, so that every run gives the same numbers
 */
export function uniform(
  min: Column | number,
  max: Column | number,
  seed?: Column | number | bigint,
): Column {
  return expressionCall(
    "uniform",
    valueArgument(min),
    valueArgument(max),
    valueArgument(seed ?? randomSeed()),
  );
}
