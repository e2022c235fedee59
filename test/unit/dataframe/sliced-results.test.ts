/** Long results leave the event loop free. */
import { create } from "@bufbuild/protobuf";
import { describe, expect, it, vi } from "vitest";
import { encodeRows } from "../../../src/arrow/encode/row-encoder.js";
import { sendRows } from "../../../src/connection/local-data/send-rows.js";
import type { DataFrame } from "../../../src/dataframe/dataframe.js";
import { DataTypeSchema } from "../../../src/gen/spark/connect/types_pb.js";
import { LoopTurns } from "../../../src/loop-turns.js";
import { LongType, StringType } from "../../../src/types/data-type.js";
import { StructType } from "../../../src/types/struct-type.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";
import { offlineContext, rangeOf } from "../support/offline-session.js";

const ROWS = 800;
const schema = new StructType().add("id", LongType()).add("name", StringType());
const rows = Array.from({ length: ROWS }, (_, id) => ({ id: BigInt(id), name: `row ${id}` }));

const field = (name: string, kind: "long" | "string") => ({
  name,
  nullable: true,
  dataType: { kind: { case: kind, value: {} } },
});
const wireSchema = create(DataTypeSchema, {
  kind: { case: "struct", value: { fields: [field("id", "long"), field("name", "string")] } },
});

/** A server whose every result is one batch of all rows. */
function serverOfOneBatch(): Promise<FakeSparkServer> {
  return FakeSparkServer.start({
    executePlan: function* () {
      yield { schema: wireSchema };
      const value = { rowCount: BigInt(ROWS), data: encodeRows(rows, schema) };
      yield { responseType: { case: "arrowBatch", value } };
      yield { responseType: { case: "resultComplete", value: {} } };
    },
  });
}

/** Counts the turns of the event loop until the work has ended. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  let isRunning = true;
  const tick = (): void => {
    count += 1;
    if (isRunning) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  isRunning = false;
  return count;
}

async function iterated(df: DataFrame): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const row of df.toLocalIterator()) seen.push(row);
  return seen;
}

const ids = rows.map(({ id }) => id);
const READS: readonly [string, number, (df: DataFrame) => Promise<unknown>, unknown][] = [
  ["toLocalIterator()", ROWS / 8, iterated, rows],
  ["collect()", ROWS / 32, (df) => df.collect(), rows],
  [
    "toColumns()",
    ROWS / 32,
    (df) => df.toColumns(),
    { id: ids, name: rows.map(({ name }) => name) },
  ],
];

describe("a result of one large batch", () => {
  it.each(READS)("lets the event loop turn during %s", async (_, atLeast, read, expected) => {
    using server = await serverOfOneBatch();
    // A slice of no time: the loop turns as often as the work can be divided.
    const sliced = rangeOf(offlineContext(server, "4.2.1", new LoopTurns(0)));
    const whole = rangeOf(offlineContext(server, "4.2.1", new LoopTurns(Infinity)));
    let result: unknown;
    const turns = await turnsDuring(async () => {
      result = await read(sliced);
    });
    expect(result).toEqual(expected);
    // The same read without slices turns the loop only to receive the result.
    const received = await turnsDuring(() => read(whole));
    expect(turns).toBeGreaterThanOrEqual(atLeast);
    expect(received).toBeLessThan(atLeast);
  });

  it.each([
    ["toLocalIterator()", (df: DataFrame, signal: AbortSignal) => iteratedUntil(df, signal)],
    ["collect()", (df: DataFrame, signal: AbortSignal) => df.collect({ signal })],
    ["toColumns()", (df: DataFrame, signal: AbortSignal) => df.toColumns({ signal })],
  ])(
    "can be aborted between two slices of %s, which ends the operation on the server",
    async (_, read) => {
      using server = await serverOfOneBatch();
      const turns = new LoopTurns(0);
      const df = rangeOf(offlineContext(server, "4.2.1", turns));
      const abort = new AbortController();
      const turn = turns.turn.bind(turns);
      let slices = 0;
      vi.spyOn(turns, "turn").mockImplementation(async (signal) => {
        slices += 1;
        if (slices === 5) abort.abort(new Error("enough"));
        await turn(signal);
      });
      await expect(read(df, abort.signal)).rejects.toThrow("enough");
      expect(slices).toBe(5);
      await vi.waitFor(() => {
        expect(server.requests("interrupt")).toHaveLength(1);
        expect(server.requests("releaseExecute").at(-1)?.release.case).toBe("releaseAll");
      });
    },
  );

  it("ends the operation on the server if the loop over toLocalIterator() ends early", async () => {
    using server = await serverOfOneBatch();
    const df = rangeOf(offlineContext(server, "4.2.1", new LoopTurns(0)));
    let seen = 0;
    for await (const row of df.toLocalIterator()) {
      expect(row).toEqual(rows[seen]);
      seen += 1;
      if (seen === 100) break;
    }
    await vi.waitFor(() => {
      expect(server.requests("interrupt")).toHaveLength(1);
      expect(server.requests("releaseExecute").at(-1)?.release.case).toBe("releaseAll");
    });
  });
});

describe("createDataFrameFrom()", () => {
  it("lets the event loop turn while it encodes an array of rows", async () => {
    using server = await FakeSparkServer.start();
    const { connection } = offlineContext(server, "4.2.1", new LoopTurns(0));
    let sent: Awaited<ReturnType<typeof sendRows>> | undefined;
    const turns = await turnsDuring(async () => {
      sent = await sendRows(connection, rows, schema, {});
    });
    expect(turns).toBeGreaterThanOrEqual(ROWS);
    expect(sent !== undefined && "rest" in sent ? sent.rest.numRows : undefined).toBe(ROWS);
  });
});

async function iteratedUntil(df: DataFrame, signal: AbortSignal): Promise<void> {
  for await (const row of df.toLocalIterator({ signal })) expect(row).toBeDefined();
}
