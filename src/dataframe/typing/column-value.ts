import type { DataType } from "../../types/data-type.js";
import type { DayTimeInterval } from "../../types/day-time-interval.js";
import type { ValueOfType } from "../../types/row-of-schema.js";
import type { Timestamp } from "../../types/timestamp.js";
import type { ValueOfDdl } from "../../types/value-of-ddl.js";
import type { YearMonthInterval } from "../../types/year-month-interval.js";
import type { Column } from "../column.js";
import type { LiteralValue } from "./literal-value.js";
import type { NotStruct } from "./row-names.js";

/** `null` if a value of type `T` can be null, otherwise `never`. A value of unknown type can be null. */
export type NullOf<T> = unknown extends T ? null : Extract<T, null>;

/** The type of a column argument's values. A name has values of unknown type. */
export type ValueOf<C> = C extends Column<infer T> ? T : unknown;

/**
 * `null` if the values of a column argument, or of one argument in a union, can be null. The values of a column that is
 * given by name can.
 */
export type NullIn<C> = C extends Column<infer T> ? NullOf<T> : null;

/** `null` if a Column or plain value can be null. A string is a value here, not a name. */
export type NullInLiteral<V> = NullOf<LiteralValue<V>>;

/** What plus(), multiply() and mod() return for values that are not null. A decimal has the type `string`, as a date. */
type Arithmetic<A, B> = [A | B] extends [number]
  ? number
  : [A | B] extends [bigint]
    ? bigint
    : [A | B] extends [number | bigint]
      ? number | bigint
      : [A | B] extends [string]
        ? string | number | null
        : [A | B] extends [string | number | bigint]
          ? string | number | bigint | null
          : unknown;

/** An interval that has only months or only a time. */
export type Interval = DayTimeInterval | YearMonthInterval;

type Shifted<A, B> = [A] extends [Timestamp]
  ? [B] extends [Interval]
    ? Timestamp
    : unknown
  : [A | B] extends [DayTimeInterval]
    ? DayTimeInterval
    : [A | B] extends [YearMonthInterval]
      ? YearMonthInterval
      : Arithmetic<A, B>;

type Scaled<A, B> = [A] extends [Interval]
  ? [B] extends [number | bigint | string]
    ? A
    : unknown
  : Arithmetic<A, B>;

type Quotient<A, B> = [A | B] extends [number | bigint]
  ? number
  : [A | B] extends [string | number | bigint]
    ? string | number
    : Scaled<A, B>;

type Value<V> = Exclude<LiteralValue<V>, null>;
/** The values beside a column of BIGINT: an integer that is written in the code is INT or BIGINT, so the result is BIGINT. */
type Beside<A, V> = [Exclude<A, null>] extends [bigint]
  ? V extends number
    ? `${V}` extends `${bigint}`
      ? bigint
      : Value<V>
    : Value<V>
  : Value<V>;
type NullOfBoth<A, V> = NullOf<A> | NullInLiteral<V>;

// Each conditional type makes editors show the result, not the name of the type.
/**
 * `null` if Spark may convert text to another type, or a number to a decimal: a value that cannot be converted becomes
 * null. Text, decimals and dates have the same type here.
 */
type NullOfText<A, V> = Extract<A | LiteralValue<V>, string> extends never ? never : null;

/** The result of a comparison, and(), or(): null if either side can be null, or if one is text, a decimal or a date. */
export type Compared<A, V> = NullOfBoth<A, V> | NullOfText<A, V> extends infer N
  ? boolean | N
  : never;
/** The result of contains(), startswith() and endswith(), which Spark declares as nullable for BINARY. */
export type Searched<A, V> =
  NullOfBoth<A, V> | (Extract<A, Uint8Array> extends never ? never : null) extends infer N
  ? boolean | N
  : never;
/** The result of pow(). Text that is not a number becomes null. */
export type Power<A, V> =
  | NullOfBoth<A, V>
  | ([Exclude<A, null> | Value<V>] extends [number | bigint] ? never : null) extends infer N
  ? number | N
  : never;
/** The result of plus(). */
export type Sum<A, V> =
  Shifted<Exclude<A, null>, Beside<A, V>> extends infer R ? R | NullOfBoth<A, V> : never;
