import type { DayTimeIntervalType, YearMonthIntervalType } from "../../types/data-type.js";
import { dateText, dateTimeText, timeText } from "../../types/calendar.js";
import { CalendarInterval } from "../../types/calendar-interval.js";
import { DayTimeInterval } from "../../types/day-time-interval.js";
import { Timestamp } from "../../types/timestamp.js";
import { YearMonthInterval } from "../../types/year-month-interval.js";
import { bigInt64View, int32View } from "../arrow-column.js";
import type { DecodeModes } from "./decode-options.js";
import { decodeError, type ColumnBinder, type ColumnPlace } from "./value-reader.js";

const MILLIS_PER_DAY = 86_400_000;
const MICROS_PER_SECOND = 1_000_000;
const TWO_32 = 2 ** 32;

/** 2^32 microseconds are 4,294 seconds and 967,296 microseconds. */
const SECONDS_PER_HIGH_WORD = 4294;
const MICROS_PER_HIGH_WORD = 967_296;

/** The part of Temporal that decoding uses. Node 20's types do not declare it. */
interface TemporalNamespace {
  readonly PlainDate: { from(text: string): unknown };
  readonly PlainTime: { from(text: string): unknown };
  readonly PlainDateTime: { from(text: string): unknown };
  readonly Instant: { from(text: string): unknown };
}

function temporal(): TemporalNamespace {
  return (globalThis as typeof globalThis & { Temporal: TemporalNamespace }).Temporal;
}

/** Parses text with a Temporal type. A value outside Temporal's range is an error. */
export function viaTemporal(
  name: keyof TemporalNamespace,
  place: ColumnPlace,
): (text: string) => unknown {
  const type = temporal()[name];
  return (text) => {
    try {
      return type.from(text);
    } catch {
      throw outOfRange(place, text, `Temporal.${name}`);
    }
  };
}

function outOfRange(place: ColumnPlace, text: string, target: string): Error {
  return decodeError(
    "OUT_OF_RANGE",
    place,
    `contains ${text}, which is outside the range of ${target}. Read it with another temporal option.`,
  );
}

/** Reads dates. */
export function dateBinder(mode: DecodeModes["date"], place: ColumnPlace): ColumnBinder {
  return ({ data }) => {
    const days = int32View(data);
    if (mode === "string") return (index) => dateText(days[index] as number);
    if (mode === "date")
      return (index) => {
        const value = new Date((days[index] as number) * MILLIS_PER_DAY);
        if (!Number.isNaN(value.getTime())) return value;
        throw outOfRange(place, dateText(days[index] as number), "Date");
      };
    const make = viaTemporal("PlainDate", place);
    return (index) => make(isoYears(dateText(days[index] as number)));
  };
}

/** Spark prints years after 9999 with five or more digits; ISO 8601 needs six digits. */
function isoYears(text: string): string {
  return /^[+-]/.test(text)
    ? text.replace(/^([+-])(\d+)/, (_, sign: string, year: string) => sign + year.padStart(6, "0"))
    : text;
}

/**
 * Splits 64-bit microseconds into whole seconds, rounded down, and microseconds, and calls `make` with both. Both
 * are exact doubles for every 64-bit value, so this needs no bigint.
 */
function secondsReader<T>(
  data: Uint8Array,
  make: (seconds: number, micros: number) => T,
): (index: number) => T {
  const words = int32View(data);
  return (index) => {
    const high = words[2 * index + 1] as number;
    const rest = high * MICROS_PER_HIGH_WORD + ((words[2 * index] as number) >>> 0);
    const seconds = Math.floor(rest / MICROS_PER_SECOND);
    return make(high * SECONDS_PER_HIGH_WORD + seconds, rest - seconds * MICROS_PER_SECOND);
  };
}

function utcText(seconds: number, micros: number): string {
  return `${dateTimeText(seconds, micros, true)}Z`;
}

/** Reads timestamps. */
export function timestampBinder(mode: DecodeModes["timestamp"], place: ColumnPlace): ColumnBinder {
  switch (mode) {
    case "timestamp":
      return ({ data }) =>
        secondsReader(data, (seconds, micros) => Timestamp.fromEpochSeconds(seconds, micros));
    case "string":
      return ({ data }) => secondsReader(data, utcText);
    case "date":
      return ({ data }) =>
        secondsReader(data, (seconds, micros) => {
          const value = new Date(seconds * 1000 + Math.floor(micros / 1000));
          if (!Number.isNaN(value.getTime())) return value;
          throw outOfRange(place, utcText(seconds, micros), "Date");
        });
    case "temporal":
      return ({ data }) => {
        const make = viaTemporal("Instant", place);
        return secondsReader(data, (seconds, micros) => make(isoYears(utcText(seconds, micros))));
      };
  }
}

/** Reads timestamps without a zone. */
export function timestampNtzBinder(
  mode: DecodeModes["timestampNtz"],
  place: ColumnPlace,
): ColumnBinder {
  return ({ data }) => {
    if (mode === "string")
      return secondsReader(data, (seconds, micros) => dateTimeText(seconds, micros));
    const make = viaTemporal("PlainDateTime", place);
    return secondsReader(data, (seconds, micros) => make(isoYears(dateTimeText(seconds, micros))));
  };
}

/** Reads times of day, which arrive in nanoseconds. */
export function timeBinder(mode: DecodeModes["time"], place: ColumnPlace): ColumnBinder {
  return ({ data }) => {
    const words = int32View(data);
    // The nanoseconds of a day are less than 2^47, so the two words form an exact double.
    const text = (index: number): string =>
      timeText((words[2 * index + 1] as number) * TWO_32 + ((words[2 * index] as number) >>> 0));
    if (mode === "string") return text;
    const make = viaTemporal("PlainTime", place);
    return (index) => make(text(index));
  };
}

/** Reads year-month intervals, which arrive in months. */
export function yearMonthBinder({ startField, endField }: YearMonthIntervalType): ColumnBinder {
  return ({ data }) => {
    const months = int32View(data);
    return (index) => new YearMonthInterval(months[index] as number, startField, endField);
  };
}

/** Reads day-time intervals, which arrive in microseconds. */
export function dayTimeBinder({ startField, endField }: DayTimeIntervalType): ColumnBinder {
  return ({ data }) => {
    const micros = bigInt64View(data);
    return (index) => new DayTimeInterval(micros[index] as bigint, startField, endField);
  };
}

/** Reads calendar intervals, which arrive as months, days and nanoseconds. */
export function calendarIntervalBinder(place: ColumnPlace): ColumnBinder {
  return ({ data }) => {
    const words = int32View(data);
    const nanos = bigInt64View(data);
    return (index) => {
      const value = nanos[2 * index + 1] as bigint;
      if (value % 1000n !== 0n)
        throw decodeError(
          "OUT_OF_RANGE",
          place,
          `contains an interval with ${String(value)} nanoseconds, which is finer than Spark's microseconds.`,
        );
      const at = 4 * index;
      return new CalendarInterval(words[at] as number, words[at + 1] as number, value / 1000n);
    };
  };
}
