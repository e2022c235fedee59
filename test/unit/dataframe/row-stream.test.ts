import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeRows } from "../../../src/arrow/encode/row-encoder.js";
import type { ExecutePlanResponseSchema } from "../../../src/gen/spark/connect/base_pb.js";
import {
  LongType,
  StructField,
  StructType,
  toJsonLines,
  type DataFrame,
} from "../../../src/index.js";
import { wireType } from "../../../src/plan/wire-type.js";
import { FakeSparkServer, sparkFailure } from "../support/fake-spark-server.js";
import { offlineContext, rangeOf } from "../support/offline-session.js";

type Answer = MessageInitShape<typeof ExecutePlanResponseSchema>;

const schema = new StructType([StructField("id", LongType(), false)]);

function batch(first: number, rows: number): Answer {
  const data = Array.from({ length: rows }, (_, at) => ({ id: BigInt(first + at) }));
  return {
    responseId: `batch-${first}`,
    responseType: {
      case: "arrowBatch",
      value: {
        rowCount: BigInt(rows),
        data: encodeRows(data, schema),
        startOffset: BigInt(first),
      },
    },
  };
}

const HEAD: Answer = { responseId: "schema", schema: wireType(schema) };
const END: Answer = { responseId: "end", responseType: { case: "resultComplete", value: {} } };

const executed = vi.fn();
const interrupted = vi.fn();
let server: FakeSparkServer | undefined;
afterEach(() => {
  server?.stop();
  vi.clearAllMocks();
});

/** A DataFrame. The fake server answers every query on it with these responses. */
async function frameOf(
  answers: () => Iterable<Answer> | AsyncIterable<Answer>,
): Promise<DataFrame> {
  server = await FakeSparkServer.start({
    executePlan: () => {
      executed();
      return answers();
    },
    interrupt: ({ interrupt }) => {
      interrupted(interrupt.case);
      return {};
    },
  });
  return rangeOf(offlineContext(server, "4.3.0"));
}

/** Ten rows, and then nothing for as long as the test lasts. */
async function* stuck(): AsyncGenerator<Answer> {
  yield HEAD;
  yield batch(0, 10);
  await new Promise(() => undefined);
}

describe("toReadable() and toJsonLines()", () => {
  it("deliver every row once and in order through pipeline(), for a fast and for a slow reader", async () => {
    const batches = Array.from({ length: 30 }, (_, at) => batch(at * 100, 100));
    const df = await frameOf(() => [HEAD, ...batches, END]);
    const expected = Array.from({ length: 3000 }, (_, id) => BigInt(id));
    for (const pause of [false, true]) {
      const seen: unknown[] = [];
      await pipeline(df.toReadable(), async (rows: AsyncIterable<{ readonly id: bigint }>) => {
        for await (const { id } of rows) {
          if (pause && seen.length % 16 === 0) await turn();
          seen.push(id);
        }
      });
      expect(seen).toEqual(expected);
    }
    expect(await text(toJsonLines(df))).toBe(expected.map((id) => `{"id":"${id}"}\n`).join(""));
    expect(await text(toJsonLines(df, { bigint: "number" }))).toContain('{"id":2999}\n');
    const arrays = await df.toReadable({ rowMode: "array", int64: "number" }).take(2).toArray();
    expect(arrays).toEqual([[0], [1]]);
  });

  it("send nothing before something reads", async () => {
    const df = await frameOf(() => [HEAD, batch(0, 1), END]);
    const streams = [df.toReadable(), toJsonLines(df)];
    await turn();
    for (const stream of streams) await once(stream.destroy(), "close");
    expect(executed).not.toHaveBeenCalled();
  });

  it("stop at the size of their buffer while nothing reads", async () => {
    const df = await frameOf(() => [HEAD, batch(0, 500), END]);
    const readable = df.toReadable();
    await once(readable, "readable");
    await turn();
    expect(readable.readableLength).toBe(readable.readableHighWaterMark);
    expect(await readable.toArray()).toHaveLength(500);
  });

  it.each(["toReadable", "toJsonLines"])(
    "interrupt the query when they are destroyed while the server is silent: %s",
    async (name) => {
      const df = await frameOf(stuck);
      const stream = name === "toReadable" ? df.toReadable() : toJsonLines(df);
      await once(
        stream.on("data", () => undefined),
        "data",
      );
      await turn();
      await once(stream.destroy(), "close");
      await vi.waitFor(() => {
        expect(interrupted).toHaveBeenCalledExactlyOnceWith("operationId");
      });
      expect(stream.errored).toBeNull();
    },
  );

  it("fail with the reason of the signal, and interrupt the query", async () => {
    const df = await frameOf(stuck);
    const reason = new Error("The user left.");
    const aborter = new AbortController();
    const stream = toJsonLines(df, { signal: aborter.signal });
    const failure = text(stream).catch((error: unknown) => error);
    await once(stream, "data");
    aborter.abort(reason);
    expect(await failure).toBe(reason);
    await vi.waitFor(() => {
      expect(interrupted).toHaveBeenCalledOnce();
    });
    const late = df.toReadable({ signal: aborter.signal });
    expect(await late.toArray().catch((error: unknown) => error)).toBe(reason);
  });

  it("fail with the error of the query, after the rows before it", async () => {
    const df = await frameOf(function* () {
      yield HEAD;
      yield batch(0, 2);
      throw sparkFailure("boom", { classes: '["org.apache.spark.SparkException"]' });
    });
    const rows: unknown[] = [];
    const readable = df.toReadable().on("data", (row) => rows.push(row));
    const [error] = (await once(readable, "error")) as [Error];
    expect(error).toMatchObject({ name: "SparkException" });
    expect(rows).toEqual([{ id: 0n }, { id: 1n }]);
  });

  it("refuse wrong options at once", async () => {
    const df = await frameOf(() => []);
    expect(() => toJsonLines(df, { bigInt: "number" } as never)).toThrow(
      /Unknown option bigInt of toJsonLines\(\)\. Did you mean bigint\?/,
    );
    expect(() => df.toReadable({ int64: "int" as never })).toThrow(/int64 must be/);
    expect(() => df.toReadable({ int46: "bigint" } as never)).toThrow(/Did you mean int64\?/);
    expect(() => toJsonLines({} as never)).toThrow("takes a DataFrame as its first argument");
  });
});
