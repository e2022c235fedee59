// A monitor without a supervisor: serves the page, and documents of streams that do not exist.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type {
  CommandName,
  EventDocument,
  FailureDocument,
  LiveMessages,
  MonitoredState,
  ServiceDocument,
} from "../../src/monitor/documents.js";
import { PAGE_POLICY, pageFiles, type PageFile } from "../../src/monitor/page-files.js";
import { FakeStream, MISSING_TABLE, REFUSED } from "./fake-streams.js";

export interface FakeMonitorOptions {
  readonly streams: number;
  /** The names of pipelines, which follow the streams. */
  readonly pipelines?: readonly string[];
  readonly token?: string;
  /** Accept commands. Default: true */
  readonly control?: boolean;
  /** Run a batch of each stream so often. 0: only with {@link FakeMonitor.beat}. Default: 0 */
  readonly beatMs?: number;
  readonly port?: number;
}

interface Listener {
  readonly stream: string | null;
  readonly response: ServerResponse;
}

const COMMANDS: readonly CommandName[] = ["pause", "resume", "restart", "stop", "run", "remove"];

/** The states of the first streams; the others run. */
const STATES: readonly MonitoredState[] = [
  "running",
  "fatal",
  "backingOff",
  "running",
  "waiting",
  "paused",
  "running",
  "completed",
  "starting",
  "stopped",
  "superseded",
];

const RESULTS: Readonly<Record<CommandName, Pick<FakeStream["summary"], "state" | "desired">>> = {
  pause: { state: "paused", desired: "paused" },
  resume: { state: "running", desired: "running" },
  restart: { state: "running", desired: "running" },
  stop: { state: "stopped", desired: "stopped" },
  run: { state: "running", desired: "running" },
  remove: { state: "stopped", desired: "stopped" },
};

/** A client that was away for less than this many messages gets what it missed. */
const KEPT_MESSAGES = 1_000;

