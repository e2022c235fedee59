import {
  RecordBatch,
  RecordBatchStreamWriter,
  Struct,
  makeData,
  type Data,
  type Schema,
} from "apache-arrow";

/**
 * Gives a batch exactly this schema. apache-arrow looks up columns by name when it creates a batch, so that the
 * first of two columns with the same name would get the type of the second.
 */
export function withSchema(batch: RecordBatch, schema: Schema): RecordBatch {
  return Object.assign(batch, { schema });
}

/** A record batch of columns that all have `numRows` values. */
export function recordBatch(schema: Schema, numRows: number, children: Data[]): RecordBatch {
  const type = new Struct(schema.fields);
  const data = makeData({ type, length: numRows, nullCount: 0, children });
  return withSchema(new RecordBatch(schema, data), schema);
}

/** One complete Arrow IPC stream of any number of batches. */
export function toIpcStream(schema: Schema, batches: readonly RecordBatch[]): Uint8Array {
  const writer = new RecordBatchStreamWriter({ autoDestroy: false });
  writer.reset(undefined, schema);
  for (const batch of batches) writer.write(batch);
  writer.close();
  return writer.toUint8Array(true);
}
