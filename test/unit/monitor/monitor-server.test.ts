import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer as createSocketServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import fastify from "fastify";
import parseText from "parse-prometheus-text-format";
import { afterEach, describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import {
  createMonitor,
  serveMonitor,
  type CreateMonitorOptions,
  type MonitorHandler,
  type ServeMonitorOptions,
} from "../../../src/monitor/index.js";
import { eventually } from "../../support/eventually.js";
import { FakeService, streamStatus } from "./support/fake-service.js";
import { ask, COMMAND, LiveClient } from "./support/http-client.js";

const TOKEN = "a-token-of-the-test";
const WITH_TOKEN = { Authorization: `Bearer ${TOKEN}` };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(
  supervisor: FakeService,
  options: Omit<ServeMonitorOptions, "supervisor"> = {},
): Promise<string> {
  const monitor = await serveMonitor({ supervisor, port: 0, ...options });
  closing.push(() => monitor.close());
  return monitor.url;
}

function handlerOf(
  supervisor: FakeService,
  options: Omit<CreateMonitorOptions, "supervisor"> = {},
): MonitorHandler {
  const monitor = createMonitor({ supervisor, ...options });
  closing.push(() => monitor.close());
  return monitor.handler();
}

/** Starts a server and returns its address. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe("serveMonitor", () => {
  it("listens on 127.0.0.1, until it is closed", async () => {
    const service = new FakeService();
    await using monitor = await serveMonitor({ supervisor: service, port: 0 });
    expect(monitor.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await ask(monitor.url, "/healthz")).status).toBe(200);
    const live = await LiveClient.open(monitor.url);
    expect(service.handlers).toBeGreaterThan(20);
    await monitor.close();
    expect(service.handlers).toBe(0);
    await eventually(() => live.hasEnded, { withinMs: 5_000 });
    await expect(ask(monitor.url, "/healthz")).rejects.toThrow("ECONNREFUSED");
  });

  it("refuses options before it listens anywhere", async () => {
    const supervisor = new FakeService();
    const wrong: readonly [string, object][] = [
      ["Without a token, the monitor listens on this machine only", { host: "0.0.0.0" }],
      ["control: true needs a token", { control: true }],
      ["token must have at least 16 characters, got 5", { token: "short" }],
      ["token must be a text of ASCII characters", { token: "a token with some spaces" }],
      ["port must be a whole number", { port: 70_000 }],
      ["Unknown option ports of serveMonitor(). Did you mean port?", { ports: 1 }],
      ["Give serveMonitor() a socket, or a host and a port.", { socket: "/tmp/x", port: 1 }],
      ["needs a StreamSupervisor", { supervisor: {} }],
      ["allowedHosts must be an array", { allowedHosts: "a" }],
    ];
    for (const [message, options] of wrong) {
      const error: unknown = await serveMonitor({ supervisor, ...options }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(ArgumentError);
      expect((error as Error).message).toContain(message);
    }
    expect(() => createMonitor({ supervisor, basePath: "monitor/" })).toThrow("must begin with");
    expect(supervisor.handlers).toBe(0);
  });

  it("says that the port is in use", async () => {
    const url = await serve(new FakeService());
    const supervisor = new FakeService();
    await expect(
      serveMonitor({ supervisor, port: Number(new URL(url).port) }),
    ).rejects.toMatchObject({ code: "MONITOR_ADDRESS_IN_USE" });
    expect(supervisor.handlers).toBe(0);
  });

  it("listens on a socket that only its user can use, and needs no token there for commands", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sparktide-socket-"));
    closing.push(() => {
      rmSync(folder, { recursive: true });
    });
    const socket = join(folder, "s");
    // A killed process leaves its socket behind.
    const killed = createSocketServer();
    await new Promise<void>((resolve) => killed.listen(socket, resolve));
    const service = new FakeService(streamStatus("a"));
    await expect(serveMonitor({ supervisor: service, socket })).rejects.toMatchObject({
      code: "MONITOR_ADDRESS_IN_USE",
    });
    await new Promise((resolve) => killed.close(resolve));
    const umask = process.umask(0o022);
    const monitor = await serveMonitor({ supervisor: service, socket, control: true });
    closing.push(() => monitor.close());
    expect(process.umask(umask)).toBe(0o022);
    expect(monitor.url).toBe(`unix:${socket}`);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const headers = { ...COMMAND, Host: "anything" };
    const answer = await ask(monitor.url, "/api/streams/a/pause", { method: "POST", headers });
    expect(answer.status).toBe(200);
    expect(service.commands).toEqual([
      ["pause", "a", { by: "Somebody (monitor, from a local socket)" }],
    ]);
  });
});

describe("the history of a monitor", () => {
  it("has the values of the former process after a restart, and after this one took over", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sparktide-monitor-"));
    closing.push(() => {
      rmSync(folder, { recursive: true });
    });
    const history = join(folder, "history");
    const rowsOf = async (url: string): Promise<unknown> =>
      JSON.parse((await ask(url, "/api/streams/a/history")).text);
    const waiting = new FakeService(streamStatus("a"));
    const standby = await serve(waiting, { history });
    const first = new FakeService(streamStatus("a"));
    const monitor = await serveMonitor({ supervisor: first, port: 0, history });
    first.batch("a", 1, { batchDuration: 77 });
    await monitor.close();
    expect(await rowsOf(standby)).toMatchObject({ at: [] });
    waiting.emit("tookOver", { waitedMs: 5 });
    expect(await rowsOf(standby)).toMatchObject({ batchDurationMs: [77] });
    const again = await serve(new FakeService(streamStatus("a")), { history });
    expect(await rowsOf(again)).toMatchObject({ batchDurationMs: [77] });
  });
});

describe("access to the monitor", () => {
  it("without a token is possible only under the names of this machine", async () => {
    const url = await serve(new FakeService(), { allowedHosts: ["streams.example.com"] });
    const statusOf = async (host: string): Promise<number> =>
      (await ask(url, "/api/streams", { headers: { Host: host } })).status;
    for (const host of [
      "localhost",
      "LOCALHOST:1",
      "127.0.0.1:4040",
      "[::1]:4040",
      "streams.example.com:80",
    ])
      expect(await statusOf(host), host).toBe(200);
    for (const host of [
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil.example:4040",
      "[::2]",
    ])
      expect(await statusOf(host), host).toBe(421);
    const page = await ask(url, "/", { headers: { Host: "evil.example" } });
    expect([page.status, page.text]).toEqual([421, expect.stringContaining("HOST_NOT_ALLOWED")]);
  });

  it("needs the token for data, and not for the page and the probes", async () => {
    const url = await serve(new FakeService(streamStatus("a")), { token: TOKEN, host: "0.0.0.0" });
    const local = url.replace("0.0.0.0", "127.0.0.1");
    for (const path of [
      "/api/streams",
      "/api/streams/a",
      "/api/streams/none",
      "/api/live",
      "/metrics",
    ]) {
      const without = await ask(local, path);
      expect([path, without.status, without.headers["www-authenticate"]]).toEqual([
        path,
        401,
        "Bearer",
      ]);
      expect(without.text).not.toContain(TOKEN);
      const address = await ask(local, `${path}?token=${TOKEN}`);
      expect(address.status).toBe(401);
    }
    const wrong = await ask(local, "/api/streams", {
      headers: { Authorization: "Bearer nonsense" },
    });
    expect(wrong.text).toContain("TOKEN_WRONG");
    expect((await ask(local, "/api/streams", { headers: WITH_TOKEN })).status).toBe(200);
    expect(
      (await ask(local, "/api/streams", { headers: { ...WITH_TOKEN, Host: "any.example" } }))
        .status,
    ).toBe(200);
    for (const path of ["/", "/monitor.js", "/healthz", "/readyz"])
      expect((await ask(local, path)).status, path).toBe(200);
  });

  it("is refused to pages of other sites, except by a link", async () => {
    const url = await serve(new FakeService());
    const site = { "Sec-Fetch-Site": "cross-site" };
    const page = await ask(url, "/api/live", { headers: { ...site, "Sec-Fetch-Mode": "no-cors" } });
    expect([page.status, page.text]).toEqual([403, expect.stringContaining("ORIGIN_NOT_ALLOWED")]);
    const link = { ...site, "Sec-Fetch-Mode": "navigate" };
    expect((await ask(url, "/api/streams", { headers: link })).status).toBe(200);
  });

  it("gives each answer the headers that protect the page", async () => {
    const url = await serve(new FakeService());
    for (const path of ["/", "/monitor.js", "/api/streams", "/api/nothing", "/healthz", "/none"]) {
      const { headers } = await ask(url, path);
      expect(headers, path).toMatchObject({
        "content-security-policy": expect.stringMatching(
          /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/,
        ) as string,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
    }
    expect((await ask(url, "/api/streams")).headers["cache-control"]).toBe("no-store");
  });
});

describe("the files of the page", () => {
  it("are compressed for clients that accept it, and not sent again if they are known", async () => {
    const url = await serve(new FakeService());
    const plain = await ask(url, "/");
    expect(plain.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(plain.text).toMatch(/^<!doctype html>/i);
    const zipped = await ask(url, "/", { headers: { "Accept-Encoding": "br, gzip" } });
    expect(zipped.headers["content-encoding"]).toBe("gzip");
    const { etag = "" } = plain.headers;
    expect((await ask(url, "/", { headers: { "If-None-Match": etag } })).status).toBe(304);
    const head = await ask(url, "/", { method: "HEAD" });
    expect([head.status, head.text, head.headers["content-length"]]).toEqual([
      200,
      "",
      plain.headers["content-length"],
    ]);
  });

  it("are the only files that a client can get", async () => {
    const url = await serve(new FakeService());
    for (const path of [
      "/../package.json",
      "/..%2f..%2fpackage.json",
      "/%2e%2e/package.json",
      "//etc/passwd",
      "/monitor.js/../../package.json",
      "/constructor",
      "/__proto__",
      "/api",
      "/api/streams/../../etc",
    ])
      expect((await ask(url, path)).status, path).toBe(404);
  });
});

describe("the probes and metrics of the monitor", () => {
  it("answer 503 if a person must act, or the service is not ready", async () => {
    const service = new FakeService();
    const url = await serve(service);
    service.healthy = false;
    service.connected = false;
    const [health, ready] = [await ask(url, "/healthz"), await ask(url, "/readyz")];
    expect([health.status, ready.status]).toEqual([503, 503]);
    expect(JSON.parse(health.text)).toEqual({
      apiVersion: 1,
      healthy: false,
      ready: false,
      connected: false,
    });
    service.connected = true;
    expect((await ask(url, "/readyz")).status).toBe(200);
  });

  it("are Prometheus' text, or OpenMetrics for clients that accept it", async () => {
    const service = new FakeService(
      streamStatus('a "b"', { restarts: 2, rowsTotal: 12n, lastProgressAgeMs: 1_500 }),
    );
    const url = await serve(service);
    const plain = await ask(url, "/metrics");
    expect(plain.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(parseText(plain.text).map(({ name }) => name)).toContain("sparktide_stream_rows_total");
    const open = await ask(url, "/metrics", {
      headers: { Accept: "application/openmetrics-text; version=1.0.0, text/plain;q=0.5" },
    });
    expect(open.headers["content-type"]).toBe(
      "application/openmetrics-text; version=1.0.0; charset=utf-8",
    );
    expect(open.text).toContain(
      '# TYPE sparktide_stream_rows counter\n# HELP sparktide_stream_rows Input rows in the reports that this supervisor received.\nsparktide_stream_rows_total{stream="a \\"b\\""} 12\n',
    );
    expect(open.text).toContain(
      "# TYPE sparktide_stream_last_progress_age_seconds gauge\n# UNIT sparktide_stream_last_progress_age_seconds seconds\n",
    );
    expect(open.text.endsWith("\n# EOF\n")).toBe(true);
  });

  it("go to OpenTelemetry if a meter is given, until the monitor is closed", async () => {
    class Reader extends MetricReader {
      protected override onForceFlush(): Promise<void> {
        return Promise.resolve();
      }
      protected override onShutdown(): Promise<void> {
        return Promise.resolve();
      }
    }
    const reader = new Reader();
    const provider = new MeterProvider({ readers: [reader] });
    const service = new FakeService(
      streamStatus("a", { rowsTotal: 12n, lastProgressAgeMs: 1_500 }),
    );
    const monitor = createMonitor({ supervisor: service, meter: provider.getMeter("test") });
    const collected = async (): Promise<Record<string, unknown>> => {
      const { resourceMetrics } = await reader.collect();
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      return Object.fromEntries(
        metrics.map(({ descriptor: { name, unit }, dataPoints }) => [
          name,
          { unit, points: dataPoints.map(({ value, attributes }) => [value, attributes]) },
        ]),
      );
    };
    expect(await collected()).toMatchObject({
      "sparktide.stream.rows": { unit: "{row}", points: [[12, { stream: "a" }]] },
      "sparktide.stream.last_progress_age": { unit: "s", points: [[1.5, { stream: "a" }]] },
      "sparktide.stream.up": { points: [[1, { stream: "a" }]] },
      "sparktide.session.up": { points: [[1, {}]] },
    });
    await monitor.close();
    service.streams = [streamStatus("a", { rowsTotal: 13n })];
    const { "sparktide.stream.rows": rows } = await collected();
    expect(rows).toMatchObject({ points: [[12, { stream: "a" }]] });
    await provider.shutdown();
  });
});

describe("the handler of the monitor", () => {
  it("answers in a server of node:http under a path", async () => {
    const handler = handlerOf(new FakeService(streamStatus("a")), { basePath: "/monitor" });
    const url = await listen(
      createServer((incoming, response) => {
        handler(incoming, response, () => response.writeHead(418).end());
      }),
    );
    expect((await ask(url, "/monitor/api/streams/a")).status).toBe(200);
    expect((await ask(url, "/monitor/")).text).toContain("html");
    for (const path of ["/", "/monitors", "/api/streams", "/monitor/none", "/monitor/api/other"])
      expect((await ask(url, path)).status, path).toBe(418);
    const redirect = await ask(url, "/monitor?x=1");
    expect([redirect.status, redirect.headers.location]).toEqual([308, "./monitor/"]);
  });

  it("answers 404 itself if the server has no other handler", async () => {
    const url = await listen(createServer(handlerOf(new FakeService(), { basePath: "/monitor" })));
    const answer = await ask(url, "/api/streams");
    expect([answer.status, answer.text]).toEqual([404, expect.stringContaining("NOT_FOUND")]);
  });

  it("answers in Express, which removes the mounted path and may have parsed the body", async () => {
    const service = new FakeService(streamStatus("a"));
    const handler = handlerOf(service, { token: TOKEN, control: true });
    /** What `app.use("/admin/streams", handler)` after `app.use(express.json())` does with a request. */
    const express = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { url = "" } = incoming;
      const parts: Buffer[] = [];
      for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
      const body: unknown = parts.length === 0 ? undefined : JSON.parse(parts.join(""));
      const mounted = url.replace(/^\/admin\/streams(?=\/|\?|$)/, "");
      const inner = mounted.startsWith("/") ? mounted : `/${mounted}`;
      Object.assign(incoming, { originalUrl: url, url: inner, body });
      handler(incoming, response, () => response.writeHead(418).end());
    };
    const url = await listen(
      createServer((incoming, response) => void express(incoming, response)),
    );
    const headers = { ...COMMAND, ...WITH_TOKEN };
    const paused = await ask(url, "/admin/streams/api/streams/a/pause", {
      method: "POST",
      headers,
      body: '{"by":"Ann"}',
    });
    expect([paused.status, service.commands[0]?.[2]]).toEqual([
      200,
      { by: "Ann (monitor, from 127.0.0.1)" },
    ]);
    expect((await ask(url, "/admin/streams/")).status).toBe(200);
    expect((await ask(url, "/admin/streams")).headers.location).toBe("./streams/");
    expect((await ask(url, "/admin/streams/unknown")).status).toBe(418);
  });

  it("answers in Fastify, in a hook before the body is parsed", async () => {
    const service = new FakeService(streamStatus("a"));
    const handler = handlerOf(service, { token: TOKEN, control: true, basePath: "/monitor" });
    const app = fastify();
    app.addHook("onRequest", (request, reply, done) => {
      const isMonitor = /^\/monitor(?:[/?]|$)/.test(request.raw.url ?? "");
      if (!isMonitor) {
        done();
        return;
      }
      reply.hijack();
      handler(request.raw, reply.raw);
    });
    app.get("/own", () => "own");
    const url = await app.listen({ port: 0 });
    closing.push(() => app.close());
    const headers = { ...COMMAND, ...WITH_TOKEN };
    const paused = await ask(url, "/monitor/api/streams/a/pause", {
      method: "POST",
      headers,
      body: '{"by":"Ann"}',
    });
    expect([paused.status, service.commands.length]).toEqual([200, 1]);
    expect((await ask(url, "/monitor/")).status).toBe(200);
    expect((await ask(url, "/own")).text).toBe("own");
  });
});

