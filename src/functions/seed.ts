import { randomBytes } from "node:crypto";

/** A random seed for a call without a seed: a BIGINT from 0, like PySpark's. */
export function randomSeed(): bigint {
  return randomBytes(8).readBigUInt64BE() >> 1n;
}
