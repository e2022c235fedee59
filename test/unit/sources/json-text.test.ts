import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonNumber } from "../../../src/sources/json-number.js";
import {
  isJsonArray,
  isJsonObject,
  parseJson,
  writeJson,
  type JsonValue,
} from "../../../src/sources/json-text.js";

function plain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (isJsonArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries([...value].map(([name, item]) => [name, plain(item)]));
}

describe("parseJson", () => {
  it("finds in any JSON text what JSON.parse finds", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.stringify(plain(parseJson(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it("refuses whatever JSON.parse refuses, and nothing else", () => {
    const piece = fc.constantFrom(
      ...'{}[]",:\\u0019.-+eEtruefalsn \t\n\u0001'.split(""),
      '"a"',
      "12",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        const accepts = (parse: (text: string) => unknown): boolean => {
          try {
            parse(text);
            return true;
          } catch (error) {
            expect(error).toBeInstanceOf(SyntaxError);
            return false;
          }
        };
        expect([text, accepts(parseJson)]).toEqual([text, accepts(JSON.parse)]);
      }),
      { numRuns: 3000 },
    );
  });

  it("keeps every digit, and the order of keys that look like numbers", () => {
    const text = '{"b":[12.10,1e400,-0,123456789012345678901234567890],"10":"é\\ud800","2":null}';
    expect(writeJson(parseJson(text))).toBe(text);
  });

  it("takes the later of two fields of one name", () => {
    expect(writeJson(parseJson('{"a":1,"b":2,"a":3}'))).toBe('{"a":3,"b":2}');
  });

  it("refuses documents nested too deep, without exhausting the stack", () => {
    expect(() => parseJson("[".repeat(1_000_000))).toThrow(/nested deeper than 500/);
  });
});
