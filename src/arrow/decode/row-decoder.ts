import type { Row } from "../../types/row.js";
import type { StructType } from "../../types/struct-type.js";
import { readBatches, type ArrowBatch } from "../arrow-column.js";
import { checkSchema, type ArrowField } from "./check-schema.js";
import { structReader, type StructReader } from "./column-reader.js";
import { resolveDecodeOptions, type DecodeOptions } from "./decode-options.js";
import { readIpcStream } from "../ipc/ipc-stream.js";
import type { ValueReader } from "./value-reader.js";

/** The rows of one Arrow stream. */
export interface DecodedRows {
  readonly rows: Row[];
  readonly numRows: number;
}

/**
 * Turns a result's Arrow streams into rows. How each column is converted is decided once, from Spark's
 * schema and the options, so every value of a column has the same form. Values are read from Arrow's buffers
 * directly: apache-arrow's own getters round timestamps, lose map keys and are many times slower.
 */
export class RowDecoder {
  readonly #schema: StructType;
  readonly #reader: StructReader;
  /** The schema message of the last stream: as all streams of a result have the same, it is checked once. */
  #checked: Uint8Array | undefined = undefined;

  /**
   * @throws {ArgumentError} an option has no such value
   * @throws {DecodeError} a column's type cannot be decoded exactly, or a name repeats where rows are objects
   */
  constructor(schema: StructType, options?: DecodeOptions) {
    this.#schema = schema;
    this.#reader = structReader(schema, resolveDecodeOptions(options));
  }

  /**
   * Decodes one complete Arrow IPC stream, as one ArrowBatch of Spark Connect holds it.
   *
   * @throws {ProtocolError} the bytes are not one complete Arrow stream
   * @throws {DecodeError} the stream's columns are not the schema's, or a value cannot be held as asked
   */
  decode(ipcStream: Uint8Array): DecodedRows {
    const { batches, numRows } = this.#batches(ipcStream);
    const rows = new Array<Row>(numRows);
    let filled = 0;
    for (const batch of batches) filled = this.#fill(batch, rows, filled);
    return { rows, numRows: filled };
  }

  /**
   * The rows of one complete Arrow IPC stream, each made when it is asked for: whoever lets go of them one by one
   * then holds next to nothing.
   *
   * @throws {ProtocolError} {@link DecodeError} as decode() does, the latter when the row is reached
   */
  *decodeEach(ipcStream: Uint8Array): Generator<Row, void, undefined> {
    for (const batch of this.#batches(ipcStream).batches) {
      const rowAt = this.#reader.rows(this.#readersOf(batch));
      for (let index = 0; index < batch.numRows; index++) yield rowAt(index) as Row;
    }
  }

  /**
   * Appends the values of one complete Arrow IPC stream to arrays, of which there is one for each column.
   *
   * @throws {ProtocolError} {@link DecodeError} as decode() does
   */
  decodeColumns(ipcStream: Uint8Array, columns: readonly unknown[][]): void {
    for (const batch of this.#batches(ipcStream).batches) {
      for (const [at, read] of this.#readersOf(batch).entries()) {
        const values = columns[at] ?? [];
        for (let index = 0; index < batch.numRows; index++) values.push(read(index));
      }
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

  /** Puts a batch's rows at `start` and returns where the next batch's go. */
  #fill(batch: ArrowBatch, rows: Row[], start: number): number {
    const rowAt = this.#reader.rows(this.#readersOf(batch));
    const { numRows } = batch;
    for (let index = 0; index < numRows; index++) rows[start + index] = rowAt(index) as Row;
    return start + numRows;
  }
}
