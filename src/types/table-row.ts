import type { BuiltInFormats } from "./built-in-formats.js";
import type { ObjectRow } from "./row.js";
import type { Formats, Tables } from "./tables.js";

/** An interface as a plain object type, because interfaces are not assignable to {@link ObjectRow}. */
export type PlainRow<T> = { [K in keyof T]: T[K] } extends infer Row extends ObjectRow
  ? Row
  : ObjectRow;

/** A table's name. The editor completes the names of {@link Tables}; every other text is allowed too. */
export type TableName = Extract<keyof Tables, string> | (string & Record<never, never>);

/** The type of the rows of a table: ObjectRow if {@link Tables} does not have the name. */
export type RowOfTable<Name extends string> = Name extends keyof Tables
  ? PlainRow<Tables[Name]>
  : ObjectRow;

/** A data source's name. The editor completes the names that TypeScript knows; every other text is allowed too. */
export type FormatName =
  Extract<keyof Formats | keyof BuiltInFormats, string> | (string & Record<never, never>);

/** The type of the rows of a data source: `Known` if TypeScript does not know the name. */
export type RowOfFormat<Name extends string, Known extends ObjectRow> = Name extends keyof Formats
  ? PlainRow<Formats[Name]>
  : Name extends keyof BuiltInFormats
    ? PlainRow<BuiltInFormats[Name]>
    : Known;
