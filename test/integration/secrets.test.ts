import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer, type Server } from "node:http";
import { connect as connectTo, type AddressInfo } from "node:net";
import { inspect } from "node:util";
import { SpanStatusCode } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, inject, it } from "vitest";
import { SparkSession, type Logger } from "../../src/index.js";
import { coingecko } from "../../src/sources/index.js";
import { replayEgress } from "./support.js";

const SECRET = "sentinel_5f2b9c";
const CHANNELS = ["execution", "rpc", "retry", "reattach", "batch", "heartbeat"].map(
  (name) => `sparktide:${name}`,
);

describe("logs, events and errors of the client", () => {
  it("expose no token, literal or option value", async () => {
    const said: unknown[] = [];
    const note = (event: unknown): void => void said.push(event);
    const log = (fields: object, message: string): void => void said.push(fields, message);
    const logger: Logger = { debug: log, info: log, warn: log, error: log };
    for (const name of CHANNELS) subscribe(name, note);
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });

    const spark = await SparkSession.builder()
      .remote(`${inject("sparkUrl")};user_agent=app`)
      .dataSources(coingecko)
      .heartbeat({ intervalMs: 100 })
      .logger(logger)
      .tracer(provider.getTracer("test"))
      .create();
    await spark.range(1).selectExpr(`'${SECRET}' AS text`).collect();
    await spark.createDataFrame([{ text: SECRET }]).collect();
    await spark.conf.set("spark.app.secret", SECRET);
    await spark.read
      .format("coingecko")
      .options(coingecko.options({ apiKey: SECRET, ...replayEgress() }))
      .load()
      .collect();
    const failures = await Promise.all(
      [
        SparkSession.builder()
          .remote(`sc://localhost:1/;token=${SECRET}`)
          .connectTimeoutMs(500)
          .create(),
        SparkSession.builder().remote(`sc://spark.example/;token=${SECRET};use_ssl=false`).create(),
        SparkSession.builder()
          .remote(inject("sparkUrl").replace(/token=.*/, `token=${SECRET}`))
          .create(),
      ].map((attempt) =>
        attempt.then(
          () => expect.fail("connected"),
          (error: unknown) => error,
        ),
      ),
    );
    await expect(spark.table(`missing_${SECRET}`).count()).rejects.toThrow();
    await spark.stop();
    for (const name of CHANNELS) unsubscribe(name, note);

    const spans = exporter.getFinishedSpans();
    const named = (rpc: string): typeof spans =>
      spans.filter((span) => span.name === `spark.connect.SparkConnectService/${rpc}`);
    for (const rpc of ["AnalyzePlan", "ExecutePlan", "Config", "AddArtifacts", "ReleaseSession"]) {
      expect(named(rpc).length, rpc).toBeGreaterThan(0);
    }
    const failed = spans.filter((span) => span.status.code === SpanStatusCode.ERROR);
    expect(failed.map((span) => span.attributes["error.type"])).toContain(
      "TABLE_OR_VIEW_NOT_FOUND",
    );
    said.push(
      spans.map(({ name, attributes, status, events }) => [name, attributes, status, events]),
    );

    expect(said.length).toBeGreaterThan(5);
    const token = /token=([^;]+)/.exec(inject("sparkUrl"))?.[1] ?? "";
    for (const secret of [SECRET, token]) {
      expect(inspect(said, { depth: 10 })).not.toContain(secret);
      expect(inspect(failures, { depth: 10 })).not.toContain(secret);
    }
  });
});

describe("a proxy with CONNECT", () => {
  let proxy: Server | undefined;
  afterEach(() => {
    delete process.env["grpc_proxy"];
    proxy?.closeAllConnections();
    proxy?.close();
  });

  it("carries the connection of a session if grpc_proxy names it", async () => {
    const asked: string[] = [];
    proxy = createServer().on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      const [host = "", port = ""] = (request.url ?? "").split(":");
      const upstream = connectTo(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy?.listen(0, "127.0.0.1", resolve));
    process.env["grpc_proxy"] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const spark = await SparkSession.builder().remote(inject("sparkUrl")).create();
    expect(await spark.range(5).count()).toBe(5);
    await spark.stop();
    expect(asked).toEqual([/localhost:\d+/.exec(inject("sparkUrl"))?.[0]]);
  });
});