/** The difference of two timestamps, or of what Shifted knows. */
type Between<A, B> = [A | B] extends [Timestamp] ? DayTimeInterval : Shifted<A, B>;

/** The result of minus(). The difference of two dates or timestamps is an interval. */
export type Difference<A, V> =
  Between<Exclude<A, null>, Beside<A, V>> extends infer R
    ? | R
      | NullOfBoth<A, V>
      | ([Exclude<A, null> | Beside<A, V>] extends [string] ? DayTimeInterval : never)
    : never;
/** The result of multiply(). */
export type Product<A, V> =
  Scaled<Exclude<A, null>, Beside<A, V>> extends infer R ? R | NullOfBoth<A, V> : never;
/** The result of divide(): null for a divisor of 0 without `spark.sql.ansi.enabled`. */
export type Divided<A, V> = Quotient<Exclude<A, null>, Value<V>> extends infer R ? R | null : never;
/** The result of mod(): null for a divisor of 0 without `spark.sql.ansi.enabled`. */
export type Remainder<A, V> =
  Arithmetic<Exclude<A, null>, Beside<A, V>> extends infer R ? R | null : never;
/** The result of a bitwise operation on two integers. */
export type Bits<A, V> = (
  [Exclude<A, null> | Beside<A, V>] extends [number]
    ? number
    : [Exclude<A, null> | Beside<A, V>] extends [bigint]
      ? bigint
      : number | bigint
) extends infer R
  ? R | NullOfBoth<A, V>
  : never;

/** The elements of an array. */
export type ElementOf<T> = Exclude<T, null> extends readonly (infer E)[] ? E : unknown;
/** The keys of a map. */
export type KeyOf<T> = Exclude<T, null> extends ReadonlyMap<infer K, unknown> ? K : unknown;
/** The values of a map. */
export type MapValueOf<T> = Exclude<T, null> extends ReadonlyMap<unknown, infer V> ? V : unknown;

/** The field of a struct, or of each struct in an array; the element of an array; the value of a map. */
export type Item<T, K> = unknown extends T ? unknown : ItemOf<Exclude<T, null>, K> | NullOf<T>;
type ItemOf<T, K> = T extends readonly (infer E)[]
  ? K extends string
    ? Item<E, K>[] | null
    : E | null
  : T extends ReadonlyMap<unknown, infer V>
    ? V | null
    : K extends keyof T
      ? T[K]
      : unknown;

/** A struct with one more field. `"a.b"` changes a nested struct, which only Spark follows. */
export type WithField<T, Name extends string, V> = string extends Name
  ? unknown
  : Name extends `${string}.${string}`
    ? unknown
    : unknown extends T
      ? unknown
      : | (Exclude<T, null> extends infer Struct
            ? Struct extends NotStruct
              ? unknown
              : {
                  [Field in keyof Struct | Name]: Field extends Name
                    ? V
                    : Struct[Field & keyof Struct];
                }
            : never)
        | NullOf<T>;

/** A struct without some fields. */
export type WithoutFields<T, Name extends string> = unknown extends T
  ? unknown
  : string extends Name
    ? unknown
    : [Extract<Name, `${string}.${string}`>] extends [never]
      ? | (Exclude<T, null> extends infer Struct
            ? Struct extends NotStruct
              ? unknown
              : { [Field in keyof Struct as Exclude<Field, Name>]: Struct[Field] }
            : never)
        | NullOf<T>
      : unknown;

/** The values of a type that is given as DDL or as a DataType. */
export type TypedValue<D extends string | DataType> = D extends string
  ? ValueOfDdl<D>
  : D extends DataType
    ? ValueOfType<D>
    : unknown;

/** Whether a type that is given as DDL or as a DataType is STRING. Spark converts each value to it. */
type IsText<D> = [D] extends [{ readonly kind: "string" }]
  ? true
  : [D] extends [string]
    ? [Lowercase<D>] extends ["string"]
      ? true
      : false
    : false;

/** The result of cast(). A value that cannot be converted becomes null, or Spark at least declares it as nullable. */
export type Cast<T, D extends string | DataType> =
  TypedValue<D> extends infer R ? R | (IsText<D> extends true ? NullOf<T> : null) : never;
