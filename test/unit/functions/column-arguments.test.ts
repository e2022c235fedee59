import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import * as F from "../../../src/functions/index.js";

function seedOf({ expression: { exprType } }: F.Column): unknown {
  const seed = exprType.case === "unresolvedFunction" ? exprType.value.arguments.at(-1) : undefined;
  const literal = seed?.exprType.case === "literal" ? seed.exprType.value.literalType : undefined;
  return literal?.value;
}

describe("arguments of functions", () => {
  it.each([
    ["shuffle", () => F.shuffle("xs")],
    ["count_min_sketch", () => F.count_min_sketch("x", 0.1, 0.9)],
  ])("%s without a seed chooses a new BIGINT of at least 0 for each call", (_, make) => {
    const seeds = Array.from({ length: 20 }, () => seedOf(make()));
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const seed of seeds) {
      expect(seed).toBeTypeOf("bigint");
      expect(seed).toBeGreaterThanOrEqual(0n);
      expect(seed).toBeLessThan(2n ** 63n);
    }
  });

  it.each([5, null, undefined, ["a"], true])(
    "%s in place of a column is refused, and the message names the function",
    (value) => {
      const use = () => F.array_distinct(value as unknown as string);
      expect(use).toThrow(ArgumentError);
      expect(use).toThrow(/^array_distinct takes a Column or a column name/);
    },
  );

  it.each([
    ["json_tuple", () => F.json_tuple("line")],
    ["variant_delete", () => F.variant_delete("v")],
    ["from_csv", () => F.from_csv("line", {} as unknown as string)],
    ["bucket", () => F.partitioning.bucket("4" as unknown as number, "id")],
  ])("%s refuses what PySpark refuses", (name, use) => {
    expect(use).toThrow(ArgumentError);
    expect(use).toThrow(name);
  });
});
