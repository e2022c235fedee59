import { create } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { constants, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { SparkException } from "../../../src/errors.js";
import { PlanSchema } from "../../../src/gen/spark/connect/base_pb.js";
import { openChannel } from "../../../src/transport/channel.js";
import { parseConnectionString } from "../../../src/transport/connection-string.js";
import { DEFAULT_RETRY_POLICY, type RetryEvent } from "../../../src/transport/retry.js";
import { SparkConnectClient } from "../../../src/transport/spark-connect-client.js";
import { StreamCutProxy, type CutChoice } from "../../support/stream-cut-proxy.js";
import { Failure, FakeSparkServer, sparkFailure } from "../support/fake-spark-server.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const progress = { responseType: { case: "executionProgress", value: {} } } as const;
const complete = { responseType: { case: "resultComplete", value: {} } } as const;
const calm = new Failure(status.RESOURCE_EXHAUSTED, "Bandwidth exhausted or memory limit exceeded");

/** The error of a call that the server fails, after one successful call. */
async function thrown(failure: Failure, maxRetries = 0): Promise<unknown> {
  const server = await FakeSparkServer.start({
    analyzePlan: () => {
      throw failure;
    },
  });
  cleanups.push(() => {
    server.stop();
  });
  const client = server.client({
    retryPolicy: { ...DEFAULT_RETRY_POLICY, initialBackoffMs: 1, maxBackoffMs: 1, maxRetries },
  });
  cleanups.push(() => client.close());
  await client.config({ case: "getAll", value: {} });
  return client.analyze({ case: "sparkVersion", value: {} }).catch((error: unknown) => error);
}

describe("a failure without an answer of Spark", () => {
  it.each([
    [status.RESOURCE_EXHAUSTED, "Received message larger than max (9 vs 4)", "MESSAGE_TOO_LARGE"],
    [
      status.RESOURCE_EXHAUSTED,
      "Received message that decompresses to a size larger than 4",
      "MESSAGE_TOO_LARGE",
    ],
    [
      status.RESOURCE_EXHAUSTED,
      "Attempted to send message with a size larger than 4",
      "MESSAGE_TOO_LARGE",
    ],
    [status.RESOURCE_EXHAUSTED, "gRPC message exceeds maximum size 4: 9", "MESSAGE_TOO_LARGE"],
    [status.RESOURCE_EXHAUSTED, "too_many_pings", "ENHANCE_YOUR_CALM"],
    [status.RESOURCE_EXHAUSTED, "quota of 5 calls used up", "RESOURCE_EXHAUSTED"],
    [status.RESOURCE_EXHAUSTED, "", "RESOURCE_EXHAUSTED"],
    [status.INTERNAL, "Request message serialization failure: odd", "REQUEST_NOT_WRITTEN"],
    [status.INTERNAL, "Response message parsing error: odd", "RESPONSE_NOT_READ"],
    [status.INTERNAL, "Received RST_STREAM with code 2 (Internal server error)", "STREAM_BROKEN"],
    [status.UNKNOWN, "Received HTTP status code 500", "STREAM_BROKEN"],
  ])("with status %i and text %j has the code %s", async (code, text, expected) => {
    const error = await thrown(new Failure(code, text));
    expect(error).toMatchObject({ code: expected });
    expect(error).not.toBeInstanceOf(SparkException);
    expect((error as Error).name).toMatch(/Error$/);
    expect((error as Error).message).toContain(text);
  });

  it("is an ArgumentError if the request is nested too deeply", async () => {
    const text = "Request message serialization failure: Maximum call stack size exceeded";
    expect(await thrown(new Failure(status.INTERNAL, text))).toMatchObject({
      name: "ArgumentError",
      argument: "plan",
    });
  });

  it("is distinguished from an error of Spark with the same status or text", async () => {
    const info = {
      classes: JSON.stringify(["org.apache.spark.SparkException"]),
      errorClass: "SOME_LIMIT",
    };
    const failure = sparkFailure("too much", info);
    const limited = Object.assign(failure, { code: status.RESOURCE_EXHAUSTED });
    expect(await thrown(limited)).toMatchObject({ name: "SparkException", code: "SOME_LIMIT" });
    const unread = sparkFailure("Response message parsing error in a UDF", info);
    expect(await thrown(unread)).toMatchObject({ name: "SparkException", code: "SOME_LIMIT" });
  });
});

describe("a connection that the server closed because of its pings", () => {
  it("is opened again, and its execution continues after the last response", async () => {
    const server = await FakeSparkServer.start({
      executePlan: async function* () {
        yield progress;
        await Promise.resolve();
        throw calm;
      },
      reattachExecute: function* (_request, call) {
        if (call === 0) throw calm;
        yield complete;
      },
    });
    cleanups.push(() => {
      server.stop();
    });
    const retries: RetryEvent[] = [];
    const client = server.client({ onRetry: (event) => retries.push(event) });
    cleanups.push(() => client.close());
    const responses = client.execute(create(PlanSchema));
    let count = 0;
    while ((await responses.next()).done !== true) count += 1;
    expect(count).toBe(1);
    expect(server.requests("executePlan")).toHaveLength(1);
    expect(server.requests("reattachExecute")).toHaveLength(2);
    expect(retries).toHaveLength(2);
  });

  it("fails with its own code after all retries", async () => {
    const error = await thrown(calm, 2);
    expect(error).toMatchObject({
      name: "RetriesExceededError",
      code: "ENHANCE_YOUR_CALM",
      attempts: 3,
    });
    expect((error as Error).message).toMatch(/timeMs.*Tried 3 times/s);
  });

  it("is recognized by grpc-js's text for RST_STREAM with ENHANCE_YOUR_CALM", async () => {
    const server = createServer();
    server.on("stream", (stream) => {
      stream.on("error", () => undefined);
      stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const client = new SparkConnectClient(
      openChannel(parseConnectionString(`sc://127.0.0.1:${port}`)),
      {
        sessionId: "00112233-4455-6677-8899-aabbccddeeff",
        userId: "test",
        clientType: "test",
        retryPolicy: { ...DEFAULT_RETRY_POLICY, initialBackoffMs: 1, maxRetries: 1 },
      },
    );
    cleanups.push(() => client.close());
    const failed = client.config({ case: "getAll", value: {} });
    await expect(failed).rejects.toMatchObject({ code: "ENHANCE_YOUR_CALM", attempts: 2 });
  });
});

describe("a stream that a proxy ends with RST_STREAM", () => {
  const { NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR, NGHTTP2_PROTOCOL_ERROR } = constants;

  const lost = sparkFailure("no such operation", {
    errorClass: "INVALID_HANDLE.OPERATION_NOT_FOUND",
  });

  /** A client of a server that answers each operation with one response and, after a reattach, with its end. */
  async function behindProxy(choose: CutChoice, maxRetries = 3) {
    let reattach = (): void => undefined;
    const reattached = new Promise<void>((resolve) => (reattach = resolve));
    const server = await FakeSparkServer.start({
      executePlan: async function* () {
        yield progress;
        await reattached;
        yield complete;
      },
      reattachExecute: function* ({ lastResponseId }) {
        if (server.requests("executePlan").length === 0) throw lost;
        reattach();
        if (lastResponseId === undefined) yield progress;
        yield complete;
      },
      analyzePlan: () => ({ result: { case: "sparkVersion", value: { version: "4.2.1" } } }),
    });
    cleanups.push(() => {
      server.stop();
    });
    const proxy = await StreamCutProxy.start(`127.0.0.1:${server.port}`, choose);
    cleanups.push(() => proxy[Symbol.asyncDispose]());
    const client = server.client(
      {
        retryPolicy: { ...DEFAULT_RETRY_POLICY, initialBackoffMs: 1, maxBackoffMs: 1, maxRetries },
      },
      openChannel(parseConnectionString(`sc://127.0.0.1:${proxy.port}`)),
    );
    cleanups.push(() => client.close());
    return { server, proxy, client };
  }

  async function responsesOf(client: SparkConnectClient): Promise<number> {
    let count = 0;
    for await (const response of client.execute(create(PlanSchema)))
      if (response.responseType.case === "executionProgress") count += 1;
    return count;
  }

  it.each([
    ["code 0 after the answer has begun", "afterAnswer", NGHTTP2_NO_ERROR],
    ["code 2 after the answer has begun", "afterAnswer", NGHTTP2_INTERNAL_ERROR],
    ["code 0 before the answer", "afterRequest", NGHTTP2_NO_ERROR],
    ["code 2 before the answer", "afterRequest", NGHTTP2_INTERNAL_ERROR],
  ] as const)("is reattached after %s, and the plan runs once", async (_name, when, code) => {
    const { server, proxy, client } = await behindProxy((rpc, call) => {
      if (rpc === "ExecutePlan") return { when, code };
      return rpc === "ReattachExecute" && call === 0 ? { when: "afterRequest", code } : undefined;
    });
    await client.config({ case: "getAll", value: {} });
    expect(await responsesOf(client)).toBe(1);
    expect(proxy.cuts).toEqual(["ExecutePlan", "ReattachExecute"]);
    expect(server.requests("executePlan")).toHaveLength(1);
    expect(server.requests("reattachExecute")).toHaveLength(2);
  });

  it("causes the plan to be sent again if the server has not received it", async () => {
    const { server, client } = await behindProxy((rpc, call) => {
      if (rpc !== "ExecutePlan") return undefined;
      return { when: call === 0 ? "beforeRequest" : "afterAnswer", code: NGHTTP2_NO_ERROR };
    });
    await client.config({ case: "getAll", value: {} });
    expect(await responsesOf(client)).toBe(1);
    expect(server.requests("executePlan")).toHaveLength(1);
    expect(server.requests("reattachExecute")).toHaveLength(2);
  });

  it.each([NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR])(
    "is retried if the call is unary (code %i)",
    async (code) => {
      const { server, client } = await behindProxy((rpc, call) =>
        rpc === "AnalyzePlan" && call < 2 ? { when: "beforeRequest", code } : undefined,
      );
      await client.config({ case: "getAll", value: {} });
      await client.analyze({ case: "sparkVersion", value: {} });
      expect(server.requests("analyzePlan")).toHaveLength(1);
    },
  );

  it("fails with its own code after all retries", async () => {
    const { proxy, client } = await behindProxy((rpc) =>
      rpc === "Config" ? undefined : { when: "beforeRequest", code: NGHTTP2_INTERNAL_ERROR },
    );
    await client.config({ case: "getAll", value: {} });
    await expect(responsesOf(client)).rejects.toMatchObject({
      name: "RetriesExceededError",
      code: "STREAM_BROKEN",
      attempts: 4,
    });
    expect(proxy.cuts.filter((rpc) => rpc === "ReattachExecute")).toHaveLength(3);
  });

  it.each<readonly [string, CutChoice]>([
    ["with another code", () => ({ when: "beforeRequest", code: NGHTTP2_PROTOCOL_ERROR })],
    ["before the server's first answer", () => ({ when: "beforeRequest", code: 2 })],
  ])("is not retried %s", async (_name, choose) => {
    const { proxy, client } = await behindProxy(choose);
    await expect(client.config({ case: "getAll", value: {} })).rejects.toMatchObject({
      name: "SparkConnectionError",
      code: "STREAM_BROKEN",
    });
    expect(proxy.cuts).toEqual(["Config"]);
  });

  it("is distinguished from an error of Spark with the same text", async () => {
    const failure = sparkFailure("Received RST_STREAM with code 2 (Internal server error)", {
      classes: JSON.stringify(["org.apache.spark.SparkException"]),
    });
    const error = await thrown(failure, 3);
    expect(error).toMatchObject({ name: "SparkException" });
  });
});
