import { describe, expect, it } from "vitest";
import {
  limit,
  rangeRelation,
  relation,
  relationDepth,
  setOperation,
} from "../../../src/plan/relation.js";

describe("relationDepth", () => {
  const source = relation(rangeRelation(0n, 1n, 1n), 0n);

  it("counts the operations down to the source", () => {
    expect(relationDepth(source)).toBe(1);
    expect(relationDepth(relation(limit(source, 1), 1n))).toBe(2);
  });

  it("follows the deeper of two inputs", () => {
    const deeper = relation(limit(relation(limit(source, 1), 1n), 1), 2n);
    const union = relation(setOperation("union", source, deeper, { isAll: true }), 3n);
    expect(relationDepth(union)).toBe(4);
  });

  it("does not walk the whole chain again for each operation", () => {
    let chain = source;
    for (let index = 0; index < 20_000; index++) {
      chain = relation(limit(chain, 1), BigInt(index));
      relationDepth(chain);
    }
    expect(relationDepth(chain)).toBe(20_001);
  });
});