export class FakeMonitor {
  readonly #options: FakeMonitorOptions;
  readonly #files: ReadonlyMap<string, PageFile>;
  readonly #server: Server;
  readonly #listeners = new Set<Listener>();
  readonly #streams = new Map<string, FakeStream>();
  readonly #startedAt = new Date(Date.now() - 7_200_000).toISOString();
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isDown = false;
  readonly #sent: {
    readonly id: number;
    readonly stream: string | undefined;
    readonly text: string;
  }[] = [];
  /** The requests so far, such as `GET /api/streams`. */
  readonly requests: string[] = [];
  /** The `Last-Event-ID` of each live connection. */
  readonly resumed: (string | undefined)[] = [];

  private constructor(options: FakeMonitorOptions, files: ReadonlyMap<string, PageFile>) {
    this.#options = options;
    this.#files = files;
    for (let number = 0; number < options.streams; number++) {
      const stream = new FakeStream(number, Date.now(), STATES[number] ?? "running");
      this.#streams.set(stream.name, stream);
      this.#log(stream, "info", "started", "The stream started from its checkpoint.", 5_400_000);
      if (stream.number % 3 === 0)
        this.#log(
          stream,
          "info",
          "commanded",
          "Restart was commanded.",
          3_600_000,
          "admin from 10.0.0.7",
        );
      if (stream.summary.lastError !== null) {
        this.#log(
          stream,
          "warn",
          "restarting",
          "The query failed. The stream restarts in 31 s.",
          90_000,
        );
        this.#log(stream, "error", "failed", "The query failed 4 times in a row.", 40_000);
      }
    }
    for (const [index, name] of (options.pipelines ?? []).entries()) {
      const stream = new FakeStream(options.streams + index, Date.now(), "waiting", name);
      this.#streams.set(name, stream);
      const flow = "The flow spark_catalog.markets.orders is COMPLETED.";
      this.#log(stream, "info", "started", "The run started.", 720_000);
      this.#log(stream, "info", "flow", flow, 700_000);
    }
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
  }

  static async start(options: FakeMonitorOptions): Promise<FakeMonitor> {
    const monitor = new FakeMonitor(options, await pageFiles());
    await new Promise<void>((resolve) => {
      monitor.#server.listen(options.port ?? 0, "127.0.0.1", resolve);
    });
    const { beatMs = 0 } = options;
    if (beatMs > 0)
      monitor.#timer = setInterval(() => {
        monitor.beat();
      }, beatMs);
    return monitor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The page's address. It has a path, as if another server had mounted the monitor. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ops/`;
  }

  stream(name: string): FakeStream {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Error(`No stream ${name}.`);
    return stream;
  }

  get names(): string[] {
    return [...this.#streams.keys()];
  }

  /** Runs a batch of each running stream, and sends the news. */
  beat(): void {
    const running = [...this.#streams.values()].filter((stream) => stream.isRunning);
    for (const stream of running) {
      stream.advance(Date.now());
      this.#send("point", stream.point(Date.now()), stream.name);
    }
    this.#send("streams", { streams: running.map(({ summary }) => summary), removed: [] });
  }

  /** Lets a stream fail, as Spark would report it. */
  fail(name: string, state: "fatal" | "backingOff" = "backingOff"): void {
    const stream = this.stream(name);
    const error = {
      ...(state === "fatal" ? MISSING_TABLE : REFUSED),
      at: new Date().toISOString(),
    };
    stream.errors.unshift(error);
    stream.change({
      state,
      since: error.at,
      lastError: error,
      restarts: stream.summary.restarts + 1,
    });
    this.#send("streams", { streams: [stream.summary], removed: [] });
    this.#send(
      "log",
      this.#log(stream, "error", "restarting", "The query failed. The stream restarts in 8 s."),
    );
  }

  /** Cuts all connections. While it is down, the monitor closes each new one. */
  cut(isDown: boolean): void {
    this.#isDown = isDown;
    for (const { response } of this.#listeners) response.destroy();
    this.#listeners.clear();
  }

  #log(
    stream: FakeStream,
    level: EventDocument["level"],
    event: string,
    text: string,
    ago = 0,
    by: string | null = null,
  ): EventDocument {
    const at = new Date(Date.now() - ago).toISOString();
    const error = level === "error" ? (stream.errors[0] ?? null) : null;
    const entry = { id: ++this.#lastId, at, stream: stream.name, event, level, text, error, by };
    stream.events.unshift(entry);
    return entry;
  }

  #send<K extends keyof LiveMessages>(event: K, data: LiveMessages[K], stream?: string): void {
    const id = ++this.#lastId;
    const text = `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#sent.push({ id, stream, text });
    if (this.#sent.length > KEPT_MESSAGES) this.#sent.shift();
    for (const listener of this.#listeners)
      if (stream === undefined || listener.stream === stream) listener.response.write(text);
  }

  get #service(): ServiceDocument {
    return {
      kind: "supervisor",
      title: "Shop pipelines",
      role: "active",
      connected: true,
      healthy: true,
      ready: true,
      sessionId: "7d0cf0f5-1f0a-4c55-8d36-3a0e5a0a91b2",
      sparkVersion: "4.2.1",
      startedAt: this.#startedAt,
      commands: this.#options.control === false ? [] : COMMANDS,
    };
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    this.requests.push(`${request.method ?? ""} ${pathname}`);
    if (this.#isDown) {
      request.socket.destroy();
      return;
    }
    const path = pathname.replace(/^\/ops\//, "");
    const file = this.#files.get(path === "" ? "index.html" : path);
    if (file !== undefined) {
      response.setHeader("content-type", file.contentType);
      response.setHeader("content-security-policy", PAGE_POLICY);
      response.setHeader("content-encoding", "gzip");
      response.end(file.gzip);
      return;
    }
    const { token } = this.#options;
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      fail(response, 401, "UNAUTHORIZED", "The monitor needs a token.");
      return;
    }
    if (path === "api/live") {
      this.#listen(request, response, searchParams.get("stream"));
      return;
    }
    const [, encoded, part] = /^api\/streams(?:\/([^/]+))?(?:\/([a-z]+))?$/.exec(path) ?? [];
    if (!path.startsWith("api/streams")) {
      fail(response, 404, "NOT_FOUND", `There is nothing at ${path}.`);
    } else if (encoded === undefined) {
      json(response, {
        apiVersion: 1,
        generatedAt: new Date().toISOString(),
        service: this.#service,
        streams: [...this.#streams.values()].map(({ summary }) => summary),
      });
    } else {
      const stream = this.#streams.get(decodeURIComponent(encoded));
      if (stream === undefined) fail(response, 404, "NOT_FOUND", "No such stream.");
      else if (request.method === "POST") this.#command(request, response, stream, part);
      else this.#document(response, stream, part, searchParams);
    }
  }

  #document(
    response: ServerResponse,
    stream: FakeStream,
    part: string | undefined,
    parameters: URLSearchParams,
  ): void {
    if (part === undefined) {
      json(response, stream.document(Date.now()));
    } else if (part === "plan") {
      json(response, {
        apiVersion: 1,
        plan: "== Physical Plan ==\nWriteToDataSourceV2 (3)\n+- * Filter (2)\n   +- MicroBatchScan (1)",
      });
    } else {
      const time = (name: string): number => Date.parse(parameters.get(name) ?? "");
      json(response, stream.history(time("from"), time("to"), Number(parameters.get("points"))));
    }
  }

  #command(
    request: IncomingMessage,
    response: ServerResponse,
    stream: FakeStream,
    part: string | undefined,
  ): void {
    const command = COMMANDS.find((name) => name === part);
    if (command === undefined || request.headers["x-sparktide-command"] !== "1") {
      fail(response, 400, "BAD_REQUEST", "This is not a command.");
      return;
    }
    if (command === "run" && stream.summary.schedule === null) {
      fail(response, 409, "NO_SCHEDULE", `${stream.name} has no schedule.`);
      return;
    }
    stream.change({ ...RESULTS[command], since: new Date().toISOString(), lastError: null });
    if (command === "remove") this.#streams.delete(stream.name);
    json(response, { apiVersion: 1, stream: command === "remove" ? null : stream.summary });
    this.#send(
      "log",
      this.#log(stream, "info", "commanded", `${command} was commanded.`, 0, "the page"),
    );
  }

  #listen(request: IncomingMessage, response: ServerResponse, stream: string | null): void {
    const lastId = request.headers["last-event-id"];
    this.resumed.push(typeof lastId === "string" ? lastId : undefined);
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const listener = { stream, response };
    this.#listeners.add(listener);
    response.on("close", () => this.#listeners.delete(listener));
    if (lastId === undefined) response.write(`id: ${this.#lastId}\nevent: reset\ndata: {}\n\n`);
    else {
      response.write(": continued\n\n");
      for (const message of this.#sent) {
        const isFor = message.stream === undefined || message.stream === stream;
        if (isFor && message.id > Number(lastId)) response.write(message.text);
      }
    }
  }
}

function json(response: ServerResponse, document: unknown): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(document));
}

function fail(response: ServerResponse, status: number, code: string, message: string): void {
  response.statusCode = status;
  json(response, { apiVersion: 1, error: { code, message } } satisfies FailureDocument);
}
