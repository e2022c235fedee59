import { describe, expect, it } from "vitest";
import { parseLosslessJson, withSmallNumbers } from "../../../src/streaming/lossless-json.js";
import { isIdleReport, parseProgress } from "../../../src/streaming/progress.js";

/** The report of one batch, as Spark 4.2.1 writes it for listeners and for requests. */
const HEAD = '"id":"i","runId":"r","name":null,"timestamp":"2026-11-21T09:56:23.533Z","batchId":2';
const FOR_LISTENERS = `{${HEAD},"batchDuration":123,"numInputRows":10,"inputRowsPerSecond":909.0,"processedRowsPerSecond":81.4,"durationMs":{"addBatch":26,"triggerExecution":123},"stateOperators":[],"sources":[{"description":"a","startOffset":1,"endOffset":{"n":9007199254740993},"latestOffset":2,"numInputRows":5,"inputRowsPerSecond":454.5,"processedRowsPerSecond":40.7},{"description":"b","startOffset":null,"endOffset":"x","latestOffset":null,"numInputRows":5,"inputRowsPerSecond":454.5,"processedRowsPerSecond":40.7}],"sink":{"description":"NoopTable","numOutputRows":5},"observedMetrics":{"m":{"c":5,"huge":9007199254740993,"de":1.5000,"de2":1234567890123456789.123,"nan":"NaN","d":1.0,"st":{"a":1},"arr":[1],"nul":null}}}`;
const FOR_LAST_PROGRESS = `{${HEAD},"batchDuration":123,"durationMs":{"triggerExecution":123,"addBatch":26},"eventTime":{},"stateOperators":[],"sources":[{"description":"a","startOffset":"1","endOffset":"{\\"n\\":9007199254740993}","latestOffset":"2","numInputRows":5,"inputRowsPerSecond":454.5,"processedRowsPerSecond":40.7,"metrics":{}},{"description":"b","startOffset":null,"endOffset":"x","latestOffset":null,"numInputRows":5,"inputRowsPerSecond":454.5,"processedRowsPerSecond":40.7,"metrics":{}}],"sink":{"description":"NoopTable","numOutputRows":5,"metrics":{}},"observedMetrics":{"m":{"values":[5,9007199254740993,1.5000,1234567890123456789.123,"NaN",1.0,{"values":[1],"schema":{"type":"struct","fields":[{"name":"a","type":"long","nullable":false,"metadata":{}}]}},[1],null],"schema":{"type":"struct","fields":[{"name":"c"},{"name":"huge"},{"name":"de"},{"name":"de2"},{"name":"nan"},{"name":"d"},{"name":"st"},{"name":"arr"},{"name":"nul"}]}}}}`;

describe("parseLosslessJson", () => {
  it("returns each integer as a bigint, whatever its size", () => {
    expect(parseLosslessJson('{"offset":9223372036854775807,"n":[12,-0]}')).toEqual({
      offset: 9223372036854775807n,
      n: [12n, 0n],
    });
  });
  it("returns a fraction as text only if a number would lose a digit", () => {
    expect(
      parseLosslessJson(
        "[1.5000,1.0E300,454.54545454545456,0.1234567890123456789,1234567890123456.78]",
      ),
    ).toEqual([1.5, 1e300, 454.54545454545456, "0.1234567890123456789", "1234567890123456.78"]);
  });
  it("does not change digits inside strings", () => {
    const json = '{"id":"9223372036854775807","quote":"a \\"12345678901234567890\\" 1"}';
    expect(parseLosslessJson(json)).toEqual(JSON.parse(json));
  });
});

describe("withSmallNumbers", () => {
  it("converts every bigint that a number can hold exactly", () => {
    expect(withSmallNumbers({ a: [1n, 2n ** 53n], b: "x", c: null })).toEqual({
      a: [1, 2n ** 53n],
      b: "x",
      c: null,
    });
  });
});

