import { create } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PlanSchema } from "../../../src/gen/spark/connect/base_pb.js";
import type { SparkConnectClient } from "../../../src/transport/spark-connect-client.js";
import type { TelemetryOptions } from "../../../src/transport/telemetry/telemetry.js";
import type { Meter, Span, Tracer } from "../../../src/transport/telemetry/open-telemetry.js";
import type { RetryEvent } from "../../../src/transport/retry.js";
import { asUserCall, followUserCalls, inBackground } from "../../../src/user-calls.js";
import { RecordedTelemetry } from "../../support/recorded-telemetry.js";
import {
  Failure,
  FakeSparkServer,
  sparkFailure,
  unavailable,
  type Script,
} from "../support/fake-spark-server.js";

const plan = create(PlanSchema);
const progress = { responseType: { case: "executionProgress", value: {} } } as const;
const complete = { responseType: { case: "resultComplete", value: {} } } as const;

followUserCalls();
const recorded = new RecordedTelemetry();
let server: FakeSparkServer;
let client: SparkConnectClient;
beforeEach(() => {
  recorded.reset();
});
afterEach(async () => {
  server.stop();
  await client.close();
});

async function start(
  script: Script,
  telemetry: TelemetryOptions = recorded,
  onRetry?: (event: RetryEvent) => void,
): Promise<void> {
  server = await FakeSparkServer.start(script);
  client = server.client({ telemetry, onRetry });
}

async function run(): Promise<number> {
  let count = 0;
  for await (const response of client.execute(plan)) if (response.operationId !== "") count += 1;
  return count;
}

function version(): Promise<unknown> {
  return client.analyze({ case: "sparkVersion", value: {} });
}

/** What reached the server with the calls of an RPC. */
function traceparents(rpc: string): unknown[] {
  return server.calls
    .filter((call) => call.rpc === rpc)
    .map(({ metadata }) => metadata.get("traceparent")[0]);
}

function idsOf(name: string): string[] {
  return recorded
    .spans()
    .filter((span) => span.name.endsWith(name))
    .map((span) => {
      const { traceId, spanId } = span.spanContext();
      return `00-${traceId}-${spanId}-01`;
    });
}

describe("the trace of a request", () => {
  it("reaches the server as traceparent, with the ids of the request's span", async () => {
    await start({ executePlan: () => [complete] });
    await asUserCall("Test.call", async () => {
      await version();
      await run();
    });
    expect(recorded.tree()).toEqual(["Test.call", "  AnalyzePlan", "  ExecutePlan"]);
    expect(traceparents("analyzePlan")).toEqual(idsOf("/AnalyzePlan"));
    expect(traceparents("executePlan")).toEqual(idsOf("/ExecutePlan"));
  });

  it("has one span for all attempts, and an event for each retry", async () => {
    await start({
      analyzePlan: (_request, call) => {
        if (call < 2) throw unavailable;
        return { result: { case: "sparkVersion", value: { version: "4.2.1" } } };
      },
    });
    const before = (await recorded.points("spark.client.retries")).reduce((n, p) => n + p.value, 0);
    await asUserCall("Test.retried", version);
    expect(recorded.span("/AnalyzePlan").events.map(({ name }) => name)).toEqual([
      "retry",
      "retry",
    ]);
    const retries = await recorded.points("spark.client.retries");
    expect(retries.reduce((n, p) => n + p.value, 0) - before).toBe(2);
    expect(retries.at(-1)?.attributes).toMatchObject({
      "rpc.method": "AnalyzePlan",
      "rpc.response.status_code": "UNAVAILABLE",
      "server.port": server.port,
    });
  });

  it("has a span for each stream of a result, and counts the reattach", async () => {
    await start({
      executePlan: async function* () {
        yield progress;
        await Promise.resolve();
        throw unavailable;
      },
      reattachExecute: () => [complete],
    });
    await asUserCall("Test.reattached", run);
    expect(recorded.tree()).toEqual(["Test.reattached", "  ExecutePlan", "  ReattachExecute"]);
    const operationId = recorded.span("Test.reattached").attributes["spark.operation.id"];
    expect(recorded.span("/ExecutePlan").attributes).toMatchObject({
      "error.type": "UNAVAILABLE",
      "rpc.response.status_code": "UNAVAILABLE",
      "spark.operation.id": operationId,
    });
    expect(recorded.span("/ReattachExecute").attributes).toMatchObject({
      "rpc.response.status_code": "OK",
      "spark.operation.id": operationId,
    });
    const reattaches = await recorded.points("spark.client.reattaches");
    expect(
      reattaches.map(({ attributes, value }) => [attributes["spark.reattach.reason"], value]),
    ).toContainEqual(["failed", 1]);
  });

  it("is missing for requests in the background, which have traces of their own if asked for", async () => {
    await start({});
    await inBackground("heartbeat", version);
    expect(recorded.tree()).toEqual([]);
    expect(traceparents("analyzePlan")).toEqual([undefined]);
    await client.close();
    client = server.client({
      telemetry: { tracer: recorded.tracer, internalSpans: true },
    });
    await recorded.tracer.startActiveSpan("caller", async (span) => {
      await inBackground("heartbeat", version);
      span.end();
    });
    // Both traces may start in the same millisecond, so their order is open.
    expect(recorded.tree()).toHaveLength(3);
    expect(recorded.tree().join(" ")).toContain("sparktide heartbeat   AnalyzePlan");
    expect(recorded.span("sparktide heartbeat").parentSpanContext).toBeUndefined();
  });
});

