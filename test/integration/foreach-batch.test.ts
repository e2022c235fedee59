import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  SparkError,
  SparkSession,
  StreamingQueryException,
  type DataFrame,
  type StreamingQuery,
  type StreamStartOptions,
} from "../../src/index.js";
import { expr, sum } from "../../src/functions/index.js";
import { eventually } from "../support/eventually.js";
import { connect, isSparkAtLeast, uniquePath } from "./support.js";

/** The remaining contents of a session's mailboxes. */
async function mailboxKeys(spark: SparkSession): Promise<string[]> {
  return Object.keys(await spark.conf.getAll()).filter((key) =>
    key.startsWith("sparktide.foreachBatch."),
  );
}

/** Waits for the failure of the query and returns it. */
async function failureOf(query: StreamingQuery): Promise<StreamingQueryException> {
  const error: unknown = await query.awaitTermination({ timeoutMs: 90_000 }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StreamingQueryException) return error;
  throw new Error(`the query did not fail: ${String(error)}`);
}

const itOnDelta = it.skipIf(!inject("hasDelta"));

describe("foreachBatch with a TypeScript callback", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  function rate(rowsPerSecond = 10): DataFrame {
    return spark.readStream.format("rate").option("rowsPerSecond", rowsPerSecond).load();
  }

  /** A stream of the numbers from 0 to `end` - 1, `perBatch` in each batch. */
  async function numbers(end: number, perBatch: number): Promise<DataFrame> {
    const path = uniquePath("numbers");
    for (let start = 0; start < end; start += perBatch) {
      await spark
        .range(start, Math.min(end, start + perBatch))
        .coalesce(1)
        .write.mode("append")
        .parquet(path);
    }
    return spark.readStream.schema("id BIGINT").option("maxFilesPerTrigger", 1).parquet(path);
  }

  it("runs the callback on each batch in order, with the batch id as bigint and the rows", async () => {
    const source = await numbers(50, 10);
    const seen: { batchId: bigint; ids: unknown[] }[] = [];
    const query = await source.writeStream
      .trigger({ availableNow: true })
      .option("checkpointLocation", uniquePath("checkpoint"))
      .foreachBatch(async (batch, batchId) => {
        const rows = await batch.orderBy("id").collect();
        seen.push({ batchId, ids: rows.map((row) => row["id"]) });
      })
      .start();
    expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
    expect(seen.map(({ batchId }) => batchId)).toEqual([0n, 1n, 2n, 3n, 4n]);
    const ids = seen.flatMap((batch) => batch.ids).sort((a, b) => Number(a) - Number(b));
    expect(ids).toEqual([...Array(50).keys()].map(BigInt));
    await eventually(async () => (await mailboxKeys(spark)).length === 0, { withinMs: 10_000 });
  });

  it("lets the callback use the whole DataFrame API and write several times", async () => {
    const source = await numbers(20, 10);
    const [all, even] = [uniquePath("all"), uniquePath("even")];
    const sums: unknown[] = [];
    const query = await source.writeStream
      .trigger({ availableNow: true })
      .option("checkpointLocation", uniquePath("checkpoint"))
      .foreachBatch(async (batch) => {
        await batch.write.mode("append").parquet(all);
        await batch.filter("id % 2 = 0").write.mode("append").parquet(even);
        const other = batch.sparkSession.range(5).withColumnRenamed("id", "small");
        const joined = batch.join(other, expr("id = small"), "left_semi");
        sums.push((await joined.agg(sum("id").alias("s")).first())?.["s"]);
      })
      .start();
    expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
    expect(sums).toEqual([10n, null]);
    expect(await spark.read.parquet(all).count()).toBe(20);
    expect(await spark.read.parquet(even).count()).toBe(10);
  });

  it.each<[string, unknown, RegExp]>([
    ["a message cut in the middle of a surrogate pair", `${"x".repeat(3_999)}😀`, /^x+… \(cut\)$/],
    ["half of a surrogate pair", "half \ud83d, and \0", /^half \ufffd, and/],
    ["an object that cannot be printed", Object.create(null), /cannot be printed/],
  ])(
    "fails the query at once, by its own name, when the callback throws %s",
    async (_, thrown, text) => {
      const query = await rate()
        .writeStream.foreachBatch(() => {
          throw thrown;
        })
        .start();
      const failure = await failureOf(query);
      expect(failure).toMatchObject({ code: "FOREACH_BATCH_CALLBACK_FAILED" });
      expect(failure.message).toMatch(text);
    },
  );

  it("fails the query with the callback's message and stack, and keeps the error as cause", async () => {
    const thrown = new TypeError("no such price: token=abc123");
    const query = await rate()
      .writeStream.foreachBatch(() => {
        throw thrown;
      })
      .start();
    const failure = await failureOf(query);
    expect(failure.code).toBe("FOREACH_BATCH_CALLBACK_FAILED");
    expect(failure.message).toContain("TypeError: no such price");
    expect(failure.message).toContain("foreach-batch.test.ts");
    expect(failure.message).not.toContain("abc123");
    expect(failure.cause).toBe(thrown);
    const exception = await query.exception();
    expect(exception?.code).toBe("FOREACH_BATCH_CALLBACK_FAILED");
    expect(exception?.cause).toBe(thrown);
    expect(exception?.queryId).toBe(query.id);
  });

  itOnDelta(
    "runs a batch again after a failure, and a write with txn() takes effect once",
    async () => {
      const source = await numbers(20, 10);
      const [path, checkpoint] = [uniquePath("once"), uniquePath("checkpoint")];
      let mustFail = true;
      const ids: bigint[] = [];
      const start = (): Promise<StreamingQuery> =>
        source.writeStream
          .trigger({ availableNow: true })
          .option("checkpointLocation", checkpoint)
          .foreachBatch(async (batch, batchId, { txn }) => {
            ids.push(batchId);
            await batch.write.format("delta").mode("append").options(txn()).save(path);
            if (batchId === 1n && mustFail) throw new Error("after the write");
          })
          .start();
      await failureOf(await start());
      mustFail = false;
      expect(await (await start()).awaitTermination({ timeoutMs: 90_000 })).toBe(true);
      expect(ids).toEqual([0n, 1n, 1n]);
      expect(await spark.read.format("delta").load(path).count()).toBe(20);
    },
  );

  it("refuses a txn() name that the batch has already used", async () => {
    const query = await rate()
      .writeStream.foreachBatch((_batch, _id, { txn }) => {
        txn();
        txn();
      })
      .start();
    expect((await failureOf(query)).message).toContain('txn("default")');
  });

  it("keeps a callback running longer than its lease while its client is alive", async () => {
    let done = 0;
    const query = await (
      await numbers(2, 1)
    ).writeStream
      .trigger({ availableNow: true })
      .option("checkpointLocation", uniquePath("checkpoint"))
      .foreachBatch(
        async (batch) => {
          await batch
            .select(expr("java_method('java.lang.Thread', 'sleep', 3500L)"))
            .write.format("noop")
            .mode("overwrite")
            .save();
          done += 1;
        },
        { leaseMs: 1_000 },
      )
      .start();
    expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
    expect(done).toBe(2);
  });

  it("aborts the callback's signal and its operations when the query is stopped", async () => {
    let reason: unknown;
    let operation: Promise<unknown> | undefined;
    const query = await rate()
      .writeStream.foreachBatch(async (batch, _batchId, { signal }) => {
        signal.addEventListener("abort", () => {
          reason = signal.reason;
        });
        operation = batch.sparkSession
          .range(1)
          .select(expr("java_method('java.lang.Thread', 'sleep', 60000L)"))
          .collect();
        await operation;
      })
      .start();
    await eventually(() => operation !== undefined, { withinMs: 60_000 });
    await query.stop();
    expect(reason).toBeInstanceOf(SparkError);
    expect((reason as SparkError).code).toBe("FOREACH_BATCH_QUERY_ENDED");
    await expect(operation).rejects.toBe(reason);
    expect(await query.exception()).toBeUndefined();
  });

  it("aborts the signal when another client stops the query", async () => {
    let signal: AbortSignal | undefined;
    const query = await rate()
      .writeStream.foreachBatch(async (_batch, _batchId, context) => {
        signal = context.signal;
        await new Promise((resolve) => {
          context.signal.addEventListener("abort", resolve);
        });
      })
      .start();
    await eventually(() => signal !== undefined, { withinMs: 60_000 });
    const other = await SparkSession.builder()
      .remote(inject("sparkUrl"))
      .sessionId(spark.sessionId)
      .create();
    await (await other.streams.get(query.id))?.stop();
    await eventually(() => signal?.aborted === true, { withinMs: 20_000 });
    await other.stop();
  });

  it("refuses to stop or await the query inside its own callback", async () => {
    const codes: unknown[] = [];
    const query = await rate()
      .writeStream.foreachBatch(async () => {
        for (const call of [
          () => query.stop(),
          () => query.awaitTermination(),
          () => query.processAllAvailable(),
        ]) {
          await call().catch((error: unknown) => codes.push((error as SparkError).code));
        }
      })
      .start();
    await eventually(() => codes.length >= 3, { withinMs: 60_000 });
    expect(codes.slice(0, 3)).toEqual(Array(3).fill("FOREACH_BATCH_WAITS_FOR_ITSELF"));
    await query.stop();
  });

  it("ends the query with FOREACH_BATCH_CLIENT_LOST when the client no longer answers", async () => {
    const dying = await SparkSession.builder()
      .remote(inject("sparkUrl"))
      .sessionId(crypto.randomUUID())
      .create();
    let batches = 0;
    const query = await dying.readStream
      .format("rate")
      .load()
      .writeStream.foreachBatch(
        () => {
          batches += 1;
        },
        { leaseMs: 1_000 },
      )
      .start();
    await eventually(() => batches > 0, { withinMs: 60_000 });
    const { sessionId } = dying;
    // The session id is pinned, so the session continues without this client.
    await dying.stop();
    const heir = await SparkSession.builder()
      .remote(inject("sparkUrl"))
      .sessionId(sessionId)
      .create();
    const found = await heir.streams.get(query.id);
    if (found === undefined) throw new Error("the session does not know the query");
    const failure = await failureOf(found);
    expect(failure.code).toBe("FOREACH_BATCH_CLIENT_LOST");
    expect(failure.message).toMatch(/^No client ran the callback for batch \d+/);
    await heir.stop();
  });

  it("reads a persisted stateful batch for two writes, and fails if it is not read completely", async () => {
    const source = (await numbers(20, 10)).groupBy(expr("id % 3").alias("k")).count();
    const counts = new Map<unknown, unknown>();
    const query = await source.writeStream
      .outputMode("update")
      .trigger({ availableNow: true })
      .option("checkpointLocation", uniquePath("checkpoint"))
      .foreachBatch(async (batch) => {
        await batch.persist();
        for (const row of await batch.collect()) counts.set(row["k"], row["count"]);
        await batch.write.format("noop").mode("overwrite").save();
        await batch.unpersist();
      })
      .start();
    expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
    expect(counts).toEqual(
      new Map([
        [0n, 7n],
        [1n, 7n],
        [2n, 6n],
      ]),
    );
  });

  // Spark 4.0 and 4.1 do not detect this.
  it.skipIf(!isSparkAtLeast(4, 2))(
    "fails with advice if a stateful batch is not read completely",
    async () => {
      const query = await (
        await numbers(20, 10)
      )
        .groupBy(expr("id % 50").alias("k"))
        .count()
        .writeStream.outputMode("update")
        .option("checkpointLocation", uniquePath("checkpoint"))
        .foreachBatch(async (batch) => {
          await batch.take(1);
        })
        .start();
      const failure = await failureOf(query);
      expect(failure.code).toBe("STATE_STORE_COMMIT_VALIDATION_FAILED");
      expect((await query.exception())?.code).toBe("STATE_STORE_COMMIT_VALIDATION_FAILED");
      expect(failure.message).toContain("must read its whole batch");
    },
  );

  it("lets a new process with the session id bind its callback before the lease ends", async () => {
    const pinned = (sessionId: string): Promise<SparkSession> =>
      SparkSession.builder().remote(inject("sparkUrl")).sessionId(sessionId).create();
    const first = await pinned(crypto.randomUUID());
    const path = uniquePath("inherited");
    const seen: string[] = [];
    const start = (
      session: SparkSession,
      who: string,
      options: StreamStartOptions = {},
    ): Promise<StreamingQuery> =>
      session.readStream
        .schema("id BIGINT")
        .option("maxFilesPerTrigger", 1)
        .parquet(input)
        .writeStream.option("checkpointLocation", `${path}-checkpoint`)
        .foreachBatch(
          async (batch, batchId, { queryId, txn, signal }) => {
            seen.push(`${who}:${String(batchId)}`);
            if (who === "first" && batchId === 1n) {
              // Never answers, like a process that was killed in its callback.
              void first.stop();
              await new Promise((resolve) => {
                signal.addEventListener("abort", resolve);
              });
              return;
            }
            expect(txn()).toEqual({ txnAppId: `${queryId}/default`, txnVersion: String(batchId) });
            await batch.write.mode("append").parquet(path);
          },
          { leaseMs: 20_000 },
        )
        .start(undefined, options);
    const input = uniquePath("inherited-input");
    for (const startId of [0, 10, 20, 30]) {
      await spark
        .range(startId, startId + 10)
        .coalesce(1)
        .write.mode("append")
        .parquet(input);
    }
    const { sessionId } = first;
    const query = await start(first, "first");
    await eventually(() => seen.includes("first:1"), { withinMs: 60_000 });
    await eventually(() => first.isStopped, { withinMs: 20_000 });
    const heir = await pinned(sessionId);
    const adopted = await start(heir, "heir", {
      adopt: { queryId: query.id, runId: query.runId },
    });
    expect(adopted.runId).toBe(query.runId);
    await eventually(() => seen.includes("heir:3"), { withinMs: 60_000 });
    await adopted.drain();
    await adopted.stop();
    expect(seen).toEqual(["first:0", "first:1", "heir:1", "heir:2", "heir:3"]);
    expect(await heir.read.parquet(path).count()).toBe(40);
    await heir.stop();
  });

  it("finishes the current batch and starts no other when it is drained", async () => {
    const finished: bigint[] = [];
    let started = 0;
    const query = await rate(100)
      .writeStream.foreachBatch(async (batch, batchId) => {
        started += 1;
        await batch.count();
        finished.push(batchId);
      })
      .start();
    await eventually(() => started >= 2, { withinMs: 60_000 });
    await query.drain();
    const last = finished.at(-1);
    expect(BigInt((await query.lastProgress())?.batchId ?? -1)).toBe(last);
    expect(started).toBe(finished.length);
    await query.stop();
    expect(finished.at(-1)).toBe(last);
    expect(started).toBe(finished.length);
  });

  it("runs a Python function, given as text, on the server", async () => {
    const [source, path] = [await numbers(20, 10), uniquePath("python")];
    const query = await source.writeStream
      .trigger({ availableNow: true })
      .option("checkpointLocation", uniquePath("checkpoint"))
      .foreachBatchPython(
        [
          "from pyspark.sql.functions import lit",
          "",
          "def write(df, batch_id):",
          `    df.withColumn('batch', lit(batch_id)).write.mode('append').parquet('${path}')`,
        ].join("\n"),
        "write",
      )
      .start();
    expect(await query.awaitTermination({ timeoutMs: 90_000 })).toBe(true);
    const written = await spark.read.parquet(path).groupBy("batch").count().collect();
    expect(written.map((row) => row["count"])).toEqual([10n, 10n]);
  });
});
