// Samples of rows.

import { randomBytes } from "node:crypto";
import { ArgumentError } from "../errors.js";
import type { Relation, RelationBody } from "../plan/relation.js";
import { sample } from "../plan/statistics.js";

/** How a sample is drawn. */
export interface SampleOptions {
  /** Whether a row may come more than once, so that `fraction` may be above 1. Default false. */
  readonly withReplacement?: boolean;
  /** The same seed draws the same rows of the same partitions. Default: another one each time. */
  readonly seed?: number | bigint | undefined;
}

/** @throws {ArgumentError} the seed is no integer of 64 bits */
export function seedOf(seed: number | bigint | undefined): bigint {
  if (seed === undefined) return randomBytes(8).readBigInt64BE() & (2n ** 63n - 1n);
  const isInteger = typeof seed === "bigint" || Number.isSafeInteger(seed);
  if (isInteger && BigInt.asIntN(64, BigInt(seed)) === BigInt(seed)) return BigInt(seed);
  throw new ArgumentError("seed", `seed must be an integer of 64 bits, not ${String(seed)}.`);
}

/** @throws {ArgumentError} the fraction is none */
export function sampled(
  input: Relation,
  fraction: number,
  { withReplacement = false, seed }: SampleOptions,
): RelationBody {
  if (typeof fraction !== "number" || !(fraction >= 0) || (!withReplacement && fraction > 1)) {
    throw new ArgumentError(
      "fraction",
      `fraction must be a number from 0 to 1 (above 1 with replacement), not ${String(fraction)}.`,
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
 * Samples that share no row and leave none out.
 *
 * @throws {ArgumentError} a weight is negative, or all are 0
 */
export function splits(
  input: Relation,
  weights: readonly number[],
  seed: number | bigint | undefined,
): RelationBody[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!weights.every((weight) => weight >= 0) || !(total > 0) || !Number.isFinite(total)) {
    throw new ArgumentError("weights", "weights must be numbers from 0 on, not all of them 0.");
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
