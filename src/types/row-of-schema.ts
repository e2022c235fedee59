import type { CalendarInterval } from "./calendar-interval.js";
import type { ArrayType, DataType, MapType, UserDefinedType } from "./data-type.js";
import type { DayTimeInterval } from "./day-time-interval.js";
import type { Geography, Geometry } from "./geometry.js";
import type { ObjectRow } from "./row.js";
import type { StructField, StructType } from "./struct-type.js";
import type { Timestamp } from "./timestamp.js";
import type { YearMonthInterval } from "./year-month-interval.js";

/** What a value of each type without types inside it is decoded to by default. */
interface ValueOfKind {
  void: null;
  boolean: boolean;
  byte: number;
  short: number;
  integer: number;
  long: bigint;
  float: number;
  double: number;
  decimal: string;
  string: string;
  char: string;
  varchar: string;
  binary: Uint8Array;
  date: string;
  time: string;
  timestamp: Timestamp;
  timestamp_ntz: string;
  timestamp_ntz_nanos: string;
  timestamp_ltz_nanos: Timestamp;
  year_month_interval: YearMonthInterval;
  day_time_interval: DayTimeInterval;
  calendar_interval: CalendarInterval;
  // A variant has its type at run time only.
  variant: unknown;
  geometry: Geometry;
  geography: Geography;
}

/** Null where a schema allows it; `Always` is null for rows that may hold nulls all the same. */
type NullIf<Nullable extends boolean, Always> = (Nullable extends false ? never : null) | Always;

// A type that is not known here, as of a schema from DDL, would have no end: it holds itself.
type ValueOf<T extends DataType, Always> = DataType extends T
  ? unknown
  : T extends ArrayType<infer E, infer N>
    ? (ValueOf<E, Always> | NullIf<N, Always>)[]
    : T extends MapType<infer K, infer V, infer N>
      ? Map<ValueOf<K, Always>, ValueOf<V, Always> | NullIf<N, Always>>
      : T extends StructType<infer F>
        ? RowOfFields<F, Always>
        : T extends UserDefinedType<infer S>
          ? ValueOf<S, Always>
          : T["kind"] extends keyof ValueOfKind
            ? ValueOfKind[T["kind"]]
            : never;

type RowOfFields<F extends StructField, Always> = string extends F["name"]
  ? ObjectRow
  : {
      [Field in F as Field["name"]]:
        ValueOf<Field["dataType"], Always> | NullIf<Field["nullable"], Always>;
    };

/**
 * The rows of a schema that is given as a TypeScript value, as they are decoded by default: `bigint` for
 * LONG, text for DECIMAL, `| null` where the schema has it. {@link ObjectRow} where the columns are not known
 * to TypeScript, as of DDL.
 *
 * ```ts
 * const schema = new StructType([StructField("id", LongType(), false), StructField("name", StringType())]);
 * type Order = RowOfSchema<typeof schema>; // { id: bigint; name: string | null }
 * ```
 */
export type RowOfSchema<S extends StructType> =
  S extends StructType<infer F> ? RowOfFields<F, never> : never;

/** As {@link RowOfSchema}, with null allowed everywhere: Spark reads files so, whatever the schema says. */
export type NullableRowOfSchema<S extends StructType> =
  S extends StructType<infer F> ? RowOfFields<F, null> : never;
