import { randomBytes } from "node:crypto";

/** A seed for a function that was given none: a BIGINT from 0, like PySpark's. */
export function randomSeed(): bigint {
  return randomBytes(8).readBigUInt64BE() >> 1n;
}
