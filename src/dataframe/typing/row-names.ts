import type { Column, NamedColumn } from "../column.js";

/** Values that are not structs. */
export type NotStruct =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | readonly unknown[]
  | ReadonlyMap<unknown, unknown>
  | { toString(): string; readonly [Symbol.toStringTag]: string };

/** A column's name as Spark reads it: in backticks if it contains a dot. */
export type Written<Name extends string> = Name extends `${string}.${string}`
  ? `\`${Name}\``
  : Name;

// The conditional types here and below make errors and editors list the names, not the name of the type.
type NameOrNested<Row, Name extends keyof Row & string, Depth extends readonly unknown[]> =
  | Written<Name>
  | (Depth extends readonly [unknown, ...infer Less]
      ? Nested<Name, Exclude<Row[Name], null>, Less>
      : never) extends infer Path extends string
  ? Path
  : never;

type Nested<Name extends string, Value, Depth extends readonly unknown[]> = unknown extends Value
  ? `${Written<Name>}.${string}`
  : Value extends readonly (infer Element)[]
    ? Nested<Name, Exclude<Element, null>, Depth>
    : Value extends ReadonlyMap<string, unknown>
      ? `${Written<Name>}.${string}`
      : Value extends NotStruct
        ? never
        : `${Written<Name>}.${{ [Field in keyof Value & string]: NameOrNested<Value, Field, Depth> }[keyof Value & string]}`;

/**
 * The names of a row's columns, and of fields in structs as `"payload.id"`, to three levels of structs. Any text if
 * TypeScript does not know all columns.
 */
export type ColumnPath<Row> = string extends keyof Row
  ? string
  : {
        [Name in keyof Row & string]: NameOrNested<Row, Name, [1, 1, 1]>;
      }[keyof Row & string] extends infer Path extends string
    ? Path
    : never;

/** The names of a row's columns. Any text if TypeScript does not know all columns. */
export type ColumnName<Row> = keyof Row & string extends infer Name extends string ? Name : never;

export type Unquoted<Path extends string> = Path extends `\`${infer Name}\`` ? Name : Path;

type FieldOf<Value, Path extends string> = unknown extends Value
  ? unknown
  : Value extends null
    ? null
    : Value extends readonly (infer Element)[]
      ? FieldOf<Element, Path>[]
      : Value extends ReadonlyMap<string, infer Item>
        ? MapItem<Item, Path> | null
        : PathValue<Value, Path>;

/** The value of a map, or a field in it. The text before the first dot is the key. */
type MapItem<Item, Path extends string> = Path extends `${string}\`${string}`
  ? unknown
  : Path extends `${string}.${infer Rest}`
    ? FieldOf<Item, Rest>
    : Item;

/** The type of the values of a column or nested field. `unknown` if TypeScript does not know the name. */
export type PathValue<Row, Path extends string> =
  Unquoted<Path> extends keyof Row
    ? Row[Unquoted<Path>]
    : Path extends `${infer Name}.${infer Rest}`
      ? Name extends keyof Row
        ? FieldOf<Row[Name], Rest>
        : unknown
      : unknown;

/** The name of the column that selecting a path makes: the last part of `"payload.id"`. */
export type PathName<Row, Path extends string> =
  Unquoted<Path> extends keyof Row
    ? Unquoted<Path>
    : Path extends `${string}\`${infer Name}\``
      ? Name
      : Path extends `${string}.${infer Rest}`
        ? PathName<unknown, Rest>
        : Path;

/** The columns of a DataFrame, for a callback: `p.coin` is the column `coin`. */
export type ColumnsIn<Row> = {
  readonly [Name in keyof Row]: NamedColumn<Row[Name], Name & string>;
};

/** A function that makes Columns from the columns of a DataFrame. */
export type ColumnCallback<Row, Result = Selection> = (columns: ColumnsIn<Row>) => Result;

/** What a callback for select() or groupBy() returns: a Column, several, or Columns by name. */
export type Selection = Column | readonly Column[] | Readonly<Record<string, Column>>;

/** The structs of a row with `.*`, which selects their fields. */
type StructFields<Row> = {
  [Name in keyof Row & string]: Exclude<Row[Name], null> extends
    readonly unknown[] | ReadonlyMap<unknown, unknown>
    ? never
    : Nested<Name, Exclude<Row[Name], null>, [1]> extends never
      ? never
      : `${Written<Name>}.*`;
}[keyof Row & string];

/** An item of select(): a column, `*`, or the fields of a struct such as `"payload.*"`. */
export type SelectItem<Row> = ColumnPath<Row> | StructFields<Row> extends infer Path extends string
  ? Path | "*" | Column | ColumnCallback<Row>
  : never;

/** The column that a name refers to. */
export type ColumnAt<Row, Name extends string> = string extends Name
  ? Column
  : Name extends "*" | `${string}.*`
    ? Column
    : NamedColumn<PathValue<Row, Name>, PathName<Row, Name>>;

/** A column to sort or distribute rows by: a name, a Column, or a callback that returns one or more Columns. */
export type KeyItem<Row> =
  ColumnPath<Row> extends infer Path extends string
    ? Path | Column | ColumnCallback<Row, Column | readonly Column[]>
    : never;

/** The names of a row's columns as Spark reads them, with backticks where a name contains a dot. */
export type WrittenName<Row> = string extends keyof Row
  ? string
  : { [Name in keyof Row & string]: Written<Name> }[keyof Row & string] extends infer Name extends
        string
    ? Name
    : never;

/** An item of drop(): a whole column. Spark reads a name as it is, without paths and backticks. */
export type DropItem<Row> =
  ColumnName<Row> extends infer Name extends string
    ? Name | Column | ColumnCallback<Row, Column | readonly Column[]>
    : never;

/** A column of a DataFrame: a name, a Column, or a callback. */
export type ColumnItem<Row> =
  ColumnPath<Row> extends infer Path extends string ? Path | Column | ColumnCallback<Row> : never;
