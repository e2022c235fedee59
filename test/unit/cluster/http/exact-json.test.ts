import { describe, expect, it } from "vitest";
import { parseExactJson } from "../../../../src/cluster/http/exact-json.js";

describe("parseExactJson", () => {
  it.each<[string, unknown]>([
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", 9007199254740993n],
    ["-12345678901234567890", -12345678901234567890n],
    ["12.50", 12.5],
    ["0.1000000000000000000", 0.1],
    ["1234567890123456.789", "1234567890123456.789"],
    ["0.12345678901234567891", "0.12345678901234567891"],
    ["1e400", "1e400"],
    ["1e-400", "1e-400"],
    ["0e0", 0],
    ["1e25", 1e25],
    ["-0.0", -0],
  ])("reads %s with all its digits", (text, value) => {
    expect(parseExactJson(text)).toEqual(value);
    expect(parseExactJson(`{"a":[${text}]}`)).toEqual({ a: [value] });
  });

  it("leaves digits in texts and names as they are", () => {
    const text = String.raw`{"12345678901234567890":"1\"2345678901234567890 1e400","b":12345678901234567890}`;
    expect(parseExactJson(text)).toEqual({
      "12345678901234567890": '1"2345678901234567890 1e400',
      b: 12345678901234567890n,
    });
  });

  it.each(["{12345678901234567890:1}", "[1e400", ""])("refuses %j", (text) => {
    expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });
});
