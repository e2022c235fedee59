import { ProtocolError } from "../../errors.js";
import { readIpcStream } from "./ipc-stream.js";

/** A part of a result from the server: Spark Connect's ExecutePlanResponse.ArrowBatch. */
export interface ArrowBatchChunk {
  /** Number of rows in the whole batch. Each chunk of a batch has the same number. */
  readonly rowCount: bigint;
  readonly data: Uint8Array;
  /** Number of rows of the result before this batch. */
  readonly startOffset?: bigint | undefined;
  /** Position of this chunk in its batch. */
  readonly chunkIndex?: bigint | undefined;
  /** Number of chunks in the batch. Unset or 0: this chunk is the whole batch. */
  readonly numChunksInBatch?: bigint | undefined;
}

/**
 * Joins the chunks of batches, and counts the result's rows. Refuses lost, repeated and truncated batches: chunks
 * must be in order, each batch must start where the last one ended, and must contain as many rows as it declares.
 */
export class BatchAssembler {
  readonly #operationId: string | undefined;
  #chunks: ArrowBatchChunk[] = [];
  #numRows = 0n;

  /** @param operationId the operation's id, for errors */
  constructor(operationId?: string) {
    this.#operationId = operationId;
  }

  /** Number of rows of all complete batches so far. */
  get numRows(): bigint {
    return this.#numRows;
  }

  /**
   * Adds the next chunk of the result.
   *
   * @returns the batch's Arrow IPC stream if the chunk completes the batch, aligned so that decoding does not copy it
   * @throws {ProtocolError} the chunk is not the next one, or the batch does not have its declared size
   */
  push(chunk: ArrowBatchChunk): Uint8Array | undefined {
    const [first = chunk] = this.#chunks;
    this.#expect("chunk index", BigInt(this.#chunks.length), chunk.chunkIndex ?? 0n);
    this.#expect("row offset", this.#numRows, chunk.startOffset ?? this.#numRows);
    this.#expect("row count", first.rowCount, chunk.rowCount);
    this.#expect("number of chunks", countOf(first), countOf(chunk));
    this.#chunks.push(chunk);
    if (BigInt(this.#chunks.length) < countOf(chunk)) return undefined;
    const stream = this.#chunks.length === 1 ? chunk.data : joined(this.#chunks);
    this.#chunks = [];
    const { bytes, numRows } = readIpcStream(stream);
    this.#expect("row count", chunk.rowCount, BigInt(numRows));
    this.#numRows += chunk.rowCount;
    return bytes;
  }

  /**
   * Checks the end of the result.
   *
   * @throws {ProtocolError} chunks of the last batch are missing
   */
  finish(): void {
    const [first] = this.#chunks;
    if (first !== undefined)
      this.#expect("number of chunks", countOf(first), BigInt(this.#chunks.length));
  }

  #expect(what: string, expected: bigint, actual: bigint): void {
    if (expected === actual) return;
    throw new ProtocolError(
      "ARROW_BATCH_OUT_OF_ORDER",
      `The result is broken: expected ${what} ${String(expected)}, got ${String(actual)}.`,
      this.#operationId,
    );
  }
}

function countOf({ numChunksInBatch = 0n }: ArrowBatchChunk): bigint {
  return numChunksInBatch === 0n ? 1n : numChunksInBatch;
}

function joined(chunks: readonly ArrowBatchChunk[]): Uint8Array {
  const stream = new Uint8Array(chunks.reduce((length, { data }) => length + data.length, 0));
  let at = 0;
  for (const { data } of chunks) {
    stream.set(data, at);
    at += data.length;
  }
  return stream;
}