describe("live messages", () => {
  it("begin with reset, and have changed streams, the log, and the batches of one stream", async () => {
    const service = new FakeService(streamStatus("a"), streamStatus("b"));
    const url = await serve(service);
    const live = await LiveClient.open(url, "api/live?stream=a");
    closing.push(() => {
      live.close();
    });
    await eventually(() => live.events.length > 0, { withinMs: 5_000 });
    expect(live.events[0]).toMatchObject({ event: "reset", data: {} });
    service.batch("a", 1);
    service.batch("b", 1);
    service.emit("stalled", { stream: "b", queryId: "q", runId: "r", silentMs: 90_000 });
    service.connected = false;
    await eventually(() => live.of("streams").length > 0 && live.of("service").length > 0, {
      withinMs: 5_000,
    });
    expect(live.of("point")).toEqual([
      expect.objectContaining({ stream: "a", processedRowsPerSecond: 40 }),
    ]);
    expect(live.of("log")).toEqual([
      expect.objectContaining({
        id: 1,
        stream: "b",
        event: "stalled",
        level: "warn",
        text: "The query has sent no report for 90 s.",
      }),
    ]);
    const names = (live.of("streams")[0] as { streams: { name: string }[] }).streams.map(
      ({ name }) => name,
    );
    expect(names).toEqual(["a", "b"]);
    expect(live.of("service")).toEqual([expect.objectContaining({ connected: false })]);
    service.streams = [streamStatus("a")];
    service.batch("a", 2);
    await eventually(() => live.of("streams").length > 1, { withinMs: 5_000 });
    expect(live.of("streams")[1]).toMatchObject({ streams: [{ name: "a" }], removed: ["b"] });
  });

  it("continue after the last one that a client got, or begin anew if that is unknown", async () => {
    const service = new FakeService(streamStatus("a"));
    const url = await serve(service);
    const first = await LiveClient.open(url);
    service.emit("paused", { stream: "a" });
    await eventually(() => first.of("log").length === 1, { withinMs: 5_000 });
    const { id = "" } = first.events.find(({ event }) => event === "log") ?? {};
    first.close();
    service.emit("restarting", { stream: "a", error: new Error("x"), restart: 1, delayMs: 1 });
    const second = await LiveClient.open(url, "api/live", { "Last-Event-ID": id });
    await eventually(() => second.of("log").length === 1, { withinMs: 5_000 });
    expect(second.of("reset")).toEqual([]);
    expect(second.of("log")).toEqual([expect.objectContaining({ event: "restarting" })]);
    const [run] = id.split("-");
    for (const unknown of ["", "nonsense", `${run}-999999`, "0000-1"]) {
      const client = await LiveClient.open(url, "api/live", { "Last-Event-ID": unknown });
      await eventually(() => client.events.length > 0, { withinMs: 5_000 });
      expect(client.events[0]?.event, unknown).toBe("reset");
      client.close();
    }
    second.close();
  });

  it("are not kept for a client that does not read them", async () => {
    const service = new FakeService(streamStatus("a"));
    const server = createServer(handlerOf(service));
    const url = await listen(server);
    const connections = (): Promise<number> =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => {
          if (error === null) resolve(count);
          else reject(error);
        });
      });
    const stuck = request(new URL("api/live?stream=a", url), (response) => {
      response.on("error", () => undefined);
    });
    stuck.on("error", () => undefined);
    stuck.end();
    closing.push(() => stuck.destroy());
    const other = await LiveClient.open(url, "api/live?stream=a");
    await eventually(() => other.events.length > 0, { withinMs: 5_000 });
    const durationMs = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`phase ${index}`, index]),
    );
    let id = 0;
    expect(await connections()).toBe(2);
    // The operating system's buffers take some megabytes before Node's own begin to fill.
    await eventually(
      async () => {
        for (let batch = 0; batch < 50; batch++) service.batch("a", ++id, { durationMs });
        return (await connections()) === 1;
      },
      { withinMs: 20_000 },
    );
    expect(other.hasEnded).toBe(false);
    other.close();
  });
});
