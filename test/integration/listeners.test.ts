import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  SparkSession,
  StreamingQueryException,
  type DataFrame,
  type QueryGapEvent,
  type StreamingQuery,
  type StreamingQueryListener,
  type StreamingQueryProgress,
} from "../../src/index.js";
import { CutProxy } from "../support/cut-proxy.js";
import { eventually } from "../support/eventually.js";
import { connect, uniqueName, uniquePath } from "./support.js";

/** The events that a listener received, one line each, in order. */
class Heard implements StreamingQueryListener {
  readonly lines: string[] = [];
  readonly reports: StreamingQueryProgress[] = [];
  readonly gaps: QueryGapEvent[] = [];

  onQueryStarted({ runId }: { readonly runId: string }): void {
    this.lines.push(`started ${runId}`);
  }
  onQueryProgress({ progress }: { readonly progress: StreamingQueryProgress }): void {
    this.reports.push(progress);
    this.lines.push(`progress ${progress.runId} ${progress.batchId}`);
  }
  onQueryIdle({ runId }: { readonly runId: string }): void {
    this.lines.push(`idle ${runId}`);
  }
  onQueryTerminated(event: {
    readonly runId: string;
    readonly exception: string | undefined;
  }): void {
    const how = event.exception === undefined ? "stopped" : "failed";
    this.lines.push(`${how} ${event.runId}`);
  }
  onGap(event: QueryGapEvent): void {
    this.gaps.push(event);
    this.lines.push("gap");
  }
  /** The lines about one run, without the run id. */
  of(query: StreamingQuery): string[] {
    return this.lines
      .filter((line) => line.includes(query.runId))
      .map((line) => line.replace(` ${query.runId}`, ""));
  }
}

/** A query that runs batches as fast as possible. */
function fastBatches(spark: SparkSession): DataFrame {
  return spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 3).load();
}
/** Starts a query with five batches a second. The source `rate` has new rows only once a second. */
function ticking(spark: SparkSession): Promise<StreamingQuery> {
  return fastBatches(spark)
    .writeStream.format("noop")
    .trigger({ processingTime: "200 milliseconds" })
    .start();
}
function failing(spark: SparkSession): Promise<StreamingQuery> {
  return spark.readStream
    .format("rate")
    .load()
    .selectExpr("1 DIV (value - value) AS x")
    .writeStream.format("noop")
    .start();
}

