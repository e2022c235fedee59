import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { SparkSession, type StreamingQuery } from "../../src/index.js";
import { eventually } from "../support/eventually.js";
import { connect } from "./support.js";

/** The session with this id, as another process would connect to it. */
function found(sessionId: string): Promise<SparkSession> {
  return SparkSession.builder().remote(inject("sparkUrl")).sessionId(sessionId).create();
}

function start(spark: SparkSession): Promise<StreamingQuery> {
  return spark.readStream.format("rate").load().writeStream.format("noop").start();
}

describe("streaming queries and the end of their session", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("disposing a session stops its streaming queries", async () => {
    let query: StreamingQuery;
    const ended: string[] = [];
    {
      await using session = await connect();
      await session.streams.addListener({
        onQueryTerminated: ({ runId }) => {
          ended.push(runId);
        },
      });
      query = await start(session);
    }
    expect(ended).toEqual([query.runId]);
  });

  it("aborting the progress of a streaming query does not stop it", async () => {
    const query = await start(spark);
    for (const watch of [
      async (signal: AbortSignal) => {
        for await (const { runId } of query.progress({ signal })) expect(runId).toBe(query.runId);
      },
      (signal: AbortSignal) => query.awaitTermination({ signal }),
    ]) {
      const watching = new AbortController();
      const watched = watch(watching.signal);
      const reason = new Error("enough");
      await eventually(async () => (await query.lastProgress()) !== undefined, {
        withinMs: 30_000,
      });
      watching.abort(reason);
      await expect(watched).rejects.toBe(reason);
      expect(await query.isActive()).toBe(true);
    }
    await query.stop();
  });

  it("stopping a client with a pinned session id does not stop the streaming queries", async () => {
    const first = await found(crypto.randomUUID());
    const query = await start(first);
    const { sessionId } = first;
    await first.stop();
    const second = await found(sessionId);
    const same = await second.streams.get(query.id);
    expect(same?.runId).toBe(query.runId);
    expect(await same?.isActive()).toBe(true);
    await same?.stop();
    await second.stop();
  });
});
