import { ArgumentError } from "../errors.js";

/**
 * Dates and times of the proleptic Gregorian calendar as text, over the whole range of Spark's types.
 * JavaScript's Date ends 273,000 years before and after 1970; Spark's dates cover five million years.
 */

const SECONDS_PER_DAY = 86_400;
const MICROS_PER_SECOND = 1_000_000;
const NANOS_PER_SECOND = 1_000_000_000n;

/** Days from 0000-03-01 to 1970-01-01. In years that start in March, the leap day is the last day. */
const DAYS_TO_EPOCH = 719_468;
const DAYS_PER_400_YEARS = 146_097;

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** Spark pads years to four digits and writes a plus sign before years after 9999. */
function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return pad(year, 4);
  return (year < 0 ? "-" : "+") + pad(Math.abs(year), 4);
}

/**
 * A day as `YYYY-MM-DD`. Years outside 0000 to 9999 look as in Spark: `+10000-01-01`, `-0001-12-31`.
 *
 * @param epochDays days since 1970-01-01
 */
export function dateText(epochDays: number): string {
  const shifted = epochDays + DAYS_TO_EPOCH;
  const era = Math.floor(shifted / DAYS_PER_400_YEARS);
  const dayOfEra = shifted - era * DAYS_PER_400_YEARS;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${month < 10 ? "0" : ""}${month}-${day < 10 ? "0" : ""}${day}`;
}

function daysOf(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_400_YEARS + dayOfEra - DAYS_TO_EPOCH;
}

/**
 * Days since 1970-01-01 of a date in the form of `dateText`.
 *
 * @throws {ArgumentError} the text is not a date, or the day does not exist
 */
export function parseDate(text: string): number {
  const match = /^([+-]?\d{4,7})-(\d\d)-(\d\d)$/.exec(text);
  if (match !== null) {
    const days = daysOf(Number(match[1]), Number(match[2]), Number(match[3]));
    const canonical = `${yearText(Number(match[1]))}-${match[2] ?? ""}-${match[3] ?? ""}`;
    // Print the day again to refuse days such as February 30 or a month 13.
    if (dateText(days) === canonical) return days;
  }
  throw new ArgumentError("text", `Not a date (YYYY-MM-DD): ${JSON.stringify(text)}.`);
}

/** `.123456` with `digits` digits; without `digits`, without trailing zeros. */
function fractionText(fraction: number, width: number, digits?: number): string {
  if (digits !== undefined) return `.${pad(fraction, width)}`;
  return fraction === 0 ? "" : `.${pad(fraction, width).replace(/0+$/, "")}`;
}

function clockText(secondOfDay: number): string {
  const hours = Math.floor(secondOfDay / 3600);
  const minutes = Math.floor(secondOfDay / 60) % 60;
  const seconds = secondOfDay % 60;
  return (
    (hours < 10 ? "0" : "") +
    String(hours) +
    (minutes < 10 ? ":0" : ":") +
    String(minutes) +
    (seconds < 10 ? ":0" : ":") +
    String(seconds)
  );
}

/**
 * A time of day as `HH:MM:SS`, plus a fraction without trailing zeros unless it is zero.
 *
 * @param nanos nanoseconds since midnight
 */
export function timeText(nanos: number): string {
  const seconds = Math.floor(nanos / 1e9);
  return clockText(seconds) + fractionText(nanos - seconds * 1e9, 9);
}

/**
 * Date and time of day as `YYYY-MM-DDTHH:MM:SS`, plus a fraction unless it is zero.
 *
 * @param epochSeconds whole seconds since 1970-01-01T00:00:00, rounded down
 * @param micros microseconds to add, 0 to 999,999
 * @param fixed true: always six fraction digits
 */
export function dateTimeText(epochSeconds: number, micros: number, fixed = false): string {
  const days = Math.floor(epochSeconds / SECONDS_PER_DAY);
  const clock = clockText(epochSeconds - days * SECONDS_PER_DAY);
  return `${dateText(days)}T${clock}${fractionText(micros, 6, fixed ? 6 : undefined)}`;
}

/** Nanoseconds of `.5` or `.123456`; undefined if a digit after the first `digits` digits is not zero. */
function parseFraction(fraction: string | undefined, digits: number): number | undefined {
  const text = (fraction ?? "").padEnd(digits, "0");
  if (/[1-9]/.test(text.slice(digits))) return undefined;
  return Number(text.slice(0, digits));
}

function parseClock(hours: string, minutes: string, seconds: string): number | undefined {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  return h < 24 && m < 60 && s < 60 ? h * 3600 + m * 60 + s : undefined;
}

/**
 * Nanoseconds since midnight of `HH:MM:SS` with up to nine fraction digits.
 *
 * @throws {ArgumentError} the text is not a time of day
 */
export function parseTime(text: string): number {
  const match = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?$/.exec(text);
  if (match !== null) {
    const seconds = parseClock(match[1] ?? "", match[2] ?? "", match[3] ?? "0");
    const nanos = parseFraction(match[4], 9);
    if (seconds !== undefined && nanos !== undefined) return seconds * 1e9 + nanos;
  }
  throw new ArgumentError("text", `Not a time of day (HH:MM:SS): ${JSON.stringify(text)}.`);
}

/**
 * Like `dateTimeText`, with up to nine fraction digits.
 *
 * @param nanos nanoseconds since 1970-01-01T00:00:00
 * @param fixed true: always nine fraction digits
 */
export function nanosDateTimeText(nanos: bigint, fixed = false): string {
  const rest = BigInt.asIntN(
    64,
    ((nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND,
  );
  const text = dateTimeText(Number((nanos - rest) / NANOS_PER_SECOND), 0);
  return text + fractionText(Number(rest), 9, fixed ? 9 : undefined);
}

/** The result of `parseDateTime`. */
export interface ParsedDateTime {
  /** Microseconds since 1970-01-01T00:00:00: in UTC if the text has a zone, otherwise in the text's local time. */
  readonly micros: bigint;
  /** Nanoseconds to add to `micros`, 0 to 999. */
  readonly nanos: number;
  readonly hasZone: boolean;
}

/**
 * Reads `YYYY-MM-DD`, or a date and a time with `T` or a space between, with an optional zone, `Z` or `±HH:MM`.
 *
 * @param digits most fraction digits of the second, 6 to 9
 * @throws {ArgumentError} the text is not such a date and time, or has more fraction digits
 */
export function parseDateTime(text: string, digits = 6): ParsedDateTime {
  const match =
    /^([+-]?\d{4,7}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(
      text,
    );
  if (match !== null) {
    const clock = parseClock(match[2] ?? "0", match[3] ?? "0", match[4] ?? "0");
    const fraction = parseFraction(match[5], digits);
    if (clock !== undefined && fraction !== undefined) {
      const nanos = fraction * 10 ** (9 - digits);
      const micros = Math.floor(nanos / 1000);
      const seconds = parseDate(match[1] ?? "") * SECONDS_PER_DAY + clock - zoneSeconds(match[6]);
      return {
        micros: BigInt(seconds) * BigInt(MICROS_PER_SECOND) + BigInt(micros),
        nanos: nanos % 1000,
        hasZone: match[6] !== undefined,
      };
    }
  }
  throw new ArgumentError(
    "text",
    `Not a date and time with at most ${digits} fraction digits (YYYY-MM-DDTHH:MM:SS.ffffff): ${JSON.stringify(text)}.`,
  );
}

function zoneSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}
