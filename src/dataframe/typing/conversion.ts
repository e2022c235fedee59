import type { Timestamp } from "../../types/timestamp.js";
import type { Column } from "../column.js";
import type { LiteralValue } from "./literal-value.js";
import type { NullOf } from "./column-value.js";

/**
 * `null` if the values of a column argument can be null after Spark has converted them. Text that is not a date, for
 * example, becomes null without `spark.sql.ansi.enabled`. Text, dates and timestamps without time zone are all
 * `string` here.
 */
export type NullInConverted<C> =
  C extends Column<infer T> ? (string extends T ? null : NullOf<T>) : null;

/** The same for an argument that is a Column or a plain value. A string is a value here, not a name. */
export type NullInConvertedLiteral<V> = V extends Column
  ? NullInConverted<V>
  : NullOf<LiteralValue<V>>;

/** `null` if a number of seconds can give no timestamp: a DOUBLE can be infinite. */
export type NullInSeconds<C> =
  C extends Column<infer T> ? ([T] extends [bigint | string | null] ? NullOf<T> : null) : null;

/** What timestamp_add() returns for values that are not null. Text and dates become timestamps. */
export type MovedTimestamp<C> =
  C extends Column<infer T>
    ? [Exclude<T, null>] extends [Timestamp]
      ? Timestamp
      : Timestamp | string
    : Timestamp | string;
