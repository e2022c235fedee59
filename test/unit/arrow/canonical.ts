import { CalendarInterval } from "../../../src/types/calendar-interval.js";
import { DayTimeInterval } from "../../../src/types/day-time-interval.js";
import { Timestamp } from "../../../src/types/timestamp.js";
import { YearMonthInterval } from "../../../src/types/year-month-interval.js";

function fromObject(value: object): unknown {
  if (value instanceof Timestamp) return { $timestamp: String(value.epochMicros) };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $binary: Buffer.from(value).toString("hex") };
  if (
    value instanceof YearMonthInterval ||
    value instanceof DayTimeInterval ||
    value instanceof CalendarInterval
  )
    return { $interval: value.toString() };
  if (value instanceof Map)
    return { $map: [...(value as Map<unknown, unknown>)].map((entry) => entry.map(canonical)) };
  if (Array.isArray(value)) return (value as unknown[]).map(canonical);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, canonical(item)]));
}

/** A decoded value in the JSON form of the golden files, in which different values always have different JSON. */
export function canonical(value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return { $bigint: String(value) };
    case "number":
      if (Object.is(value, -0)) return { $double: "-0" };
      return Number.isFinite(value) ? value : { $double: String(value) };
    case "object":
      return value === null ? null : fromObject(value);
    default:
      return value;
  }
}
