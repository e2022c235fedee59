import { describe, expect, it } from "vitest";
import {
  attribute,
  call,
  expressionString,
  type Expression,
} from "../../../src/plan/expression.js";
import { flatChain } from "../../../src/plan/flat-chain.js";
import { literal } from "../../../src/plan/literal.js";
import {
  limit,
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
function flat(body: RelationBody): Relation {
  return made(flatChain(body, made));
}
function source(): Relation {
  return made(rangeRelation(0n, 1n, 1n));
}
/** A chain that is as deep as a plan gets before it is made flat. */
function deep(): Relation {
  let chain = source();
  for (let index = 0; index < 50; index++) chain = made(limit(chain, 1));
  return chain;
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
function columnNames(of: Relation): string[] {
  return of.relType.case === "withColumns"
    ? of.relType.value.aliases.flatMap(({ name }) => name)
    : [];
}

describe("flatChain", () => {
  it("keeps all inputs of a long chain of unions, in their order, in few levels", () => {
    const inputs = Array.from({ length: 5_000 }, source);
    const chain = inputs.reduce((left, right) => flat(union(left, right)));
    expect(leaves(chain)).toEqual(inputs);
    expect(relationDepth(chain)).toBeLessThan(100);
  });

  it("does not mix unions of different kinds", () => {
    let chain = source();
    for (let index = 0; index < 300; index++) {
      const byName = index % 2 === 0;
      chain = flat(setOperation("union", chain, source(), { isAll: true, byName }));
    }
    expect(relationDepth(chain)).toBe(301);
  });

  it("makes columns that do not use each other one operation", () => {
    let chain = deep();
    const names = Array.from({ length: 1_000 }, (_, index) => `c${index}`);
    for (const name of names) {
      const sum = call("+", [attribute("id"), expressionString("id * 2")]);
      chain = flat(withColumns(chain, [[name, sum]]));
    }
    expect(columnNames(chain)).toEqual(names);
    expect(relationDepth(chain)).toBe(52);
  });

  it("leaves a chain that is not deep as it is", () => {
    const inner = flat(withColumns(source(), [["a", literal(1)]]));
    const outer = flat(withColumns(inner, [["b", literal(2)]]));
    expect(relationDepth(outer)).toBe(3);
  });

  const uses: Readonly<Record<string, Expression>> = {
    "its name": attribute("made.by"),
    "its name in another case": attribute("MADE"),
    "a field of it": attribute("made.by.field"),
    "its quoted name": attribute("`made.by`"),
    "SQL text with its name": expressionString("1 + Made"),
    "all columns in SQL text": expressionString("count(DISTINCT *)"),
    "a query of its own": expressionString("(SELECT 1)"),
    "all columns": call("struct", [expressionString("*")]),
    "a column of one relation": attribute("id", 1n),
    "a function that makes rows": call("explode", [attribute("list")]),
  };
  for (const [use, expression] of Object.entries(uses)) {
    it(`keeps a column apart that uses ${use}`, () => {
      const earlier: (readonly [string, Expression])[] = [
        ["made.by", literal(1)],
        ["made", literal(2)],
      ];
      const inner = made(withColumns(deep(), earlier));
      expect(columnNames(flat(withColumns(inner, [["later", expression]])))).toEqual(["later"]);
    });
  }

  it("keeps a column apart that replaces an earlier one", () => {
    const inner = made(withColumns(deep(), [["a", literal(1)]]));
    expect(columnNames(flat(withColumns(inner, [["A", literal(2)]])))).toEqual(["A"]);
  });
});
