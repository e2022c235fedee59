import type { RecordBatch, Schema } from "apache-arrow";
import { checkRow } from "../../types/check-row.js";
import type { Row } from "../../types/row.js";
import { sentStruct } from "../../types/sent-type.js";
import type { StructType } from "../../types/struct-type.js";
import { toArrowSchema } from "../arrow-types.js";
import { encodeColumn, splitStructs } from "./encode-column.js";
import { ALL_COLUMNS, type ColumnValues, type EncodedFor } from "./encode-values.js";
import { recordBatch, toIpcStream } from "../ipc/record-batch.js";

/** How rowBatch() encodes rows. */
export interface RowBatchOptions {
  /** The index of the first row, for messages. Default 0. */
  readonly firstRow?: number;
  /** Default `localRelation`. */
  readonly encodedFor?: EncodedFor;
}

/**
 * Encodes rows as one record batch in the form of Spark's local relations: columns in the schema's order,
 * timestamps as microseconds in UTC.
 *
 * Accepts values in the decoded forms and in equivalent forms: integers as number or bigint, decimals as text,
 * number or bigint, timestamps as Date, Timestamp or ISO text with a zone, dates as text or Date at midnight UTC,
 * structs as objects or arrays, maps as Map, null as null or undefined.
 *
 * @param rows objects by column name or arrays by position
 * @throws {ArgumentError} a row is neither an object nor an array, a value does not fit its column, or this client
 * cannot send a column's type. The message names column, row and the value's kind, never the value
 */
export function rowBatch(
  rows: readonly Row[],
  schema: StructType,
  { firstRow = 0, encodedFor = "localRelation" }: RowBatchOptions = {},
): RecordBatch {
  for (let index = 0; index < rows.length; index++) checkRow(rows[index], firstRow + index);
  const indices = firstRow === 0 ? undefined : Array.from(rows, (_, index) => firstRow + index);
  const source: ColumnValues = {
    type: schema,
    nullable: false,
    column: ALL_COLUMNS,
    values: rows,
    rows: indices,
  };
  const columns = splitStructs(source, schema);
  const children = schema.fields.map(({ name, dataType, nullable }, index) =>
    encodeColumn({
      type: dataType,
      nullable,
      column: name,
      values: columns[index] ?? [],
      rows: indices,
      encodedFor,
    }),
  );
  return recordBatch(arrowSchema(schema, encodedFor), rows.length, children);
}

/**
 * The Arrow schema of encoded rows.
 *
 * @throws {ArgumentError} a column's type cannot be sent
 */
export function arrowSchema(schema: StructType, encodedFor: EncodedFor): Schema {
  return toArrowSchema(encodedFor === "pythonWorker" ? schema : sentStruct(schema));
}

/** Rows as one Arrow IPC stream; see `rowBatch`. */
export function encodeRows(rows: readonly Row[], schema: StructType): Uint8Array {
  return toIpcStream(toArrowSchema(sentStruct(schema)), [rowBatch(rows, schema)]);
}
