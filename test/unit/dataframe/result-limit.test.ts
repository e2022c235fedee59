import type { MessageInitShape } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encodeRows } from "../../../src/arrow/encode/row-encoder.js";
import type { ExecutePlanResponseSchema } from "../../../src/gen/spark/connect/base_pb.js";
import {
  LongType,
  StructField,
  StructType,
  type CollectOptions,
  type DataFrame,
  type StandardSchema,
} from "../../../src/index.js";
import { wireType } from "../../../src/plan/wire-type.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";
import { offlineContext, rangeOf } from "../support/offline-session.js";

type Answer = MessageInitShape<typeof ExecutePlanResponseSchema>;

const schema = new StructType([StructField("id", LongType(), false)]);
const anything: StandardSchema = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) },
};

function batch(first: number): Answer {
  const rows = Array.from({ length: 10 }, (_, at) => ({ id: BigInt(first + at) }));
  return {
    responseId: `batch-${first}`,
    responseType: {
      case: "arrowBatch",
      value: { rowCount: 10n, data: encodeRows(rows, schema), startOffset: BigInt(first) },
    },
  };
}

const interrupted = vi.fn();
let server: FakeSparkServer;
let df: DataFrame;
beforeEach(async () => {
  server = await FakeSparkServer.start({
    executePlan: () => [
      { responseId: "schema", schema: wireType(schema) },
      batch(0),
      batch(10),
      batch(20),
      { responseId: "end", responseType: { case: "resultComplete", value: {} } },
    ],
    interrupt: () => {
      interrupted();
      return {};
    },
  });
  df = rangeOf(offlineContext(server, "4.3.0"));
});
afterEach(() => {
  server.stop();
  vi.clearAllMocks();
});

const METHODS: Readonly<Record<string, (options: CollectOptions) => Promise<unknown>>> = {
  collect: (options) => df.collect(options),
  take: (options) => df.take(30, options),
  head: (options) => df.head(30, options),
  tail: (options) => df.tail(30, options),
  first: (options) => df.first(options),
  toColumns: (options) => df.toColumns(options),
  "as().collect": (options) => df.as(anything).collect(options),
};

describe.each(Object.entries(METHODS))("%s() with limits", (_name, act) => {
  it("fails with the number of rows and the limit, and interrupts the query", async () => {
    const error: unknown = await act({ maxRows: 15 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "ResultTooLargeError",
      code: "RESULT_TOO_LARGE",
      rows: 20,
    });
    expect((error as Error).message).toMatch(
      /^The result has more than maxRows = 15 rows\. The client stopped at 20 rows and \d+ bytes of Arrow data\. Raise maxRows, or read the rows one by one with toLocalIterator\(\) or toReadable\(\)\.$/,
    );
    await vi.waitFor(() => {
      expect(interrupted).toHaveBeenCalledOnce();
    });
    await expect(act({ maxBytes: 1 })).rejects.toThrow(
      /^The result has more than maxBytes = 1 bytes of Arrow data\. The client stopped at 10 rows/,
    );
  });

  it("returns a result within the limits, and refuses a limit that is not a number", async () => {
    await expect(act({ maxRows: 30, maxBytes: Infinity })).resolves.toBeDefined();
    await expect(act({})).resolves.toBeDefined();
    await expect(act({ maxRows: -1 })).rejects.toThrow(
      "maxRows must be a number of at least 0, or Infinity, got -1.",
    );
    await expect(act({ maxBytes: "1MB" as never })).rejects.toThrow(/maxBytes .* got string/);
  });
});

describe("toLocalIterator()", () => {
  it("has no limits, and refuses them", () => {
    expect(() => df.toLocalIterator({ maxRows: 1 } as never)).toThrow(/Unknown option maxRows/);
  });
});
