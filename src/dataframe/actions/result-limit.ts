// Keeps results that are too large out of memory.

import { getHeapStatistics } from "node:v8";
import { ArgumentError, ResultTooLargeError } from "../../errors.js";
import type { ResultBatch } from "../../connection/spark-connection.js";
import type { DataType } from "../../types/data-type.js";
import type { StructType } from "../../types/struct-type.js";

/** Limits of methods that hold all rows in memory. A result beyond a limit is a {@link ResultTooLargeError}. */
export interface ResultLimits {
  /** The most rows. Default: no limit. */
  readonly maxRows?: number | undefined;
  /**
   * The most bytes of Arrow data, as the server sends them. Default: as many as fit into Node's heap, by an estimate.
   * `Infinity` removes the limit: a result that does not fit then ends the process.
   */
  readonly maxBytes?: number | undefined;
}

/**
 * The part of the heap for old objects that may be in use. Above it V8 collects garbage more and more often, before it
 * ends the process.
 */
const USABLE_HEAP = 0.75;
/** V8's default space for young objects, which heap_size_limit includes. Rows that are kept become old. */
const YOUNG_SPACE = 48 * 2 ** 20;

/** The estimated sizes of all results that are being collected in this process. */
let collectingBytes = 0;

/** Checks a result against its limits while its batches arrive. */
export class ResultLimit {
  readonly #maxRows: number;
  readonly #maxBytes: number | undefined;
  /** The heap in use before the first batch, including garbage. */
  readonly #heapBefore: number;
  #rows = 0;
  #bytes = 0;
  #estimate = 0;
  #rowBytes: number | undefined;
  #byteFactor = 1;

  /** @throws {ArgumentError} a limit is not a number of at least 0 */
  constructor({ maxRows, maxBytes }: ResultLimits) {
    this.#maxRows = checkedLimit("maxRows", maxRows) ?? Infinity;
    this.#maxBytes = checkedLimit("maxBytes", maxBytes);
    this.#heapBefore = getHeapStatistics().used_heap_size + collectingBytes;
  }

  /**
   * Adds a batch that is not decoded yet.
   *
   * @throws {ResultTooLargeError} the result is beyond a limit
   */
  add({ schema, numRows, ipcStream }: ResultBatch): void {
    this.#rows += numRows;
    this.#bytes += ipcStream.byteLength;
    if (this.#rows > this.#maxRows)
      throw this.#tooLarge(
        `more than maxRows = ${this.#maxRows} rows`,
        `Raise maxRows, or read the rows one by one with toLocalIterator() or toReadable().`,
      );
    if (this.#maxBytes !== undefined) {
      if (this.#bytes > this.#maxBytes)
        throw this.#tooLarge(
          `more than maxBytes = ${this.#maxBytes} bytes of Arrow data`,
          `Raise maxBytes, or read the rows one by one with toLocalIterator() or toReadable().`,
        );
      return;
    }
    if (this.#rowBytes === undefined) {
      this.#rowBytes = rowBytes(schema);
      this.#byteFactor = hasElements(schema) ? ELEMENTS_FACTOR : TEXT_FACTOR;
    }
    const batch = numRows * this.#rowBytes + ipcStream.byteLength * this.#byteFactor;
    this.#estimate += batch;
    collectingBytes += batch;
    this.#checkHeap(batch);
  }

  /** Ends the count of this result, which its caller has received or dropped. */
  end(): void {
    collectingBytes -= this.#estimate;
    this.#estimate = 0;
  }

  #checkHeap(batch: number): void {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    const usable = Math.max(0, limit - YOUNG_SPACE) * USABLE_HEAP;
    // The used heap includes garbage, which V8 can free. So the rows must be too large by the estimate too.
    if (used + batch <= usable || this.#heapBefore + collectingBytes <= usable) return;
    throw this.#tooLarge(
      `more rows than fit into Node's heap, which has a limit of ${mebibytes(limit)} and holds ${mebibytes(used)}`,
      `Read the rows one by one with toLocalIterator() or toReadable(), reduce them on the server, or start Node with a larger heap (--max-old-space-size). The option maxBytes: Infinity removes this limit.`,
    );
  }

  #tooLarge(what: string, advice: string): ResultTooLargeError {
    return new ResultTooLargeError(
      `The result has ${what}. The client stopped at ${this.#rows} rows and ${this.#bytes} bytes of Arrow data. ${advice}`,
      { rows: this.#rows, bytes: this.#bytes },
    );
  }
}

function checkedLimit(name: string, limit: unknown): number | undefined {
  if (limit === undefined || (typeof limit === "number" && limit >= 0)) return limit;
  throw new ArgumentError(
    name,
    `${name} must be a number of at least 0, or Infinity, got ${typeof limit === "number" ? limit : typeof limit}.`,
  );
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

/** Texts have at most twice as many bytes on the heap as in Arrow, which has one byte for an ASCII character. */
const TEXT_FACTOR = 2;
/**
 * The number of elements of an ARRAY or MAP is not known before they are decoded. Most element types have at most 8
 * times as many bytes on the heap as in Arrow.
 */
const ELEMENTS_FACTOR = 8;

/** Bytes of a row on V8's heap, measured on Node 20 to 24: an object, and its place in the array of rows. */
function rowBytes(schema: StructType): number {
  return schema.fields.reduce((sum, { dataType }) => sum + valueBytes(dataType), 40);
}

/** Bytes of a value on V8's heap with its place in the row, measured likewise. The characters of a text are extra. */
function valueBytes(type: DataType): number {
  switch (type.kind) {
    case "void":
    case "boolean":
    case "byte":
    case "short":
    case "integer":
      return 8;
    case "float":
    case "double":
      return 24;
    case "long":
      return 32;
    case "timestamp":
    case "timestamp_ltz_nanos":
      return 170;
    case "binary":
    case "map":
    case "variant":
      return 200;
    case "struct":
      return type.fields.reduce((sum, { dataType }) => sum + valueBytes(dataType), 32);
    case "array":
    case "day_time_interval":
    case "year_month_interval":
    case "calendar_interval":
    case "geometry":
    case "geography":
      return 72;
    case "udt":
      return valueBytes(type.sqlType);
    default:
      // Texts: also decimals, dates and times.
      return 48;
  }
}

function hasElements(type: DataType): boolean {
  switch (type.kind) {
    case "array":
    case "map":
    case "variant":
      return true;
    case "struct":
      return type.fields.some(({ dataType }) => hasElements(dataType));
    case "udt":
      return hasElements(type.sqlType);
    default:
      return false;
  }
}
