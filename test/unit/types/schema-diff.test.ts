import { describe, expect, it } from "vitest";
import { StructType } from "../../../src/index.js";
import { schemaDiff } from "../../../src/types/schema-diff.js";

const diff = (expected: string, actual: string): string[] =>
  schemaDiff(StructType.fromDDL(expected), StructType.fromDDL(actual));

describe("schemaDiff()", () => {
  it("is empty for schemas that differ only in the order, comments and defaults of columns", () => {
    expect(diff("id bigint, total decimal(12,2)", "id bigint, total decimal(12,2)")).toEqual([]);
    expect(diff("a int, b string", "b string comment 'text', a int default 1")).toEqual([]);
    expect(diff("", "")).toEqual([]);
  });

  it("lists missing, changed and new columns", () => {
    expect(
      diff(
        "id bigint not null, total decimal(12,2), note string",
        "id int not null, total decimal(14,2), day date not null, N string",
      ),
    ).toEqual([
      "~ id bigint not null → int not null",
      "~ total decimal(12,2) → decimal(14,2)",
      "- note string",
      "+ day date not null",
      "+ N string",
    ]);
  });

  it("reports a change of nullability", () => {
    expect(diff("id bigint not null", "id bigint")).toEqual(["~ id bigint not null → bigint"]);
    expect(diff("id bigint", "id bigint not null")).toEqual(["~ id bigint → bigint not null"]);
  });

  it("names the changed field inside structs, arrays and maps", () => {
    expect(
      diff(
        "a struct<x: int, y: struct<z: int>>, l array<struct<p: int>>, m map<int, map<string, int>>",
        "a struct<x: int, y: struct<z: date>>, l array<struct<q: int>>, m map<bigint, map<string, date>>",
      ),
    ).toEqual([
      "~ a.y.z int → date",
      "- l.element.p int",
      "+ l.element.q int",
      "~ m.key int not null → bigint not null",
      "~ m.value.value int → date",
    ]);
  });

  it("reports a column that became another kind of type as one change", () => {
    expect(diff("a struct<x: int>", "a array<int>")).toEqual(["~ a struct<x:int> → array<int>"]);
    expect(diff("a map<int, int>", "a array<int>")).toEqual(["~ a map<int,int> → array<int>"]);
    expect(diff("a string", "a string collate UNICODE")).toHaveLength(1);
    expect(diff("a interval day", "a interval day to second")).toHaveLength(1);
  });
});
