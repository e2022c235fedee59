import { encodeColumn } from "../../arrow/encode/encode-column.js";
import { arrowSchema, rowBatch } from "../../arrow/encode/row-encoder.js";
import { rowOfError } from "../../arrow/encode/encode-values.js";
import { recordBatch, toIpcStream } from "../../arrow/ipc/record-batch.js";
import { ArgumentError } from "../../errors.js";
import type { DataType } from "../../types/data-type.js";
import type { Row } from "../../types/row.js";
import { StructField, StructType } from "../../types/struct-type.js";
import { RowFailure } from "./failure.js";

const ENCODED_FOR = "pythonWorker";
/** Rows in one Arrow stream. */
const ROWS_PER_BATCH = 10_000;
/** The longest wait for a batch to fill, so that a slow source delivers what it has. */
const LONGEST_FILL_MS = 1_000;

/**
 * The results of a function of columns as an Arrow stream with one column.
 *
 * @throws {RowFailure} a value does not fit the type; the message names the function and the kind of value
 */
export function encodedResults(
  values: readonly unknown[],
  type: DataType,
  functionName: string,
): Uint8Array {
  const ipcSchema = arrowSchema(new StructType([StructField("result", type)]), ENCODED_FOR);
  const column = `the result of ${functionName}`;
  const encode = (): Uint8Array => {
    const source = { type, nullable: true, column, values, rows: undefined };
    const data = encodeColumn({ ...source, encodedFor: ENCODED_FOR });
    return toIpcStream(ipcSchema, [recordBatch(ipcSchema, values.length, [data])]);
  };
  return fitting(encode, (error) => {
    const row = rowOfError(error) ?? 0;
    const text = error.message.replace(/^Column the result/, "The result");
    // The failure has the row of the partition.
    return new RowFailure(row, misfit(text.replace(`, row ${row}:`, ":")));
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
  return fitting(encode, ({ message }) => misfit(`${what}: ${message}`));
}

/** Turns the client's error for a value into the error of a JavaScript programmer. */
function fitting<T>(
  encode: () => T,
  changed: (error: ArgumentError) => Error = ({ message }) => misfit(message),
): T {
  try {
    return encode();
  } catch (error) {
    throw error instanceof ArgumentError ? changed(error) : error;
  }
}

function misfit(message: string): TypeError {
  const error = new TypeError(message);
  // The stack shows no line of the user's code.
  error.stack = `${error.name}: ${message}`;
  return error;
}
