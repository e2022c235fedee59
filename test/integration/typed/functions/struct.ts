import * as f from "../../../../src/functions/index.js";
import type { AllTypes } from "../all-types.js";

/** Structs. */
export const structs = (c: AllTypes) => ({
  struct: f.struct(c.int.alias("a"), c.textOrNull.alias("b")),
  structOfOneList: f.struct([c.int.alias("a"), c.intsOrNull.alias("b")]),
  structOfNothing: f.struct(),
  structInStruct: f.struct(f.struct(c.int.alias("a")).alias("s"), c.long.alias("l")),
  structOfNamesUnknown: f.struct("int", c.int.alias("a")),
  structOfNestedNameUnknown: f.struct("struct.id"),
  structOfAllUnknown: f.struct("*"),
  structOfColumnsUnknown: f.struct(c.int, c.int.plus(1)),
  namedStructUnknown: f.named_struct(f.lit("a"), c.int),
});
