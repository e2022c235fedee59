import type { DataType } from "../../types/data-type.js";
import { simpleString } from "../../types/ddl.js";
import { DecodeError } from "../../errors.js";
import type { ArrowColumn } from "../arrow-column.js";

/** Reads the value at an index of a column. */
export type ValueReader = (index: number) => unknown;

/** Prepares a column's buffers once for each batch, and returns the reader of its values. */
export type ColumnBinder = (column: ArrowColumn) => ValueReader;

/** The place of a column, for errors. */
export interface ColumnPlace {
  /** The column's name with the path inside it: `events.element.at`. */
  readonly path: string;
  readonly type: DataType;
}

/** The error for a value or type that cannot be decoded; `problem` completes "Column x (type) …". */
export function decodeError(code: string, place: ColumnPlace, problem: string): DecodeError {
  const type = simpleString(place.type);
  return new DecodeError(code, `Column ${place.path} (${type}) ${problem}`, {
    column: place.path,
    arrowType: type,
  });
}

/** Wraps a reader so that it returns null for null values. For a column without nulls it returns the reader itself. */
export function withNulls(column: ArrowColumn, read: ValueReader): ValueReader {
  const { validity } = column;
  if (validity === undefined) return read;
  return (index) => (((validity[index >> 3] as number) >> (index & 7)) & 1 ? read(index) : null);
}
