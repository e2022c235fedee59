import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { SparkSession, type StreamingQuery } from "../../src/index.js";
import { eventually } from "../support/eventually.js";
import { connect } from "./support.js";

/** The session of this id, as another process would find it. */
function found(sessionId: string): Promise<SparkSession> {
  return SparkSession.builder().remote(inject("sparkUrl")).sessionId(sessionId).create();
}

function start(spark: SparkSession): Promise<StreamingQuery> {
  return spark.readStream.format("rate").load().writeStream.format("noop").start();
}

describe("the end of streaming queries", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("comes with the end of `await using` on their session", async () => {
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

  it("does not come with an abort of whoever watches them", async () => {
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

  it("does not come with the stop of a client whose session's id is pinned", async () => {
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
