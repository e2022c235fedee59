import { afterEach, describe, expect, it } from "vitest";
import {
  ArgumentError,
  SparkConnectionError,
  SparkException,
  StreamingQueryException,
} from "../../../src/errors.js";
import {
  serveMonitor,
  type FailureDocument,
  type ServedMonitor,
  type ServeMonitorOptions,
  type StreamDocument,
  type StreamsDocument,
} from "../../../src/monitor/index.js";
import type { DynamicStream } from "../../../src/supervisor/dynamic-stream.js";
import { FakeService, streamStatus } from "./support/fake-service.js";
import { eventually } from "../../support/eventually.js";
import { ask, COMMAND, LiveClient, type Answer } from "./support/http-client.js";

const TOKEN = "a token of the test".replaceAll(" ", "-");
const WITH_TOKEN = { Authorization: `Bearer ${TOKEN}` };
const DECLARATION: DynamicStream = {
  name: "prices",
  source: "rest",
  options: {
    url: "https://api.example.com/prices?appid=SENTINEL-IN-URL",
    apiKey: "SENTINEL-KEY",
    rows: 5,
  },
  sink: {
    format: "delta",
    path: "/data/prices",
    options: { "fs.s3a.secret.key": "SENTINEL-SINK" },
  },
  checkpoint: "/data/checkpoint",
  trigger: { processingTime: "30 seconds" },
};

const monitors: ServedMonitor[] = [];
async function serve(
  supervisor: FakeService,
  options: Omit<ServeMonitorOptions, "supervisor"> = {},
): Promise<ServedMonitor> {
  const port = options.socket === undefined ? { port: 0 } : {};
  const monitor = await serveMonitor({ supervisor, ...port, ...options });
  monitors.push(monitor);
  return monitor;
}
afterEach(async () => {
  for (const monitor of monitors.splice(0)) await monitor.close();
});

function json({ text }: Answer): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

function streamsOf({ text }: Answer): StreamsDocument {
  return JSON.parse(text) as StreamsDocument;
}

function streamOf({ text }: Answer): StreamDocument {
  return JSON.parse(text) as StreamDocument;
}

function errorOf(answer: Answer): FailureDocument["error"] {
  return (JSON.parse(answer.text) as FailureDocument).error;
}

