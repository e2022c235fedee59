import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import type { Column } from "../../../src/functions/index.js";
import {
  col,
  greatest,
  least,
  make_timestamp,
  make_timestamp_ntz,
  rand,
  randn,
  random,
  randstr,
  sha2,
  uniform,
  uuid,
  when,
} from "../../../src/functions/index.js";

/** The last argument of the function call in a column. */
function lastLiteral(column: Column): unknown {
  const { exprType } = column.expression;
  if (exprType.case !== "unresolvedFunction") throw new Error(`no function: ${exprType.case}`);
  const last = exprType.value.arguments.at(-1)?.exprType;
  if (last?.case !== "literal") throw new Error(`no literal: ${last?.case}`);
  return last.value.literalType.value;
}

describe("functions with a seed", () => {
  const unseeded: readonly [string, () => Column][] = [
    ["rand", () => rand()],
    ["random", () => random()],
    ["randn", () => randn()],
    ["randstr", () => randstr(5)],
    ["uniform", () => uniform(1, 2)],
    ["uuid", () => uuid()],
  ];

  it.each(unseeded)("%s chooses a different random seed for each call", (_name, make) => {
    const seeds = [1, 2, 3].map(() => lastLiteral(make()));
    for (const seed of seeds) {
      expect(seed).toBeTypeOf("bigint");
      expect(seed).toBeGreaterThanOrEqual(0n);
      expect(seed).toBeLessThan(2n ** 63n);
    }
    expect(new Set(seeds).size).toBe(3);
  });

  it("keep the same seed in one column", () => {
    const column = rand();
    expect(lastLiteral(column)).toBe(lastLiteral(column));
  });
});

describe("functions with wrong arguments", () => {
  it.each([greatest, least])("%o refuses fewer than two columns", (compare) => {
    expect(() => compare("a")).toThrow(ArgumentError);
    expect(() => compare()).toThrow(/at least two columns, got 0/);
  });

  it("sha2 refuses unknown digest lengths", () => {
    expect(() => sha2("a", 128)).toThrow(ArgumentError);
    expect(() => sha2("a", 128)).toThrow(/0, 224, 256, 384, 512, got 128/);
  });

  it("when refuses a condition that is not a Column", () => {
    const text = "a > 1" as unknown as Column;
    expect(() => when(text, 1)).toThrow(ArgumentError);
    expect(() => when(text, 1)).toThrow(/not string\. Write SQL text as expr\(text\)/);
  });

  it("make_timestamp refuses a date and time together with six parts", () => {
    const make = make_timestamp as (...parts: unknown[]) => Column;
    expect(() => make({ date: "a", time: "b" }, "c")).toThrow(ArgumentError);
    expect(() => make({ date: "a", time: "b" }, "c")).toThrow(/not both/);
  });

  it("make_timestamp_ntz names the missing part", () => {
    const make = make_timestamp_ntz as (...parts: unknown[]) => Column;
    expect(() => make("a", "b", undefined, "d", "e", "f")).toThrow(ArgumentError);
    expect(() => make("a", "b", undefined, "d", "e", "f")).toThrow(/part 3 is undefined/);
    expect(() => make({ date: col("a") })).toThrow(/part 2 is undefined/);
  });
});
