import { ArgumentError } from "../../errors.js";
import type { DataType } from "../../types/data-type.js";
import { simpleString } from "../../types/ddl.js";

/**
 * Stands where a value is not there because the struct around it is null: nothing is expected of it, not even
 * to be null only in a nullable column.
 */
export const ABSENT: unique symbol = Symbol("absent");

/** The values of a column, or of a column inside it, and where each came from. */
export interface ColumnValues {
  readonly type: DataType;
  readonly nullable: boolean;
  /** The column's name, with the path inside it: `events.element.at`. */
  readonly column: string;
  readonly values: readonly unknown[];
  /** For each value, the index of the row it belongs to; undefined at the top, where it is the position. */
  readonly rows: readonly number[] | undefined;
}

/** What a value is, for messages; never the value itself, which may be private. */
function valueKind(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return "array";
  const { constructor } = value as { readonly constructor?: unknown };
  return typeof constructor === "function" && constructor !== Object ? constructor.name : "object";
}

/** The error for the value at `index`; `problem` completes "Column x, row 3: a string …". */
export function valueError(source: ColumnValues, index: number, problem: string): ArgumentError {
  const row = source.rows?.[index] ?? index;
  return new ArgumentError(
    "rows",
    `Column ${source.column}, row ${row}: ${valueKind(source.values[index])} ${problem}`,
  );
}

/** The error for a value that is not of the column's type, or too large or too fine for it. */
export function misfit(source: ColumnValues, index: number, hint = ""): ArgumentError {
  return valueError(source, index, `does not fit ${simpleString(source.type)}${hint}.`);
}

/** True for null, undefined and values that are not there. */
export function isMissing(value: unknown): boolean {
  return value === null || value === undefined || value === ABSENT;
}

/** Null bits of a column: one a value, set where it is present. */
export interface NullBits {
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | undefined;
}

/**
 * Finds the nulls of a column.
 *
 * @throws {ArgumentError} a null in a column that is not nullable
 */
export function nullBits(source: ColumnValues): NullBits {
  const { values, nullable } = source;
  let nullCount = 0;
  const nullBitmap = new Uint8Array((values.length + 7) >> 3);
  for (const [index, value] of values.entries()) {
    if (!isMissing(value)) {
      nullBitmap[index >> 3] = (nullBitmap[index >> 3] ?? 0) | (1 << (index & 7));
    } else {
      if (!nullable && value !== ABSENT)
        throw valueError(source, index, "in a column that is not nullable.");
      nullCount++;
    }
  }
  return { nullCount, nullBitmap: nullCount === 0 ? undefined : nullBitmap };
}
