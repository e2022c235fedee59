import type { Column, NamedColumn } from "../column.js";
import type { NullOf } from "./column-value.js";
import type { Common } from "./common-value.js";
import type { ColumnName, PathName, PathValue, Written } from "./row-names.js";
import type { ObjectRow } from "../../types/row.js";

/** Writes an intersection as one object, so that editors show its columns. */
export type Flat<Row> = { [Name in keyof Row]: Row[Name] } & {};

/** The intersection of the members of a union. */
export type Intersection<Union> = (
  Union extends unknown ? (member: Union) => void : never
) extends (all: infer All) => void
  ? All
  : never;

/** Whether a type is a union of several. */
export type IsUnion<T, Whole = T> = [T] extends [never]
  ? false
  : T extends unknown
    ? [Whole] extends [T]
      ? false
      : true
    : never;

/** The columns that the result of a callback has. ObjectRow for a Column without a name. */
export type SelectionRow<Result> = Result extends Column
  ? Result extends NamedColumn<infer T, infer Name>
    ? { [Key in Name]: T }
    : ObjectRow
  : Result extends readonly (infer Item)[]
    ? Intersection<SelectionRow<Item>>
    : { -readonly [Name in keyof Result]: Result[Name] extends Column<infer T> ? T : unknown };

/** The fields of a struct as columns. */
type FieldsOf<Struct> = unknown extends Struct
  ? ObjectRow
  : Exclude<Struct, null> extends ReadonlyMap<unknown, unknown>
    ? ObjectRow
    : { [Name in keyof Exclude<Struct, null>]: Exclude<Struct, null>[Name] | NullOf<Struct> };

/** The columns that one item of select() makes. */
type ItemRow<Row, Item> = Item extends string
  ? string extends keyof Row
    ? OpenItem<Row, Item>
    : Item extends "*"
      ? Row
      : Item extends `${infer Path}.*`
        ? FieldsOf<PathValue<Row, Path>>
        : PathName<Row, Item> extends infer Name extends string
          ? string extends Name
            ? ObjectRow
            : { [Key in Name]: PathValue<Row, Item> }
          : never
  : Item extends Column
    ? SelectionRow<Item>
    : Item extends (columns: never) => infer Result
      ? SelectionRow<Result>
      : Item extends readonly (infer Inner)[]
        ? Intersection<ItemRow<Row, Inner>>
        : ObjectRow;

type Known<Row, Item> = string extends keyof Row ? never : Extract<Item, keyof Row & string>;

/** A column of a row whose columns TypeScript does not all know. */
type OpenItem<Row, Item extends string> = Item extends keyof Row
  ? unknown extends Row[Item]
    ? ObjectRow
    : ObjectRow & { [Key in Item]: Row[Item] }
  : ObjectRow;

/**
 * The union of a list's items. A variable that holds one of several names, and a list of unknown length, count as any
 * text, because TypeScript does not know which of the names they have.
 */
export type KnownItems<Items extends readonly unknown[]> = number extends Items["length"]
  ? string extends Items[number]
    ? Items[number]
    : string
  : { [Index in keyof Items]: KnownItem<Items[Index]> }[number];
type KnownItem<Item> = [Item] extends [readonly unknown[]]
  ? KnownItems<Item>
  : IsUnion<Item> extends true
    ? string
    : Item;

/** The rows of select(): `Item` is the union of its arguments. */
export type Selected<Row, Item> = [Item] extends [never]
  ? { [Name in never]: unknown }
  : Flat<
      { [Name in Known<Row, Item>]: Row[Name] } & ([Exclude<Item, Known<Row, Item>>] extends [never]
        ? unknown
        : Intersection<ItemRow<Row, Exclude<Item, Known<Row, Item>>>>)
    >;

/** Spark compares names without case. */
type IsName<Key, Name extends string> = Key extends string
  ? string extends Key
    ? false
    : Lowercase<Key> extends Lowercase<Name>
      ? true
      : false
  : false;

/** A row with one column added or replaced. ObjectRow if the name is one of several. */
export type WithColumn<Row, Name extends string, T> = string extends Name
  ? ObjectRow
  : IsUnion<Name> extends true
    ? ObjectRow
    : Flat<
        { [Key in keyof Row as IsName<Key, Name> extends true ? never : Key]: Row[Key] } & {
          [Key in Name]: T;
        }
      >;

