// Random numbers. Without a seed, the client chooses one when it creates the column, so that the same plan returns
// the same numbers again.

import type { Column } from "../dataframe/column.js";
import type { LiteralValue } from "../dataframe/typing/literal-value.js";
import { expressionCall, valueArgument } from "./call.js";
import { randomSeed } from "./seed.js";

/**
 * Random DOUBLE from 0 (inclusive) to 1 (exclusive), uniformly distributed.
 *
 * @param seed default: random, chosen when the column is created, so that every run returns the same numbers
 * @example rand(0); // varies
 */
export function rand(seed?: Column | number | bigint): Column<number> {
  return expressionCall("rand", valueArgument(seed ?? randomSeed()));
}

/**
 * Random DOUBLE from 0 (inclusive) to 1 (exclusive); the same as rand.
 *
 * @example random(0); // varies
 */
export function random(seed?: Column | number | bigint): Column<number> {
  return rand(seed);
}

/**
 * Random DOUBLE of the standard normal distribution.
 *
 * @param seed default: random, chosen when the column is created, so that every run returns the same numbers
 * @example randn(0); // varies
 */
export function randn(seed?: Column | number | bigint): Column<number> {
  return expressionCall("randn", valueArgument(seed ?? randomSeed()));
}

/**
 * Random text of the characters `0` to `9`, `a` to `z` and `A` to `Z`.
 *
 * @param length number of characters, a constant
 * @param seed default: random, chosen when the column is created, so that every run returns the same texts
 * @example randstr(3, 0); // varies
 */
export function randstr(length: Column | number, seed?: Column | number | bigint): Column<string> {
  return expressionCall("randstr", valueArgument(length), valueArgument(seed ?? randomSeed()));
}

/**
 * Random number from `min` (inclusive) to `max` (exclusive), in the type of these two constants.
 *
 * @param seed default: random, chosen when the column is created, so that every run returns the same numbers
 * @example uniform(10, 20, 0); // varies
 */
export function uniform<const L extends Column | number, const U extends Column | number>(
  min: L,
  max: U,
  seed?: Column | number | bigint,
): Column<LiteralValue<L | U>> {
  return expressionCall(
    "uniform",
    valueArgument(min),
    valueArgument(max),
    valueArgument(seed ?? randomSeed()),
  );
}
