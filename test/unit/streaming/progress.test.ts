import { describe, expect, it } from "vitest";
import { parseLosslessJson } from "../../../src/streaming/lossless-json.js";
import { parseProgress } from "../../../src/streaming/progress.js";

describe("parseLosslessJson", () => {
  it("keeps every digit of an integer past 2^53 as bigint", () => {
    expect(parseLosslessJson('{"offset":9223372036854775807,"n":12}')).toEqual({
      offset: 9223372036854775807n,
      n: 12,
    });
  });
  it("leaves digits inside strings and fractions alone", () => {
    const json =
      '{"id":"9223372036854775807","quote":"a \\"12345678901234567890\\"","x":1.5e20,"y":0.1234567890123456789}';
    expect(parseLosslessJson(json)).toEqual(JSON.parse(json));
  });
});

describe("parseProgress", () => {
  it("types the fields and parses the offsets", () => {
    const progress = parseProgress(
      JSON.stringify({
        id: "i",
        runId: "r",
        name: null,
        timestamp: "2026-01-01T00:00:00.000Z",
        batchId: 3,
        numInputRows: 2,
        inputRowsPerSecond: 0.5,
        processedRowsPerSecond: "NaN",
        durationMs: { addBatch: 12 },
        sources: [
          { description: "s", startOffset: { n: 1 }, endOffset: '{"n": 2}', numInputRows: 2 },
        ],
        sink: { description: "d", numOutputRows: -1 },
      }),
    );
    expect(progress).toMatchObject({
      name: undefined,
      batchId: 3,
      numInputRows: 2,
      durationMs: { addBatch: 12 },
      sources: [{ startOffset: { n: 1 }, endOffset: { n: 2 } }],
      sink: { numOutputRows: -1 },
      stateOperators: [],
    });
    expect(progress.processedRowsPerSecond).toBeNaN();
  });
});
