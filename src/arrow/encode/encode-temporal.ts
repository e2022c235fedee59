import * as arrow from "apache-arrow";
import type {
  DayTimeIntervalType,
  TimeType,
  YearMonthIntervalType,
} from "../../types/data-type.js";
import { CalendarInterval } from "../../types/calendar-interval.js";
import { parseDate, parseDateTime, parseTime } from "../../types/calendar.js";
import { isoText } from "../../types/exact-values.js";
import type { DayTimeInterval } from "../../types/day-time-interval.js";
import {
  canHaveFinerPart,
  fitsDayTime,
  fitsYearMonth,
  INTERVAL_DECIMAL,
  intervalDigits,
} from "../../types/interval-parts.js";
import { Timestamp } from "../../types/timestamp.js";
import type { YearMonthInterval } from "../../types/year-month-interval.js";
import { decimalData } from "./encode-numbers.js";
import { isMissing, misfit, nullBits, type ColumnValues } from "./encode-values.js";

const MILLIS_PER_DAY = 86_400_000;
const NANOS_PER_MICRO = 1000n;

/** Runs a parser, and adds the value's place to its error. */
function parsed<T>(source: ColumnValues, index: number, hint: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw misfit(source, index, hint);
  }
}

/** Encodes dates, from `YYYY-MM-DD` or Dates at midnight UTC. */
export function encodeDates(source: ColumnValues): arrow.Data {
  const { length } = source.values;
  const data = new Int32Array(length);
  for (const [index, value] of source.values.entries()) {
    if (isMissing(value)) continue;
    const hint = ": pass text YYYY-MM-DD or a Date at midnight UTC";
    const text = isoText(value, "PlainDate");
    let days = NaN;
    if (text !== undefined) days = parsed(source, index, hint, () => parseDate(text));
    else if (value instanceof Date) days = value.getTime() / MILLIS_PER_DAY;
    if ((days | 0) !== days) throw misfit(source, index, hint);
    data[index] = days;
  }
  return arrow.makeData({ type: new arrow.DateDay(), length, data, ...nullBits(source) });
}

function timestampMicros(source: ColumnValues, index: number, value: unknown): bigint {
  const hint = ": pass a Date, a Timestamp or ISO text with a zone";
  if (value instanceof Timestamp) {
    if (value.nanosOfMicro !== 0)
      throw misfit(source, index, ": it has nanoseconds, which this type cannot hold");
    return value.epochMicros;
  }
  if (value instanceof Date) {
    const millis = value.getTime();
    if (Number.isNaN(millis)) throw misfit(source, index, ": it is an invalid Date");
    return BigInt(millis) * 1000n;
  }
  const text = isoText(value, "Instant");
  if (text === undefined) throw misfit(source, index, hint);
  return parsed(source, index, hint, () => {
    const { epochMicros, nanosOfMicro } = Timestamp.parse(text);
    if (nanosOfMicro !== 0) throw new RangeError("nanoseconds");
    return epochMicros;
  });
}

function ntzMicros(source: ColumnValues, index: number, value: unknown): bigint {
  const hint = ": pass ISO text without a zone, since a Date is a moment in time";
  const text = isoText(value, "PlainDateTime");
  if (text === undefined) throw misfit(source, index, hint);
  const { micros, hasZone } = parsed(source, index, hint, () => parseDateTime(text));
  if (hasZone) throw misfit(source, index, hint);
  return micros;
}

/** Encodes timestamps from Dates, Timestamps or ISO text; with `zoned` false, from ISO text without a zone. */
export function encodeTimestamps(source: ColumnValues, zoned: boolean): arrow.Data {
  const { length } = source.values;
  const data = new BigInt64Array(length);
  for (const [index, value] of source.values.entries()) {
    if (isMissing(value)) continue;
    const micros = zoned ? timestampMicros(source, index, value) : ntzMicros(source, index, value);
    if (BigInt.asIntN(64, micros) !== micros) throw misfit(source, index, ": it is out of range");
    data[index] = micros;
  }
  const type = new arrow.TimestampMicrosecond(zoned ? "UTC" : null);
  return arrow.makeData({ type, length, data, ...nullBits(source) });
}

