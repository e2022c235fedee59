/* eslint-disable @typescript-eslint/no-deprecated -- PySpark still has these names, and so do we. */
import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const bitwise: readonly GoldenCase[] = [
  ['F.bit_count("a")', () => F.bit_count("a")],
  ['F.bit_count(F.col("a"))', () => F.bit_count(F.col("a"))],
  ['F.bit_get("a", "b")', () => F.bit_get("a", "b")],
  ['F.bit_get(F.col("a"), F.col("b"))', () => F.bit_get(F.col("a"), F.col("b"))],
  ['F.bitwise_not("a")', () => F.bitwise_not("a")],
  ['F.bitwise_not(F.col("a"))', () => F.bitwise_not(F.col("a"))],
  ['F.getbit("a", "b")', () => F.getbit("a", "b")],
  ['F.getbit(F.col("a"), F.col("b"))', () => F.getbit(F.col("a"), F.col("b"))],
  ['F.shiftleft("a", 3)', () => F.shiftleft("a", 3)],
  ['F.shiftleft(F.col("a"), F.col("b"))', () => F.shiftleft(F.col("a"), F.col("b"))],
  ['F.shiftright("a", 3)', () => F.shiftright("a", 3)],
  ['F.shiftright(F.col("a"), F.col("b"))', () => F.shiftright(F.col("a"), F.col("b"))],
  ['F.shiftrightunsigned("a", 3)', () => F.shiftrightunsigned("a", 3)],
  [
    'F.shiftrightunsigned(F.col("a"), F.col("b"))',
    () => F.shiftrightunsigned(F.col("a"), F.col("b")),
  ],
  ['F.bitwiseNOT("a")', () => F.bitwiseNOT("a")],
  ['F.bitwiseNOT(F.col("a"))', () => F.bitwiseNOT(F.col("a"))],
  ['F.shiftLeft("a", 3)', () => F.shiftLeft("a", 3)],
  ['F.shiftLeft(F.col("a"), F.col("b"))', () => F.shiftLeft(F.col("a"), F.col("b"))],
  ['F.shiftRight("a", 3)', () => F.shiftRight("a", 3)],
  ['F.shiftRight(F.col("a"), F.col("b"))', () => F.shiftRight(F.col("a"), F.col("b"))],
  ['F.shiftRightUnsigned("a", 3)', () => F.shiftRightUnsigned("a", 3)],
  [
    'F.shiftRightUnsigned(F.col("a"), F.col("b"))',
    () => F.shiftRightUnsigned(F.col("a"), F.col("b")),
  ],
];