describe("streaming query listeners", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("receive all events of a query in order", async () => {
    const heard = new Heard();
    await spark.streams.addListener(heard);
    const query = await ticking(spark);
    expect(heard.of(query)[0]).toBe("started");
    await eventually(() => heard.of(query).length >= 4, { withinMs: 30_000 });
    await query.stop();
    await eventually(() => heard.of(query).includes("stopped"), { withinMs: 30_000 });
    const lines = heard.of(query);
    const batches = lines.filter((line) => line.startsWith("progress"));
    expect(batches).toEqual(batches.map((_line, index) => `progress ${index}`));
    expect(lines).toEqual(["started", ...batches, "stopped"]);
    const asked = await query.recentProgress();
    const counts = ({ batchId, numInputRows, sink }: StreamingQueryProgress): unknown => ({
      batchId,
      numInputRows,
      written: sink.numOutputRows,
    });
    const reports = heard.reports.filter(({ runId }) => runId === query.runId);
    expect(reports.map(counts)).toEqual(
      asked.filter(({ durationMs }) => "addBatch" in durationMs).map(counts),
    );
    expect(reports.some(({ numInputRows }) => numInputRows > 0n)).toBe(true);
    await spark.streams.removeListener(heard);
  });

  it("receive the reason why a query failed", async () => {
    const ends: { exception: string | undefined; errorClass: string | undefined }[] = [];
    const listener: StreamingQueryListener = {
      onQueryTerminated: ({ exception, errorClassOnException }) => {
        ends.push({ exception, errorClass: errorClassOnException });
      },
    };
    await spark.streams.addListener(listener);
    await failing(spark);
    await eventually(() => ends.length === 1, { withinMs: 30_000 });
    expect(ends[0]?.exception).toContain("DIVIDE_BY_ZERO");
    expect(ends[0]?.errorClass).toBe("DIVIDE_BY_ZERO");
    await spark.streams.removeListener(listener);
  });

  it("receive events one after the other, in the order in which they were added, even if a listener fails", async () => {
    const lines: string[] = [];
    let busy = 0;
    const recording = (name: string, failure?: Error): StreamingQueryListener => ({
      onQueryProgress: async ({ progress }) => {
        expect(++busy).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        lines.push(`${name} ${progress.batchId}`);
        busy -= 1;
        if (failure !== undefined) throw failure;
      },
    });
    const first = recording("first", new Error("a listener's own"));
    const second = recording("second");
    await spark.streams.addListener(first);
    await spark.streams.addListener(second);
    const query = await ticking(spark);
    await eventually(() => lines.length >= 8, { withinMs: 30_000 });
    await query.stop();
    await spark.streams.removeListener(first);
    await spark.streams.removeListener(second);
    const count = Math.floor(lines.length / 2);
    const expected = [...Array(count).keys()].flatMap((batch) => [
      `first ${batch}`,
      `second ${batch}`,
    ]);
    expect(lines.slice(0, 2 * count)).toEqual(expected);
  });

  it("receive no events after removal, and receive events again after they are added again", async () => {
    const heard = new Heard();
    const query = await ticking(spark);
    await spark.streams.addListener(heard);
    await eventually(() => heard.reports.length > 0, { withinMs: 30_000 });
    await spark.streams.removeListener(heard);
    const before = heard.lines.length;
    const batch = (await query.lastProgress())?.batchId ?? 0n;
    await eventually(async () => ((await query.lastProgress())?.batchId ?? 0n) > batch + 2n, {
      withinMs: 30_000,
    });
    expect(heard.lines).toHaveLength(before);
    await spark.streams.addListener(heard);
    await eventually(() => heard.lines.length > before, { withinMs: 30_000 });
    await query.stop();
    await eventually(() => heard.of(query).at(-1) === "stopped", { withinMs: 30_000 });
    await spark.streams.removeListener(heard);
  });

  it("can restart a query and remove themselves from within an event", async () => {
    const lines: string[] = [];
    const again: StreamingQuery[] = [];
    const listener: StreamingQueryListener = {
      onQueryStarted: () => void lines.push("started"),
      onQueryTerminated: async () => {
        lines.push("ended");
        again.push(await ticking(spark));
        await spark.streams.removeListener(listener);
        lines.push("removed");
      },
    };
    await spark.streams.addListener(listener);
    const query = await ticking(spark);
    await query.stop();
    await eventually(() => lines.includes("removed"), { withinMs: 30_000 });
    await again[0]?.stop();
    expect(lines).toEqual(["started", "ended", "started", "removed"]);
  });

  it("receive hundreds of events of many queries without a gap", { timeout: 180_000 }, async () => {
    const own = await connect();
    const heard = new Heard();
    await own.streams.addListener(heard);
    const queries: StreamingQuery[] = [];
    for (let index = 0; index < 4; index += 1) {
      queries.push(await fastBatches(own).writeStream.format("noop").start());
    }
    await eventually(() => heard.reports.length >= 400, { withinMs: 150_000 });
    for (const query of queries) await query.stop();
    for (const query of queries) {
      await eventually(() => heard.of(query).at(-1) === "stopped", { withinMs: 30_000 });
      const batches = heard.of(query).filter((line) => line.startsWith("progress"));
      expect(batches).toEqual(batches.map((_line, index) => `progress ${index}`));
    }
    expect(heard.gaps).toEqual([]);
    await own.stop();
  });

  it("receive the end of a query exactly once if the connection breaks while it ends", async () => {
    const sessionId = randomUUID();
    await using proxy = await CutProxy.start(target);
    const cut = await onSession(sessionId, proxy.port);
    const direct = await onSession(sessionId);
    const heard = new Heard();
    await cut.streams.addListener(heard);
    const query = await ticking(cut);
    await eventually(() => heard.of(query).length >= 3, { withinMs: 30_000 });
    proxy.down();
    await (await direct.streams.get(query.id))?.stop();
    expect(heard.of(query)).not.toContain("stopped");
    proxy.up();
    await eventually(() => heard.of(query).includes("stopped"), { withinMs: 60_000 });
    // The server kept the position of the client, so no event was lost.
    const batches = heard.of(query).filter((line) => line.startsWith("progress"));
    expect(batches).toEqual(batches.map((_line, index) => `progress ${index}`));
    expect(heard.gaps).toEqual([]);
    expect(heard.of(query).filter((line) => line === "stopped")).toHaveLength(1);
    await direct.stop();
    await cut.stop();
  });

  it("receive one gap, and each end exactly once, if another client takes over the events", async () => {
    const sessionId = randomUUID();
    const own = await onSession(sessionId);
    const other = await onSession(sessionId);
    const heard = new Heard();
    await own.streams.addListener(heard);
    const [goesOn, ends] = [await ticking(own), await ticking(own)];
    await eventually(() => heard.of(goesOn).length >= 3 && heard.of(ends).length >= 3, {
      withinMs: 30_000,
    });
    const thief = new Heard();
    await other.streams.addListener(thief);
    await (await other.streams.get(ends.id))?.stop();
    await other.streams.removeListener(thief);
    await eventually(() => heard.of(ends).includes("stopped"), { withinMs: 60_000 });
    const atGap = heard.lines.indexOf("gap");
    await eventually(() => heard.lines.slice(atGap).some((line) => line.includes(goesOn.runId)), {
      withinMs: 30_000,
    });
    await goesOn.stop();
    await eventually(() => heard.of(goesOn).includes("stopped"), { withinMs: 30_000 });
    expect(heard.gaps[0]?.reason).toBe("reconnected");
    const gaps = heard.gaps.flatMap(({ queries }) => queries);
    expect(new Set(gaps.map(({ runId }) => runId))).toEqual(new Set([goesOn.runId, ends.runId]));
    for (const query of [goesOn, ends]) {
      expect(heard.of(query).filter((line) => line === "stopped")).toHaveLength(1);
      // The listener received each batch, or it is part of a gap.
      const known = new Set(
        heard.reports.filter(({ runId }) => runId === query.runId).map(({ batchId }) => batchId),
      );
      for (const { runId, missedBatches } of gaps) {
        if (runId !== query.runId || missedBatches === undefined) continue;
        for (let batch = missedBatches.from; batch <= missedBatches.to; batch += 1n)
          known.add(batch);
      }
      const last = [...known].reduce((a, b) => (a > b ? a : b));
      expect(BigInt(known.size)).toBe(last + 1n);
    }
    await other.stop();
    await own.stop();
  });

  it("receive the loss of the session once, and no events after it", async () => {
    const sessionId = randomUUID();
    const own = await onSession(sessionId);
    const heard = new Heard();
    await own.streams.addListener(heard);
    const query = await ticking(own);
    await eventually(() => heard.of(query).length >= 2, { withinMs: 30_000 });
    const other = await onSession(sessionId, undefined, true);
    await other.stop();
    await eventually(() => heard.gaps.length > 0, { withinMs: 60_000 });
    expect(heard.gaps.map(({ reason }) => reason)).toEqual(["sessionLost"]);
    expect(heard.gaps[0]?.error).toMatchObject({ name: "SessionError" });
    expect(heard.lines.at(-1)).toBe("gap");
    await expect(own.streams.addListener({})).rejects.toMatchObject({ name: "SessionError" });
    await own.stop();
  });

  it("receive the ends of the queries that the session's stop() stops", async () => {
    const own = await connect();
    const heard = new Heard();
    await own.streams.addListener(heard);
    const query = await ticking(own);
    await eventually(() => heard.of(query).length >= 2, { withinMs: 30_000 });
    await own.stop();
    expect(heard.of(query).at(-1)).toBe("stopped");
    expect(heard.gaps).toEqual([]);
  });

  it("are not added if the signal is aborted, and addListener() rejects with its reason", async () => {
    const reason = new Error("mine");
    const signal = AbortSignal.abort(reason);
    await expect(spark.streams.addListener({}, { signal })).rejects.toBe(reason);
  });
});

