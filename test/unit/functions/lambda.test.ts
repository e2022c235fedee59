import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { col, filter, lit, map_filter, transform, zip_with } from "../../../src/functions/index.js";
import type { Column } from "../../../src/functions/index.js";

/** Arguments that a caller in JavaScript can pass. */
type Lambda = (...columns: Column[]) => Column;

describe("a lambda", () => {
  it.each([
    ["no parameter", () => lit(true), /filter takes a function of 1 to 2 .* declares no parameter/],
    ["only rest parameters", (...all: Column[]) => all[0], /declares no parameter/],
    [
      "three parameters",
      (a: Column, b: Column, c: Column) => a.plus(b).plus(c),
      /has 3 parameters/,
    ],
    ["a literal as result", (x: Column) => x instanceof Date, /returned boolean: write lit/],
    [
      "no result",
      (x: Column) => {
        x.isNull();
      },
      /returned undefined/,
    ],
    ["a promise as result", (x: Column) => Promise.resolve(x), /returned Promise/],
    ["text instead of a function", "x -> x > 1", /is not a function but string/],
  ])("with %s is refused, and the message names the function", (_, lambda, message) => {
    const use = () => filter("xs", lambda as unknown as Lambda);
    expect(use).toThrow(ArgumentError);
    expect(use).toThrow(message);
  });

  it("receives all variables that Spark needs, even if it declares fewer parameters", () => {
    const made = map_filter("prices", (key) => key.gt("a")).expression.exprType;
    const lambda = made.case === "unresolvedFunction" ? made.value.arguments[1] : undefined;
    expect(lambda?.exprType.value).toMatchObject({ arguments: [{}, {}] });
  });

  it("has unique variable names, so that a nested lambda does not hide the outer variables", () => {
    const seen: Column[] = [];
    const remembering = (x: Column) => {
      seen.push(x);
      return x;
    };
    transform("xs", (x) => transform(remembering(x), (y) => zip_with(y, x, remembering)));
    const names = seen.map(({ expression }) => expression.exprType.value);
    expect(names[0]).not.toEqual(names[1]);
  });

  it("can use a DataFrame's columns and its variables together", () => {
    expect(() => transform("xs", (x) => x.plus(col("y")))).not.toThrow();
  });
});
