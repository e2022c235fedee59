import * as f from "../../../../src/functions/index.js";
import type { AllTypes } from "../all-types.js";

/** Functions that return several rows for one. */
export const generators = (c: AllTypes) => ({
  explode: f.explode(c.ints),
  explodeOrNull: f.explode(c.intsOrNull),
  explodeOfStructs: f.explode(c.structs),
  explodeOfMapUnknown: f.explode(c.map),
  explodeOfNameUnknown: f.explode("ints"),
  explodeOuter: f.explode_outer(c.ints),
  explodeOuterOrNull: f.explode_outer(c.intsOrNull),
  explodeOuterOfMapUnknown: f.explode_outer(c.map),
  posexplodeUnknown: f.posexplode(c.ints),
  posexplodeOuterUnknown: f.posexplode_outer(c.ints),
  inlineUnknown: f.inline(c.structs),
  inlineOuterUnknown: f.inline_outer(c.structs),
  stackUnknown: f.stack(f.lit(2), c.int, c.int),
});
