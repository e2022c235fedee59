import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { CalendarInterval } from "../../../src/types/calendar-interval.js";
import { DayTimeInterval } from "../../../src/types/day-time-interval.js";
import { inferSchema } from "../../../src/types/infer-schema.js";
import type { Row } from "../../../src/types/row.js";
import { Timestamp } from "../../../src/types/timestamp.js";
import { YearMonthInterval } from "../../../src/types/year-month-interval.js";

function ddl(rows: readonly Row[], names?: readonly string[]): string {
  return inferSchema(rows, names).toDDL();
}

function message(rows: readonly Row[]): string {
  try {
    inferSchema(rows);
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

describe("inferSchema", () => {
  it("infers the Spark type of each kind of JavaScript value", () => {
    const row = {
      b: true,
      s: "text",
      i: 1,
      f: 1.5,
      l: 1n,
      d: new Date(0),
      t: Timestamp.fromEpochMicros(1n),
      y: Uint8Array.of(1),
      a: [1, null, 2],
      m: new Map([["k", 1n]]),
      o: { x: "y", z: [true] },
      ym: new YearMonthInterval(1),
      dt: new DayTimeInterval(1n),
      c: new CalendarInterval(1, 2, 3n),
    };
    expect(ddl([row]).split(/,(?! )/)).toEqual([
      "b BOOLEAN",
      "s STRING",
      "i BIGINT",
      "f DOUBLE",
      "l BIGINT",
      "d TIMESTAMP",
      "t TIMESTAMP",
      "y BINARY",
      "a ARRAY<BIGINT>",
      "m MAP<STRING, BIGINT>",
      "o STRUCT<x: STRING, z: ARRAY<BOOLEAN>>",
      "ym INTERVAL YEAR TO MONTH",
      "dt INTERVAL DAY TO SECOND",
      "c INTERVAL",
    ]);
  });

  it("infers double for a column of numbers if a value is not a safe integer", () => {
    expect(ddl([{ x: 1 }, { x: 2 }])).toBe("x BIGINT");
    expect(ddl([{ x: 1 }, { x: 2.5 }])).toBe("x DOUBLE");
    expect(ddl([{ x: NaN }, { x: 2 }])).toBe("x DOUBLE");
    expect(ddl([{ x: 2 ** 53 }])).toBe("x DOUBLE");
    expect(ddl([{ x: -0 }])).toBe("x DOUBLE");
    expect(ddl([{ x: 1 }, { x: 1n }])).toBe("x BIGINT");
  });

  it("infers the type of nulls and missing names from the other rows", () => {
    expect(ddl([{ x: null }, { y: "a" }, { x: 1n, y: undefined }])).toBe("x BIGINT,y STRING");
    expect(ddl([{ x: [] }, { x: [{ a: null }] }, { x: [{ a: 1, b: "c" }] }])).toBe(
      "x ARRAY<STRUCT<a: BIGINT, b: STRING>>",
    );
  });

  it("names columns of arrays by position if there are fewer names than columns", () => {
    expect(ddl([[1, "a", true]], ["id"])).toBe("id BIGINT,_2 STRING,_3 BOOLEAN");
    expect(ddl([[1], [2, "b"]])).toBe("_1 BIGINT,_2 STRING");
  });

  it("accepts column names that Object's prototype has too", () => {
    const schema = inferSchema([JSON.parse('{"__proto__": 1, "constructor": "x"}') as Row]);
    expect(schema.fieldNames).toEqual(["__proto__", "constructor"]);
  });

  it("infers the interval type with all fields for intervals with different fields", () => {
    const rows = [
      { x: new DayTimeInterval(0n, "day", "day") },
      { x: new DayTimeInterval(0n, "hour", "second") },
    ];
    expect(ddl(rows)).toBe("x INTERVAL DAY TO SECOND");
    expect(ddl(rows.slice(0, 1))).toBe("x INTERVAL DAY");
  });

  it("refuses different types in a column, and names the column and the row", () => {
    expect(message([{ x: 1 }, { x: "a" }])).toContain("Column x, row 1");
    expect(message([{ x: 1n }, { x: 1.5 }])).toContain("Column x, row 1");
    expect(message([{ x: { y: [true, "a"] } }])).toContain("Column x.y.element, row 0");
    expect(
      message([
        {
          m: new Map<unknown, number>([
            [1, 1],
            ["a", 1],
          ]),
        },
      ]),
    ).toContain("Column m.key");
  });

  it("refuses a column of nulls only, and names it", () => {
    expect(message([{ x: null, y: 1 }])).toContain("Column x ");
    expect(message([{ x: [] }])).toContain("Column x.element");
    expect(() => inferSchema([[1]], ["a", "b"])).toThrow(/Column b /);
  });

  it("refuses values without a Spark type", () => {
    expect(message([{ x: Symbol("s") }])).toContain("Column x, row 0");
    expect(message([{ x: new URL("https://example.org") }])).toContain("URL");
    expect(message([{ x: 2n ** 63n }])).toContain("64 bits");
    expect(message([])).toContain("Without rows");
    expect(message([{ x: 1 }, [1]])).toContain("Row 1");
  });
});
