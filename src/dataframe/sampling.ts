import { requireArray } from "../argument-kind.js";
import { randomBytes } from "node:crypto";
import { ArgumentError } from "../errors.js";
import type { Relation, RelationBody } from "../plan/relation.js";
import { sample } from "../plan/statistics.js";

/** How sample() draws rows. */
export interface SampleOptions {
  /** Whether a row may occur more than once; `fraction` may then be above 1. Default false. */
  readonly withReplacement?: boolean;
  /** The same seed draws the same rows of the same partitions. Default: a random seed. */
  readonly seed?: number | bigint | undefined;
}

/** @throws {ArgumentError} the seed is not a 64-bit integer */
export function seedOf(seed: number | bigint | undefined): bigint {
  if (seed === undefined) return randomBytes(8).readBigInt64BE() & (2n ** 63n - 1n);
  const isInteger = typeof seed === "bigint" || Number.isSafeInteger(seed);
  if (isInteger && BigInt.asIntN(64, BigInt(seed)) === BigInt(seed)) return BigInt(seed);
  throw new ArgumentError("seed", `seed must be a 64-bit integer, got ${String(seed)}.`);
}

/** @throws {ArgumentError} the fraction is not a number between 0 and 1, or above with replacement */
export function sampled(
  input: Relation,
  fraction: number,
  { withReplacement = false, seed }: SampleOptions,
): RelationBody {
  if (typeof fraction !== "number" || !(fraction >= 0) || (!withReplacement && fraction > 1)) {
    throw new ArgumentError(
      "fraction",
      `fraction must be a number between 0 and 1 (or above 1 with replacement), got ${String(fraction)}.`,
    );
  }
  return sample(input, {
    lowerBound: 0,
    upperBound: fraction,
    withReplacement,
    seed: seedOf(seed),
    deterministicOrder: false,
  });
}

/**
 * Splits the rows into samples, so that each row is in exactly one.
 *
 * @throws {ArgumentError} a weight is negative, or all weights are 0
 */
export function splits(
  input: Relation,
  weights: readonly number[],
  seed: number | bigint | undefined,
): RelationBody[] {
  requireArray("weights", weights);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!weights.every((weight) => weight >= 0) || !(total > 0) || !Number.isFinite(total)) {
    throw new ArgumentError(
      "weights",
      "weights must be numbers of at least 0, and at least one must be above 0.",
    );
  }
  const one = seedOf(seed);
  let upperBound = 0;
  return weights.map((weight) => {
    const lowerBound = upperBound;
    upperBound += weight / total;
    return sample(input, {
      lowerBound,
      upperBound,
      withReplacement: false,
      seed: one,
      deterministicOrder: true,
    });
  });
}
