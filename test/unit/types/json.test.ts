import { describe, expect, it } from "vitest";
import {
  CalendarInterval,
  DayTimeInterval,
  jsonReplacer,
  rowsToJson,
  Timestamp,
  YearMonthInterval,
} from "../../../src/index.js";

const MOMENT = Timestamp.parse("2024-05-01T12:00:00.123456Z");

describe("rowsToJson", () => {
  it("writes each value that JSON.stringify() loses or refuses", () => {
    const row = {
      big: 9223372036854775807n,
      map: new Map<unknown, unknown>([
        ["__proto__", 1],
        [10n, new Map([[MOMENT, "x"]])],
      ]),
      bytes: new Uint8Array([9, 0, 255, 16]).subarray(1),
      buffer: Buffer.from("ab"),
      nan: [NaN, -Infinity, -0],
      at: MOMENT,
      plain: new Date(0),
      spans: [
        new DayTimeInterval(1n),
        new YearMonthInterval(1),
        new CalendarInterval(1, 2, 3_500_000n),
      ],
    };
    expect(rowsToJson([row])).toBe(
      '[{"big":"9223372036854775807",' +
        '"map":{"__proto__":1,"10":{"2024-05-01T12:00:00.123456Z":"x"}},' +
        '"bytes":"AP8Q","buffer":"YWI=","nan":["NaN","-Infinity",-0.0],' +
        '"at":"2024-05-01T12:00:00.123456Z","plain":"1970-01-01T00:00:00.000Z",' +
        `"spans":["INTERVAL '0 00:00:00.000001' DAY TO SECOND","INTERVAL '0-1' YEAR TO MONTH",` +
        '"1 months 2 days 3.5 seconds"]}]',
    );
  });
  it("omits null fields of rows and structs, but not null items and null values of maps", () => {
    const rows = [{ a: null, b: { c: null }, d: [null, { e: null }], f: new Map([["g", null]]) }];
    expect(rowsToJson(rows)).toBe('[{"b":{},"d":[null,{}],"f":{"g":null}}]');
    expect(JSON.parse(rowsToJson(rows, { ignoreNullFields: false }))).toEqual([
      { a: null, b: { c: null }, d: [null, { e: null }], f: { g: null } },
    ]);
    expect(rowsToJson([[1, null], []])).toBe("[[1,null],[]]");
    expect(rowsToJson([])).toBe("[]");
  });
  it("writes BIGINT as numbers, and refuses a value that a number cannot hold", () => {
    const rows = [{ id: 9007199254740991n, of: { k: [1n] } }];
    expect(rowsToJson(rows, { bigint: "number" })).toBe('[{"id":9007199254740991,"of":{"k":[1]}}]');
    const tooLarge = (row: unknown): unknown => {
      try {
        return rowsToJson([row], { bigint: "number" });
      } catch (error) {
        return error;
      }
    };
    expect(tooLarge({ of: { k: [1n, 9007199254740992n] } })).toMatchObject({
      name: "DecodeError",
      code: "INEXACT_JSON_NUMBER",
      column: "of.k[1]",
      message:
        'Column of.k[1] (BIGINT) is 9007199254740992, which a JavaScript number cannot hold exactly. Write it with bigint: "string".',
    });
  });
  it("refuses wrong arguments", () => {
    expect(() => rowsToJson({} as never)).toThrow(
      /takes an array of rows, got a value of type object/,
    );
    expect(() => rowsToJson([], { bigint: "bigint" as never })).toThrow(
      'bigint must be "string" or "number", got "bigint".',
    );
    expect(() => rowsToJson([], { bigInt: "number" } as never)).toThrow(/Did you mean bigint\?/);
    expect(() => rowsToJson([{ at: new Date(NaN) }])).toThrow(/Column at is an invalid Date/);
  });
});

describe("jsonReplacer", () => {
  it("makes JSON.stringify() keep each value, and keeps null fields", () => {
    const value = {
      id: 1n,
      nothing: null,
      rate: [NaN, 1],
      map: new Map<unknown, unknown>([[1.5, new Map([[2n, new Uint8Array([0])]])]]),
      buffer: Buffer.from("ab"),
      at: MOMENT,
    };
    expect(JSON.stringify(value, jsonReplacer)).toBe(
      '{"id":"1","nothing":null,"rate":["NaN",1],"map":{"1.5":{"2":"AA=="}},"buffer":"YWI=","at":"2024-05-01T12:00:00.123456Z"}',
    );
    expect(JSON.stringify(new Map([["__proto__", 1]]), jsonReplacer)).toBe('{"__proto__":1}');
    expect(JSON.stringify(5n, (key, item) => jsonReplacer(key, item))).toBe('"5"');
  });
});
