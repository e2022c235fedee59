import type { Column } from "../column.js";
import type { AveragedOf, SummedOf } from "./aggregate-value.js";
import type { ObjectRow } from "../../types/row.js";
import type { Flat, Intersection, IsUnion, Selected, SelectionRow } from "./row-changes.js";
import type { PathValue, Unquoted } from "./row-names.js";

/** A name as Spark writes it in `sum(total)`. Spark writes a map's value as `labels[eu]`; TypeScript then knows no name. */
type WrittenPath<Row, Path extends string> =
  Unquoted<Path> extends keyof Row
    ? Unquoted<Path>
    : Path extends `${infer Name}.${infer Rest}`
      ? Name extends keyof Row
        ? Exclude<Row[Name], null> extends readonly unknown[] | ReadonlyMap<unknown, unknown>
          ? string
          : `${Name & string}.${WrittenPath<Exclude<Row[Name], null>, Rest>}`
        : string
      : string;

type NamedAggregates<Row, Function extends string, Name extends string, Kind> = string extends Name
  ? ObjectRow
  : {
      [Each in Name as `${Function}(${WrittenPath<Row, Each>})`]: Kind extends "sum"
        ? SummedOf<Exclude<PathValue<Row, Each>, null>> | null
        : Kind extends "mean"
          ? AveragedOf<Exclude<PathValue<Row, Each>, null>> | null
          : PathValue<Row, Each> | null;
    };

/** The keys and the aggregates in one row. `Pivot` are the values of pivot(), or never. */
export type GroupRow<Keys, Aggregates, Pivot extends string> = KeysBeside<
  Keys,
  [Pivot] extends [never] ? Aggregates : Pivoted<Aggregates, Pivot>
>;

/** A name of both a key and an aggregate has the type of either, as after a join. */
type KeysBeside<Keys, Aggregates> = string extends keyof Keys | keyof Aggregates
  ? Flat<Keys & Aggregates>
  : Flat<
      {
        [Name in keyof Keys]: Name extends keyof Aggregates
          ? Keys[Name] | Aggregates[Name]
          : Keys[Name];
      } & Omit<Aggregates, keyof Keys>
    >;

/** The rows of `sum("total")` and similar methods: the keys, and a column such as `sum(total)`. */
export type NamedGroupRow<
  Row,
  Keys,
  Pivot extends string,
  Function extends string,
  Name extends string,
  Kind,
> = GroupRow<Keys, NamedAggregates<Row, Function, Name, Kind>, Pivot>;

/** The columns of the items of agg(): `Item` is the union of its arguments. */
type AggregateRow<Item> = Intersection<
  Item extends Column
    ? SelectionRow<Item>
    : Item extends (columns: never) => infer Result
      ? SelectionRow<Result>
      : ObjectRow
>;

/** The names of pivot()'s columns. */
type Pivoted<Aggregates, Value extends string> = string extends Value | keyof Aggregates
  ? ObjectRow
  : IsUnion<keyof Aggregates> extends true
    ? {
        [Name in keyof Aggregates & string as `${Value}_${Name}`]: Aggregates[Name] | null;
      }
    : { [Name in Value]: Aggregates[keyof Aggregates] | null };

/** The rows of agg(): the keys and the aggregates. */
export type Aggregated<Keys, Item, Pivot extends string> = GroupRow<
  Keys,
  AggregateRow<Item>,
  Pivot
>;

/** The keys of groups: `Item` is the union of the arguments of groupBy(). */
export type KeyRow<Row, Item> = Selected<Row, Item>;

/** Keys that can be null, as rollup() and cube() make them. */
export type NullableKeys<Keys> = { [Name in keyof Keys]: Keys[Name] | null };

/** The rows of rollup(), cube() and groupingSets(), in which the keys can be null. */
export type RowWithNullableKeys<Row, Keys> = Flat<{
  [Name in keyof Row]: Name extends keyof Keys ? Row[Name] | null : Row[Name];
}>;

/** The name of a listed value of pivot(). Spark writes some fractions in another way: `1.0E-7`. */
export type PivotName<Value> = Value extends number
  ? `${Value}` extends `${bigint}`
    ? `${Value}`
    : string
  : Value extends string | bigint | boolean
    ? `${Value}`
    : string;
