import { describe, expect, it } from "vitest";
import { SparkException } from "../../../src/errors.js";
import { withToJson } from "../../../src/streaming/json-safe.js";
import { parseProgress } from "../../../src/streaming/progress.js";

const REPORT = `{"id":"i","runId":"r","name":"prices","timestamp":"2024-05-01T00:00:00.000Z","batchId":7,
  "batchDuration":12,"durationMs":{"addBatch":3},"eventTime":{},
  "stateOperators":[{"operatorName":"dedupe","numRowsTotal":5,"customMetrics":{"size":9007199254740993}}],
  "sources":[{"description":"d","startOffset":null,"endOffset":{"0":9007199254740993},"latestOffset":null,
    "numInputRows":4,"inputRowsPerSecond":"NaN","processedRowsPerSecond":"Infinity"}],
  "sink":{"description":"s","numOutputRows":-1},
  "observedMetrics":{"m":{"total":9007199254740993,"few":2}}}`;

describe("JSON.stringify()", () => {
  it("writes a progress report and each of its parts without a loss", () => {
    const progress = parseProgress(REPORT);
    const json = JSON.parse(JSON.stringify({ progress })) as { progress: typeof progress };
    expect(json.progress).toMatchObject({
      batchId: 7,
      numInputRows: 4,
      sources: [
        {
          endOffset: { "0": "9007199254740993" },
          inputRowsPerSecond: "NaN",
          processedRowsPerSecond: "Infinity",
        },
      ],
      sink: { numOutputRows: -1 },
      stateOperators: [{ numRowsTotal: 5, customMetrics: { size: "9007199254740993" } }],
      observedMetrics: { m: { total: "9007199254740993", few: 2 } },
      json: REPORT,
    });
    expect(Object.keys(json.progress)).toEqual(Object.keys(progress));
    expect(JSON.stringify(progress.sink)).toContain('"numOutputRows":-1');
    expect(JSON.stringify(progress.observedMetrics["m"])).toBe(
      '{"total":"9007199254740993","few":2}',
    );
    expect(JSON.stringify(progress.sources)).toContain('"numInputRows":4');
    expect(Object.keys(progress)).not.toContain("toJSON");
    expect(structuredClone(progress)).toEqual(progress);
  });

  it("writes the error of a status with its name, code, message and cause", () => {
    const lost = new SparkException("boom", { errorClass: "X" });
    const cause = new Error("socket closed");
    const status = withToJson({
      rowsTotal: 3n,
      lastError: lost,
      other: new TypeError("t", { cause }),
    });
    expect(JSON.parse(JSON.stringify([status]))).toEqual([
      {
        rowsTotal: 3,
        lastError: { name: "SparkException", code: lost.code, message: "boom" },
        other: {
          name: "TypeError",
          message: "t",
          cause: { name: "Error", message: "socket closed" },
        },
      },
    ]);
  });
});