/** Encodes times of day from `HH:MM:SS`, with at most as many fraction digits as the type. */
export function encodeTimes(source: ColumnValues, { precision }: TimeType): arrow.Data {
  const { length } = source.values;
  const data = new BigInt64Array(length);
  const step = 10 ** (9 - precision);
  for (const [index, value] of source.values.entries()) {
    if (isMissing(value)) continue;
    const hint = `: pass text HH:MM:SS with at most ${precision} fraction digits`;
    const text = isoText(value, "PlainTime");
    if (text === undefined) throw misfit(source, index, hint);
    const nanos = parsed(source, index, hint, () => parseTime(text));
    if (nanos % step !== 0) throw misfit(source, index, hint);
    data[index] = BigInt(nanos);
  }
  return arrow.makeData({ type: new arrow.TimeNanosecond(), length, data, ...nullBits(source) });
}

/** Encodes year-month intervals as months, or as decimal years if the type has no months. */
export function encodeYearMonths(source: ColumnValues, type: YearMonthIntervalType): arrow.Data {
  const intervals = fitting(
    source,
    (value) => fitsYearMonth(value, type),
    ": pass a YearMonthInterval without finer fields",
  );
  if (canHaveFinerPart(type)) return encodeIntervalDecimals(source, intervals, type);
  const data = Int32Array.from(intervals, (value) => value?.months ?? 0);
  const { length } = data;
  return arrow.makeData({ type: new arrow.IntervalYearMonth(), length, data, ...nullBits(source) });
}

/**
 * Encodes day-time intervals as microseconds. For a local relation, a type without seconds becomes a decimal number of
 * its last field.
 */
export function encodeDayTimes(source: ColumnValues, type: DayTimeIntervalType): arrow.Data {
  const intervals = fitting(
    source,
    (value) => fitsDayTime(value, type),
    ": pass a DayTimeInterval without finer fields",
  );
  if (canHaveFinerPart(type) && source.encodedFor !== "pythonWorker")
    return encodeIntervalDecimals(source, intervals, type);
  const data = BigInt64Array.from(intervals, (value) => value?.micros ?? 0n);
  return arrow.makeData({
    type: new arrow.DurationMicrosecond(),
    length: data.length,
    data,
    ...nullBits(source),
  });
}

/** The values after a check, with null for each missing value. */
function fitting<T>(
  source: ColumnValues,
  fits: (value: unknown) => value is T,
  hint: string,
): (T | null)[] {
  return source.values.map((value, index) => {
    if (isMissing(value)) return null;
    if (!fits(value)) throw misfit(source, index, hint);
    return value;
  });
}

function encodeIntervalDecimals(
  source: ColumnValues,
  intervals: readonly (DayTimeInterval | YearMonthInterval | null)[],
  type: DayTimeIntervalType | YearMonthIntervalType,
): arrow.Data {
  const digits = intervals.map((value) => (value === null ? null : intervalDigits(value, type)));
  return decimalData(source, INTERVAL_DECIMAL, digits);
}

/** Encodes calendar intervals, as months, days and nanoseconds. */
export function encodeCalendarIntervals(source: ColumnValues): arrow.Data {
  const { length } = source.values;
  const data = new Int32Array(4 * length);
  const nanos = new BigInt64Array(data.buffer);
  for (const [index, value] of source.values.entries()) {
    if (isMissing(value)) continue;
    if (!(value instanceof CalendarInterval))
      throw misfit(source, index, ": pass a CalendarInterval");
    const exact = value.micros * NANOS_PER_MICRO;
    if (BigInt.asIntN(64, exact) !== exact)
      throw misfit(source, index, ": Arrow can send at most 292 years of microseconds");
    data[4 * index] = value.months;
    data[4 * index + 1] = value.days;
    nanos[2 * index + 1] = exact;
  }
  return arrow.makeData({
    type: new arrow.IntervalMonthDayNano(),
    length,
    data,
    ...nullBits(source),
  });
}