describe("the documents of the monitor", () => {
  it("describe the service and each stream in the list", async () => {
    const service = new FakeService(
      streamStatus("orders", { rowsTotal: 2n ** 60n, restarts: 3 }),
      streamStatus("late", { state: "backingOff", nextAttemptInMs: 5_000 }),
      streamStatus("hourly", {
        state: "waiting",
        schedule: "every hour",
        nextRunAtMs: Date.parse("2026-05-01T11:00:00Z"),
      }),
    );
    const { url } = await serve(service, { title: "Shop" });
    service.sessionId = "the session";
    service.batch("orders", 7, { numInputRows: 20n, processedRowsPerSecond: NaN });
    const answer = await ask(url, "/api/streams");
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    const document = streamsOf(answer);
    expect(document).toMatchObject({
      apiVersion: 1,
      service: {
        kind: "supervisor",
        title: "Shop",
        role: "active",
        connected: true,
        healthy: true,
        ready: true,
        sessionId: "the session",
        sparkVersion: "4.2.1",
        commands: [],
      },
      streams: [
        {
          name: "orders",
          state: "running",
          desired: "running",
          restarts: 3,
          rowsTotal: "1152921504606846976",
          lastBatch: { id: 7, rows: 20, durationMs: 250, processedRowsPerSecond: 0 },
          lastError: null,
          nextStartAt: null,
          upgrade: null,
        },
        { name: "late", lastBatch: null, lag: null },
        { name: "hourly", schedule: "every hour", nextStartAt: "2026-05-01T11:00:00.000Z" },
      ],
    });
    const [orders, late] = document.streams;
    expect(orders?.sparkline).toHaveLength(30);
    expect(orders?.sparkline.at(-1)).toBe(80);
    expect(Date.parse(late?.nextStartAt ?? "")).toBeGreaterThan(Date.now());
  });

  it("show a stream with its sources, sink, state, declaration, events and errors", async () => {
    const service = new FakeService(streamStatus("prices", { declaration: DECLARATION }));
    const { url } = await serve(service);
    service.emit("started", { stream: "prices", queryId: "q", runId: "r", restarts: 0 });
    service.batch("prices", 1, {
      sources: [
        {
          description: "RestSource",
          startOffset: { page: 1 },
          endOffset: { page: 2n ** 60n },
          latestOffset: null,
          numInputRows: 5n,
          inputRowsPerSecond: 1,
          processedRowsPerSecond: 2,
          metrics: { maxOffsetsBehindLatest: "17" },
        },
      ],
      eventTime: { watermark: "1970-01-01T00:00:00.000Z" },
    });
    const error = new StreamingQueryException(
      `[STREAM_FAILED] Query [id = q, runId = r] terminated with exception: It failed.\nPlan`,
      { errorClass: "STREAM_FAILED" },
    );
    service.emit("restarting", { stream: "prices", error, restart: 1, delayMs: 2_000 });
    service.emit("commanded", { stream: "prices", command: "restart", by: "Ann" });
    const document = streamOf(await ask(url, "/api/streams/prices"));
    expect(document).toMatchObject({
      trigger: "every 30 seconds",
      watermark: null,
      sources: [
        {
          startOffset: { page: 1 },
          endOffset: { page: String(2n ** 60n) },
          lag: { value: 17, unit: "offsets" },
        },
      ],
      declaration: { name: "prices", options: { rows: 5 }, sink: { path: "/data/prices" } },
      events: [
        {
          id: 3,
          event: "commanded",
          level: "info",
          by: "Ann",
          text: "Ann gave the command restart.",
        },
        {
          id: 2,
          event: "restarting",
          level: "warn",
          text: "The query failed, and starts again in 2 s (restart 1): It failed.",
        },
        { id: 1, event: "started", text: "The query started." },
      ],
      errors: [
        {
          name: "StreamingQueryException",
          code: "STREAM_FAILED",
          message: expect.stringMatching(/^\[STREAM_FAILED\].*Plan$/s) as string,
          help: expect.stringContaining("/docs/troubleshooting/streaming.md") as string,
        },
      ],
    });
    // The command came after the error.
    expect(document.summary.lastError).toBeNull();
  });

  it("name the advice for an error beside its message", async () => {
    const service = new FakeService(streamStatus("a"));
    const { url } = await serve(service);
    const advice =
      'Call df.write.mode("append") or df.write.mode("overwrite") to write there anyway.';
    const cause = new SparkException(`It exists.\n${advice}`, {
      errorClass: "PATH_ALREADY_EXISTS",
    });
    service.emit("fatal", { stream: "a", error: cause, reason: "budget" });
    const { summary } = streamOf(await ask(url, "/api/streams/a"));
    expect(summary.lastError).toMatchObject({
      code: "PATH_ALREADY_EXISTS",
      message: "It exists.",
      advice,
    });
  });

  it("show the error of a stream that failed before the monitor began", async () => {
    const lastError = new SparkConnectionError("CONNECTION_REFUSED", "Nothing listens.", {
      endpoint: "a:1",
    });
    const { url } = await serve(new FakeService(streamStatus("a", { state: "fatal", lastError })));
    const { streams } = streamsOf(await ask(url, "/api/streams"));
    expect(streams[0]?.lastError).toMatchObject({
      code: "CONNECTION_REFUSED",
      help: expect.stringContaining("connection.md") as string,
    });
  });

  it("contain the plan, the history and no more than 200 events of a stream", async () => {
    const service = new FakeService(streamStatus("a"));
    service.plan = "== Physical Plan ==\nScan rest password=hunter22";
    const { url } = await serve(service);
    for (let id = 1; id <= 300; id++) {
      service.batch("a", id);
      service.emit("started", { stream: "a", queryId: "q", runId: "r", restarts: id });
    }
    expect(json(await ask(url, "/api/streams/a/plan"))).toEqual({
      apiVersion: 1,
      plan: "== Physical Plan ==\nScan rest password=***",
    });
    const { events } = streamOf(await ask(url, "/api/streams/a"));
    expect(events).toHaveLength(200);
    expect(events[0]).toMatchObject({ id: 300 });
    const history = json(await ask(url, "/api/streams/a/history?points=5000"));
    expect(history["at"]).toHaveLength(300);
  });

  it("refuse a time or a number of points that is not valid", async () => {
    const { url } = await serve(new FakeService(streamStatus("a")));
    for (const [query, named] of [
      ["from=yesterday", "from must be a time"],
      ["points=0", "points must be"],
      ["from=2026-05-02&to=2026-05-01", "from must be a time before to"],
    ] as const) {
      const answer = await ask(url, `/api/streams/a/history?${query}`);
      expect([answer.status, errorOf(answer).message]).toEqual([
        400,
        expect.stringContaining(named),
      ]);
    }
  });

  it("name the known streams if a stream is unknown", async () => {
    const { url } = await serve(new FakeService(streamStatus("a b/c"), streamStatus("d")));
    const answer = await ask(url, "/api/streams/x");
    expect(answer.status).toBe(404);
    expect(errorOf(answer)).toEqual({
      code: "STREAM_NOT_FOUND",
      message: 'No stream is named "x". Streams: "a b/c", "d".',
    });
    expect((await ask(url, `/api/streams/${encodeURIComponent("a b/c")}`)).status).toBe(200);
    expect((await ask(url, "/api/streams/%E0%A4%A")).status).toBe(400);
  });

  it("forget a removed stream, and keep its removal in the log of all events", async () => {
    const service = new FakeService(streamStatus("a"), streamStatus("b"));
    const { url } = await serve(service, { token: TOKEN, control: true });
    service.batch("a", 1);
    const headers = { ...COMMAND, ...WITH_TOKEN };
    const removed = await ask(url, "/api/streams/a", { method: "DELETE", headers });
    expect(json(removed)).toEqual({ apiVersion: 1, stream: null });
    const { streams } = streamsOf(await ask(url, "/api/streams", { headers }));
    expect(streams.map(({ name }) => name)).toEqual(["b"]);
  });
});

