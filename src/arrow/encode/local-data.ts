import type { RecordBatch, Schema, Table } from "apache-arrow";
import { ArgumentError } from "../../errors.js";
import type { Row } from "../../types/row.js";
import { sentStruct } from "../../types/sent-type.js";
import type { StructType } from "../../types/struct-type.js";
import { toArrowSchema } from "../arrow-types.js";
import { encodeColumn } from "./encode-column.js";
import { recordBatch, toIpcStream } from "../ipc/record-batch.js";
import { rowBatch } from "./row-encoder.js";
import { tableBatches } from "./table-encoder.js";

/** Number of rows in the first batch. Its size in bytes determines the number of rows in the next batch. */
const FIRST_BATCH_ROWS = 64;
/** Like PySpark's LocalRelation, which splits at 1024 rows. */
const MAX_BATCH_ROWS = 1024;
/** Batches are small compared to the server's chunks (16 MiB), so that they fill chunks well. */
const BATCH_BYTES = 1 << 20;

/** The server's limits for chunks of data. A single batch is never divided. */
export interface ChunkLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Encoded rows to send to the server, as batches that are not yet joined to streams. */
export class LocalData {
  /** The columns that Spark will have. */
  readonly schema: StructType;
  readonly byteLength: number;
  readonly numRows: number;
  readonly #arrowSchema: Schema;
  readonly #batches: readonly RecordBatch[];

  constructor(schema: StructType, arrowSchema: Schema, batches: readonly RecordBatch[]) {
    this.schema = schema;
    this.#arrowSchema = arrowSchema;
    this.#batches = batches;
    this.numRows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
    this.byteLength = batches.reduce((sum, batch) => sum + batch.data.byteLength, 0);
  }

