import {
  compressionRegistry,
  CompressionType,
  type Message,
  type MessageHeader,
} from "apache-arrow";
import * as zlib from "node:zlib";
import { DecodeError } from "../../errors.js";
import { malformedStream, readHeader } from "./ipc-stream.js";
import { decodeLz4Frame } from "./lz4-frame.js";

/** The compression of a batch's buffers, if any. apache-arrow does not export the type. */
export type BatchCompression = ReturnType<
  Message<MessageHeader.RecordBatch>["header"]
>["compression"];

type Decode = (bytes: Uint8Array, expectedBytes?: number) => Uint8Array;

/** Node's zstd, since 22.15. The installed types are those of an older Node. */
const zstdDecompress = (zlib as { readonly zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array })
  .zstdDecompressSync;

function decodeZstd(bytes: Uint8Array): Uint8Array {
  if (zstdDecompress === undefined)
    throw new DecodeError(
      "COMPRESSED_BATCH",
      "The server compressed the batch with zstd, which Node supports since 22.15. Use a newer Node, or set spark.sql.execution.arrow.compression.codec to lz4 or none.",
      { column: "*", arrowType: "compressed batch" },
    );
  try {
    // Rows must contain plain Uint8Arrays and not Buffers; typed arrays need multiples of 8 bytes.
    const { buffer, byteOffset, byteLength } = zstdDecompress(bytes);
    const plain = new Uint8Array(buffer, byteOffset, byteLength);
    return byteOffset % 8 === 0 ? plain : plain.slice();
  } catch (error) {
    throw malformedStream("a buffer is not a zstd frame", error);
  }
}

const DECODERS: Readonly<Record<CompressionType, Decode>> = {
  [CompressionType.LZ4_FRAME]: decodeLz4Frame,
  [CompressionType.ZSTD]: decodeZstd,
};

/** Size of the field before each compressed buffer: the length of its content, or -1 if it is not compressed. */
const LENGTH_BYTES = 8;
const NOT_COMPRESSED = -1n;

/**
 * The content of a buffer of a compressed batch.
 *
 * @throws {ProtocolError} the buffer does not have its declared length
 * @throws {DecodeError} this Node cannot decompress it
 */
export function decompressed(
  buffer: Uint8Array,
  compression: NonNullable<BatchCompression>,
): Uint8Array {
  // Empty buffers stay empty, without a length.
  if (buffer.length === 0) return buffer;
  if (buffer.length < LENGTH_BYTES) throw malformedStream("a compressed buffer has no length");
  const length = new DataView(buffer.buffer, buffer.byteOffset).getBigInt64(0, true);
  const content = buffer.subarray(LENGTH_BYTES);
  if (length === NOT_COMPRESSED) return content;
  if (length < 0n) throw malformedStream("a compressed buffer's length is negative");
  const decoded = DECODERS[compression.type](content, Number(length));
  if (BigInt(decoded.length) !== length)
    throw malformedStream("a compressed buffer does not have its declared length");
  return decoded;
}

/** Registers our codecs for apache-arrow's reader of Tables, unless the program has registered its own. */
export function registerCodecs(messages: readonly { readonly message: Message }[]): void {
  for (const { message } of messages) {
    const compression = compressionOf(message);
    if (compression === null || compressionRegistry.get(compression.type) !== null) continue;
    const decode = DECODERS[compression.type];
    compressionRegistry.set(compression.type, { decode: (bytes) => decode(bytes) });
  }
}

function compressionOf(message: Message): BatchCompression {
  if (message.isRecordBatch()) return readHeader(message).compression;
  return message.isDictionaryBatch() ? readHeader(message).data.compression : null;
}