describe("the commands of the monitor", () => {
  const controlled = { token: TOKEN, control: true };
  const headers = { ...COMMAND, ...WITH_TOKEN };

  it("reach the service with the name of who gave them", async () => {
    const service = new FakeService(streamStatus("a"));
    const { url } = await serve(service, controlled);
    const { service: facts } = streamsOf(await ask(url, "/api/streams", { headers }));
    expect(facts.commands).toEqual(["pause", "resume", "restart", "stop", "run", "remove"]);
    for (const name of ["pause", "resume", "restart", "stop", "run"]) {
      const answer = await ask(url, `/api/streams/a/${name}`, {
        method: "POST",
        headers,
        body: '{"by":"Ann"}',
      });
      expect(answer.status).toBe(200);
      expect(json(answer)).toMatchObject({ stream: { name: "a" } });
    }
    await ask(url, "/api/streams/a/remove", { method: "POST", headers });
    const from = (who: string): object => ({ by: `${who} (monitor, from 127.0.0.1)` });
    expect(service.commands).toEqual([
      ["pause", "a", from("Ann")],
      ["resume", "a", from("Ann")],
      ["restart", "a", from("Ann")],
      ["stop", "a", from("Ann")],
      ["runNow", "a", from("Ann")],
      ["remove", "a", from("Somebody")],
    ]);
  });

  it("add and upgrade streams that are declared by data", async () => {
    const service = new FakeService(streamStatus("a"));
    const { url } = await serve(service, controlled);
    const body = JSON.stringify({ declaration: DECLARATION });
    const added = await ask(url, "/api/streams", { method: "POST", headers, body });
    expect([added.status, json(added)["stream"]]).toEqual([
      201,
      expect.objectContaining({ name: "prices" }),
    ]);
    const again = await ask(url, "/api/streams", { method: "POST", headers, body });
    expect([again.status, errorOf(again).code]).toEqual([409, "STREAM_EXISTS"]);
    const upgrade = JSON.stringify({ declaration: DECLARATION, watchBatches: 2 });
    expect(
      (await ask(url, "/api/streams/prices", { method: "PUT", headers, body: upgrade })).status,
    ).toBe(200);
    expect(service.commands.at(-1)).toEqual([
      "upgrade",
      "prices",
      DECLARATION,
      expect.objectContaining({ watchBatches: 2 }),
    ]);
    const other = await ask(url, "/api/streams/a", { method: "PUT", headers, body: upgrade });
    expect([other.status, errorOf(other).message]).toEqual([
      400,
      expect.stringContaining("An upgrade keeps the name."),
    ]);
  });

  it("fail with the status and the message of the service's error, without secrets", async () => {
    const service = new FakeService(streamStatus("a", { declaration: DECLARATION }));
    const { url } = await serve(service, controlled);
    service.outcome = () => Promise.reject(new ArgumentError("x", "Not with SENTINEL-KEY here."));
    const refused = await ask(url, "/api/streams/a/pause", { method: "POST", headers });
    expect([refused.status, errorOf(refused)]).toEqual([
      400,
      { code: "INVALID_ARGUMENT", message: "Not with *********(redacted) here." },
    ]);
    service.outcome = () => Promise.reject(new Error("password=abc"));
    const failed = await ask(url, "/api/streams/a/pause", { method: "POST", headers });
    expect([failed.status, errorOf(failed)]).toEqual([
      500,
      { code: "COMMAND_FAILED", message: "password=***" },
    ]);
  });

  it("are refused without control, whatever the token", async () => {
    const service = new FakeService(streamStatus("a"));
    const { url } = await serve(service, { token: TOKEN });
    const answer = await ask(url, "/api/streams/a/pause", { method: "POST", headers });
    expect([answer.status, errorOf(answer).code]).toEqual([403, "COMMANDS_OFF"]);
    expect(service.commands).toEqual([]);
  });

  it("are refused from a page of another origin, or without the header and the type of a command", async () => {
    const service = new FakeService(streamStatus("a"));
    const { url } = await serve(service, controlled);
    const own = new URL(url).origin;
    const wrong: readonly [string, Record<string, string>][] = [
      ["ORIGIN_NOT_ALLOWED", { ...headers, Origin: "https://evil.example" }],
      ["ORIGIN_NOT_ALLOWED", { ...headers, Origin: "null" }],
      ["ORIGIN_NOT_ALLOWED", { ...headers, "Sec-Fetch-Site": "cross-site" }],
      ["COMMAND_HEADER_MISSING", { ...WITH_TOKEN, "Content-Type": "application/json" }],
      ["NOT_JSON", { ...headers, "Content-Type": "text/plain" }],
      ["NOT_JSON", { ...headers, "Content-Type": "application/jsonp" }],
      ["TOKEN_MISSING", { ...COMMAND }],
      ["TOKEN_WRONG", { ...COMMAND, Authorization: `Bearer ${TOKEN}x` }],
    ];
    for (const [code, given] of wrong) {
      const answer = await ask(url, "/api/streams/a/pause", { method: "POST", headers: given });
      expect(errorOf(answer).code, JSON.stringify(given)).toBe(code);
    }
    expect(service.commands).toEqual([]);
    const same = { ...headers, Origin: own, "Sec-Fetch-Site": "same-origin" };
    expect((await ask(url, "/api/streams/a/pause", { method: "POST", headers: same })).status).toBe(
      200,
    );
  });

  it("are refused with a body that is too large, not an object, or has unknown fields", async () => {
    const service = new FakeService(streamStatus("a"));
    const { url } = await serve(service, controlled);
    const cases: readonly [number, string][] = [
      [413, JSON.stringify({ by: "x".repeat(70_000) })],
      [400, "[]"],
      [400, "{"],
      [400, '{"By":"Ann"}'],
      [400, JSON.stringify({ by: "x".repeat(200) })],
    ];
    for (const [status, body] of cases) {
      const answer = await ask(url, "/api/streams/a/pause", { method: "POST", headers, body });
      expect(answer.status, body.slice(0, 20)).toBe(status);
    }
    const declared = await ask(url, "/api/streams", {
      method: "POST",
      headers,
      body: '{"declaration":[]}',
    });
    expect(errorOf(declared).message).toContain("needs the field declaration");
    expect(service.commands).toEqual([]);
  });

  it("are known by their method: others are refused with the allowed ones", async () => {
    const { url } = await serve(new FakeService(streamStatus("a")), controlled);
    const wrong = await ask(url, "/api/streams/a/pause", { method: "PUT", headers });
    expect([wrong.status, wrong.headers.allow]).toEqual([405, "POST"]);
    expect((await ask(url, "/metrics", { method: "POST", headers })).headers.allow).toBe(
      "GET, HEAD",
    );
    expect((await ask(url, "/api/streams/a/explode", { method: "POST", headers })).status).toBe(
      404,
    );
    expect((await ask(url, "/api/streams/b/pause", { method: "POST", headers })).status).toBe(404);
  });
});

