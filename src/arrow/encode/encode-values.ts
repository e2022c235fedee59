import { ArgumentError } from "../../errors.js";
import type { DataType } from "../../types/data-type.js";
import { simpleString } from "../../types/ddl.js";

/**
 * Marks a value that is missing because the struct around it is null. Unlike null, it is allowed in a column that
 * is not nullable.
 */
export const ABSENT: unique symbol = Symbol("absent");

/**
 * Who reads encoded values. A local relation takes intervals with only some fields as decimals, Spark's Python workers
 * take them as they are.
 */
export type EncodedFor = "localRelation" | "pythonWorker";

/** The values of a column or a nested column, and the row of each value. */
export interface ColumnValues {
  readonly type: DataType;
  readonly nullable: boolean;
  /** The column's name with the path inside it: `events.element.at`. */
  readonly column: string;
  readonly values: readonly unknown[];
  /** The index of each value's row. Undefined for a top-level column, in which it is the value's position. */
  readonly rows: readonly number[] | undefined;
  /** Default `localRelation`. */
  readonly encodedFor?: EncodedFor | undefined;
}

/** The name of the column that holds whole rows. */
export const ALL_COLUMNS = "*";

/** The kind of a value, for messages. Values may be private, so the text does not contain the value. */
function valueKind(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return "array";
  const { constructor } = value as { readonly constructor?: unknown };
  return typeof constructor === "function" && constructor !== Object ? constructor.name : "object";
}

/** The rows of the values that errors are about. */
const errorRows = new WeakMap<object, number>();

/** The row of the value that an error of this folder is about; undefined for another error. */
export function rowOfError(error: object): number | undefined {
  return errorRows.get(error);
}

/** The error for the value at `index`; `problem` completes "Column x, row 3: a string …". */
export function valueError(source: ColumnValues, index: number, problem: string): ArgumentError {
  const row = source.rows?.[index] ?? index;
  const where =
    source.column === ALL_COLUMNS ? `Row ${row}` : `Column ${source.column}, row ${row}`;
  const error = new ArgumentError(
    "rows",
    `${where}: ${valueKind(source.values[index])} ${problem}`,
  );
  errorRows.set(error, row);
  return error;
}

/** The error for a value that does not fit the column's type. */
export function misfit(source: ColumnValues, index: number, hint = ""): ArgumentError {
  return valueError(source, index, `does not fit ${simpleString(source.type)}${hint}.`);
}

/** Whether a value is null, undefined or ABSENT. */
export function isMissing(value: unknown): boolean {
  return value === null || value === undefined || value === ABSENT;
}

/** Null bits of a column: one bit for each value, set if the value is not null. */
export interface NullBits {
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | undefined;
}

/**
 * Computes the null bits of a column.
 *
 * @throws {ArgumentError} a value is null and the column is not nullable
 */
export function nullBits(source: ColumnValues): NullBits {
  const { values, nullable } = source;
  let nullCount = 0;
  const nullBitmap = new Uint8Array((values.length + 7) >> 3);
  // entries() takes several times as long, which counts for the results of functions.
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!isMissing(value)) {
      nullBitmap[index >> 3] = (nullBitmap[index >> 3] ?? 0) | (1 << (index & 7));
    } else {
      if (!nullable && value !== ABSENT)
        throw valueError(source, index, "is not allowed, because the column is not nullable.");
      nullCount++;
    }
  }
  return { nullCount, nullBitmap: nullCount === 0 ? undefined : nullBitmap };
}
