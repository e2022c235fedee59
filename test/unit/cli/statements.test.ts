import { describe, expect, it } from "vitest";
import { splitStatements } from "../../../src/cli/repl/statements.js";

describe("splitStatements", () => {
  it.each([
    ["SELECT 1;", ["SELECT 1"], ""],
    ["SELECT 1; SELECT 2;\n", ["SELECT 1", "SELECT 2"], "\n"],
    ["SELECT 1", [], "SELECT 1"],
    [";;", [], ""],
    ["SELECT ';' -- ;\n, `a;b`;", ["SELECT ';' -- ;\n, `a;b`"], ""],
    ["SELECT 'it''s", [], "SELECT 'it''s"],
    ["SELECT 1; SELECT 'a;", ["SELECT 1"], " SELECT 'a;"],
    ["SELECT 1 /* ; ", [], "SELECT 1 /* ; "],
    ["SELECT CASE WHEN true THEN 1 END;", ["SELECT CASE WHEN true THEN 1 END"], ""],
    ["BEGIN SELECT 1;", [], "BEGIN SELECT 1;"],
    ["BEGIN SELECT 1; END;", ["BEGIN SELECT 1; END"], ""],
    [
      "BEGIN IF a THEN BEGIN SELECT 1; END; END IF; CASE WHEN b THEN SELECT 2; END CASE; END; SELECT 3;",
      [
        "BEGIN IF a THEN BEGIN SELECT 1; END; END IF; CASE WHEN b THEN SELECT 2; END CASE; END",
        "SELECT 3",
      ],
      "",
    ],
  ])("splits %j into %j and keeps %j", (text, complete, rest) => {
    expect(splitStatements(text)).toEqual({ complete, rest });
  });
});
