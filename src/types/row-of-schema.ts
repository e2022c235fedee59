import type { CalendarInterval } from "./calendar-interval.js";
import type { ArrayType, DataType, MapType, UserDefinedType } from "./data-type.js";
import type { DayTimeInterval } from "./day-time-interval.js";
import type { Geography, Geometry } from "./geometry.js";
import type { ObjectRow } from "./row.js";
import type { StructField, StructType } from "./struct-type.js";
import type { Timestamp } from "./timestamp.js";
import type { YearMonthInterval } from "./year-month-interval.js";

/** The JavaScript type of a decoded value, by default, for each atomic Spark type. */
export interface ValueOfKind {
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
  // A variant has a type only at run time.
  variant: unknown;
  geometry: Geometry;
  geography: Geography;
}

/** Null if the schema allows it. `Always` is null for rows that may contain nulls despite the schema. */
type NullIf<Nullable extends boolean, Always> = (Nullable extends false ? never : null) | Always;

// Stop at the general DataType, as in a schema from DDL: it contains itself, so the recursion would not end.
type ValueOfDataType<T extends DataType, Always> = DataType extends T
  ? unknown
  : T extends ArrayType<infer E, infer N>
    ? (ValueOfDataType<E, Always> | NullIf<N, Always>)[]
    : T extends MapType<infer K, infer V, infer N>
      ? Map<ValueOfDataType<K, Always>, ValueOfDataType<V, Always> | NullIf<N, Always>>
      : T extends StructType<infer F>
        ? RowOfFields<F, Always>
        : T extends UserDefinedType<infer S>
          ? ValueOfDataType<S, Always>
          : T["kind"] extends keyof ValueOfKind
            ? ValueOfKind[T["kind"]]
            : never;

/** The type of a decoded value of a type, by default. It is `unknown` if TypeScript does not know the type. */
export type ValueOfType<T extends DataType> = ValueOfDataType<T, never>;

type RowOfFields<F extends StructField, Always> = string extends F["name"]
  ? ObjectRow
  : {
      [Field in F as Field["name"]]:
        ValueOfDataType<Field["dataType"], Always> | NullIf<Field["nullable"], Always>;
    };

/**
 * The type of the rows of a schema, as they are decoded by default: `bigint` for LONG, text for DECIMAL,
 * `| null` for nullable columns. It is {@link ObjectRow} if TypeScript does not know the columns, as for a schema
 * from DDL.
 *
 * ```ts
 * const schema = new StructType([StructField("id", LongType(), false), StructField("name", StringType())]);
 * type Order = RowOfSchema<typeof schema>; // { id: bigint; name: string | null }
 * ```
 */
export type RowOfSchema<S extends StructType> =
  S extends StructType<infer F> ? RowOfFields<F, never> : never;

/** Like {@link RowOfSchema}, with null allowed everywhere. Spark reads files this way, even if the schema forbids nulls. */
export type NullableRowOfSchema<S extends StructType> =
  S extends StructType<infer F> ? RowOfFields<F, null> : never;
