// Numbers, durations and times as people read them: with a unit, and short.
import type { Count, LagDocument } from "../documents.js";

/** Between a number and its unit, so that a line does not break there. */
const SPACE = "\u00a0";

const NONE = "–";

const THOUSANDS = ["", "k", "M", "G", "T", "P", "E"];
const BYTES = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/** At most three digits, without zeros at the end. */
function digits(value: number): string {
  const size = Math.abs(value);
  const places = size >= 100 ? 0 : size >= 1 ? 1 : 2;
  return String(Number(value.toFixed(places)));
}

/** Divides by 1000 until the number is short: `[1.2, 1]` for 1200. */
function scaled(value: number, most: number): [number, number] {
  let [rest, power] = [value, 0];
  // 999.95 would be printed as 1000.
  while (Math.abs(rest) >= 999.5 && power < most) {
    rest /= 1000;
    power++;
  }
  return [rest, power];
}

function withUnits(value: number, units: readonly string[]): string {
  const [rest, power] = scaled(value, units.length - 1);
  const unit = units[power] ?? "";
  return unit === "" ? digits(rest) : `${digits(rest)}${SPACE}${unit}`;
}

/** A count, such as `950` or `1.2 M`. */
export function countText(count: Count | null): string {
  if (count === null) return NONE;
  return withUnits(Number(count), THOUSANDS);
}

/** All digits of a count, in groups of three, for the title of a short one. */
export function exactCount(count: Count): string {
  const text = String(count);
  return /^-?\d+$/.test(text) ? text.replaceAll(/\B(?=(\d{3})+$)/g, SPACE) : text;
}

/** Such as `1.2 k rows/s`. */
export function rateText(rowsPerSecond: number | null): string {
  if (rowsPerSecond === null) return NONE;
  const number = withUnits(rowsPerSecond, THOUSANDS);
  return `${number}${SPACE}rows/s`;
}

/** Such as `12 MB`. */
export function bytesText(bytes: Count | null): string {
  return bytes === null ? NONE : withUnits(Number(bytes), BYTES);
}

/** The parts of a duration, from days to seconds. */
const PARTS: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** Such as `350 ms`, `1.2 s`, `2 min 5 s` or `3 d 4 h`. */
export function durationText(milliseconds: number | null): string {
  if (milliseconds === null) return NONE;
  if (milliseconds < 0) return `−${durationText(-milliseconds)}`;
  if (milliseconds < 1) return `${digits(milliseconds)}${SPACE}ms`;
  if (milliseconds < 999.5) return `${milliseconds.toFixed(0)}${SPACE}ms`;
  if (milliseconds < 59_950) return `${digits(milliseconds / 1000)}${SPACE}s`;
  return longDuration(milliseconds);
}

/** A duration in one unit, for an axis: `90 s` is `1.5 min`. */
export function durationAxisText(milliseconds: number): string {
  const unit = PARTS.find(([, size]) => milliseconds >= size);
  if (milliseconds === 0 || unit === undefined) return durationText(milliseconds);
  return `${digits(milliseconds / unit[1])}${SPACE}${unit[0]}`;
}

/** An age or a wait in whole seconds, such as `12 s` or `3 h 4 min`. */
export function ageText(milliseconds: number): string {
  const whole = Math.max(0, milliseconds);
  if (whole < 60_000) return `${Math.floor(whole / 1000)}${SPACE}s`;
  return longDuration(Math.floor(whole / 1000) * 1000);
}

function longDuration(milliseconds: number): string {
  let rest = Math.round(milliseconds / 1000) * 1000;
  const first = PARTS.findIndex(([, size]) => rest >= size);
  const texts = PARTS.slice(first, first + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count}${SPACE}${unit}`];
  });
  return texts.join(" ");
}

/** Such as `1.2 k offsets`, or `3 MB` for bytes. */
export function lagText(lag: LagDocument | null): string {
  return lag === null ? NONE : lagValueText(lag.value, lag.unit);
}

/** The same for a value of a chart. */
export function lagValueText(value: number | null, unit: string | null): string {
  if (value === null) return NONE;
  if (unit === "bytes") return bytesText(value);
  if (unit === "ms" || unit === "milliseconds") return durationText(value);
  return unit === null ? countText(value) : `${countText(value)}${SPACE}${unit}`;
}

const FULL = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});
const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** The day and time in the reader's zone, with the zone. */
export function fullTime(time: string | number): string {
  return FULL.format(new Date(time));
}

/** The time of day in the reader's zone. With the day, if the time is more than 20 hours from `now`. */
export function clockTime(time: string | number, now: number): string {
  const date = new Date(time);
  const isNear = Math.abs(now - date.getTime()) < 20 * 3_600_000;
  return (isNear ? CLOCK : DAY).format(date);
}

/** A word and its count, such as `1 stream` and `2 streams`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