describe("a tracer and a meter that throw", () => {
  const fail = (): never => {
    throw new Error("exporter is broken");
  };
  const span: Span = {
    spanContext: fail,
    setAttribute: fail,
    addEvent: fail,
    setStatus: fail,
    end: fail,
  };
  const late: Tracer = { startActiveSpan: (_name, _options, work) => work(span) };
  const early: Tracer = { startActiveSpan: fail };
  const lateMeter: Meter = {
    createCounter: () => ({ add: fail }),
    createHistogram: () => ({ record: fail }),
  };
  const earlyMeter: Meter = { createCounter: fail, createHistogram: fail };

  it.each([
    ["when spans start", early, earlyMeter],
    ["when spans are used", late, lateMeter],
  ])("%s break no call, and are reported once", async (_, tracer, meter) => {
    const messages: string[] = [];
    const onError = (message: string): void => void messages.push(message);
    await start({ executePlan: () => [progress, complete] }, { tracer, meter, onError });
    const count = await asUserCall("Test.call", async () => {
      await version();
      return run();
    });
    expect(count).toBe(1);
    expect(messages).toEqual(["exporter is broken"]);
  });
});

describe("the reason of a retry", () => {
  it.each([
    ["gRPC's message", unavailable, "UNAVAILABLE", "scripted"],
    [
      "a message without its token",
      new Failure(status.UNAVAILABLE, "refused: Authorization: Bearer abc.def\nsecond line"),
      "UNAVAILABLE",
      "refused: Authorization: Bearer ***",
    ],
    [
      "Spark's error class, because a message of Spark may quote the query",
      sparkFailure("[INVALID_CURSOR.DISCONNECTED] near 'secret'", {
        errorClass: "INVALID_CURSOR.DISCONNECTED",
        classes: '["org.apache.spark.SparkSQLException"]',
      }),
      "INTERNAL",
      "INVALID_CURSOR.DISCONNECTED",
    ],
  ])("is %s", async (_, failure, statusName, reason) => {
    const events: RetryEvent[] = [];
    await start(
      {
        executePlan: (_request, call) => {
          if (call === 0) throw failure;
          return [complete];
        },
        reattachExecute: () => [complete],
      },
      {},
      (event) => events.push(event),
    );
    await run();
    expect(events).toEqual([
      {
        rpc: "ExecutePlan",
        status: statusName,
        reason,
        sessionId: client.sessionId,
        operationId: server.requests("executePlan")[0]?.operationId,
        attempt: 1,
        waitMs: 1,
      },
    ]);
  });
});
