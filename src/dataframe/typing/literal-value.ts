import type { CalendarInterval } from "../../types/calendar-interval.js";
import type { DayTimeInterval } from "../../types/day-time-interval.js";
import type { Geography, Geometry } from "../../types/geometry.js";
import type { Timestamp } from "../../types/timestamp.js";
import type { YearMonthInterval } from "../../types/year-month-interval.js";
import type { Column } from "../column.js";

/* eslint-disable @typescript-eslint/no-unused-vars -- Each `infer` stands for one character. */
/** An integer literal with 10 characters or more may need BIGINT. A number that is not a literal may, too. */
type NumberValue<N extends number> = number extends N
  ? number | bigint
  : `${N}` extends `${string}.${string}`
    ? number
    : `${N}` extends `${infer _0}${infer _1}${infer _2}${infer _3}${infer _4}${infer _5}${infer _6}${infer _7}${infer _8}${infer _9}${string}`
      ? number | bigint
      : number;

/* eslint-enable @typescript-eslint/no-unused-vars */

/** Values that have the same type before and after Spark. */
type Unchanged =
  Timestamp | YearMonthInterval | DayTimeInterval | CalendarInterval | Geometry | Geography;

/**
 * The type of the decoded value of an argument that is a Column or a plain value: `string` for `"a"`, `number` for
 * `1`, Timestamp for a Date, the Column's own type for a Column. `unknown` where only Spark knows it.
 */
export type LiteralValue<V> = unknown extends V
  ? unknown
  : V extends Column<infer T>
    ? T
    : V extends null | undefined
      ? null
      : V extends boolean
        ? boolean
        : V extends string
          ? string
          : V extends number
            ? NumberValue<V>
            : V extends bigint
              ? bigint
              : V extends Uint8Array
                ? Uint8Array
                : V extends Unchanged
                  ? V
                  : V extends Date
                    ? Timestamp
                    : V extends readonly (infer E)[]
                      ? LiteralValue<E>[]
                      : V extends ReadonlyMap<infer K, infer X>
                        ? Map<LiteralValue<K>, LiteralValue<X>>
                        : V extends Readonly<Record<string, unknown>>
                          ? { -readonly [Name in keyof V]: LiteralValue<V[Name]> }
                          : unknown;
