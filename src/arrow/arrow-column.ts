import { DataType, type Message, type MessageHeader, type Schema } from "apache-arrow";
import { DecodeError } from "../errors.js";
import { decompressed } from "./ipc/compression.js";
import { malformedStream, readHeader, type IpcStream } from "./ipc/ipc-stream.js";

/** Any Arrow type. */
export type ArrowType = DataType;

/** A type as Arrow prints it: `Timestamp<MICROSECOND, UTC>`. */
export function arrowName(type: { toString(): string }): string {
  return type.toString();
}

/**
 * The buffers of one column in one batch, or of a nested column. Their sizes are checked against `length` at
 * construction, so that readers can index without checks.
 */
export interface ArrowColumn {
  readonly type: ArrowType;
  readonly length: number;
  /** One bit for each value, 1 for present; undefined if no value is null. */
  readonly validity: Uint8Array | undefined;
  /** `length + 1` positions in `data` or in the child; empty for types without offsets. */
  readonly offsets: Int32Array | Float64Array;
  readonly data: Uint8Array;
  readonly children: readonly ArrowColumn[];
  /** For dictionary columns only: the values to which the indices in `data` point. */
  readonly dictionary: ArrowColumn | undefined;
}

/** A record batch: its columns in schema order. */
export interface ArrowBatch {
  readonly numRows: number;
  readonly columns: readonly ArrowColumn[];
}

type BatchHeader = ReturnType<Message<MessageHeader.RecordBatch>["header"]>;

const NO_BYTES = new Uint8Array(0);
const NO_OFFSETS = new Int32Array(0);

/** An Int32Array over bytes at any address; copies them only if they are not aligned. */
export function int32View(bytes: Uint8Array): Int32Array {
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(buffer, byteOffset, bytes.byteLength >> 2);
}

/** A BigInt64Array over bytes at any address; copies them only if they are not aligned. */
export function bigInt64View(bytes: Uint8Array): BigInt64Array {
  const { buffer, byteOffset } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  return new BigInt64Array(buffer, byteOffset, bytes.byteLength >> 3);
}

/** Bytes for one value in the data buffer: 1/8 for booleans, undefined for types without a data buffer. */
function fixedWidth(type: ArrowType): number | undefined {
  if (DataType.isBool(type)) return 1 / 8;
  if (DataType.isInt(type) || DataType.isDecimal(type) || DataType.isTime(type))
    return type.bitWidth / 8;
  if (DataType.isFloat(type)) return [2, 4, 8][type.precision];
  if (DataType.isDate(type)) return [4, 8][type.unit];
  if (DataType.isTimestamp(type) || DataType.isDuration(type)) return 8;
  if (DataType.isInterval(type)) return [4, 8, 16][type.unit];
  return undefined;
}

function isLarge(type: ArrowType): boolean {
  return DataType.isLargeUtf8(type) || DataType.isLargeBinary(type) || DataType.isLargeList(type);
}

