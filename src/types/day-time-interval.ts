import { ArgumentError } from "../errors.js";
import { DayTimeIntervalType, type DayTimeField } from "./data-type.js";

/** The fields, with the number of microseconds in one of each. */
const UNITS: readonly (readonly [DayTimeField, bigint])[] = [
  ["day", 86_400_000_000n],
  ["hour", 3_600_000_000n],
  ["minute", 60_000_000n],
  ["second", 1_000_000n],
];

/** Seconds with two digits before the point and without trailing zeros: `05`, `12.5`. */
function secondsText(micros: bigint): string {
  const fraction = String(micros % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const seconds = String(micros / 1_000_000n).padStart(2, "0");
  return fraction === "" ? seconds : `${seconds}.${fraction}`;
}

/** A value of INTERVAL DAY TO SECOND, or of a part of it: a number of microseconds. Immutable. */
export class DayTimeInterval {
  /** The whole interval in microseconds; negative for an interval back in time. */
  readonly micros: bigint;
  readonly startField: DayTimeField;
  readonly endField: DayTimeField;

  /**
   * @param micros a 64-bit integer
   * @throws {ArgumentError} micros does not fit 64 bits, or the fields are out of order
   */
  constructor(micros: bigint, startField: DayTimeField = "day", endField: DayTimeField = "second") {
    if (BigInt.asIntN(64, micros) !== micros)
      throw new ArgumentError("micros", `${String(micros)} does not fit 64 bits.`);
    DayTimeIntervalType(startField, endField);
    this.micros = micros;
    this.startField = startField;
    this.endField = endField;
  }

  /** Whether both have the same number of microseconds. */
  equals(other: DayTimeInterval): boolean {
    return this.micros === other.micros;
  }

  /** Spark's literal: `INTERVAL '1 02:03:04.5' DAY TO SECOND`. */
  toString(): string {
    let rest = this.micros < 0n ? -this.micros : this.micros;
    let text = this.micros < 0n ? "-" : "";
    const first = UNITS.findIndex(([field]) => field === this.startField);
    const last = UNITS.findIndex(([field]) => field === this.endField);
    for (const [field, micros] of UNITS.slice(first, last + 1)) {
      if (field !== this.startField) text += field === "hour" ? " " : ":";
      if (field === "second") text += secondsText(rest);
      else text += String(rest / micros).padStart(field === "day" ? 1 : 2, "0");
      rest %= micros;
    }
    const start = this.startField.toUpperCase();
    const range = first === last ? start : `${start} TO ${this.endField.toUpperCase()}`;
    return `INTERVAL '${text}' ${range}`;
  }

  /** The same text as `toString`. */
  toJSON(): string {
    return this.toString();
  }
}
