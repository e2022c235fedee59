import { describe, expect, it } from "vitest";
import { BatchAssembler, type ArrowBatchChunk } from "../../../src/arrow/ipc/batch-assembler.js";
import { encodeRows } from "../../../src/arrow/encode/row-encoder.js";
import { ProtocolError } from "../../../src/errors.js";
import { LongType } from "../../../src/types/data-type.js";
import { StructType } from "../../../src/types/struct-type.js";

function stream(numRows: number): Uint8Array {
  const rows = Array.from({ length: numRows }, (_, index) => [BigInt(index)]);
  return encodeRows(rows, new StructType().add("id", LongType()));
}

/** A batch in `count` chunks, as the server sends it. */
function chunks(numRows: number, startOffset: number, count: number): ArrowBatchChunk[] {
  const data = stream(numRows);
  const size = Math.ceil(data.length / count);
  return Array.from({ length: count }, (_, index) => ({
    rowCount: BigInt(numRows),
    data: data.subarray(index * size, (index + 1) * size),
    startOffset: BigInt(startOffset),
    chunkIndex: BigInt(index),
    numChunksInBatch: BigInt(count),
  }));
}

describe("BatchAssembler", () => {
  it("returns each batch when its last chunk arrives", () => {
    const assembler = new BatchAssembler();
    for (const [numRows, start] of [
      [5, 0],
      [0, 5],
      [7, 5],
    ] as const) {
      const parts = chunks(numRows, start, 3);
      expect(parts.map((chunk) => assembler.push(chunk))).toEqual([
        undefined,
        undefined,
        stream(numRows),
      ]);
    }
    assembler.finish();
    expect(assembler.numRows).toBe(12n);
  });

  it("accepts batches of servers that do not chunk or number them", () => {
    const assembler = new BatchAssembler();
    const data = stream(2);
    expect(assembler.push({ rowCount: 2n, data })).toBe(data);
    expect(assembler.push({ rowCount: 2n, data, numChunksInBatch: 0n })).toBe(data);
    expect(assembler.numRows).toBe(4n);
  });

  it.each<[string, readonly ArrowBatchChunk[]]>([
    ["a batch was lost", [...chunks(2, 0, 1), ...chunks(2, 4, 1)]],
    ["a batch came twice", [...chunks(2, 0, 1), ...chunks(2, 0, 1)]],
    ["the first batch was lost", chunks(2, 2, 1)],
    ["a chunk was lost", chunks(2, 0, 3).filter((_, index) => index !== 1)],
    ["a chunk came twice", chunks(2, 0, 3).flatMap((chunk) => [chunk, chunk])],
    ["the first chunk was lost", chunks(2, 0, 3).slice(1)],
    [
      "a batch began before the last one was complete",
      [...chunks(2, 0, 3).slice(0, 2), ...chunks(2, 2, 1)],
    ],
    [
      "a batch has other rows than it says",
      [{ ...chunks(2, 0, 1)[0], rowCount: 3n } as ArrowBatchChunk],
    ],
    ["a batch is cut short", [{ rowCount: 2n, data: stream(2).subarray(0, -8) }]],
  ])("throws when %s", (_, sequence) => {
    const assembler = new BatchAssembler("operation-1");
    expect(() => sequence.map((chunk) => assembler.push(chunk))).toThrow(ProtocolError);
  });

  it("throws when the chunks of a batch declare different sizes", () => {
    const [first, second] = chunks(2, 0, 2) as [ArrowBatchChunk, ArrowBatchChunk];
    for (const change of [{ rowCount: 3n }, { numChunksInBatch: 3n }, { startOffset: 9n }]) {
      const assembler = new BatchAssembler();
      assembler.push(first);
      expect(() => assembler.push({ ...second, ...change })).toThrow(ProtocolError);
    }
  });

  it("throws when the result ends inside a batch, and names the operation", () => {
    const assembler = new BatchAssembler("operation-1");
    for (const chunk of chunks(2, 0, 3).slice(0, 2)) assembler.push(chunk);
    expect(() => {
      assembler.finish();
    }).toThrow(expect.objectContaining({ operationId: "operation-1" }) as Error);
  });
});
