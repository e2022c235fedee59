/* eslint-disable @typescript-eslint/no-deprecated -- They still work, so they need types. */
import * as f from "../../../../src/functions/index.js";
import type { AllTypes } from "../all-types.js";

export const aggregatesDeprecated = (c: AllTypes) => ({
  countDistinct: f.countDistinct(c.int),
  approxCountDistinct: f.approxCountDistinct(c.text),
  sumDistinct: f.sumDistinct(c.decimal),
});
export const deprecated = (c: AllTypes) => ({
  bitwiseNOT: f.bitwiseNOT(c.short),
  shiftLeft: f.shiftLeft(c.int, 1),
  shiftRight: f.shiftRight(c.int, 1),
  shiftRightUnsigned: f.shiftRightUnsigned(c.int, 1),
});
