import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import {
  dateText,
  dateTimeText,
  parseDate,
  parseDateTime,
  parseTime,
  timeText,
} from "../../../src/types/calendar.js";

describe("dates as text", () => {
  it("are the same as Date's in every year that Date prints with four digits", () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (days) => {
        expect(dateText(days)).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
      }),
      { numRuns: 1000 },
    );
  });

  it("can be parsed back over Spark's whole range", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (days) => {
        expect(parseDate(dateText(days))).toBe(days);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(["2023-02-29", "2024-00-01", "2024-1-1", "24-01-01", "2024-01-01T00:00"])(
    "are refused if the day does not exist: %s",
    (text) => {
      expect(() => parseDate(text)).toThrow(ArgumentError);
    },
  );
});

describe("times as text", () => {
  it("have a fraction only if it is not zero", () => {
    expect(timeText(0)).toBe("00:00:00");
    expect(timeText(86_399_999_999_999)).toBe("23:59:59.999999999");
    expect(timeText(500_000_000)).toBe("00:00:00.5");
    expect(dateTimeText(0, 0)).toBe("1970-01-01T00:00:00");
    expect(dateTimeText(-1, 10)).toBe("1969-12-31T23:59:59.00001");
    expect(dateTimeText(0, 0, true)).toBe("1970-01-01T00:00:00.000000");
  });

  it("can be parsed back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_399_999_999_999 }), (nanos) => {
        expect(parseTime(timeText(nanos))).toBe(nanos);
      }),
    );
  });

  it("can be parsed with and without a zone, and the result says which", () => {
    expect(parseDateTime("1970-01-01T00:00:01")).toEqual({
      micros: 1_000_000n,
      nanos: 0,
      hasZone: false,
    });
    expect(parseDateTime("1970-01-01T00:00:01Z")).toEqual({
      micros: 1_000_000n,
      nanos: 0,
      hasZone: true,
    });
    expect(parseDateTime("1970-01-02")).toEqual({
      micros: 86_400_000_000n,
      nanos: 0,
      hasZone: false,
    });
  });

  it.each(["24:00:00", "1:00:00", "00:60:00", "00:00:00.1234567891", "noon"])(
    "are refused if they are not a time of day: %s",
    (text) => {
      expect(() => parseTime(text)).toThrow(ArgumentError);
    },
  );
});