  /** All rows as one Arrow IPC stream. */
  stream(): Uint8Array {
    return toIpcStream(this.#arrowSchema, this.#batches);
  }

  /** The rows as Arrow IPC streams. Each is within the limits, unless a single batch is larger. */
  *chunks(limits: ChunkLimits): Generator<Uint8Array, void, undefined> {
    let taken: RecordBatch[] = [];
    let rows = 0;
    let bytes = 0;
    for (const batch of this.#batches) {
      const { numRows } = batch;
      const { byteLength } = batch.data;
      const isFull = rows + numRows > limits.maxRows || bytes + byteLength > limits.maxBytes;
      if (taken.length > 0 && isFull) {
        yield toIpcStream(this.#arrowSchema, taken);
        [taken, rows, bytes] = [[], 0, 0];
      }
      taken.push(batch);
      rows += numRows;
      bytes += byteLength;
    }
    if (taken.length > 0) yield toIpcStream(this.#arrowSchema, taken);
  }
}

/** The number of rows for the next batch, from the size of the last one. */
function nextBatchRows({ numRows, data }: RecordBatch): number {
  const fitting = Math.floor((numRows * BATCH_BYTES) / Math.max(1, data.byteLength));
  return Math.max(1, Math.min(MAX_BATCH_ROWS, fitting));
}

/** Encodes `numRows` rows batch by batch; `encode` makes the batch of a range of rows. */
function inBatches(
  numRows: number,
  encode: (start: number, end: number) => RecordBatch,
): RecordBatch[] {
  const batches: RecordBatch[] = [];
  let size = numRows <= MAX_BATCH_ROWS ? Math.max(1, numRows) : FIRST_BATCH_ROWS;
  for (let start = 0; start < numRows || batches.length === 0; start += size) {
    const last = batches.at(-1);
    if (last !== undefined) size = nextBatchRows(last);
    batches.push(encode(start, Math.min(numRows, start + size)));
  }
  return batches;
}

/**
 * Encodes rows immediately, so that later changes to the values have no effect.
 *
 * @param firstRow the index of the first row, for messages
 * @throws {ArgumentError} a value does not fit its column, or this client cannot send a column's type
 */
export function localRows(rows: readonly Row[], schema: StructType, firstRow = 0): LocalData {
  const batches = inBatches(rows.length, (start, end) =>
    rowBatch(rows.slice(start, end), schema, { firstRow: firstRow + start }),
  );
  return new LocalData(schema, toArrowSchema(sentStruct(schema)), batches);
}

/** The values of each column, in arrays or typed arrays of the same length. */
export type ColumnArrays = Readonly<Record<string, ArrayLike<unknown>>>;

function columnLength(columns: ColumnArrays): number {
  const entries = Object.entries(columns);
  const [first] = entries;
  if (first === undefined) return 0;
  for (const [name, { length }] of entries)
    if (length !== first[1].length)
      throw new ArgumentError(
        "columns",
        `Column ${name} has ${length} values, but ${first[0]} has ${first[1].length}.`,
      );
  return first[1].length;
}

/**
 * Encodes columns immediately.
 *
 * @throws {ArgumentError} columns differ in length or from the schema, or a value does not fit its column
 */
export function localColumns(columns: ColumnArrays, schema: StructType): LocalData {
  const numRows = columnLength(columns);
  const names = new Set(schema.fieldNames);
  const stray = Object.keys(columns).find((name) => !names.has(name));
  if (stray !== undefined)
    throw new ArgumentError("columns", `Column ${stray} is not in the schema.`);
  const lacking = schema.fieldNames.find((name) => !Object.hasOwn(columns, name));
  if (lacking !== undefined || names.size < schema.fields.length)
    throw new ArgumentError(
      "columns",
      lacking === undefined
        ? "Columns by name must have unique names. Pass rows as arrays instead."
        : `Column ${lacking} of the schema has no values. Pass an array of nulls for a column without values.`,
    );
  const arrowSchema = toArrowSchema(sentStruct(schema));
  const batches = inBatches(numRows, (start, end) => {
    const rows = Array.from({ length: end - start }, (_, index) => start + index);
    const data = schema.fields.map(({ name, dataType, nullable }) => {
      const source = columns[name] ?? [];
      const values = rows.map((row) => source[row]);
      return encodeColumn({ type: dataType, nullable, column: name, values, rows });
    });
    return recordBatch(arrowSchema, end - start, data);
  });
  return new LocalData(schema, arrowSchema, batches);
}

/**
 * Converts an apache-arrow table to the form that Spark accepts, batch by batch. Does not copy columns that already
 * have that form.
 *
 * @param schema the table's columns, possibly with other names; see `tableSchema`
 * @throws {ArgumentError} Spark has no type for a column, or cannot represent a value exactly
 */
export function localTable(table: Table, schema: StructType): LocalData {
  const { arrowSchema, batches } = tableBatches(table, schema.fieldNames);
  return new LocalData(schema, arrowSchema, batches);
}

/** Encodes rows as they arrive and returns each chunk when it is full, so that few rows are in memory at a time. */
export class RowChunker {
  readonly #schema: StructType;
  readonly #limits: ChunkLimits;
  #rows: Row[] = [];
  #batchRows = FIRST_BATCH_ROWS;
  #batches: RecordBatch[] = [];
  #chunkRows = 0;
  #chunkBytes = 0;
  #numRows = 0;

  constructor(schema: StructType, limits: ChunkLimits) {
    this.#schema = schema;
    this.#limits = limits;
  }

  /**
   * Adds a row. Returns a chunk, as an Arrow IPC stream, if the row fills it.
   *
   * @throws {ArgumentError} a value does not fit its column
   */
  push(row: Row): Uint8Array | undefined {
    this.#rows.push(row);
    return this.#rows.length < this.#batchRows ? undefined : this.#encode();
  }

  /** The remaining rows, which form the last chunk. */
  rest(): LocalData {
    if (this.#rows.length > 0) this.#batches.push(this.#batch());
    const batches = this.#batches;
    this.#batches = [];
    return new LocalData(this.#schema, toArrowSchema(sentStruct(this.#schema)), batches);
  }

  #encode(): Uint8Array | undefined {
    const batch = this.#batch();
    const { maxRows, maxBytes } = this.#limits;
    const rows = this.#chunkRows + batch.numRows;
    const bytes = this.#chunkBytes + batch.data.byteLength;
    this.#batchRows = Math.min(nextBatchRows(batch), maxRows);
    if (this.#batches.length === 0 || (rows <= maxRows && bytes <= maxBytes)) {
      this.#batches.push(batch);
      [this.#chunkRows, this.#chunkBytes] = [rows, bytes];
      return undefined;
    }
    const full = this.#batches;
    this.#batches = [batch];
    [this.#chunkRows, this.#chunkBytes] = [batch.numRows, batch.data.byteLength];
    return toIpcStream(toArrowSchema(sentStruct(this.#schema)), full);
  }

  #batch(): RecordBatch {
    const batch = rowBatch(this.#rows, this.#schema, { firstRow: this.#numRows });
    this.#numRows += this.#rows.length;
    this.#rows = [];
    return batch;
  }
}
