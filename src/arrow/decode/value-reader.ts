import type { DataType } from "../../types/data-type.js";
import { simpleString } from "../../types/ddl.js";
import { DecodeError } from "../../errors.js";
import type { ArrowColumn } from "../arrow-column.js";

/** Reads the value at an index of a column; null where the column says so. */
export type ValueReader = (index: number) => unknown;

/** Looks at a column's buffers once per batch and returns the reader of its values. */
export type ColumnBinder = (column: ArrowColumn) => ValueReader;

/** What a decoding error says about where it happened. */
export interface ColumnPlace {
  /** The column's name, with the path inside it: `events.element.at`. */
  readonly path: string;
  readonly type: DataType;
}

/** A value or type of a column that cannot be decoded; `problem` completes "Column x (type) …". */
export function decodeError(code: string, place: ColumnPlace, problem: string): DecodeError {
  const type = simpleString(place.type);
  return new DecodeError(code, `Column ${place.path} (${type}) ${problem}`, {
    column: place.path,
    arrowType: type,
  });
}

/** Puts the column's null bits in front of a reader; a column without nulls costs nothing. */
export function withNulls(column: ArrowColumn, read: ValueReader): ValueReader {
  const { validity } = column;
  if (validity === undefined) return read;
  return (index) => (((validity[index >> 3] as number) >> (index & 7)) & 1 ? read(index) : null);
}
