import type { ObjectRow } from "./row.js";

declare const rowOfSource: unique symbol;

/**
 * The options of a data source as the texts that Spark takes. `Row` is the type of the rows that a source with these
 * options returns. It is for the compiler only.
 */
export type SourceOptions<Row extends ObjectRow = ObjectRow> = Record<string, string> & {
  readonly [rowOfSource]: Row;
};

/** The type of the rows that options describe. ObjectRow for a copy of the options with changes. */
export type RowOfOptions<Options extends SourceOptions> = [KnownName<Options>] extends [never]
  ? Options[typeof rowOfSource]
  : ObjectRow;

/** The names in options that the compiler knows. */
export type KnownName<Options> = keyof {
  [
    Name in keyof Options as Name extends string ? (string extends Name ? never : Name) : never
  ]: unknown;
};