function isBytes(type: ArrowType): boolean {
  return (
    DataType.isUtf8(type) ||
    DataType.isBinary(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isLargeBinary(type)
  );
}

function isListLike(type: ArrowType): boolean {
  return DataType.isList(type) || DataType.isLargeList(type) || DataType.isMap(type);
}

/** Reads the nodes and buffers of one batch in the depth-first order of the format. */
class BufferCursor {
  readonly #header: BatchHeader;
  readonly #body: Uint8Array;
  readonly #dictionaries: ReadonlyMap<number, ArrowColumn>;
  #node = 0;
  #buffer = 0;

  constructor(
    header: BatchHeader,
    body: Uint8Array,
    dictionaries: ReadonlyMap<number, ArrowColumn>,
  ) {
    this.#header = header;
    this.#body = body;
    this.#dictionaries = dictionaries;
  }

  column(type: ArrowType): ArrowColumn {
    const node = this.#header.nodes[this.#node++];
    if (node === undefined || node.length < 0) throw malformedStream("a column is missing");
    const { length } = node;
    if (DataType.isNull(type)) return this.#build(type, length, {});
    const validity = this.#validity(length, node.nullCount);
    if (DataType.isDictionary(type)) {
      const data = this.#data(length, type.indices.bitWidth / 8);
      const dictionary = this.#dictionaries.get(type.id);
      if (dictionary === undefined) throw malformedStream("a dictionary is missing");
      return this.#build(type, length, { validity, data, dictionary });
    }
    const width = fixedWidth(type);
    if (width !== undefined)
      return this.#build(type, length, { validity, data: this.#data(length, width) });
    if (isBytes(type)) {
      const offsets = this.#offsets(length, isLarge(type));
      const data = this.#bytes();
      checkOffsets(offsets, data.length);
      return this.#build(type, length, { validity, offsets, data });
    }
    const offsets = isListLike(type) ? this.#offsets(length, isLarge(type)) : NO_OFFSETS;
    const children = type.children.map((field) => this.column(field.type as ArrowType));
    const needed = offsets.length === 0 ? length : 0;
    for (const child of children) {
      checkOffsets(offsets, child.length);
      if (child.length < needed) throw malformedStream("a struct's column is too short");
    }
    return this.#build(type, length, { validity, offsets, children });
  }

  #build(
    type: ArrowType,
    length: number,
    parts: Partial<Omit<ArrowColumn, "type" | "length">>,
  ): ArrowColumn {
    return {
      type,
      length,
      validity: parts.validity,
      offsets: parts.offsets ?? NO_OFFSETS,
      data: parts.data ?? NO_BYTES,
      children: parts.children ?? [],
      dictionary: parts.dictionary,
    };
  }

  #bytes(): Uint8Array {
    const region = this.#header.buffers[this.#buffer++];
    if (region === undefined) throw malformedStream("a buffer is missing");
    const { offset, length } = region;
    if (offset < 0 || length < 0 || offset + length > this.#body.length)
      throw malformedStream("a buffer is outside its batch");
    const bytes = this.#body.subarray(offset, offset + length);
    const { compression } = this.#header;
    return compression === null ? bytes : decompressed(bytes, compression);
  }

  #data(length: number, width: number): Uint8Array {
    const bytes = this.#bytes();
    if (bytes.length < Math.ceil(length * width)) throw malformedStream("a column is too short");
    return bytes;
  }

  #validity(length: number, nullCount: number): Uint8Array | undefined {
    const bytes = this.#bytes();
    if (nullCount === 0) return undefined;
    if (bytes.length * 8 < length) throw malformedStream("a column's null bits are too short");
    return bytes;
  }

  #offsets(length: number, large: boolean): Int32Array | Float64Array {
    const bytes = this.#bytes();
    // Writers may omit the single offset of an empty column.
    if (length === 0) return Int32Array.of(0);
    if (bytes.length < (length + 1) * (large ? 8 : 4))
      throw malformedStream("a column's offsets are too short");
    return large
      ? Float64Array.from(bigInt64View(bytes).subarray(0, length + 1), Number)
      : int32View(bytes).subarray(0, length + 1);
  }
}

function checkOffsets(offsets: Int32Array | Float64Array, limit: number): void {
  let previous = 0;
  for (let index = 0; index < offsets.length; index++) {
    const offset = offsets[index] as number;
    if (offset < previous) throw malformedStream("a column's offsets decrease");
    previous = offset;
  }
  if (previous > limit) throw malformedStream("a column's offsets are outside its values");
}

function readBatch(
  schema: Schema,
  header: BatchHeader,
  body: Uint8Array,
  dictionaries: ReadonlyMap<number, ArrowColumn>,
): ArrowBatch {
  const cursor = new BufferCursor(header, body, dictionaries);
  const columns = schema.fields.map((field) => cursor.column(field.type as ArrowType));
  for (const column of columns)
    if (column.length !== header.length)
      throw malformedStream("a column's length differs from its batch's");
  return { numRows: header.length, columns };
}

/**
 * The columns of every record batch of a stream, without copying their values. Check the schema first: it must
 * contain only types that Spark sends.
 *
 * @throws {ProtocolError} a buffer is missing, too short or outside its batch
 * @throws {DecodeError} this Node cannot decompress the batches, or the stream extends a dictionary by deltas
 */
export function readBatches({ schema, messages }: IpcStream): ArrowBatch[] {
  const dictionaries = new Map<number, ArrowColumn>();
  const batches: ArrowBatch[] = [];
  for (const { message, body } of messages) {
    if (message.isRecordBatch()) {
      batches.push(readBatch(schema, readHeader(message), body, dictionaries));
    } else if (message.isDictionaryBatch()) {
      const { id, isDelta, data } = readHeader(message);
      const type = schema.dictionaries.get(id);
      if (type === undefined) throw malformedStream("a dictionary has no column");
      if (isDelta)
        throw new DecodeError("UNSUPPORTED_TYPE", "Dictionaries sent in parts are not supported.", {
          column: "*",
          arrowType: "dictionary delta",
        });
      dictionaries.set(id, new BufferCursor(data, body, dictionaries).column(type));
    }
  }
  return batches;
}
