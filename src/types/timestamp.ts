import { inspect } from "node:util";
import { ArgumentError } from "../errors.js";
import { dateTimeText, nanosDateTimeText, parseDateTime } from "./calendar.js";

const MICROS_PER_SECOND = 1_000_000n;

/** Divides and rounds down, also for negative numbers, which dates before 1970 need. */
function floorDiv(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

/** Only the constructor of Date: its static `parse` returns a number, but ours returns a Timestamp. */
const DateBase: new (millis: number) => Date = Date;

/**
 * A moment with Spark's microseconds. It is a `Date`, so it works wherever a Date does. In addition it has
 * `epochMicros`, and prints all six fraction digits. `getTime()` is in milliseconds, rounded down.
 *
 * Spark's range is wider than Date's (years ±271821). Outside Date's range `getTime()` is NaN, as for any invalid
 * Date, but `epochMicros` and the texts stay exact. A Date setter (`setHours` …) works as on a Date, and drops
 * the part below the millisecond.
 */
export class Timestamp extends DateBase {
  /** Milliseconds at construction. If `getTime()` differs later, the program called a setter. */
  readonly #millis: number;
  /** Microseconds to add to `#millis`, 0 to 999. */
  #submillis = 0;
  /** Nanoseconds to add, 0 to 999. Only Spark 4.3's TIMESTAMP_LTZ(7) to TIMESTAMP_LTZ(9) have them. */
  #nanos = 0;
  /** Set if the moment is outside Date's range. */
  #far: bigint | undefined = undefined;

  static {
    // Node's console calls this. Otherwise it would print the milliseconds of a Date.
    Object.defineProperty(this.prototype, inspect.custom, {
      value(this: Timestamp): string {
        return `Timestamp ${this.toISOString()}`;
      },
    });
  }

  /**
   * @param value milliseconds since 1970, a Date or Timestamp to copy, or text for `Timestamp.parse`;
   * default: now
   * @throws {ArgumentError} the text cannot be read
   */
  constructor(value: number | string | Date = Date.now()) {
    if (typeof value === "number") {
      super(value);
    } else {
      const source = typeof value === "string" ? Timestamp.parse(value) : value;
      super(source.getTime());
      if (source instanceof Timestamp) {
        this.#submillis = source.#currentSubmillis();
        this.#nanos = source.nanosOfMicro;
        this.#far = source.#far;
      }
    }
    this.#millis = super.getTime();
  }

  /**
   * The moment `seconds` and `micros` after 1970-01-01T00:00:00Z.
   *
   * @param seconds whole seconds, rounded down, so that `micros` is never negative
   * @param micros 0 to 999,999
   */
  static fromEpochSeconds(seconds: number, micros = 0): Timestamp {
    const submillis = micros % 1000;
    const millis = seconds * 1000 + (micros - submillis) / 1000;
    const timestamp = new Timestamp(millis);
    timestamp.#submillis = submillis;
    if (Number.isNaN(timestamp.#millis))
      timestamp.#far = BigInt(seconds) * MICROS_PER_SECOND + BigInt(micros);
    return timestamp;
  }

  /**
   * The moment that many microseconds after 1970-01-01T00:00:00Z.
   *
   * @throws {ArgumentError} the number does not fit 64 bits
   */
  static fromEpochMicros(micros: bigint): Timestamp {
    if (BigInt.asIntN(64, micros) !== micros)
      throw new ArgumentError("micros", `${String(micros)} microseconds do not fit 64 bits.`);
    const seconds = floorDiv(micros, MICROS_PER_SECOND);
    return Timestamp.fromEpochSeconds(
      Number(seconds),
      Number(micros - seconds * MICROS_PER_SECOND),
    );
  }

  /** The moment that many nanoseconds after 1970-01-01T00:00:00Z. */
  static fromEpochNanos(nanos: bigint): Timestamp {
    const micros = floorDiv(nanos, 1000n);
    const timestamp = Timestamp.fromEpochMicros(micros);
    timestamp.#nanos = Number(nanos - micros * 1000n);
    return timestamp;
  }

  /**
   * Parses an ISO 8601 moment with up to nine fraction digits: `2024-05-01T12:00:00.123456Z`. The zone, `Z` or
   * `±HH:MM`, is required: a text without a zone is a timestamp_ntz, which is not a moment.
   *
   * @throws {ArgumentError} the text cannot be read, has no zone, or has more than nine fraction digits
   */
  static parse(text: string): Timestamp {
    const { micros, nanos, hasZone } = parseDateTime(text, 9);
    if (!hasZone)
      throw new ArgumentError(
        "text",
        `${JSON.stringify(text)} has no zone: end it with Z or ±HH:MM.`,
      );
    const timestamp = Timestamp.fromEpochMicros(micros);
    timestamp.#nanos = nanos;
    return timestamp;
  }

  /** Microseconds since 1970-01-01T00:00:00Z. */
  get epochMicros(): bigint {
    if (this.#far !== undefined && Number.isNaN(this.getTime())) return this.#far;
    return BigInt(this.getTime()) * 1000n + BigInt(this.#currentSubmillis());
  }

  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  get epochNanos(): bigint {
    return this.epochMicros * 1000n + BigInt(this.nanosOfMicro);
  }

  /** Nanoseconds to add to `epochMicros`, 0 to 999. Always 0 except for TIMESTAMP_LTZ(7) to TIMESTAMP_LTZ(9). */
  get nanosOfMicro(): number {
    return Number.isNaN(this.#millis) || this.getTime() === this.#millis ? this.#nanos : 0;
  }

  /** Whether both are the same moment, to the nanosecond. */
  equals(other: Date): boolean {
    if (other instanceof Timestamp) return this.epochNanos === other.epochNanos;
    return (
      this.nanosOfMicro === 0 &&
      this.#currentSubmillis() === 0 &&
      this.getTime() === other.getTime()
    );
  }

  /**
   * ISO 8601 in UTC with six fraction digits, `2024-05-01T12:00:00.123456Z`, or with nine if the moment has
   * nanoseconds.
   */
  override toISOString(): string {
    if (this.nanosOfMicro !== 0) return `${nanosDateTimeText(this.epochNanos, true)}Z`;
    const micros = this.epochMicros;
    const seconds = floorDiv(micros, MICROS_PER_SECOND);
    const rest = Number(micros - seconds * MICROS_PER_SECOND);
    return `${dateTimeText(Number(seconds), rest, true)}Z`;
  }

  /** The same text as `toISOString`. */
  override toJSON(): string {
    return this.toISOString();
  }

  /** The same text as `toISOString`, not Date's local time. */
  override toString(): string {
    return this.toISOString();
  }

  #currentSubmillis(): number {
    return this.getTime() === this.#millis ? this.#submillis : 0;
  }
}
