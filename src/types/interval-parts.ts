// Intervals that hold more than the fields of their type show, such as 36 hours in an INTERVAL DAY.

import {
  DecimalType,
  type DataType,
  type DayTimeField,
  type DayTimeIntervalType,
  type YearMonthIntervalType,
} from "./data-type.js";
import { DayTimeInterval } from "./day-time-interval.js";
import { YearMonthInterval } from "./year-month-interval.js";

/** Microseconds of each field; an interval that ends with seconds holds every microsecond. */
const FIELD_MICROS: Readonly<Record<DayTimeField, bigint>> = {
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1n,
};
const SCALE = 18;

/**
 * Spark's cast from this type to an interval keeps each microsecond and month, also those that the interval's
 * fields do not show. A cast between intervals drops them.
 */
export const INTERVAL_DECIMAL: DecimalType = DecimalType(38, SCALE);

/** Whether values of this type can hold more than its fields show. */
export function canHoldRest(type: DataType): boolean {
  if (type.kind === "day_time_interval") return type.endField !== "second";
  return type.kind === "year_month_interval" && type.endField === "year";
}

/** True for a DayTimeInterval whose own fields are not finer than the type's, or which has no finer part. */
export function fitsDayTime(
  value: unknown,
  { endField }: DayTimeIntervalType,
): value is DayTimeInterval {
  return (
    value instanceof DayTimeInterval &&
    (value.micros % FIELD_MICROS[endField] === 0n ||
      FIELD_MICROS[value.endField] >= FIELD_MICROS[endField])
  );
}

/** The same for a YearMonthInterval. */
export function fitsYearMonth(
  value: unknown,
  { endField }: YearMonthIntervalType,
): value is YearMonthInterval {
  return (
    value instanceof YearMonthInterval &&
    (endField === "month" || value.endField === "year" || value.months % 12 === 0)
  );
}

/** Whether the value holds more than the type's fields show. */
export function hasRest(
  value: DayTimeInterval | YearMonthInterval,
  { endField }: DayTimeIntervalType | YearMonthIntervalType,
): boolean {
  if (value instanceof DayTimeInterval)
    return value.micros % FIELD_MICROS[endField as DayTimeField] !== 0n;
  return endField === "year" && value.months % 12 !== 0;
}

/** How often the type's last field is in the interval, as digits of an INTERVAL_DECIMAL. */
export function intervalDigits(
  value: DayTimeInterval | YearMonthInterval,
  type: DayTimeIntervalType | YearMonthIntervalType,
): bigint {
  const whole = value instanceof DayTimeInterval ? value.micros : BigInt(value.months);
  const unit = type.kind === "day_time_interval" ? FIELD_MICROS[type.endField] : 12n;
  const digits = whole * 10n ** BigInt(SCALE);
  // Away from zero, so that the cast gives the whole number whether it rounds or cuts.
  const isExact = digits % unit === 0n;
  return digits / unit + (isExact ? 0n : whole < 0n ? -1n : 1n);
}

/** The same as SQL text. */
export function intervalDecimalText(
  value: DayTimeInterval | YearMonthInterval,
  type: DayTimeIntervalType | YearMonthIntervalType,
): string {
  const digits = intervalDigits(value, type);
  const text = String(digits < 0n ? -digits : digits).padStart(SCALE + 1, "0");
  return `${digits < 0n ? "-" : ""}${text.slice(0, -SCALE)}.${text.slice(-SCALE)}`;
}
