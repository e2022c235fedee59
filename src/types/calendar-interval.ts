import { ArgumentError } from "../errors.js";

function unit(value: number | bigint, name: string): string[] {
  return value === 0 || value === 0n ? [] : [`${String(value)} ${name}`];
}

function secondsText(micros: bigint): string {
  const absolute = micros < 0n ? -micros : micros;
  const fraction = String(absolute % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const text = `${micros < 0n ? "-" : ""}${String(absolute / 1_000_000n)}`;
  return fraction === "" ? text : `${text}.${fraction}`;
}

/**
 * A value of INTERVAL: separate numbers of months, days and microseconds, because a month has no fixed
 * number of days and a day no fixed number of hours. Immutable.
 */
export class CalendarInterval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;

  /**
   * @param months a 32-bit integer
   * @param days a 32-bit integer
   * @param micros a 64-bit integer
   * @throws {ArgumentError} a number is not an integer of that size
   */
  constructor(months: number, days: number, micros: bigint) {
    for (const [name, value] of Object.entries({ months, days })) {
      if ((value | 0) !== value) throw new ArgumentError(name, `${value} is not a 32-bit integer.`);
    }
    if (BigInt.asIntN(64, micros) !== micros)
      throw new ArgumentError("micros", `${String(micros)} does not fit 64 bits.`);
    this.months = months;
    this.days = days;
    this.micros = micros;
  }

  /** Whether months, days and microseconds are all equal. */
  equals(other: CalendarInterval): boolean {
    return this.months === other.months && this.days === other.days && this.micros === other.micros;
  }

  /** The text to which Spark casts the value: `1 years 2 months 3 days 4 hours 5 minutes 6.5 seconds`. */
  toString(): string {
    const minutes = this.micros / 60_000_000n;
    const rest = this.micros % 60_000_000n;
    const parts = [
      ...unit(Math.trunc(this.months / 12), "years"),
      ...unit(this.months % 12, "months"),
      ...unit(this.days, "days"),
      ...unit(minutes / 60n, "hours"),
      ...unit(minutes % 60n, "minutes"),
      ...(rest === 0n ? [] : [`${secondsText(rest)} seconds`]),
    ];
    return parts.length === 0 ? "0 seconds" : parts.join(" ");
  }

  /** The literal in SQL: `INTERVAL '1 months 2 days'`. */
  toSql(): string {
    return `INTERVAL '${this.toString()}'`;
  }

  /** The same text as `toString`. */
  toJSON(): string {
    return this.toString();
  }
}
