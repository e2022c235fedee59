import { ProtocolError } from "../../errors.js";
import { readIpcStream } from "./ipc-stream.js";

/** A part of a result as the server sends it: Spark Connect's ExecutePlanResponse.ArrowBatch. */
export interface ArrowBatchChunk {
  /** Rows of the whole batch, the same in each of its chunks. */
  readonly rowCount: bigint;
  readonly data: Uint8Array;
  /** Rows of the result before this batch. */
  readonly startOffset?: bigint | undefined;
  /** Position of this chunk in its batch. */
  readonly chunkIndex?: bigint | undefined;
  /** Chunks of the batch; unset or 0: the chunk is the batch. */
  readonly numChunksInBatch?: bigint | undefined;
}

/**
 * Puts batches together that the server cut into chunks, and counts the result's rows. A batch that was lost,
 * repeated or cut short on the way never passes: chunks must follow one another, each batch must start where
 * the last one ended and hold as many rows as it says.
 */
export class BatchAssembler {
  readonly #operationId: string | undefined;
  #chunks: ArrowBatchChunk[] = [];
  #numRows = 0n;

  /** @param operationId named in errors */
  constructor(operationId?: string) {
    this.#operationId = operationId;
  }

  /** Rows of all complete batches so far. */
  get numRows(): bigint {
    return this.#numRows;
  }

  /**
   * Takes the next chunk of the result.
   *
   * @returns the batch's Arrow IPC stream when the chunk completes it, aligned so that decoding need not copy it
   * @throws {ProtocolError} the chunk is not the next one, or the batch is not what it says it is
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
   * Says that the result is complete.
   *
   * @throws {ProtocolError} the last batch lacks chunks
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
      `The result is broken: ${what} ${String(expected)} was expected, but ${String(actual)} arrived.`,
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