/** A row with several columns added or replaced. */
export type WithColumns<Row, Columns> = string extends keyof Columns
  ? ObjectRow
  : Flat<
      {
        [
          Key in keyof Row as IsName<Key, keyof Columns & string> extends true ? never : Key
        ]: Row[Key];
      } & {
        -readonly [Name in keyof Columns]: Columns[Name] extends
          Column<infer T> | ((columns: never) => Column<infer T>)
          ? T
          : unknown;
      }
    >;

/** A row without some columns. */
export type Dropped<Row, Name> = string extends Name
  ? ObjectRow
  : Flat<{ [Key in keyof Row as Key extends Name ? never : Key]: Row[Key] }>;

/** The name of a dropped item, or `string` for a Column without a name. */
export type DroppedName<Item> = Item extends string
  ? Item
  : Item extends NamedColumn<unknown, infer Name>
    ? Name
    : Item extends (columns: never) => infer Result
      ? DroppedName<Result>
      : Item extends readonly (infer Inner)[]
        ? DroppedName<Inner>
        : string;

/** A row with columns renamed: `Renames` has the new names by the old ones. */
export type Renamed<Row, Renames> = string extends keyof Renames
  ? ObjectRow
  : string extends Renames[keyof Renames]
    ? ObjectRow
    : Flat<{
        [Key in keyof Row as Key extends keyof Renames ? Renames[Key] & string : Key]: Row[Key];
      }>;

/** A row with new names for all columns. TypeScript does not know their order, so each value has any column's type. */
export type AllRenamed<Row, Name extends string> = string extends Name
  ? ObjectRow
  : Flat<{ [Key in Name]: Row[keyof Row] }>;

/** The rows of unpivot(): the ids, the name of the column and its value. */
export type Unpivoted<
  Row,
  Id,
  Value,
  Variable extends string,
  ValueName extends string,
> = string extends Variable | ValueName
  ? ObjectRow
  : Flat<
      Selected<Row, Id> & { [Key in Variable]: string } & {
        [Key in ValueName]: Turned<Row, Id, Value>;
      }
    >;

type Turned<Row, Id, Value> = [Value] extends [undefined]
  ? Common<Row[Exclude<ColumnName<Row>, Id> & keyof Row]>
  : Selected<Row, Value> extends infer Values
    ? Common<Values[keyof Values]>
    : unknown;

/** The values of columns that Spark declares as not nullable after fillna(): a fraction stays nullable in an integer column. */
type FillKind<V> = V extends bigint
  ? number | bigint
  : V extends number
    ? `${V}` extends `${bigint}`
      ? number | bigint
      : never
    : V extends boolean
      ? boolean
      : never;

/** Whether fillna() with a value surely fills this column: a decimal or date is a string, too, so strings stay nullable. */
type Filled<T, V> = unknown extends T
  ? T
  : [Exclude<T, null>] extends [FillKind<V>]
    ? Exclude<T, null>
    : T;

/** The rows of fillna() with one value, in some columns or in all. */
export type FilledRow<Row, V, Name> = Flat<{
  [Key in keyof Row]: Key extends string
    ? Written<Key> extends Name
      ? Filled<Row[Key], V>
      : Row[Key]
    : Row[Key];
}>;

/** The rows of fillna() with values by column. A value that can be missing fills nothing. */
export type FilledRowBy<Row, Values> = Flat<{
  [Key in keyof Row]: Key extends string
    ? Written<Key> extends keyof Values
      ? undefined extends Values[Written<Key>]
        ? Row[Key]
        : Filled<Row[Key], Values[Written<Key>]>
      : Row[Key]
    : Row[Key];
}>;

/** A row with null allowed in every column. */
export type NullableRow<Row> = Flat<{ [Key in keyof Row]: Row[Key] | null }>;

/** The rows of two DataFrames in one, by column name. Spark converts the values of both sides to a common type. */
export type Union<Left, Right, AllowMissing extends boolean> = Flat<
  {
    [Key in keyof Left]: Key extends keyof Right
      ? Common<Left[Key] | Right[Key]>
      : Left[Key] | (AllowMissing extends true ? null : never);
  } & (AllowMissing extends true
    ? { [Key in keyof Right as Key extends keyof Left ? never : Key]: Right[Key] | null }
    : unknown)
>;

/**
 * The rows of two DataFrames, joined by position. TypeScript does not know the order of columns: with the same names
 * on both sides, it takes the order to be the same.
 */
export type UnionByPosition<Left, Right> = string extends keyof Left | keyof Right
  ? ObjectRow
  : [keyof Left, keyof Right] extends [keyof Right, keyof Left]
    ? Union<Left, Right, false>
    : ObjectRow;
