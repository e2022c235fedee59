import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { abs, col, lit } from "../../../src/functions/index.js";
import type { Column } from "../../../src/index.js";
import { queryPlan } from "../../../src/plan/command.js";
import { balanceChains, checkDepth, checkOwnDepth } from "../../../src/plan/deep-expressions.js";
import {
  filter,
  project,
  rangeRelation,
  relation,
  type RelationBody,
} from "../../../src/plan/relation.js";

const source = relation(rangeRelation(0n, 1n, 1n), 0n);

function repeated(
  times: number,
  first: Column,
  step: (column: Column, id: number) => Column,
): Column {
  let column = first;
  for (let id = 1; id <= times; id++) column = step(column, id);
  return column;
}

/** The number of leaves of a tree of `and` and `or`, and the depth of the tree. */
function shape(body: RelationBody): { leaves: number; depth: number } {
  const numbers: bigint[] = [];
  let depth = 0;
  const walk = (value: unknown, level: number): void => {
    if (typeof value !== "object" || value === null) return;
    const node = value as { exprType?: { case?: string; value: { functionName?: string } } };
    const name = node.exprType?.value.functionName;
    depth = Math.max(depth, level);
    if (node.exprType?.case === "literal") numbers.push(BigInt(numbers.length));
    for (const inner of Object.values(value))
      walk(inner, name === "or" || name === "and" ? level + 1 : level);
  };
  walk(body.value, 0);
  return { leaves: numbers.length, depth };
}

describe("balanceChains", () => {
  it.each(["or", "and"] as const)("turns a long chain of %s into a balanced tree", (operator) => {
    const chain = repeated(20_000, col("id").eq(0), (c, id) => c[operator](col("id").eq(id)));
    const body = filter(source, chain.expression);
    balanceChains(body);
    expect(shape(body)).toMatchObject({ leaves: 20_001, depth: 15 });
    const plan = queryPlan(relation(body, 1n));
    expect(() => {
      checkDepth(plan);
    }).not.toThrow();
    // A second call changes nothing.
    balanceChains(body);
    expect(shape(body).depth).toBe(15);
  });

  it("keeps the order of the conditions in left, right and mixed chains", () => {
    const texts = (body: RelationBody): string[] =>
      JSON.stringify(body, (_, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
      )
        .match(/c\d+/g)
        ?.map(String) ?? [];
    const left = repeated(200, col("c0"), (c, id) => c.or(col(`c${id}`)));
    const right = repeated(200, col("c200"), (c, id) => col(`c${200 - id}`).and(c));
    const mixed = repeated(300, col("c0"), (c, id) =>
      id % 150 === 0 ? c.and(col(`c${id}`)) : c.or(col(`c${id}`)),
    );
    for (const [column, count] of [
      [left, 201],
      [right, 201],
      [mixed, 301],
    ] as const) {
      const body = filter(source, column.expression);
      balanceChains(body);
      expect(texts(body)).toEqual(Array.from({ length: count }, (_, id) => `c${id}`));
      expect(shape(body).depth).toBeLessThan(25);
    }
  });

  it("does not change a short chain", () => {
    const chain = repeated(60, col("id").eq(0), (c, id) => c.or(col("id").eq(id)));
    const body = filter(source, chain.expression);
    balanceChains(body);
    expect(shape(body).depth).toBe(60);
  });
});

describe("checkDepth", () => {
  const planOf = (column: Column) =>
    queryPlan(relation(project(source, [column.alias("x").expression]), 1n));

  it("refuses 509 nested functions, which a 4.2 server cannot read, and accepts 508", () => {
    expect(() => {
      checkDepth(planOf(repeated(508, lit(1), abs)));
    }).not.toThrow();
    expect(() => {
      checkDepth(planOf(repeated(509, lit(1), abs)));
    }).toThrow(ArgumentError);
  });

  it("refuses an expression deeper than the call stack", () => {
    const deep = repeated(100_000, lit(1), (column) => column.plus(1));
    expect(() => {
      checkOwnDepth(project(source, [deep.expression]));
    }).toThrow(/500 nested functions/);
  });
});
