import type { Timestamp } from "../../types/timestamp.js";
import type { ValueOf } from "./column-value.js";
import type { LiteralValue } from "./literal-value.js";

/** The time of a time column: TIMESTAMP, or a text for TIMESTAMP_NTZ. A date or a text becomes a TIMESTAMP. */
export type TimeOf<C> =
  Exclude<ValueOf<C>, null> extends Timestamp ? Timestamp : Timestamp | string;

/** The result of window() and session_window(). The conditional type makes editors show the fields. */
export type TimeWindow<Time> = [Time] extends [infer T]
  ? { start: T | null; end: T | null }
  : never;

/** The result of window_time(). */
export type WindowTime<C> =
  Exclude<ValueOf<C>, null> extends { end: infer End } ? End | null : Timestamp | string | null;

/**
 * The result of lag() and lead(). Spark converts the default to the type of the column, and a value that it cannot
 * convert becomes null. A column of texts may also be a column of dates or decimals.
 */
export type Neighbor<C, Default> = Default extends null | undefined
  ? ValueOf<C> | null
  : ValueOf<C> | NullInDefault<Exclude<ValueOf<C>, null>, Default>;
type NullInDefault<V, Default> = V extends string
  ? null
  : LiteralValue<Default> extends V
    ? never
    : [V, Default] extends [bigint, number]
      ? `${Default & number}` extends `${bigint}`
        ? never
        : null
      : null;
