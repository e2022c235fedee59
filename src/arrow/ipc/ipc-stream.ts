import { Message, MessageHeader, type Schema } from "apache-arrow";
import { ProtocolError } from "../../errors.js";

/** One message of an Arrow IPC stream: its metadata, parsed by apache-arrow, and the bytes of its buffers. */
interface IpcMessage {
  readonly message: Message;
  readonly body: Uint8Array;
}

/** A complete Arrow IPC stream, split into messages. The buffers are not checked yet. */
export interface IpcStream {
  /** The whole stream, aligned to 8 bytes. */
  readonly bytes: Uint8Array;
  readonly schema: Schema;
  /** The bytes of the schema message. Equal bytes mean an equal schema. */
  readonly schemaBytes: Uint8Array;
  /** Dictionary and record batches, in order. */
  readonly messages: readonly IpcMessage[];
  /** Number of rows of all record batches, from their headers. */
  readonly numRows: number;
}

/** Marks the start of a message since Arrow 0.15. */
const CONTINUATION = -1;

/** The error for an Arrow IPC stream that violates the format, so that none of its data can be trusted. */
export function malformedStream(problem: string, cause?: unknown): ProtocolError {
  return new ProtocolError(
    "ARROW_STREAM_MALFORMED",
    `The Arrow stream is malformed: ${problem}.`,
    undefined,
    cause === undefined ? undefined : { cause },
  );
}

/**
 * Typed arrays need buffers that are aligned to 8 bytes. A view into a gRPC message starts at any address, so
 * this copies such a stream once.
 */
function aligned(bytes: Uint8Array): Uint8Array {
  if (bytes.byteOffset % 8 !== 0) return new Uint8Array(bytes);
  // Use Uint8Array's slice, which copies; Buffer's slice returns a view.
  return Buffer.isBuffer(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : bytes;
}

function decodeMessage(metadata: Uint8Array): Message {
  try {
    return Message.decode(metadata);
  } catch (error) {
    throw malformedStream("a message cannot be parsed", error);
  }
}

/**
 * Splits a stream into messages. apache-arrow's reader accepts a stream that stops between two messages. This one
 * requires the end-of-stream marker, so that a truncated result never looks complete.
 *
 * @throws {ProtocolError} the bytes are not one complete Arrow IPC stream
 */
export function readIpcStream(ipcStream: Uint8Array): IpcStream {
  const bytes = aligned(ipcStream);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: IpcMessage[] = [];
  let schema: Schema | undefined;
  let schemaBytes: Uint8Array = new Uint8Array(0);
  let numRows = 0;
  let position = 0;
  for (;;) {
    if (position + 8 > bytes.length) throw malformedStream("it ends without its end marker");
    if (view.getInt32(position, true) !== CONTINUATION)
      throw malformedStream("a message does not start with the continuation marker");
    const metadataLength = view.getInt32(position + 4, true);
    position += 8;
    if (metadataLength === 0) break;
    if (metadataLength < 0 || position + metadataLength > bytes.length)
      throw malformedStream("a message is longer than the received bytes");
    const metadata = bytes.subarray(position, position + metadataLength);
    const message = decodeMessage(metadata);
    position += metadataLength;
    if (message.bodyLength < 0 || position + message.bodyLength > bytes.length)
      throw malformedStream("a batch is longer than the received bytes");
    const body = bytes.subarray(position, position + message.bodyLength);
    position += message.bodyLength;
    if (message.headerType === MessageHeader.Schema) {
      if (schema !== undefined) throw malformedStream("it has two schemas");
      schema = readHeader(message as Message<MessageHeader.Schema>);
      schemaBytes = metadata;
    } else if (schema === undefined) {
      throw malformedStream("a batch comes before the schema");
    } else {
      if (message.headerType === MessageHeader.RecordBatch)
        numRows += readHeader(message as Message<MessageHeader.RecordBatch>).length;
      messages.push({ message, body });
    }
  }
  if (schema === undefined) throw malformedStream("it has no schema");
  if (position !== bytes.length) throw malformedStream("bytes follow its end marker");
  return { bytes, schema, schemaBytes, messages, numRows };
}

/**
 * The parsed header of a message.
 *
 * @throws {ProtocolError} the header cannot be parsed, or apache-arrow does not know its type
 */
export function readHeader<T extends MessageHeader>(
  message: Message<T>,
): ReturnType<Message<T>["header"]> {
  try {
    return message.header();
  } catch (error) {
    throw malformedStream("a header cannot be parsed", error);
  }
}
