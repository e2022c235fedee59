import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { literal } from "../../../src/plan/literal.js";
import { boundText } from "../../../src/plan/sql-arguments.js";
import { executeImmediates } from "../../../src/plan/execute-immediate.js";
import { identifier, templateText } from "../../../src/session/sql/sql-template.js";

function template(
  strings: TemplateStringsArray,
  ...values: readonly unknown[]
): ReturnType<typeof templateText> {
  return templateText(strings, values);
}

describe("a SQL template", () => {
  it("becomes text with a named marker for each value and names in backticks", () => {
    expect(template`SELECT ${1}x, ${"a"} FROM ${identifier("db.t")}`).toEqual({
      text: "SELECT :`value1`x, :`value2` FROM `db`.`t`",
      args: { value1: 1, value2: "a" },
    });
  });

  it("refuses a value at a position where SQL accepts none, and names the value", () => {
    expect(() => template`SELECT ${1}, '${"a"}'`).toThrow(/value 2 of the SQL template/);
    expect(() => template`SELECT v:${"a"} -- ${"b"}`).toThrow(ArgumentError);
  });

  it("accepts names of one or more parts, and refuses empty or unclosed ones", () => {
    expect(identifier("a`; DROP TABLE t".replace("`", "")).sql).toBe("`a; DROP TABLE t`");
    expect(identifier(["a.b", "c`d"]).sql).toBe("`a.b`.`c``d`");
    for (const bad of ["", "a..b", "`open", "${x}", []])
      expect(() => identifier(bad)).toThrow(ArgumentError);
  });
});

describe("SQL text with inserted arguments", () => {
  const none = { positional: [], named: new Map() };
  it("separates values from the text beside them", () => {
    const args = { positional: [literal(-5), literal("a"), literal(1)], named: new Map() };
    expect(boundText("SELECT 1-?, 'b'?'c', ?::int", args, "escaped")).toBe(
      "SELECT 1- -5, 'b' 'a' 'c', 1 ::int",
    );
  });

  it("keeps a named marker without an argument, and refuses a position without one", () => {
    expect(boundText("SELECT :x", none, "escaped")).toBe("SELECT :x");
    expect(() => boundText("SELECT '😀', ?", none, "escaped")).toThrow(/_12/);
  });
});

describe("EXECUTE IMMEDIATE", () => {
  it("is split into its text, targets and parameters", () => {
    const text = "EXECUTE IMMEDIATE 'SELECT (?)' INTO a, b USING (f(1, 2) AS x, 'y, z' AS `q r`)";
    expect(executeImmediates(text)).toEqual([
      {
        start: 0,
        end: text.length,
        query: "'SELECT (?)'",
        into: " INTO a, b",
        parameters: [
          { sql: "f(1, 2) AS x", name: "x" },
          { sql: "'y, z' AS `q r`", name: "q r" },
        ],
        isConstant: false,
      },
    ]);
  });

  it("is constant in a script if it refers to no variable of the script", () => {
    const found = executeImmediates(
      "BEGIN EXECUTE IMMEDIATE 'SELECT ?' USING 1 AS x; EXECUTE IMMEDIATE 'SELECT ?' USING x; END",
    );
    expect(found.map(({ isConstant }) => isConstant)).toEqual([true, false]);
    expect(executeImmediates("SELECT 'EXECUTE IMMEDIATE ? USING 1'")).toEqual([]);
  });
});
