import { encodeColumn } from "../../arrow/encode/encode-column.js";
import { arrowSchema, rowBatch } from "../../arrow/encode/row-encoder.js";
import { recordBatch, toIpcStream } from "../../arrow/ipc/record-batch.js";
import { ArgumentError } from "../../errors.js";
import type { DataType } from "../../types/data-type.js";
import type { Row } from "../../types/row.js";
import { StructField, StructType } from "../../types/struct-type.js";

const ENCODED_FOR = "pythonWorker";
/** Rows in one Arrow stream. */
const ROWS_PER_BATCH = 10_000;
/** The longest wait for a batch to fill, so that a slow source delivers what it has. */
const LONGEST_FILL_MS = 1_000;

/**
 * The results of a function of columns as an Arrow stream with one column.
 *
 * @param firstRow the index of the first value's row, for messages
 * @throws {TypeError} a value does not fit the type; the message names the function, the row and the kind of value
 */
export function encodedResults(
  values: readonly unknown[],
  type: DataType,
  functionName: string,
  firstRow: number,
): Uint8Array {
  const ipcSchema = arrowSchema(new StructType([StructField("result", type)]), ENCODED_FOR);
  const encode = (rows?: readonly number[]): Uint8Array => {
    const column = `the result of ${functionName}`;
    const data = encodeColumn({
      type,
      nullable: true,
      column,
      values,
      rows,
      encodedFor: ENCODED_FOR,
    });
    return toIpcStream(ipcSchema, [recordBatch(ipcSchema, values.length, [data])]);
  };
  return fitting(() => {
    try {
      return encode();
    } catch (error) {
      if (firstRow === 0) throw error;
      return encode(Array.from(values, (_, index) => firstRow + index));
    }
  });
}

/** Rows as an Arrow stream. */
interface EncodedRows {
  readonly stream: Uint8Array;
  /** Whether the code has yielded all rows. */
  readonly isLast: boolean;
}

/** Encodes rows that code yields, in batches. */
export async function* encodedRows(
  rows: AsyncIterable<unknown> | Iterable<unknown>,
  schema: StructType,
): AsyncGenerator<EncodedRows, void, undefined> {
  const ipcSchema = arrowSchema(schema, ENCODED_FOR);
  let batch: Row[] = [];
  let count = 0;
  let startedAt = performance.now();
  const encoded = (): Uint8Array =>
    fitting(() => {
      const firstRow = count - batch.length;
      return toIpcStream(ipcSchema, [
        rowBatch(batch, schema, { firstRow, encodedFor: ENCODED_FOR }),
      ]);
    });
  for await (const row of rows) {
    if (batch.length === 0) startedAt = performance.now();
    batch.push(row as Row);
    count++;
    if (batch.length < ROWS_PER_BATCH && !isLate(batch.length, startedAt)) continue;
    yield { stream: encoded(), isLast: false };
    batch = [];
  }
  if (batch.length > 0) yield { stream: encoded(), isLast: true };
}

function isLate(length: number, startedAt: number): boolean {
  return length % 16 === 0 && performance.now() - startedAt > LONGEST_FILL_MS;
}

/**
 * Rows as one Arrow stream.
 *
 * @param what names the rows in an error
 * @throws {TypeError} a value does not fit the schema
 */
export function encodedBatch(rows: readonly Row[], schema: StructType, what: string): Uint8Array {
  const ipcSchema = arrowSchema(schema, ENCODED_FOR);
  const encode = (): Uint8Array =>
    toIpcStream(ipcSchema, [rowBatch(rows, schema, { encodedFor: ENCODED_FOR })]);
  return fitting(encode, `${what}: `);
}

/** Turns the client's error for a value into the error of a JavaScript programmer. */
function fitting<T>(encode: () => T, before = ""): T {
  try {
    return encode();
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    const misfit = new TypeError(
      before + error.message.replace(/^Column the result/, "The result"),
    );
    // The stack shows no line of the user's code.
    misfit.stack = `${misfit.name}: ${misfit.message}`;
    throw misfit;
  }
}
