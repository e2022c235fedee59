import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StructType } from "../../../src/index.js";
import {
  type Closeness,
  type ComparableRow,
  comparableRow,
  isSameRow,
  unmatchedRows,
} from "../../../src/testing/match-rows.js";
import { differencesTable, pairedDifferences } from "../../../src/testing/row-diff.js";
import { type Parts, partsOf, textOf } from "../../../src/testing/value-parts.js";

const NEAR: Closeness = { absolute: 0.1, relative: 0 };

function comparable(...rows: readonly (readonly (string | number)[])[]): ComparableRow[] {
  return rows.map((cells, index) => comparableRow(index, [cells]));
}

function isSame(actual: Parts, expected: Parts): boolean {
  return isSameRow(comparableRow(0, [actual]), comparableRow(0, [expected]), NEAR);
}

describe("unmatchedRows()", () => {
  it("needs a second equal row for a row that occurs twice", () => {
    const left = unmatchedRows(comparable(["a"], ["a"]), comparable(["b"], ["a"]), NEAR);
    expect(left.actual.map(({ index }) => index)).toEqual([1]);
    expect(left.expected.map(({ index }) => index)).toEqual([0]);
  });

  it("finds all pairs where the nearest row is not the right partner", () => {
    // 0 fits only 0.1, so 0.1 may not pair with the equal 0.1.
    const left = unmatchedRows(comparable([0.1], [0]), comparable([0.1], [0.2]), NEAR);
    expect(left).toEqual({ actual: [], expected: [] });
  });

  it("finds as many pairs as an exhaustive search", () => {
    const numbers = fc.array(
      fc.tuple(fc.integer({ max: 4, min: 0 }), fc.integer({ max: 4, min: 0 })),
      {
        maxLength: 5,
      },
    );
    const closeness = { absolute: 1, relative: 0 };
    fc.assert(
      fc.property(numbers, numbers, (own, wanted) => {
        const [actual, expected] = [comparable(...own), comparable(...wanted)];
        const pairs = (at: number, taken: ReadonlySet<number>): number => {
          const row = actual[at];
          if (row === undefined) return 0;
          const others = expected
            .filter(({ index }) => !taken.has(index))
            .filter((other) => isSameRow(row, other, closeness))
            .map(({ index }) => 1 + pairs(at + 1, new Set([...taken, index])));
          return Math.max(pairs(at + 1, taken), ...others);
        };
        const left = unmatchedRows(actual, expected, closeness);
        expect(actual.length - left.actual.length).toBe(pairs(0, new Set()));
        expect(expected.length - left.expected.length).toBe(pairs(0, new Set()));
      }),
    );
  });

  it("pairs 100,000 rows whose doubles differ a little", { timeout: 20_000 }, () => {
    const rows = Array.from({ length: 100_000 }, (_, at) => [at + 0.01]);
    const wanted = Array.from({ length: 100_000 }, (_, at) => [99_999 - at]);
    const left = unmatchedRows(comparable(...rows, [-5]), comparable(...wanted), NEAR);
    expect(left.actual.map(({ index }) => index)).toEqual([100_000]);
    expect(left.expected).toEqual([]);
  });
});

describe("the text of a value", () => {
  const schema = StructType.fromDDL(
    "f DOUBLE, s STRING, d DECIMAL(4,2), b BINARY, m MAP<STRING, FLOAT>, t STRUCT<x: INT, y: ARRAY<BIGINT>>",
  );
  const text = (at: number, value: unknown): string =>
    textOf(schema.fields[at]?.dataType ?? schema, value);

  it("shows each type as a reader expects", () => {
    expect(text(0, -0)).toBe("0");
    expect(text(0, NaN)).toBe("NaN");
    expect(text(1, 'a"\n')).toBe('"a\\"\\n"');
    expect(text(2, "1.50")).toBe("1.50");
    expect(text(3, new Uint8Array([0, 255]))).toBe("0x00ff");
    expect(text(5, [1, [2n, null]])).toBe("{x: 1, y: [2, null]}");
    expect(text(5, null)).toBe("null");
  });

  it("does not depend on the order of a map's entries", () => {
    const forward = new Map([
      ["a", 1],
      ["b", 2],
    ]);
    expect(text(4, forward)).toBe('{"a" → 1, "b" → 2}');
    expect(text(4, new Map([...forward].reverse()))).toBe(text(4, forward));
  });

  it("keeps NaN and Infinity out of the tolerance", () => {
    const parts = (value: number): Parts => partsOf({ kind: "double" }, value);
    expect(isSame(parts(NaN), parts(NaN))).toBe(true);
    expect(isSame(parts(1), parts(NaN))).toBe(false);
    expect(isSame(parts(Infinity), parts(-Infinity))).toBe(false);
    expect(isSame(parts(1), parts(1.05))).toBe(true);
  });
});

describe("the table of differences", () => {
  const cities = StructType.fromDDL("city STRING, country STRING, celsius DOUBLE");

  it("shows changed rows in pairs with the differences marked, then missing and unexpected rows", () => {
    const differences = pairedDifferences(
      [
        ["Rome", "it", 20],
        ["Oslo", "no", 1.5],
      ],
      [
        ["Oslo", "no", 1],
        ["Lagos", "ng", 31],
      ],
      cities,
      isSame,
    );
    expect(differencesTable(differences, cities, isSame)).toBe(
      [
        "    city     country  celsius",
        '  - "Oslo"   "no"     1',
        '  + "Oslo"   "no"     1.5',
        "                      ^^^",
        '  - "Lagos"  "ng"     31',
        '  + "Rome"   "it"     20',
      ].join("\n"),
    );
  });

  it("cuts a long text so that its first difference stays visible", () => {
    const schema = StructType.fromDDL("id INT, note STRING");
    const start = "x".repeat(100);
    const table = differencesTable(
      [{ actual: [1, `${start}!`], expected: [1, `${start}?`] }],
      schema,
      isSame,
    );
    expect(table).toContain('x?"');
    expect(table).toContain('x!"');
    expect(Math.max(...table.split("\n").map(({ length }) => length))).toBeLessThan(70);
  });

  it("leaves out equal columns first where a table is too wide, and says so", () => {
    const names = Array.from({ length: 40 }, (_, at) => `column_${at}`);
    const schema = StructType.fromDDL(names.map((name) => `${name} INT`).join(", "));
    const row = names.map(() => 1);
    const table = differencesTable(
      [{ actual: [...row.slice(1), 2], expected: row }],
      schema,
      isSame,
    );
    expect(table).toContain("column_39");
    expect(table).toContain("column_0");
    expect(table).toMatch(/Too wide for this table: \d+ more columns\.$/);
    expect(Math.max(...table.split("\n").map(({ length }) => length))).toBeLessThan(120);
  });
});
