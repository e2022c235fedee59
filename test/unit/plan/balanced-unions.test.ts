import { describe, expect, it } from "vitest";
import { balancedUnions } from "../../../src/plan/balanced-unions.js";
import { literal } from "../../../src/plan/literal.js";
import {
  rangeRelation,
  relation,
  relationDepth,
  setOperation,
  withColumns,
  type Relation,
  type RelationBody,
} from "../../../src/plan/relation.js";

let nextId = 0n;
function made(body: RelationBody): Relation {
  return relation(body, nextId++);
}
function balanced(body: RelationBody): Relation {
  return made(balancedUnions(body, made));
}
function source(): Relation {
  return made(rangeRelation(0n, 1n, 1n));
}
function union(left: Relation, right: Relation): RelationBody {
  return setOperation("union", left, right, { isAll: true });
}
/** The inputs of a tree of unions, from left to right. */
function leaves(of: Relation): Relation[] {
  if (of.relType.case !== "setOp") return [of];
  const { leftInput, rightInput } = of.relType.value;
  return [leftInput, rightInput].flatMap((input) => (input === undefined ? [] : leaves(input)));
}

describe("balancedUnions", () => {
  it("keeps all inputs of a long chain of unions, in their order, in few levels", () => {
    const inputs = Array.from({ length: 5_000 }, source);
    const chain = inputs.reduce((left, right) => balanced(union(left, right)));
    expect(leaves(chain)).toEqual(inputs);
    expect(relationDepth(chain)).toBeLessThan(100);
  });

  it("does not mix unions of different kinds", () => {
    let chain = source();
    for (let index = 0; index < 300; index++) {
      const byName = index % 2 === 0;
      chain = balanced(setOperation("union", chain, source(), { isAll: true, byName }));
    }
    expect(relationDepth(chain)).toBe(301);
  });

  it("does not change a short chain", () => {
    const inner = balanced(union(source(), source()));
    const outer = balanced(union(inner, source()));
    expect(relationDepth(outer)).toBe(3);
  });

  it("does not change other operations, even in a deep plan", () => {
    let chain = source();
    for (let index = 0; index < 300; index++) {
      chain = balanced(withColumns(chain, [[`c${index}`, literal(index)]]));
    }
    expect(relationDepth(chain)).toBe(301);
  });
});
