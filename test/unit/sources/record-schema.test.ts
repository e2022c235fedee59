import { describe, expect, it } from "vitest";
import { SparkError } from "../../../src/errors.js";
import { parseJson, writeJson } from "../../../src/sources/json-text.js";
import { inferRecordSchema } from "../../../src/sources/record-schema.js";
import { recordsIn } from "../../../src/sources/rest-records.js";

function ddl(...records: readonly string[]): string {
  return inferRecordSchema(records.map(parseJson)).toDDL();
}

describe("inferRecordSchema", () => {
  it("tells scalars, arrays and nested objects apart", () => {
    expect(
      ddl('{"id":1,"name":"a","ok":true,"tags":["x"],"owner":{"login":"o","ids":[[1]]}}'),
    ).toBe(
      "id BIGINT,name STRING,ok BOOLEAN,tags ARRAY<STRING>," +
        "owner STRUCT<login: STRING, ids: ARRAY<ARRAY<BIGINT>>>",
    );
  });

  it.each([
    ["9007199254740993", "BIGINT"],
    ["9223372036854775807", "BIGINT"],
    ["-9223372036854775808", "BIGINT"],
    ["9223372036854775808", "DECIMAL(38,0)"],
    ["-9223372036854775809", "DECIMAL(38,0)"],
    ["9".repeat(38), "DECIMAL(38,0)"],
    [`1${"0".repeat(38)}`, "STRING"],
    ["7".repeat(5000), "STRING"],
    ["-0", "DOUBLE"],
    ["1.0", "DOUBLE"],
    ["1e3", "DOUBLE"],
    ["0.1000000000000000055511151231257827", "DOUBLE"],
    ["0e-999", "DOUBLE"],
    ["1e400", "STRING"],
    ["1e-400", "STRING"],
  ])("gives the number %s the type %s", (number, type) => {
    expect(ddl(`{"n":${number}}`)).toBe(`n ${type}`);
  });

  it.each([
    [["1", "9223372036854775808"], "DECIMAL(38,0)"],
    [["1", "0.5"], "DOUBLE"],
    [["0.5", "null"], "DOUBLE"],
    // A double would make another id of it.
    [["9007199254740993", "0.5"], "STRING"],
    [["0.5", "9007199254740992"], "DOUBLE"],
    [["1", '"1"'], "STRING"],
    [["true", "1"], "STRING"],
    [["[1]", "1"], "STRING"],
    [["{}", "[]"], "STRING"],
    [['{"a":1}', "null"], "STRUCT<a: BIGINT>"],
    [["[]", "[1]"], "ARRAY<BIGINT>"],
    [["[null]", "[]"], "ARRAY<STRING>"],
    [['[{"a":1},{"b":"x"}]', '[{"a":1.5}]'], "ARRAY<STRUCT<a: DOUBLE, b: STRING>>"],
    [["null", "null"], "STRING"],
    [["{}", "{}"], "STRING"],
    [['"2024-01-01T00:00:00Z"', '"2024-01-02"'], "STRING"],
  ])("merges %j to %s, in either order", (values, type) => {
    const records = values.map((value) => `{"v":${value}}`);
    const nameless = (text: string): string =>
      text.replace("b: STRING, a: DOUBLE", "a: DOUBLE, b: STRING");
    expect(ddl(...records)).toBe(`v ${type}`);
    expect(nameless(ddl(...records.reverse()))).toBe(`v ${type}`);
  });

  it("has the fields of all records, in the order they first appear", () => {
    expect(ddl('{"b":1}', '{"a":1,"b":2}', '{"c":null}')).toBe("b BIGINT,a BIGINT,c STRING");
  });

  it("quotes names that need it, and takes __proto__ for a name like any other", () => {
    expect(ddl('{"first name":1,"a`b":1,"__proto__":{"x.y":2}}')).toBe(
      "`first name` BIGINT,`a``b` BIGINT,__proto__ STRUCT<`x.y`: BIGINT>",
    );
  });

  it.each([
    [["{}"], /no fields/],
    [[], /no records/],
    [['{"a":1}', "2"], /Record 1 .* no JSON object/],
    [['{"id":1}', '{"o":{},"ID":2}'], /"id" and "ID" of the records differ only in case/],
    [['{"o":[{"a":1,"A":2}]}'], /"a" and "A" of o\[\] differ only in case/],
    [['{"":1}'], /empty name/],
  ])("refuses %j", (records, message) => {
    const infer = (): string => ddl(...records);
    expect(infer).toThrow(message);
    expect(infer).toThrow(SparkError);
  });
});

describe("recordsIn", () => {
  function records(body: string, dataField?: string): string {
    return recordsIn(body, dataField).map(writeJson).join(" ");
  }

  it.each([
    ["[{},{}]", undefined, "{} {}"],
    ['{"data":[{},{}],"n":"x"}', undefined, "{} {}"],
    ['{"data":null}', undefined, ""],
    ['{"data":{"a":1.50}}', undefined, '{"data":{"a":1.50}}'],
    ['{"a":"x"}', undefined, '{"a":"x"}'],
    ['{"a":{"b":[{},{}]}}', "a.b", "{} {}"],
    ['{"a.b":{"c":"x"}}', "a.b", '{"c":"x"}'],
    ['{"a":[{"b":{"c":"x"}}]}', "a[0].b", '{"c":"x"}'],
    ['{"a":[{"b":{"c":"x"}}]}', "$.a.0.b", '{"c":"x"}'],
    ['{"a":[{"b":{"c":"x"}}]}', "a[-1]['b']", '{"c":"x"}'],
    ['{"a/b":[{"c":"x"}]}', "/a~1b/0", '{"c":"x"}'],
    ['{"g":[{"i":[{}]},{"i":[{},{}]},{"i":null}]}', "g[*].i", "{} {} {}"],
    ['{"p":{"x":{"c":"1"},"y":{"c":"2"}}}', "p[*]", '{"c":"1"} {"c":"2"}'],
    ['[{"a":"x"}]', "$", '{"a":"x"}'],
    ['[{"a":"x"}]', "", '{"a":"x"}'],
    ['{"items":null}', "items", ""],
  ])("finds the records of %s with dataField %s", (body, dataField, expected) => {
    expect(records(body, dataField)).toBe(expected);
  });

  it.each([
    ['{"items":[]}', "data", /nothing at "data" \(dataField\); it has: items/],
    ['{"g":[{"i":[]},{}]}', "g[*].i", /nothing at "g\[\*\]\.i"/],
    ['{"data":1}', "data", /no array or object/],
    ["7", undefined, /neither a JSON array nor an object/],
    ["<html>", undefined, /not valid JSON/],
    ['{"secret":"abc', undefined, /not valid JSON/],
  ])("refuses %s with dataField %s", (body, dataField, message) => {
    expect(() => recordsIn(body, dataField)).toThrow(message);
    expect(() => recordsIn(body, dataField)).not.toThrow(/abc/);
  });
});