describe("no answer of the monitor", () => {
  it("has a secret of a declaration, an error, an offset, a plan, or the token", async () => {
    const secrets = ["SENTINEL-IN-URL", "SENTINEL-KEY", "SENTINEL-SINK", "SENTINEL-TEXT", TOKEN];
    const leak = `GET https://u:SENTINEL-TEXT@h/?appid=SENTINEL-IN-URL&x=SENTINEL-KEY token: SENTINEL-TEXT, Bearer ${TOKEN}; secret.key=SENTINEL-TEXT "password":"SENTINEL-TEXT"`;
    const lastError = new StreamingQueryException(leak, {
      errorClass: "X",
      cause: new Error(leak),
    });
    const service = new FakeService(
      streamStatus("prices", {
        declaration: { ...DECLARATION, transform: `SELECT '${leak}'` },
        state: "fatal",
        lastError,
        upgrade: { state: "rolledBack", atMs: 0, error: lastError },
      }),
    );
    service.plan = leak;
    const { url } = await serve(service, { token: TOKEN, control: true });
    const live = await LiveClient.open(url, "api/live?stream=prices", WITH_TOKEN);
    service.emit("restarting", { stream: "prices", error: lastError, restart: 1, delayMs: 1 });
    service.emit("upgradeFailed", { stream: "prices", error: leak, rolledBack: true });
    service.emit("stateFailed", { path: leak, error: lastError });
    service.emit("commanded", { stream: "prices", command: "pause", by: leak });
    const source = {
      description: leak,
      startOffset: { token: "SENTINEL-TEXT" },
      endOffset: [leak],
      latestOffset: leak,
      metrics: { a: leak },
    };
    service.batch("prices", 1, {
      sources: [{ ...source, numInputRows: 1n, inputRowsPerSecond: 1, processedRowsPerSecond: 1 }],
      sink: { description: leak, numOutputRows: 1n, metrics: { a: leak } },
    });
    service.outcome = () => Promise.reject(new Error(leak));
    const headers = { ...COMMAND, ...WITH_TOKEN };
    const answers = await Promise.all([
      ...[
        "/",
        "/api/streams",
        "/api/streams/prices",
        "/api/streams/prices/plan",
        "/api/streams/prices/history",
        "/metrics",
        "/healthz",
        "/readyz",
        "/api/streams/none",
        "/nothing",
      ].map((path) => ask(url, path, { headers })),
      ask(url, "/api/streams/prices/pause", { method: "POST", headers }),
      ask(url, "/api/streams", {
        method: "POST",
        headers,
        body: JSON.stringify({ declaration: { name: leak } }),
      }),
      ask(url, "/api/streams"),
    ]);
    await eventually(() => live.of("point").length > 0, { withinMs: 5_000 });
    live.close();
    expect(live.of("log").length).toBeGreaterThanOrEqual(4);
    const everything = [
      ...answers.map(({ text, headers: sent }) => text + JSON.stringify(sent)),
      JSON.stringify(live.events),
    ];
    for (const text of everything) for (const secret of secrets) expect(text).not.toContain(secret);
    // The texts are there, so the test can fail.
    expect(everything.join("")).toContain("https://***@h/");
  });
});