describe("parseProgress", () => {
  it("reads the same values from both forms that Spark writes", () => {
    const [reported, asked] = [parseProgress(FOR_LISTENERS), parseProgress(FOR_LAST_PROGRESS)];
    expect({ ...reported, json: "" }).toEqual({ ...asked, json: "" });
    expect(asked).toEqual({
      id: "i",
      runId: "r",
      name: undefined,
      timestamp: "2026-11-21T09:56:23.533Z",
      batchId: 2n,
      batchDuration: 123,
      durationMs: { addBatch: 26, triggerExecution: 123 },
      eventTime: {},
      numInputRows: 10n,
      inputRowsPerSecond: 909,
      processedRowsPerSecond: 81.4,
      sources: [
        {
          description: "a",
          startOffset: 1,
          endOffset: { n: 9007199254740993n },
          latestOffset: 2,
          numInputRows: 5n,
          inputRowsPerSecond: 454.5,
          processedRowsPerSecond: 40.7,
          metrics: {},
        },
        {
          description: "b",
          startOffset: null,
          endOffset: "x",
          latestOffset: null,
          numInputRows: 5n,
          inputRowsPerSecond: 454.5,
          processedRowsPerSecond: 40.7,
          metrics: {},
        },
      ],
      sink: { description: "NoopTable", numOutputRows: 5n, metrics: {} },
      stateOperators: [],
      observedMetrics: {
        m: {
          c: 5n,
          huge: 9007199254740993n,
          de: 1.5,
          de2: "1234567890123456789.123",
          nan: "NaN",
          d: 1,
          st: { a: 1n },
          arr: [1n],
          nul: null,
        },
      },
      json: FOR_LAST_PROGRESS,
    });
  });

  it("reads state operators, with their custom metrics as bigint", () => {
    const json = `{${HEAD},"stateOperators":[{"operatorName":"stateStoreSave","numRowsTotal":9007199254740993,"numRowsUpdated":5,"allUpdatesTimeMs":37,"numRowsRemoved":0,"allRemovalsTimeMs":1,"commitTimeMs":109,"memoryUsedBytes":12352,"numRowsDroppedByWatermark":2,"numShufflePartitions":2,"numStateStoreInstances":3,"customMetrics":{"stateOnCurrentVersionSizeBytes":9648,"SnapshotLastUploaded.partition_0_default":-1}}]}`;
    expect(parseProgress(json).stateOperators).toEqual([
      {
        operatorName: "stateStoreSave",
        numRowsTotal: 9007199254740993n,
        numRowsUpdated: 5n,
        numRowsRemoved: 0n,
        allUpdatesTimeMs: 37,
        allRemovalsTimeMs: 1,
        commitTimeMs: 109,
        memoryUsedBytes: 12352n,
        numRowsDroppedByWatermark: 2n,
        numShufflePartitions: 2,
        numStateStoreInstances: 3,
        customMetrics: {
          stateOnCurrentVersionSizeBytes: 9648n,
          "SnapshotLastUploaded.partition_0_default": -1n,
        },
      },
    ]);
  });

  it("fills missing fields with 0 or empty values, and reads NaN rates", () => {
    const progress = parseProgress('{"batchId":0,"processedRowsPerSecond":"NaN","sink":{}}');
    expect(progress).toMatchObject({ numInputRows: 0n, sources: [], sink: { numOutputRows: -1n } });
    expect(progress.processedRowsPerSecond).toBeNaN();
  });

  it("refuses a count that is not an integer, and names the field", () => {
    expect(() => parseProgress('{"batchId":1.5}')).toThrow(/1\.5 as a query's batchId/);
  });

  it("distinguishes an idle report from a batch", () => {
    const idle = `{${HEAD},"durationMs":{"triggerExecution":0,"latestOffset":0}}`;
    expect(isIdleReport(parseProgress(idle))).toBe(true);
    expect(isIdleReport(parseProgress(FOR_LAST_PROGRESS))).toBe(false);
  });
});
