import type { Row } from "../../types/row.js";
import type { StructType } from "../../types/struct-type.js";
import { readBatches, type ArrowBatch } from "../arrow-column.js";
import { checkSchema, type ArrowField } from "./check-schema.js";
import { structReader, type StructReader } from "./column-reader.js";
import { resolveDecodeOptions, type DecodeOptions } from "./decode-options.js";
import { readIpcStream } from "../ipc/ipc-stream.js";
import type { ValueReader } from "./value-reader.js";

/** How many rows or values to decode between two looks at the clock, which take as long as decoding a value. */
const BETWEEN_CHECKS = 32;

/** Appends the next items from `start`. V8 runs this loop much faster outside a generator. */
function appendRange(
  items: unknown[],
  itemAt: (index: number) => unknown,
  start: number,
  length: number,
): void {
  const end = Math.min(length, start + BETWEEN_CHECKS);
  for (let index = start; index < end; index++) items.push(itemAt(index));
}

/** The rows of one Arrow stream. */
export interface DecodedRows {
  readonly rows: Row[];
  readonly numRows: number;
}

/**
 * Converts a result's Arrow streams to rows. Spark's schema and the options determine once how to convert each
 * column, so every value of a column has the same form. The decoder reads Arrow's buffers directly, because
 * apache-arrow's getters round timestamps, lose map keys and are many times slower.
 */
export class RowDecoder {
  readonly #schema: StructType;
  readonly #reader: StructReader;
  /** The last checked schema message. All streams of a result have the same one, so it is checked only once. */
  #checked: Uint8Array | undefined = undefined;

  /**
   * @throws {ArgumentError} an option has an unknown value
   * @throws {DecodeError} a column's type cannot be decoded exactly, or rows are objects and a name repeats
   */
  constructor(schema: StructType, options?: DecodeOptions) {
    this.#schema = schema;
    this.#reader = structReader(schema, resolveDecodeOptions(options));
  }

  /**
   * Decodes one complete Arrow IPC stream, the content of an ArrowBatch of Spark Connect.
   *
   * @throws {ProtocolError} the bytes are not one complete Arrow stream
   * @throws {DecodeError} the stream's columns differ from the schema's, or a value does not fit the requested form
   */
  decode(ipcStream: Uint8Array): DecodedRows {
    const { batches, numRows } = this.#batches(ipcStream);
    const rows = new Array<Row>(numRows);
    let filled = 0;
    for (const batch of batches) filled = this.#fill(batch, rows, filled);
    return { rows, numRows: filled };
  }

  /**
   * The rows of one complete Arrow IPC stream. Creates each row on demand, so that a caller that drops rows one by
   * one needs little memory.
   *
   * @throws {ProtocolError} {@link DecodeError} like decode(); a DecodeError comes with the row that causes it
   */
  *decodeEach(ipcStream: Uint8Array): Generator<Row, void, undefined> {
    for (const batch of this.#batches(ipcStream).batches) {
      const rowAt = this.#reader.rows(this.#readersOf(batch));
      for (let index = 0; index < batch.numRows; index++) yield rowAt(index) as Row;
    }
  }

  /**
   * Like decode(), in slices of the rows: a slice ends with its batch, or when `isDue` returns true.
   *
   * @throws {ProtocolError} {@link DecodeError} like decode(); a DecodeError comes instead of the slice with the value
   */
  *decodeSlices(ipcStream: Uint8Array, isDue: () => boolean): Generator<Row[], void, undefined> {
    for (const batch of this.#batches(ipcStream).batches) {
      const rowAt = this.#reader.rows(this.#readersOf(batch));
      let rows: Row[] = [];
      for (let start = 0; start < batch.numRows; start += BETWEEN_CHECKS) {
        appendRange(rows, rowAt, start, batch.numRows);
        if (!isDue()) continue;
        yield rows;
        rows = [];
      }
      if (rows.length > 0) yield rows;
    }
  }

  /**
   * Appends the values of one complete Arrow IPC stream to the arrays, one array for each column. Yields when `isDue`
   * returns true, and at the end of each batch.
   *
   * @throws {ProtocolError} {@link DecodeError} like decode()
   */
  *decodeColumns(
    ipcStream: Uint8Array,
    columns: readonly unknown[][],
    isDue: () => boolean,
  ): Generator<void, void, undefined> {
    for (const batch of this.#batches(ipcStream).batches) {
      for (const [at, read] of this.#readersOf(batch).entries()) {
        const values = columns[at] ?? [];
        for (let start = 0; start < batch.numRows; start += BETWEEN_CHECKS) {
          appendRange(values, read, start, batch.numRows);
          if (isDue()) yield;
        }
      }
      yield;
    }
  }

  #batches(ipcStream: Uint8Array): { batches: readonly ArrowBatch[]; numRows: number } {
    const stream = readIpcStream(ipcStream);
    if (this.#checked === undefined || Buffer.compare(this.#checked, stream.schemaBytes) !== 0) {
      checkSchema(this.#schema, stream.schema.fields as readonly ArrowField[]);
      this.#checked = stream.schemaBytes.slice();
    }
    return { batches: readBatches(stream), numRows: stream.numRows };
  }

  #readersOf({ columns }: ArrowBatch): ValueReader[] {
    const { binders } = this.#reader;
    return columns.map((column, index) => binders[index]?.(column) ?? (() => undefined));
  }

  /** Writes a batch's rows from `start` on, and returns the start of the next batch. */
  #fill(batch: ArrowBatch, rows: Row[], start: number): number {
    const rowAt = this.#reader.rows(this.#readersOf(batch));
    const { numRows } = batch;
    for (let index = 0; index < numRows; index++) rows[start + index] = rowAt(index) as Row;
    return start + numRows;
  }
}
