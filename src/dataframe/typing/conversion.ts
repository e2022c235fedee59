import type { DayTimeInterval } from "../../types/day-time-interval.js";
import type { Timestamp } from "../../types/timestamp.js";
import type { YearMonthInterval } from "../../types/year-month-interval.js";
import type { Column } from "../column.js";
import type { LiteralValue } from "./literal-value.js";
import type { ElementOf, NullOf } from "./column-value.js";

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

/** `null` if a position or length can be null. A plain integer cannot; a fraction can become null. */
export type NullInCount<N> = N extends number
  ? `${N}` extends `${bigint}`
    ? never
    : null
  : N extends Column<infer T>
    ? [T] extends [bigint | null]
      ? NullOf<T>
      : null
    : null;

/** `null` if a number of seconds can give no timestamp: a DOUBLE can be infinite. */
export type NullInSeconds<C> =
  C extends Column<infer T> ? ([T] extends [bigint | string | null] ? NullOf<T> : null) : null;

/** Values without parts. */
type Atomic =
  string | number | bigint | boolean | Uint8Array | Timestamp | YearMonthInterval | DayTimeInterval;

/** The member of a union to which all members are assignable; `never` without such a member. */
type Widest<T, All = T> = T extends unknown ? ([All] extends [T] ? T : never) : never;

/**
 * The type of values that Spark converts to a common type, as the elements of array(). The types of the values are
 * the members of the union `T`. With `spark.sql.ansi.enabled`, Spark converts text to the type beside it: to BIGINT
 * beside an integer. Text that it cannot convert is null. `unknown` for structs and maps of different types.
 */
export type CommonOf<T> = unknown extends T
  ? unknown
  : [Exclude<T, null>] extends [Atomic]
    ? string extends T
      ? T | null | (number extends T ? bigint : never)
      : T
    : [Exclude<T, null>] extends [readonly unknown[]]
      ? CommonOf<ElementOf<T>>[] | NullOf<T>
      : [Widest<Exclude<T, null>>] extends [never]
        ? unknown
        : Widest<Exclude<T, null>> | NullOf<T>;

/** What timestamp_add() returns for values that are not null. Text and dates become timestamps. */
export type MovedTimestamp<C> =
  C extends Column<infer T>
    ? [Exclude<T, null>] extends [Timestamp]
      ? Timestamp
      : Timestamp | string
    : Timestamp | string;
