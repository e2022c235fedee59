import { describe, expect, it } from "vitest";
import {
  ageText,
  bytesText,
  clockTime,
  countText,
  durationAxisText,
  durationText,
  exactCount,
  fullTime,
  lagText,
  rateText,
} from "../../../../src/monitor/page/format.js";

/** With plain spaces instead of those that do not break. */
const plain = (text: string): string => text.replaceAll("\u00a0", " ");

describe("numbers of the monitor's page", () => {
  it.each([
    [0, "0"],
    [0.25, "0.25"],
    [9.96, "10"],
    [950, "950"],
    [999.6, "1 k"],
    [1_234, "1.2 k"],
    [1_000_000, "1 M"],
    [12_345_678_901, "12.3 G"],
    ["9223372036854775807", "9.2 E"],
    [null, "–"],
  ])("writes the count %s as %s", (count, text) => {
    expect(plain(countText(count))).toBe(text);
  });

  it("writes all digits of a count, in groups of three", () => {
    expect(
      [exactCount(12), exactCount(1_234_567), exactCount("9223372036854775807")].map(plain),
    ).toEqual(["12", "1 234 567", "9 223 372 036 854 775 807"]);
  });

  it("writes rates, sizes and lags with their units", () => {
    expect([rateText(1_240), rateText(null), bytesText(12_000_000)].map(plain)).toEqual([
      "1.2 k rows/s",
      "–",
      "12 MB",
    ]);
    const lag = (value: number, unit: string): string => plain(lagText({ value, unit }));
    expect([lag(1_500, "offsets"), lag(3_000_000, "bytes"), lag(90_000, "ms")]).toEqual([
      "1.5 k offsets",
      "3 MB",
      "1 min 30 s",
    ]);
  });
});

describe("times of the monitor's page", () => {
  it.each([
    [0, "0 ms"],
    [350, "350 ms"],
    [999.7, "1 s"],
    [1_240, "1.2 s"],
    [59_960, "1 min"],
    [125_000, "2 min 5 s"],
    [3_600_000, "1 h"],
    [100 * 3_600_000, "4 d 4 h"],
    [-1_500, "−1.5 s"],
    [null, "–"],
  ])("writes %s milliseconds as %s", (milliseconds, text) => {
    expect(plain(durationText(milliseconds))).toBe(text);
  });

  it("writes ages in whole seconds, and never less than zero", () => {
    expect([-5, 999, 59_999, 61_900, 7_200_000].map((age) => plain(ageText(age)))).toEqual([
      "0 s",
      "0 s",
      "59 s",
      "1 min 1 s",
      "2 h",
    ]);
  });

  it("writes durations of an axis in one unit", () => {
    expect([500, 15_000, 90_000, 5_400_000].map((value) => plain(durationAxisText(value)))).toEqual(
      ["500 ms", "15 s", "1.5 min", "1.5 h"],
    );
  });

  it("writes the day only of times that are far away, and the zone in the full time", () => {
    const now = Date.parse("2026-11-30T12:00:00Z");
    expect(clockTime(now - 1_000, now)).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(clockTime(now - 3 * 86_400_000, now)).toMatch(/^27 Nov/);
    expect(fullTime(now)).toMatch(/30 Nov 2026.*(?:UTC|GMT|[A-Z]{3})/);
  });
});