describe("query.progress()", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("yields each batch once while the event stream breaks and returns", async () => {
    const query = await ticking(spark);
    const batches: bigint[] = [];
    const watched = (async () => {
      for await (const { batchId } of query.progress()) batches.push(batchId);
    })();
    const listener: StreamingQueryListener = {};
    for (let round = 0; round < 3; round += 1) {
      const reached = batches.length + 3;
      await eventually(() => batches.length >= reached, { withinMs: 30_000 });
      await spark.streams.addListener(listener);
      await eventually(() => batches.length >= reached + 3, { withinMs: 30_000 });
      await spark.streams.removeListener(listener);
    }
    await query.stop();
    await watched;
    const first = batches[0] ?? 0n;
    expect(batches).toEqual(batches.map((_batch, index) => BigInt(index) + first));
  });

  it("yields the same from events as from polling, and throws the query's failure", async () => {
    const failed = await failing(spark);
    await spark.streams.addListener({});
    const path = uniquePath("progress");
    await spark.range(0, 12, 1, 6).write.parquet(path);
    const query = await spark.readStream
      .schema("id BIGINT")
      .option("maxFilesPerTrigger", 1)
      .parquet(path)
      .writeStream.format("noop")
      .option("checkpointLocation", `${path}-checkpoint`)
      .trigger({ availableNow: true })
      .start();
    const seen: StreamingQueryProgress[] = [];
    for await (const progress of query.progress()) seen.push(progress);
    const asked = await query.recentProgress();
    const compared = ({ batchId, numInputRows, sources }: StreamingQueryProgress): unknown => ({
      batchId,
      numInputRows,
      endOffset: sources[0]?.endOffset,
    });
    expect(seen).toHaveLength(6);
    expect(seen.map(compared)).toEqual(asked.map(compared));
    expect(seen.reduce((sum, { numInputRows }) => sum + numInputRows, 0n)).toBe(12n);
    await expect(
      (async () => {
        for await (const progress of failed.progress()) seen.push(progress);
      })(),
    ).rejects.toBeInstanceOf(StreamingQueryException);
  });

  it("reports the progress that a slow reader missed, instead of skipping it silently", async () => {
    const own = await connect();
    await own.conf.set("spark.sql.streaming.numRecentProgressUpdates", 3);
    const query = await ticking(own);
    const reports = query.progress();
    const batchOf = async (): Promise<bigint> => {
      const next = await reports.next();
      return next.done === true ? -1n : next.value.batchId;
    };
    const first = await batchOf();
    await eventually(async () => ((await query.lastProgress())?.batchId ?? 0n) > first + 12n, {
      withinMs: 30_000,
    });
    const rest = (async () => {
      for (;;) if ((await batchOf()) < 0n) return;
    })();
    await expect(rest).rejects.toMatchObject({ code: "PROGRESS_MISSED" });
    await own.stop();
  });
});

