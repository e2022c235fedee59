/**
 * The type of a decoded value of a SQL type, read from its text: `ValueOfDdl<"array<int>">` is `(number | null)[]`.
 * `unknown` if TypeScript cannot read the text.
 */
export type ValueOfDdl<Text extends string> = string extends Text ? unknown : unknown;

/** The type of the rows of a column list in SQL syntax. ObjectRow if TypeScript cannot read the text. */
export type RowOfDdl<Text extends string> = string extends Text
  ? Record<string, unknown>
  : Record<string, unknown>;
