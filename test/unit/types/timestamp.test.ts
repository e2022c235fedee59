import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { Timestamp } from "../../../src/types/timestamp.js";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

describe("Timestamp", () => {
  it("is a Date of the same moment, rounded down to milliseconds", () => {
    const timestamp = Timestamp.fromEpochMicros(-1n);
    expect(timestamp).toBeInstanceOf(Date);
    expect(timestamp.getTime()).toBe(-1);
    expect(timestamp.getUTCFullYear()).toBe(1969);
  });

  it("prints six fraction digits everywhere a Date prints three", () => {
    const timestamp = Timestamp.fromEpochMicros(1_700_000_000_123_456n);
    const text = "2023-11-14T22:13:20.123456Z";
    expect(timestamp.toISOString()).toBe(text);
    expect(String(timestamp)).toBe(text);
    expect("at " + timestamp.toString()).toBe(`at ${text}`);
    expect(JSON.stringify({ at: timestamp })).toBe(`{"at":"${text}"}`);
    expect(inspect({ at: timestamp })).toBe(`{ at: Timestamp ${text} }`);
  });

  it("can be any 64-bit number of microseconds, also outside Date's range", () => {
    for (const micros of [0n, 1n, -1n, 999n, -999n, INT64_MAX, INT64_MIN])
      expect(Timestamp.fromEpochMicros(micros).epochMicros).toBe(micros);
    fc.assert(
      fc.property(fc.bigInt({ min: INT64_MIN, max: INT64_MAX }), (micros) => {
        expect(Timestamp.fromEpochMicros(micros).epochMicros).toBe(micros);
      }),
    );
    expect(Timestamp.fromEpochMicros(INT64_MAX).getTime()).toBeNaN();
    expect(Timestamp.fromEpochMicros(INT64_MAX).toISOString()).toBe(
      "+294247-01-10T04:00:54.775807Z",
    );
    expect(Timestamp.fromEpochMicros(INT64_MIN).toISOString()).toBe(
      "-290308-12-21T19:59:05.224192Z",
    );
  });

  it("prints the same as Date, down to the millisecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (millis) => {
        const text = new Timestamp(millis).toISOString();
        expect(text).toBe(new Date(millis).toISOString().replace("Z", "000Z"));
        expect(Timestamp.parse(text).getTime()).toBe(millis);
      }),
    );
  });

  it("parses ISO text with a zone and up to six fraction digits", () => {
    const parse = (text: string) => Timestamp.parse(text).epochMicros;
    expect(parse("1970-01-01T00:00:00.000001Z")).toBe(1n);
    expect(parse("1970-01-01 02:00:00.5+02:00")).toBe(500_000n);
    expect(parse("1969-12-31T19:00:00-0500")).toBe(0n);
    expect(parse("1970-01-01T00:00Z")).toBe(0n);
    expect(parse("1970-01-01T00:00:00.123456000Z")).toBe(123_456n);
    expect(parse("9999-12-31T23:59:59.999999Z")).toBe(253_402_300_799_999_999n);
  });

  it.each([
    "1970-01-01T00:00:00",
    "1970-01-01T00:00:00.1234567891Z",
    "1970-02-30T00:00:00Z",
    "1970-13-01T00:00:00Z",
    "1970-01-01T24:00:00Z",
    "today",
    "",
  ])("refuses %j", (text) => {
    expect(() => Timestamp.parse(text)).toThrow(ArgumentError);
  });

  it("keeps and prints nanoseconds, and drops them when a setter changes it", () => {
    const at = new Timestamp(Timestamp.parse("1970-01-01T00:00:00.000001002Z"));
    expect(at.epochNanos).toBe(1_002n);
    expect(at.epochMicros).toBe(1n);
    expect(String(at)).toBe("1970-01-01T00:00:00.000001002Z");
    expect(at.equals(Timestamp.fromEpochMicros(1n))).toBe(false);
    expect(at.equals(Timestamp.fromEpochNanos(1_002n))).toBe(true);
    at.setUTCSeconds(1);
    expect(at.epochNanos).toBe(1_000_000_000n);
    expect(Timestamp.fromEpochNanos(-1n).epochMicros).toBe(-1n);
    expect(Timestamp.fromEpochNanos(-1n).nanosOfMicro).toBe(999);
  });

  it("keeps its microseconds when copied, and drops them when a setter changes it", () => {
    const timestamp = Timestamp.fromEpochMicros(1_000_001n);
    expect(new Timestamp(timestamp).epochMicros).toBe(1_000_001n);
    expect(new Timestamp("1970-01-01T00:00:01.000001Z").equals(timestamp)).toBe(true);
    expect(new Date(timestamp).getTime()).toBe(1000);
    timestamp.setTime(2000);
    expect(timestamp.epochMicros).toBe(2_000_000n);
    expect(timestamp.toISOString()).toBe("1970-01-01T00:00:02.000000Z");
  });

  it("distinguishes moments in the same millisecond", () => {
    const timestamp = Timestamp.fromEpochMicros(1_000_001n);
    expect(timestamp.equals(Timestamp.fromEpochMicros(1_000_002n))).toBe(false);
    expect(timestamp.equals(new Date(1000))).toBe(false);
    expect(Timestamp.fromEpochMicros(1_000_000n).equals(new Date(1000))).toBe(true);
  });
});
