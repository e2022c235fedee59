// Intervals with a part that is finer than the fields of their type, such as 36 hours in an INTERVAL DAY.

import {
  DecimalType,
  type DataType,
  type DayTimeField,
  type DayTimeIntervalType,
  type YearMonthIntervalType,
} from "./data-type.js";
import { DayTimeInterval } from "./day-time-interval.js";
import { YearMonthInterval } from "./year-month-interval.js";

/** Microseconds in one of each field. An interval that ends with seconds can have any number of microseconds. */
const FIELD_MICROS: Readonly<Record<DayTimeField, bigint>> = {
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1n,
};
const SCALE = 18;

/**
 * Spark's cast from this type to an interval keeps each microsecond and month, even if they are finer than the
 * interval's fields. A cast between intervals drops them.
 */
export const INTERVAL_DECIMAL: DecimalType = DecimalType(38, SCALE);

/** Whether values of this type can have a part that is finer than its fields. */
export function canHaveFinerPart(type: DataType): boolean {
  if (type.kind === "day_time_interval") return type.endField !== "second";
  return type.kind === "year_month_interval" && type.endField === "year";
}

/** Whether a DayTimeInterval has no fields finer than the type's, or nothing in them. */
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

/** Whether a YearMonthInterval has no fields finer than the type's, or nothing in them. */
export function fitsYearMonth(
  value: unknown,
  { endField }: YearMonthIntervalType,
): value is YearMonthInterval {
  return (
    value instanceof YearMonthInterval &&
    (endField === "month" || value.endField === "year" || value.months % 12 === 0)
  );
}

/** Whether the value has a part that is finer than the type's fields. */
export function hasFinerPart(
  value: DayTimeInterval | YearMonthInterval,
  { endField }: DayTimeIntervalType | YearMonthIntervalType,
): boolean {
  if (value instanceof DayTimeInterval)
    return value.micros % FIELD_MICROS[endField as DayTimeField] !== 0n;
  return endField === "year" && value.months % 12 !== 0;
}

/** The interval in units of the type's last field, as the unscaled value of an INTERVAL_DECIMAL. */
export function intervalDigits(
  value: DayTimeInterval | YearMonthInterval,
  type: DayTimeIntervalType | YearMonthIntervalType,
): bigint {
  const whole = value instanceof DayTimeInterval ? value.micros : BigInt(value.months);
  const unit = type.kind === "day_time_interval" ? FIELD_MICROS[type.endField] : 12n;
  const digits = whole * 10n ** BigInt(SCALE);
  // Round away from zero, so that the cast returns the whole number whether it rounds or truncates.
  const isExact = digits % unit === 0n;
  return digits / unit + (isExact ? 0n : whole < 0n ? -1n : 1n);
}

/** The interval in units of the type's last field, as SQL text. */
export function intervalDecimalText(
  value: DayTimeInterval | YearMonthInterval,
  type: DayTimeIntervalType | YearMonthIntervalType,
): string {
  const digits = intervalDigits(value, type);
  const text = String(digits < 0n ? -digits : digits).padStart(SCALE + 1, "0");
  return `${digits < 0n ? "-" : ""}${text.slice(0, -SCALE)}.${text.slice(-SCALE)}`;
}
