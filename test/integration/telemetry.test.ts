import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { SparkSession } from "../../src/index.js";
import { RecordedTelemetry } from "../support/recorded-telemetry.js";
import { StreamCutProxy } from "../support/stream-cut-proxy.js";
import { uniquePath } from "./support.js";

const recorded = new RecordedTelemetry();
let spark: SparkSession;
beforeAll(async () => {
  spark = await SparkSession.builder()
    .remote(inject("sparkUrl"))
    .heartbeat({ intervalMs: 100 })
    .tracer(recorded.tracer)
    .meter(recorded.meter)
    .create();
});
afterAll(async () => {
  await spark.stop();
});
beforeEach(() => {
  recorded.reset();
});

/** Runs work as a service's request does: under a span of its own. */
async function underCaller<T>(work: () => Promise<T>): Promise<T> {
  return recorded.tracer.startActiveSpan("caller", async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}

/** The tree without the streams in which a server with short streams continues a result. */
function tree(): string[] {
  return recorded.tree().filter((line) => !line.endsWith("ReattachExecute"));
}

describe("the spans of a session", () => {
  it("are one for each method under the caller's span, with the method's requests below it", async () => {
    await underCaller(async () => {
      expect(await spark.range(3).collect()).toHaveLength(3);
      for await (const row of spark.range(2).toLocalIterator()) expect(row).toBeDefined();
      expect(await spark.createDataFrame([{ id: 1 }]).count()).toBe(1);
    });
    expect(tree()).toEqual([
      "caller",
      "  DataFrame.collect",
      "    ExecutePlan",
      "  DataFrame.toLocalIterator",
      "    ExecutePlan",
      "  DataFrame.count",
      "    ExecutePlan",
    ]);
    const { kind, attributes, status } = recorded.span("DataFrame.collect");
    const url = new URL(inject("sparkUrl").replace("sc:", "http:"));
    expect({ kind, status: status.code }).toEqual({ kind: 2, status: 0 });
    expect(attributes).toEqual({
      "db.system.name": "spark",
      "db.operation.name": "DataFrame.collect",
      "server.address": url.hostname,
      "server.port": Number(url.port),
      "db.response.returned_rows": 3,
      "spark.response.bytes": expect.any(Number) as unknown,
      "spark.session.id": spark.sessionId,
      "spark.operation.id": expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    });
    expect(Number(attributes["spark.response.bytes"])).toBeGreaterThan(50);
    const children = recorded.spans().filter(({ name }) => name.endsWith("/ExecutePlan"));
    expect(children[0]?.attributes["spark.operation.id"]).toBe(attributes["spark.operation.id"]);
  });

  it("of a failed query have Spark's error class and SQLSTATE, and neither SQL text nor values", async () => {
    const query = await spark.sql("SELECT secret_column_7 FROM no_table_of_this_test");
    await expect(query.collect()).rejects.toThrow();
    const { attributes, status } = recorded.span("DataFrame.collect");
    expect(status.code).toBe(2);
    expect(attributes).toMatchObject({
      "error.type": "TABLE_OR_VIEW_NOT_FOUND",
      "db.response.status_code": "42P01",
    });
    const all = recorded
      .spans()
      .map(({ name, events, ...span }) => [name, events, span.attributes]);
    expect(JSON.stringify(all)).not.toMatch(/secret_column_7|no_table_of_this_test/);
  });

  it("end with the error of an abort", async () => {
    const reason = new Error("the client has gone");
    const rows = spark.range(1e9).toLocalIterator({ signal: AbortSignal.abort(reason) });
    await expect(rows.next()).rejects.toBe(reason);
    expect(recorded.tree()).toEqual(["DataFrame.toLocalIterator"]);
    expect(recorded.span("toLocalIterator").attributes["error.type"]).toBe("Error");
  });

  it("leave out heartbeats and the polls of streams, and have them as traces of their own if asked for", async () => {
    const stream = async (session: SparkSession, name: string): Promise<void> => {
      await underCaller(async () => {
        const query = await session.readStream
          .format("rate")
          .load()
          .writeStream.format("noop")
          .queryName(name)
          .option("checkpointLocation", uniquePath(name))
          .start();
        for await (const progress of query.progress()) if (progress.batchId >= 0n) break;
        await query.awaitTermination({ timeoutMs: 200 });
        await query.stop();
      });
    };
    await stream(spark, "quiet");
    expect(new Set(tree().map((line) => line.trim()))).toEqual(
      new Set(["caller", "DataStreamWriter.start", "ExecutePlan", "StreamingQuery.stop"]),
    );

    recorded.reset();
    const loud = await SparkSession.builder()
      .remote(inject("sparkUrl"))
      .heartbeat({ intervalMs: 100 })
      .tracer(recorded.tracer, { internalSpans: true })
      .create();
    await stream(loud, "loud");
    await loud.stop();
    const roots = new Set(recorded.tree().filter((line) => !line.startsWith(" ")));
    expect(roots).toEqual(
      new Set([
        "SparkSessionBuilder.create",
        "caller",
        "sparktide heartbeat",
        "sparktide stream progress",
        "sparktide wait for a query",
        "SparkSession.stop",
      ]),
    );
  });
});

describe("a query whose stream breaks", () => {
  it("continues under the same span, sends the span's ids as traceparent, and counts the reattach", async () => {
    const target = /\/\/([^/]*)/.exec(inject("sparkUrl"))?.[1] ?? "";
    await using proxy = await StreamCutProxy.start(target, (rpc, call) =>
      rpc === "ExecutePlan" && call === 0 ? { when: "afterAnswer", code: 2 } : undefined,
    );
    const cut = await SparkSession.builder()
      .remote(inject("sparkUrl").replace(/localhost:\d+/, `127.0.0.1:${proxy.port}`))
      .tracer(recorded.tracer)
      .meter(recorded.meter)
      .create();
    recorded.reset();
    expect(await cut.range(5).collect()).toHaveLength(5);
    const lines = recorded.tree();
    expect(lines.slice(0, 3)).toEqual(["DataFrame.collect", "  ExecutePlan", "  ReattachExecute"]);
    const { traceId, spanId } = recorded.span("/ExecutePlan").spanContext();
    expect(proxy.traceparents).toContainEqual({
      rpc: "ExecutePlan",
      traceparent: `00-${traceId}-${spanId}-01`,
    });
    await cut.stop();
    const failed = (await recorded.points("spark.client.reattaches")).find(
      ({ attributes }) => attributes["spark.reattach.reason"] === "failed",
    );
    expect(failed?.attributes["server.port"]).toBe(proxy.port);
    expect(failed?.value).toBe(1);
    const retries = await recorded.points("spark.client.retries");
    expect(
      retries.find(({ attributes }) => attributes["server.port"] === proxy.port),
    ).toMatchObject({
      value: 1,
      attributes: { "rpc.method": "ExecutePlan", "rpc.response.status_code": "INTERNAL" },
    });
  });
});

describe("the metrics of a session", () => {
  it("are the duration of each method in seconds, and the rows it returned", async () => {
    await spark.range(7).toColumns();
    await expect(spark.table("no_table_of_this_test").toColumns()).rejects.toThrow();
    const of = async (metric: string): Promise<object[]> =>
      (await recorded.points(metric)).filter(
        ({ attributes }) => attributes["db.operation.name"] === "DataFrame.toColumns",
      );
    const durations = await of("db.client.operation.duration");
    expect(durations).toHaveLength(2);
    expect(durations).toContainEqual({
      attributes: expect.objectContaining({ "error.type": "TABLE_OR_VIEW_NOT_FOUND" }) as unknown,
      count: 1,
      value: expect.any(Number) as unknown,
    });
    for (const point of durations) expect(point).not.toHaveProperty("attributes.spark.session.id");
    expect(await of("db.client.response.returned_rows")).toMatchObject([{ value: 7, count: 1 }]);
    expect(await of("spark.client.response.size")).toHaveLength(1);
  });
});
