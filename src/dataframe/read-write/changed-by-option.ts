import type { DataFrame } from "../dataframe.js";

/** A reader that returns a table's changes, which have more columns than the table. */
export interface UntypedTables {
  /** Returns a table's rows, with the columns that the options add. */
  table(name: string): DataFrame;
}

/** Options that decide which columns a source has, in lower case: of rest and kafka. */
type ColumnOption =
  | "outputtype"
  | "schema"
  | "includeinput"
  | "includemetadata"
  | "onerror"
  | "schemadrift"
  | "onstatus"
  | "includeheaders";

/** Options that make a table return its changes, with columns that the table does not have. */
type ChangesOption = "readchangefeed" | "readchangedata";

/** The reader after options with these names: `Same`, or after options that change the columns `Untyped` or `Changes`. */
export type ChangedByOption<Name, Same, Untyped, Changes> =
  Lowercase<Extract<Name, string>> extends infer Lower
    ? [Extract<Lower, ChangesOption>] extends [never]
      ? [Extract<Lower, ColumnOption>] extends [never]
        ? Same
        : Untyped
      : Changes
    : never;
