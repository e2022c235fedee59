import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { DataType, StructField, StructType } from "../../../src/index.js";
import * as types from "../../../src/types/data-type.js";
import { arbitrarySchema, arbitraryType } from "../../support/arbitrary-types.js";

const RUNS = { numRuns: 1000, seed: 8 };

describe("DDL and JSON of types", () => {
  it("can parse every type that sql() printed", () => {
    fc.assert(
      fc.property(arbitraryType, (type) => {
        expect(DataType.fromDDL(DataType.sql(type))).toEqual(type);
      }),
      RUNS,
    );
  });

  it("can parse every schema that toDDL() printed", () => {
    fc.assert(
      fc.property(arbitrarySchema, (schema) => {
        expect(StructType.fromDDL(schema.toDDL())).toEqual(schema);
      }),
      RUNS,
    );
  });

  it("can parse every type and schema that json() printed", () => {
    fc.assert(
      fc.property(arbitrarySchema, (schema) => {
        expect(StructType.fromJson(schema.json())).toEqual(schema);
      }),
      RUNS,
    );
    fc.assert(
      fc.property(arbitraryType, (type) => {
        // Outside a column, JSON contains the collation in the type's name.
        expect(DataType.fromJson(DataType.json(type))).toEqual(type);
      }),
      RUNS,
    );
  });

  it("throw only ArgumentError for any invalid text", () => {
    const pieces = ["a", "`b", "int", "struct", "<", ">", "(", ")", ",", "'", "not", "null", "5"];
    const noise = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 12 })
      .map((words) => words.join(" "));
    fc.assert(
      fc.property(noise, (text) => {
        try {
          DataType.fromDDL(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ArgumentError);
        }
      }),
      RUNS,
    );
  });
});

describe("StructType.fromDDL", () => {
  it("reads all clauses of a column in Spark's grammar", () => {
    const text = "id BIGINT NOT NULL, `a ``b`: string comment 'it''s' -- end\n /* and */ , c dec";
    expect(StructType.fromDDL(text)).toEqual(
      new StructType([
        StructField("id", types.LongType(), false),
        StructField("a `b", types.StringType(), true, { comment: "it's" }),
        StructField("c", types.DecimalType(10, 0)),
      ]),
    );
  });

  it("keeps a default's text up to the next clause", () => {
    const schema = StructType.fromDDL(
      "a INT DEFAULT coalesce(1, 2) NOT NULL COMMENT 'x', b BOOLEAN DEFAULT 1 IS NOT NULL",
    );
    expect(schema.fields[0]).toEqual(
      StructField("a", types.IntegerType(), false, {
        CURRENT_DEFAULT: "coalesce(1, 2)",
        comment: "x",
      }),
    );
    expect(schema.fields[1]?.metadata).toEqual({ CURRENT_DEFAULT: "1 IS NOT NULL" });
  });

  it.each([
    ["a int, b foo", 10, /"foo".*a type is expected/],
    ["a struct<x: int, y>", 19, /">".*a type is expected/],
    ["a array<int not null>", 13, /"not".*> is expected/],
    ["a decimal(39, 0)", 3, /precision must be an integer from 1 to 38, got 39/],
    ["a timestamp_ntz(3)", 3, /7 to 9/],
    ["a int b int", 7, /"b".*a comma or the end/],
    ["a int,", 7, /the text ends.*name is expected/],
    ["a-b int", 2, /"-".*a type is expected/],
    ["été int", 1, /in backticks/],
    ["a varchar", 3, /needs a length, for example varchar\(10\)/],
    ["a interval month to year", 3, /endField must not come before startField, got month to year/],
    ["a char(5) collate UNICODE", 3, /UNICODE cannot be kept/],
    ["a int default , b int", 15, /a default value is expected/],
    ["a geometry", 3, /reference system/],
    ["a int comment 5", 15, /quoted text/],
  ])("names the character at which %j is not valid DDL", (text, character, problem) => {
    let error: unknown;
    try {
      StructType.fromDDL(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toMatch(problem);
    expect((error as Error).message).toContain(`character ${character}:`);
  });

  it("refuses a type that is not a struct, but DataType.fromDDL reads it", () => {
    expect(() => StructType.fromDDL("array<int>")).toThrow(/array, expected columns/);
    expect(DataType.fromDDL("array<int>")).toEqual(types.ArrayType(types.IntegerType()));
    expect(() => StructType.fromJson('"long"')).toThrow(/long, expected a struct/);
    expect(() => StructType.fromJson("{")).toThrow(/not valid JSON/);
  });
});
