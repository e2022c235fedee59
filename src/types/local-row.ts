import type { CalendarInterval } from "./calendar-interval.js";
import type { DayTimeInterval } from "./day-time-interval.js";
import type { Geography, Geometry } from "./geometry.js";
import type { ObjectRow } from "./row.js";
import type { Timestamp } from "./timestamp.js";
import type { RowOfDdl, ValueOfDdl } from "./value-of-ddl.js";
import type { YearMonthInterval } from "./year-month-interval.js";

type AnyInterval = YearMonthInterval | DayTimeInterval | CalendarInterval;

/** Values that are no objects with fields. */
type LocalAtomic =
  | null
  | undefined
  | boolean
  | string
  | number
  | bigint
  | symbol
  | Date
  | ArrayBufferView
  | AnyInterval
  | Geometry
  | Geography
  | ((...args: never) => unknown);

/** The type of the decoded value of a local value that is not a plain object. It has the rules of inferSchema(). */
type AtomicValue<V> = V extends null | undefined
  ? never
  : V extends boolean
    ? boolean
    : V extends string
      ? string
      : V extends number
        ? // A column of safe integers becomes BIGINT, any other column of numbers DOUBLE.
          number | bigint
        : V extends bigint
          ? bigint
          : V extends AnyInterval | Geometry | Geography
            ? V
            : V extends Date
              ? Timestamp
              : V extends Uint8Array
                ? Uint8Array
                : V extends readonly (infer E)[]
                  ? (LocalValue<E> | null)[]
                  : V extends ReadonlyMap<infer K, infer X>
                    ? Map<LocalValue<K>, LocalValue<X> | null>
                    : unknown;

type IsObject<V> = V extends LocalAtomic | readonly unknown[] | ReadonlyMap<unknown, unknown>
  ? never
  : V;

/** The type of the decoded value of a local value that is not null. Objects of one column form one struct. */
type LocalValue<V> = unknown extends V
  ? unknown
  : | AtomicValue<Exclude<V, IsObject<V>>>
    | ([IsObject<V>] extends [never] ? never : LocalFields<IsObject<V>>);

type NamesOf<V> = V extends unknown ? Extract<keyof V, string> : never;
type LocalField<V, Name> = V extends unknown ? (Name extends keyof V ? V[Name] : never) : never;

/** Every column and field can be null, as in an inferred schema. */
// The intersection makes editors show the columns, not the name of the type.
type LocalFields<V> = { [Name in NamesOf<V>]: LocalValue<LocalField<V, Name>> | null } & {};

/** The elements of a typed array are of the smallest Spark type that fits them all. */
type LocalElement<Values> = Values extends
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Float32Array
  | Float64Array
  ? number
  : Values extends Uint32Array | BigInt64Array
    ? bigint
    : Values extends BigUint64Array
      ? string
      : Values extends readonly (infer E)[]
        ? LocalValue<E>
        : unknown;

type LocalColumnsRow<Columns> = {
  [Name in NamesOf<Columns>]: LocalElement<Columns[Name]> | null;
} & {};

type RowOfElement<Element> = unknown extends Element
  ? ObjectRow
  : [Element] extends [readonly unknown[]]
    ? ObjectRow
    : [Element] extends [IsObject<Element>]
      ? LocalFields<Element>
      : ObjectRow;

/** The type of the rows of createDataFrame() without a schema, inferred from the type of the data. */
export type LocalRow<Data> = Data extends readonly (infer Element)[]
  ? RowOfElement<Element>
  : Data extends { readonly batches: unknown; readonly schema: unknown }
    ? // An Arrow table has its types at run time only.
      ObjectRow
    : LocalColumnsRow<Data>;

/** The type of the rows of createDataFrame() with DDL: its columns, or one column `value` of its type. */
export type LocalRowOfDdl<Ddl extends string> = string extends keyof RowOfDdl<Ddl>
  ? unknown extends ValueOfDdl<Ddl>
    ? ObjectRow
    : { value: ValueOfDdl<Ddl> | null }
  : RowOfDdl<Ddl>;
