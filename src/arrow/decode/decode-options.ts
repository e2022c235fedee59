import { ArgumentError } from "../../errors.js";
import { checkOptions } from "../../option-check.js";

/** The form of rows: objects by column name, or arrays by position. Structs inside rows have the same form. */
export type RowMode = "object" | "array";

/** The form of BIGINT values. `number` throws for a value that is not an exact double. */
export type Int64Mode = "bigint" | "number" | "string";

/** The form of DECIMAL values. `number` is the nearest double. */
export type DecimalMode = "string" | "number";

/** The form of date and time values, for each type. */
export interface TemporalModes {
  /** `string`: `YYYY-MM-DD` (default). `date`: a Date at midnight UTC. `temporal`: Temporal.PlainDate. */
  readonly date?: "string" | "date" | "temporal" | undefined;
  /**
   * `timestamp`: a Timestamp (default). `date`: a plain Date, without the part below the millisecond.
   * `string`: ISO 8601 in UTC with six fraction digits. `temporal`: Temporal.Instant.
   */
  readonly timestamp?: "timestamp" | "date" | "string" | "temporal" | undefined;
  /** `string`: ISO 8601 without a zone (default). `temporal`: Temporal.PlainDateTime. */
  readonly timestampNtz?: "string" | "temporal" | undefined;
  /** `string`: `HH:MM:SS`, plus a fraction unless it is zero (default). `temporal`: Temporal.PlainTime. */
  readonly time?: "string" | "temporal" | undefined;
}

/**
 * The forms of decoded values. Each default keeps every digit. The form depends on the column's type and these
 * options, never on a value.
 */
export interface DecodeOptions {
  /** Default: `object`. */
  readonly rowMode?: RowMode | undefined;
  /** Default: `bigint`. */
  readonly int64?: Int64Mode | undefined;
  /** Default: `string`, with all digits of the column's scale. */
  readonly decimal?: DecimalMode | undefined;
  /**
   * One form for all date and time types, or a form for each type. `date` returns Dates for date and timestamp,
   * `string` returns text for all types, `temporal` returns Temporal objects for all types and needs a runtime with
   * Temporal.
   */
  readonly temporal?: "date" | "string" | "temporal" | TemporalModes | undefined;
}

/** DecodeOptions with every default filled in. */
export interface DecodeModes {
  readonly rowMode: RowMode;
  readonly int64: Int64Mode;
  readonly decimal: DecimalMode;
  readonly date: NonNullable<TemporalModes["date"]>;
  readonly timestamp: NonNullable<TemporalModes["timestamp"]>;
  readonly timestampNtz: NonNullable<TemporalModes["timestampNtz"]>;
  readonly time: NonNullable<TemporalModes["time"]>;
}

/** An option's value for a message: a string with quotes, or the type of any other value. */
function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : typeof value;
}

function oneOf<T extends string>(name: string, value: unknown, allowed: readonly [T, ...T[]]): T {
  if (value === undefined) return allowed[0];
  const found = allowed.find((mode) => mode === value);
  if (found !== undefined) return found;
  throw new ArgumentError(name, `${name} must be ${allowed.join(" or ")}, got ${show(value)}.`);
}

function temporalModes(temporal: DecodeOptions["temporal"]): TemporalModes {
  switch (temporal) {
    case undefined:
      return {};
    case "date":
      return { date: "date", timestamp: "date" };
    case "string":
      return { date: "string", timestamp: "string" };
    case "temporal":
      return { date: temporal, timestamp: temporal, timestampNtz: temporal, time: temporal };
    default:
      if (typeof temporal === "object" && (temporal as unknown) !== null) {
        checkOptions("temporal", temporal, ["date", "timestamp", "timestampNtz", "time"]);
        return temporal;
      }
      throw new ArgumentError(
        "temporal",
        `temporal must be date, string, temporal or an object with one of these for each type, got ${show(temporal)}.`,
      );
  }
}

/**
 * Checks the options and fills in the defaults. A wrong option fails before the client sends anything.
 *
 * @throws {ArgumentError} an option has an unknown value, or needs Temporal and the runtime lacks it
 */
export function resolveDecodeOptions(options: DecodeOptions = {}): DecodeModes {
  const temporal = temporalModes(options.temporal);
  const modes: DecodeModes = {
    rowMode: oneOf("rowMode", options.rowMode, ["object", "array"]),
    int64: oneOf("int64", options.int64, ["bigint", "number", "string"]),
    decimal: oneOf("decimal", options.decimal, ["string", "number"]),
    date: oneOf("temporal.date", temporal.date, ["string", "date", "temporal"]),
    timestamp: oneOf("temporal.timestamp", temporal.timestamp, [
      "timestamp",
      "date",
      "string",
      "temporal",
    ]),
    timestampNtz: oneOf("temporal.timestampNtz", temporal.timestampNtz, ["string", "temporal"]),
    time: oneOf("temporal.time", temporal.time, ["string", "temporal"]),
  };
  if (Object.values(modes).includes("temporal") && !("Temporal" in globalThis))
    throw new ArgumentError(
      "temporal",
      "This runtime has no Temporal. Use a newer runtime, or omit the option.",
    );
  return modes;
}