describe("spark.streams", () => {
  it("waits for the end of any query, throws its failure, and forgets ended queries on resetTerminated()", async () => {
    const spark = await connect();
    const { streams } = spark;
    expect(await streams.awaitAnyTermination({ timeoutMs: 100 })).toBe(false);
    const query = await ticking(spark);
    const waiting = streams.awaitAnyTermination();
    await query.stop();
    expect(await waiting).toBe(true);
    expect(await streams.awaitAnyTermination({ timeoutMs: 0 })).toBe(true);
    await streams.resetTerminated();
    expect(await streams.awaitAnyTermination({ timeoutMs: 0 })).toBe(false);
    const failed = await failing(spark);
    const failure = streams.awaitAnyTermination({ timeoutMs: 60_000 });
    await expect(failure).rejects.toBeInstanceOf(StreamingQueryException);
    await expect(failure).rejects.toMatchObject({ queryId: failed.id, runId: failed.runId });
    await streams.resetTerminated();
    const reason = new Error("mine");
    await expect(
      streams.awaitAnyTermination({ signal: AbortSignal.timeout(200) }),
    ).rejects.toMatchObject({ name: "TimeoutError" });
    await expect(streams.awaitAnyTermination({ signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    await spark.stop();
  });

  it("finds a query by id, but no query of another session", async () => {
    const [spark, other] = [await connect(), await connect()];
    const name = uniqueName("found");
    const query = await fastBatches(spark).writeStream.format("noop").queryName(name).start();
    expect((await spark.streams.get(query.id))?.name).toBe(name);
    expect(await other.streams.get(query.id)).toBeUndefined();
    await spark.stop();
    await other.stop();
  });
});

function target(): { host: string; port: number } {
  const { hostname, port } = new URL(inject("sparkUrl").replace(/^sc:/, "http:"));
  return { host: hostname, port: Number(port) };
}

/** A session with this id, optionally through a proxy. By default stop() leaves it on the server. */
function onSession(sessionId: string, port?: number, releaseOnStop = false): Promise<SparkSession> {
  const remote = inject("sparkUrl");
  const builder = SparkSession.builder().sessionId(sessionId, { releaseOnStop });
  return builder
    .remote(port === undefined ? remote : remote.replace(/\/\/[^/]*/, `//localhost:${port}`))
    .create();
}
