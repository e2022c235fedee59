import { malformedStream } from "./ipc-stream.js";

/** Both numbers are little-endian, like all numbers of a frame. */
const MAGIC = 0x184d2204;
const END_MARK = 0;
const STORED = 0x80000000;
/** Every match repeats at least this many bytes. */
const MIN_MATCH = 4;
/** Each byte of a block produces at most this many bytes of content. */
const MAX_RATIO = 255;
/** A length that fills its four bits continues in the following bytes, up to the first byte that is not 255. */
const GOES_ON = 15;

/** The flags of a frame. */
interface FrameFlags {
  readonly hasBlockChecksums: boolean;
  readonly hasContentChecksum: boolean;
  readonly headerLength: number;
}

function readFlags(bytes: Uint8Array): FrameFlags {
  const flags = bytes[4];
  if (flags === undefined || bytes.length < 7 || viewOf(bytes).getUint32(0, true) !== MAGIC)
    throw malformedStream("a buffer is not an LZ4 frame");
  if (flags >> 6 !== 1 || (flags & 1) !== 0)
    throw malformedStream("a buffer is an LZ4 frame of another version, or needs a dictionary");
  return {
    hasBlockChecksums: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
    // Magic number, flags, block size and header checksum, plus the content's length if present.
    headerLength: (flags & 0x08) !== 0 ? 15 : 7,
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The decoded content so far. Later blocks can repeat content of earlier blocks. */
class Output {
  #bytes: Uint8Array;
  #length = 0;

  constructor(expectedBytes: number) {
    this.#bytes = new Uint8Array(expectedBytes);
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Repeats the content from `distance` bytes before. The source and the target may overlap. */
  repeat(distance: number, length: number): void {
    if (distance === 0 || distance > this.#length)
      throw malformedStream("an LZ4 block repeats content from before its start");
    this.#reserve(length);
    const bytes = this.#bytes;
    let to = this.#length;
    const end = to + length;
    if (distance >= length) bytes.copyWithin(to, to - distance, to - distance + length);
    else for (; to < end; to++) bytes[to] = bytes[to - distance] as number;
    this.#length = end;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.bytes);
    this.#bytes = grown;
  }
}

function decodeBlock(block: Uint8Array, output: Output): void {
  let at = 0;
  const next = (): number => {
    const byte = block[at++];
    if (byte === undefined) throw malformedStream("an LZ4 block is truncated");
    return byte;
  };
  const lengthFrom = (bits: number): number => {
    let length = bits;
    if (bits < GOES_ON) return length;
    for (;;) {
      const byte = next();
      length += byte;
      if (byte < 255) return length;
    }
  };
  for (;;) {
    const token = next();
    const literals = lengthFrom(token >> 4);
    if (at + literals > block.length) throw malformedStream("an LZ4 block is truncated");
    output.append(block.subarray(at, at + literals));
    at += literals;
    // The last sequence of a block contains only literals.
    if (at === block.length) return;
    const distance = next() | (next() << 8);
    output.repeat(distance, lengthFrom(token & GOES_ON) + MIN_MATCH);
  }
}

/**
 * The content of one LZ4 frame, which Arrow uses to compress buffers. Node has no LZ4, and this avoids another
 * dependency. Does not compare checksums, because TCP and TLS have their own.
 *
 * @param expectedBytes the content's length if it is known, which avoids copies
 * @throws {ProtocolError} the bytes are not one complete LZ4 frame
 * @see https://github.com/lz4/lz4/tree/dev/doc
 */
export function decodeLz4Frame(
  bytes: Uint8Array,
  expectedBytes: number = 4 * bytes.length,
): Uint8Array {
  const { hasBlockChecksums, hasContentChecksum, headerLength } = readFlags(bytes);
  const view = viewOf(bytes);
  const output = new Output(Math.min(expectedBytes, MAX_RATIO * bytes.length));
  let at = headerLength;
  for (;;) {
    if (at + 4 > bytes.length) throw malformedStream("an LZ4 frame ends without its end mark");
    const header = view.getUint32(at, true);
    at += 4;
    if (header === END_MARK) break;
    const isStored = header >= STORED;
    const length = isStored ? header - STORED : header;
    if (at + length > bytes.length) throw malformedStream("an LZ4 block is longer than its frame");
    const block = bytes.subarray(at, at + length);
    if (isStored) output.append(block);
    else decodeBlock(block, output);
    at += length + (hasBlockChecksums ? 4 : 0);
  }
  if (at + (hasContentChecksum ? 4 : 0) !== bytes.length)
    throw malformedStream("bytes follow an LZ4 frame, or its checksum is missing");
  return output.bytes;
}
