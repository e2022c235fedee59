import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { SparkSession, type StreamingQuery } from "../../src/index.js";
import { PythonDataSource } from "../../src/sources/index.js";
import { eventually } from "../support/eventually.js";
import { connect, uniquePath } from "./support.js";

/** The session with this id, as another process would connect to it. */
function found(sessionId: string): Promise<SparkSession> {
  return SparkSession.builder().remote(inject("sparkUrl")).sessionId(sessionId).create();
}

function start(spark: SparkSession): Promise<StreamingQuery> {
  return spark.readStream.format("rate").load().writeStream.format("noop").start();
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A stream that writes the id of its reader's process to a file. Spark ends this process when it stops the query. */
function sourceWithProcess(path: string): PythonDataSource {
  const source = `
from pyspark.sql.datasource import DataSource, DataSourceStreamReader, InputPartition

class HasProcess(DataSource):
    @classmethod
    def name(cls):
        return "has_a_process"

    def schema(self):
        return "id INT"

    def streamReader(self, schema):
        return Reader()

class Reader(DataSourceStreamReader):
    def initialOffset(self):
        import os

        with open(${JSON.stringify(path)}, "w") as file:
            file.write(str(os.getpid()))
        return {"at": 0}

    def latestOffset(self):
        return {"at": 1}

    def partitions(self, start, end):
        return [InputPartition(1)]

    def read(self, partition):
        yield (1,)
`;
  return PythonDataSource.fromSource({ source, class: "HasProcess", name: "has_a_process" });
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
    // The events of the server are no proof: it may end them with the session before it sends the last one.
    const path = uniquePath("process");
    const source = sourceWithProcess(path);
    let reader = 0;
    {
      await using session = await connect(source);
      const query = await session.readStream
        .format("has_a_process")
        .load()
        .writeStream.format("noop")
        .option("checkpointLocation", uniquePath("stopping"))
        .start();
      await eventually(async () => (await query.lastProgress()) !== undefined, {
        withinMs: 60_000,
      });
      reader = Number(readFileSync(path, "utf8"));
      expect(isRunning(reader)).toBe(true);
    }
    await eventually(() => !isRunning(reader), { withinMs: 30_000 });
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
