import type { ObjectRow } from "../types/row.js";
import type { NullableRowOfDdl } from "../types/value-of-ddl.js";

/** The columns of the records. */
type RecordRow<Schema extends string, Output> = [Output] extends ["json"]
  ? { output: string | null }
  : [Output] extends ["variant"]
    ? { output: unknown }
    : Schema extends ""
      ? // The reader's schema() has the columns.
        ObjectRow
      : [Output] extends ["struct"]
        ? { output: NullableRowOfDdl<Schema> | null }
        : [Output] extends ["columns"]
          ? NullableRowOfDdl<Schema>
          : ObjectRow;

interface Metadata {
  _meta: {
    url: string | null;
    status: number | null;
    page: number | null;
    index: number | null;
  } | null;
}

interface DeadLetter {
  _error: {
    kind: string | null;
    message: string | null;
    status: number | null;
    raw: string | null;
  } | null;
}

/** The columns of an option that is set or not. ObjectRow if the compiler does not know. */
type AddedIf<IsSet, Columns> = [IsSet] extends [false]
  ? unknown
  : [IsSet] extends [true]
    ? Columns
    : ObjectRow;

type IsDeadLetter<Action> = [Action] extends ["deadLetter"]
  ? "always"
  : [Extract<Action, "deadLetter">] extends [never]
    ? "never"
    : "perhaps";

type HasDeadLetters<Use> = "always" extends Use ? true : "perhaps" extends Use ? boolean : false;

type Combined<Row> = string extends keyof Row
  ? ObjectRow
  : { [Name in keyof Row]: Row[Name] } extends infer Flat extends ObjectRow
    ? Flat
    : ObjectRow;

/** The type of the rows of `rest` with these options. */
export type RestRow<
  Schema extends string,
  Output,
  Input,
  WithMetadata,
  OnError,
  Drift,
  OnStatus,
> = Combined<
  RecordRow<Schema, Output> &
    AddedIf<Input, { _input: string | null }> &
    AddedIf<WithMetadata, Metadata> &
    AddedIf<
      HasDeadLetters<IsDeadLetter<OnError> | IsDeadLetter<Drift> | IsDeadLetter<OnStatus>>,
      DeadLetter
    >
>;
