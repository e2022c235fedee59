import { RecordBatchStreamReader, Schema, Table, type RecordBatch } from "apache-arrow";
import { SparkError } from "../errors.js";
import type { StructType } from "../types/struct-type.js";
import { toArrowSchema } from "./arrow-types.js";
import { registerCodecs } from "./compression.js";
import { malformedStream, readIpcStream } from "./ipc-stream.js";
import { withSchema } from "./record-batch.js";

/**
 * The record batches of one Arrow IPC stream as apache-arrow's own, without copying their values.
 *
 * @throws {ProtocolError} the bytes are not one complete Arrow stream
 */
export function toRecordBatches(ipcStream: Uint8Array): RecordBatch[] {
  const { schema, messages } = readIpcStream(ipcStream);
  // apache-arrow invents an empty batch for a stream without one.
  if (messages.length === 0) return [];
  registerCodecs(messages);
  try {
    const reader: RecordBatchStreamReader = RecordBatchStreamReader.from(ipcStream);
    return Array.from(reader, (batch) => withSchema(batch, schema));
  } catch (error) {
    if (error instanceof SparkError) throw error;
    throw malformedStream("its batches cannot be read", error);
  }
}

/**
 * One apache-arrow Table of all batches of a result. A result without rows has its columns all the same.
 *
 * @param schema the columns when there is no stream to take them from
 * @throws {ProtocolError} the bytes are not complete Arrow streams
 */
export function toTable(ipcStreams: readonly Uint8Array[], schema?: StructType): Table {
  const [first] = ipcStreams;
  if (first === undefined)
    return new Table(schema === undefined ? new Schema() : toArrowSchema(schema));
  const { schema: arrowSchema } = readIpcStream(first);
  const batches = ipcStreams.flatMap(toRecordBatches);
  return new Table(
    arrowSchema,
    batches.map((batch) => withSchema(batch, arrowSchema)),
  );
}
