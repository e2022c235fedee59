import { readBatches } from "../../arrow/arrow-column.js";
import { fromArrowSchema } from "../../arrow/arrow-types.js";
import { structReader, type StructReader } from "../../arrow/decode/column-reader.js";
import { resolveDecodeOptions } from "../../arrow/decode/decode-options.js";
import type { ValueReader } from "../../arrow/decode/value-reader.js";
import { readIpcStream } from "../../arrow/ipc/ipc-stream.js";

/** The columns of a batch, as functions of the row. */
export interface InputBatch {
  readonly numRows: number;
  readonly readers: readonly ValueReader[];
  /** A whole row, as an object. */
  readonly rowAt: (index: number) => unknown;
}

/**
 * Reads Arrow streams with the same columns. The first one decides how to read each column.
 */
export class InputReader {
  #schemaBytes: Buffer | undefined;
  #reader: StructReader | undefined;

  readonly #rowMode: "object" | "array";

  constructor(rowMode: "object" | "array") {
    this.#rowMode = rowMode;
  }

  /** The batches of an Arrow stream. */
  batches(ipcStream: Uint8Array): InputBatch[] {
    const stream = readIpcStream(ipcStream);
    let reader = this.#reader;
    if (reader === undefined || this.#schemaBytes?.equals(stream.schemaBytes) !== true) {
      const modes = resolveDecodeOptions({ rowMode: this.#rowMode });
      reader = this.#reader = structReader(fromArrowSchema(stream.schema, "nanos"), modes);
      this.#schemaBytes = Buffer.from(stream.schemaBytes);
    }
    const { binders, rows } = reader;
    return readBatches(stream).map(({ columns, numRows }) => {
      const readers = columns.flatMap((column, index) => binders[index]?.(column) ?? []);
      return { numRows, readers, rowAt: rows(readers) };
    });
  }
}
