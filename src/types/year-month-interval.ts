import { ArgumentError } from "../errors.js";
import { YearMonthIntervalType, type YearMonthField } from "./data-type.js";

/** A value of INTERVAL YEAR TO MONTH, INTERVAL YEAR or INTERVAL MONTH: a number of months. Immutable. */
export class YearMonthInterval {
  /** The whole interval in months; negative for an interval back in time. */
  readonly months: number;
  readonly startField: YearMonthField;
  readonly endField: YearMonthField;

  /**
   * @param months a 32-bit integer
   * @throws {ArgumentError} months is not a 32-bit integer, or the fields are out of order
   */
  constructor(
    months: number,
    startField: YearMonthField = "year",
    endField: YearMonthField = "month",
  ) {
    if ((months | 0) !== months)
      throw new ArgumentError("months", `${months} is not a 32-bit integer.`);
    YearMonthIntervalType(startField, endField);
    this.months = months;
    this.startField = startField;
    this.endField = endField;
  }

  /** Whether both have the same number of months. */
  equals(other: YearMonthInterval): boolean {
    return this.months === other.months;
  }

  /** Spark's literal: `INTERVAL '1-2' YEAR TO MONTH`. */
  toString(): string {
    const total = Math.abs(this.months);
    const years = Math.floor(total / 12);
    const sign = this.months < 0 ? "-" : "";
    const start = this.startField.toUpperCase();
    if (this.startField !== this.endField)
      return `INTERVAL '${sign}${years}-${total % 12}' ${start} TO ${this.endField.toUpperCase()}`;
    return `INTERVAL '${sign}${this.startField === "year" ? years : total}' ${start}`;
  }

  /** The same text as `toString`. */
  toJSON(): string {
    return this.toString();
  }
}
