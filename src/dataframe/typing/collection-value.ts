import type { Column, ColumnOrName, NamedColumn } from "../column.js";
import type { ElementOf, KeyOf, MapValueOf, NullIn, NullOf, ValueOf } from "./column-value.js";
import type { Common } from "./common-value.js";

/** Columns passed one by one or as one array. */
export type ColumnList = readonly ColumnOrName[] | readonly [readonly ColumnOrName[]];

/** The columns of a list that is passed one by one or as one array. */
type Listed<C> = C extends readonly [infer L extends readonly unknown[]] ? L : C;

/** One of the columns of a list, as a union. */
export type OneOf<C> = Listed<C> extends readonly (infer E)[] ? E : never;

/** The elements of an array that is a column argument. */
export type ElementIn<C> = C extends Column<infer T> ? ElementOf<T> : unknown;
/** The keys of a map that is a column argument. */
export type KeyIn<C> = C extends Column<infer T> ? KeyOf<T> : unknown;
/** The values of a map that is a column argument. */
export type MapValueIn<C> = C extends Column<infer T> ? MapValueOf<T> : unknown;

/** An array with the elements of a column argument, null if the argument is null. */
export type ArrayOf<C> = C extends Column<infer T> ? ElementOf<T>[] | NullOf<T> : unknown[] | null;

/** A map with the keys and values of a column argument, null if the argument is null. */
export type MapOf<C> =
  C extends Column<infer T>
    ? Map<KeyOf<T>, MapValueOf<T>> | NullOf<T>
    : Map<unknown, unknown> | null;

/**
 * The type of values in one array or map. Text that Spark cannot convert to the type beside it, such as a date, is null.
 * Text and dates both are `string` here.
 */
export type CommonItem<T> = unknown extends T
  ? unknown
  : [Exclude<T, null>] extends [readonly unknown[]]
    ? CommonItem<ElementOf<T>>[] | NullOf<T>
    : Common<T> | (string extends T ? null : never);

/** The elements of array(). An array without elements has the type `array<void>`. */
export type Elements<C> = [OneOf<C>] extends [never] ? null : CommonItem<ValueOf<OneOf<C>>>;

/** The element of an array, or the value of a map. Null for a position or key that does not exist. */
export type ElementAt<T> = unknown extends T
  ? unknown
  : Exclude<T, null> extends readonly (infer E)[]
    ? E | null
    : Exclude<T, null> extends ReadonlyMap<unknown, infer V>
      ? V | null
      : unknown;

/** A column of a list at positions that end with one of the digits. */
type AtPositions<C extends readonly unknown[], Digit extends string> = number extends C["length"]
  ? C[number]
  : { [I in keyof C]: I extends `${string}${Digit}` ? C[I] : never }[number];

/** A map of alternating keys and values. A map without them has the type `map<void, void>`. */
export type MapOfPairs<C> =
  Listed<C> extends infer L extends readonly unknown[]
    ? [L[number]] extends [never]
      ? Map<null, null>
      : Map<
          NotNull<CommonItem<ValueOf<AtPositions<L, "0" | "2" | "4" | "6" | "8">>>>,
          CommonItem<ValueOf<AtPositions<L, "1" | "3" | "5" | "7" | "9">>>
        >
    : never;

/** Several maps in one. Without maps, Spark returns an empty map of texts. */
export type MergedMaps<C> = [OneOf<C>] extends [never]
  ? Map<string, string | null>
  : Map<NotNull<CommonItem<KeyIn<OneOf<C>>>>, CommonItem<MapValueIn<OneOf<C>>>> | NullIn<OneOf<C>>;

/** A map of structs with two fields. TypeScript does not know which field comes first. */
export type MapOfEntries<T> =
  FieldIn<NotNull<ElementOf<T>>> extends infer F
    ? Map<NotNull<F>, F> | NullOf<T> | NullOf<ElementOf<T>>
    : never;
type FieldIn<S> = unknown extends S ? unknown : S[keyof S];

/** A value that is not null, such as a key of a map. */
export type NotNull<T> = unknown extends T ? unknown : Exclude<T, null>;

/** True if one of the columns of concat() has text or another simple value. */
type IsText<C> =
  C extends Column<infer T>
    ? unknown extends T
      ? false
      : Exclude<T, null> extends readonly unknown[] | Uint8Array
        ? false
        : true
    : false;

/** What concat() makes of columns: an array, a binary, or a text. */
export type Concatenated<C> =
  true extends IsText<C>
    ? string | NullIn<C>
    : [C] extends [never]
      ? string
      : ConcatenatedValues<ValueOf<C>>;
type ConcatenatedValues<T> = unknown extends T
  ? unknown
  : [Exclude<T, null>] extends [never]
    ? string | null
    : [Exclude<T, null>] extends [Uint8Array]
      ? Uint8Array | NullOf<T>
      : [Exclude<T, null>] extends [readonly unknown[]]
        ? CommonItem<ElementOf<T>>[] | NullOf<T>
        : unknown;

/** What reverse() makes of a value: an array, a binary, or a text. */
export type Reversed<T> = unknown extends T
  ? unknown
  : Exclude<T, null> extends readonly unknown[] | Uint8Array
    ? T
    : string | NullOf<T>;

/** The name of a column in a struct. It is `string` if TypeScript does not know it. */
type NameIn<C> =
  C extends NamedColumn<unknown, infer Name>
    ? PlainName<Name>
    : C extends string
      ? PlainName<C>
      : string;
type PlainName<Name extends string> = Name extends `${string}${"." | "*" | "`"}${string}`
  ? string
  : Name;

/** A struct of columns. Its fields are known if the names of all columns are. */
export type StructOf<C> =
  string extends NameIn<C> ? Record<string, unknown> : { [One in C as NameIn<One>]: ValueOf<One> };

/** A struct of one element of each array. */
export type ZippedOf<C> =
  string extends NameIn<C>
    ? Record<string, unknown>
    : { [One in C as NameIn<One>]: ElementIn<One> | null };

/** The column that explode() makes of an array. A map becomes two columns, which have no type here. */
export type Exploded<C> =
  C extends Column<infer T>
    ? Exclude<T, null> extends readonly (infer E)[]
      ? NamedColumn<E, "col">
      : Column
    : Column;
/** The column that explode_outer() makes of an array. It is null for an empty array. */
export type ExplodedOuter<C> =
  C extends Column<infer T>
    ? Exclude<T, null> extends readonly (infer E)[]
      ? NamedColumn<E | null, "col">
      : Column
    : Column;
