import type { DayTimeInterval } from "../../types/day-time-interval.js";
import type { Timestamp } from "../../types/timestamp.js";
import type { YearMonthInterval } from "../../types/year-month-interval.js";
import type { ElementOf, NullIn, ValueOf } from "./column-value.js";

/** Values without parts. */
type Atomic =
  string | number | bigint | boolean | Uint8Array | Timestamp | YearMonthInterval | DayTimeInterval;

/** The member of a union to which all members are assignable; `never` without such a member. */
type Widest<T, All = T> = T extends unknown ? ([All] extends [T] ? T : never) : never;

/**
 * Spark converts a text beside an INT to BIGINT, beside other numbers to DOUBLE or the number to a text, and beside
 * another type to that type. A converted text can be null.
 */
type WithConverted<T> = [T] extends [string]
  ? T
  : [Extract<T, string>] extends [never]
    ? T
    : [Extract<T, number | bigint>] extends [never]
      ? T | null
      : T | number | bigint | null;

type CommonOf<T> = [T] extends [Atomic]
  ? WithConverted<T>
  : [T] extends [readonly unknown[]]
    ? Common<ElementOf<T>>[]
    : [Widest<T>] extends [never]
      ? unknown
      : Widest<T>;

/**
 * The values of one column with the values of several columns. The types of those are the members of the union `T`;
 * Spark converts the values to a common type. `unknown` for maps and structs of different types.
 *
 * Texts, dates and decimals all have the type `string`. So this type does not see that Spark converts a text beside a
 * date to a date, and a text beside a decimal to a DOUBLE.
 */
export type Common<T> = unknown extends T ? unknown : CommonOf<Exclude<T, null>> | Extract<T, null>;

/** `null` if all of a list of columns can be null. */
type NullInAll<Columns extends readonly unknown[]> = true extends {
  [Index in keyof Columns]: [NullIn<Columns[Index]>] extends [never] ? true : never;
}[number]
  ? never
  : null;

/** The result of coalesce(): null only if all columns can be null. */
export type Coalesced<Columns extends readonly unknown[]> =
  unknown extends ValueOf<Columns[number]>
    ? unknown
    : Common<Exclude<ValueOf<Columns[number]>, null>> | NullInAll<Columns>;

/** The result of zeroifnull(). */
export type ZeroIfNull<C> = ZeroOr<Exclude<ValueOf<C>, null>>;
type ZeroOr<V> = [V] extends [bigint] ? bigint : Common<V | number>;
