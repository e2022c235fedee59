import { RecordBatchStreamReader, Schema, Table, type RecordBatch } from "apache-arrow";
import { SparkError } from "../errors.js";
import { loopTurns, type LoopTurns } from "../loop-turns.js";
import type { StructType } from "../types/struct-type.js";
import { toArrowSchema } from "./arrow-types.js";
import { registerCodecs } from "./ipc/compression.js";
import { malformedStream, readIpcStream } from "./ipc/ipc-stream.js";
import { toIpcStream, withSchema } from "./ipc/record-batch.js";

/**
 * The record batches of one Arrow IPC stream as objects of apache-arrow, without copying their values.
 *
 * @throws {ProtocolError} the bytes are not one complete Arrow stream
 */
export function toRecordBatches(ipcStream: Uint8Array): RecordBatch[] {
  const { schema, messages } = readIpcStream(ipcStream);
  // apache-arrow adds an empty batch to a stream without batches.
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

/** Where to wait while long work lets the event loop turn, and the signal that ends it. */
export interface Slicing {
  readonly turns: LoopTurns;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One apache-arrow Table of all batches of a result. A result without rows still has its columns.
 *
 * @param schema the columns, for a result without streams
 * @throws {ProtocolError} the bytes are not complete Arrow streams
 */
export async function toTable(
  ipcStreams: readonly Uint8Array[],
  schema?: StructType,
  { turns, signal }: Slicing = { turns: loopTurns },
): Promise<Table> {
  const [first] = ipcStreams;
  if (first === undefined)
    return new Table(schema === undefined ? new Schema() : toArrowSchema(schema));
  const { schema: arrowSchema } = readIpcStream(first);
  const batches: RecordBatch[] = [];
  for (const stream of ipcStreams) {
    for (const batch of toRecordBatches(stream)) batches.push(withSchema(batch, arrowSchema));
    if (turns.isDue()) await turns.turn(signal);
  }
  return new Table(arrowSchema, batches);
}

/** Length of the marker and the size before each message. The end of a stream has the same length. */
const PREFIX_BYTES = 8;
/** The largest copy between two looks at the clock. It takes less than a millisecond. */
const COPIED_BYTES = 1024 * 1024;

/**
 * One Arrow IPC stream of all batches of a result. The batches keep the bytes that arrived.
 *
 * @param schema the columns, for a result without streams
 * @throws {ProtocolError} the bytes are not complete Arrow streams, or their schemas differ
 */
export async function joinIpcStreams(
  ipcStreams: readonly Uint8Array[],
  schema: StructType,
  { turns, signal }: Slicing = { turns: loopTurns },
): Promise<Uint8Array> {
  const streams = ipcStreams.map(readIpcStream);
  const [first] = streams;
  if (first === undefined) return toIpcStream(toArrowSchema(schema), []);
  const header = PREFIX_BYTES + first.schemaBytes.length;
  const batches = streams.map(({ bytes, schemaBytes }) => {
    if (Buffer.compare(schemaBytes, first.schemaBytes) !== 0)
      throw malformedStream("its batches have different schemas");
    return bytes.subarray(header, -PREFIX_BYTES);
  });
  const parts = [first.bytes.subarray(0, header), ...batches, first.bytes.subarray(-PREFIX_BYTES)];
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    for (let start = 0; start < part.length; start += COPIED_BYTES) {
      const copied = part.subarray(start, start + COPIED_BYTES);
      joined.set(copied, position);
      position += copied.length;
      if (turns.isDue()) await turns.turn(signal);
    }
  }
  return joined;
}
