import { ArgumentError } from "../../errors.js";
import { checkOptions } from "../../option-check.js";

/** How a row is returned: an object by column name, or an array by position (structs inside it too). */
export type RowMode = "object" | "array";

/** The form of bigint values; `number` throws for what a double cannot hold exactly. */
export type Int64Mode = "bigint" | "number" | "string";

/** The form of decimal values; `number` is the nearest double. */
export type DecimalMode = "string" | "number";

/** The form of date and time values, type by type. */
export interface TemporalModes {
  /** `string`: `YYYY-MM-DD` (default). `date`: a Date at midnight UTC. `temporal`: Temporal.PlainDate. */
  readonly date?: "string" | "date" | "temporal" | undefined;
  /**
   * `timestamp`: a Timestamp (default). `date`: a plain Date, microseconds below the millisecond dropped.
   * `string`: ISO 8601 in UTC with six digits. `temporal`: Temporal.Instant.
   */
  readonly timestamp?: "timestamp" | "date" | "string" | "temporal" | undefined;
  /** `string`: ISO 8601 without a zone (default). `temporal`: Temporal.PlainDateTime. */
  readonly timestampNtz?: "string" | "temporal" | undefined;
  /** `string`: `HH:MM:SS` with a fraction where there is one (default). `temporal`: Temporal.PlainTime. */
  readonly time?: "string" | "temporal" | undefined;
}

/**
 * The forms values are decoded to. Each default keeps every digit. The form depends on the column's type and
 * these options, never on a value.
 */
export interface DecodeOptions {
  /** `object` unless set. */
  readonly rowMode?: RowMode | undefined;
  /** `bigint` unless set. */
  readonly int64?: Int64Mode | undefined;
  /** `string`, with all digits of the column's scale, unless set. */
  readonly decimal?: DecimalMode | undefined;
  /**
   * One form for all date and time types, or one for each: `date` gives Dates for date and timestamp,
   * `string` text for all, `temporal` Temporal objects for all, where the runtime has Temporal.
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

/** An option's value for a message: its text, or its type where that says more. */
function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : typeof value;
}

function oneOf<T extends string>(name: string, value: unknown, allowed: readonly [T, ...T[]]): T {
  if (value === undefined) return allowed[0];
  const found = allowed.find((mode) => mode === value);
  if (found !== undefined) return found;
  throw new ArgumentError(name, `${name} must be ${allowed.join(" or ")}, not ${show(value)}.`);
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
        `temporal must be date, string, temporal or an object with one of these for each type, not ${show(temporal)}.`,
      );
  }
}

/**
 * Checks the options and fills in the defaults, so that a wrong one fails before anything is sent.
 *
 * @throws {ArgumentError} an option has no such value, or Temporal is asked for and the runtime lacks it
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
      "This runtime has no Temporal: use a newer one, or leave the option out.",
    );
  return modes;
}
