import { readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { thrownMessage } from "../thrown-value.js";
import { shown } from "../value-kind.js";
import { ORIGIN, SecretFilter, type RecordedRequest, type Recording } from "./recorded-api.js";

/** Options of {@link recordApi}. */
export interface RecordApiOptions {
  /** The origin of the API, perhaps with a path: `https://api.github.com`. */
  readonly target: string;
  /** The file for the recording. stop() writes it. */
  readonly file: string;
  /**
   * More names of headers, parameters and fields with secrets. Names with words such as `token`, `secret`, `password`, `key`
   * of an API, `authorization` and `cookie` are secrets anyway.
   */
  readonly secrets?: readonly string[] | undefined;
}

/** Options of {@link replayApi}. */
export interface ReplayApiOptions {
  /** The file of a recording. */
  readonly file: string;
}

/** A server that stands for an API. `await using` stops it. */
export interface ApiServer extends AsyncDisposable {
  /** Its address, such as `http://127.0.0.1:40001`: the `baseUrl` of a connector. */
  readonly url: string;
  /** The requests so far, as `GET /users?page=2`, without secrets. */
  readonly requests: readonly string[];
  /** Stops the server. A recording is in its file then. */
  stop(): Promise<void>;
}

/** Headers of an answer that a recording keeps. */
const KEPT_HEADERS: readonly string[] = [
  ...["content-type", "link", "location", "etag", "last-modified", "retry-after"],
  ...["x-poll-interval", "x-next-page", "x-total-count"],
];
/** Headers of one connection, which a proxy does not pass on. `fetch` sets its own encoding. */
const OWN_HEADERS: readonly string[] = [
  ...["host", "connection", "content-length", "accept-encoding", "keep-alive", "transfer-encoding"],
];

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Starts a local server that passes each request on to an API and records the answer, for {@link replayApi}. Credentials go to
 * the API, but not into the file. The file is JSON: look through it before you commit it.
 *
 * ```ts
 * await using api = await recordApi({ target: "https://api.github.com", file: "github.json" });
 * const options = github.options({ table: "issues", owner, repo, baseUrl: api.url, allowHttp: true, allowPrivateHosts: true });
 * await spark.read.format("github").options(options).load().count();
 * ```
 *
 * @throws {ArgumentError} the target is not an address
 */
export async function recordApi(options: RecordApiOptions): Promise<ApiServer> {
  checkOptions("recordApi()", options, ["target", "file", "secrets"]);
  const { target, file, secrets = [] } = options;
  if (!URL.canParse(target) || !/^https?:/.test(target))
    throw new ArgumentError("target", `target must be an address of http, got ${shown(target)}.`);
  const base = target.replace(/\/+$/, "");
  const filter = new SecretFilter(secrets);
  const recorded: RecordedRequest[] = [];
  return serve(
    filter,
    async (request, body, own) => {
      filter.learn(request.headers);
      const answer = await forwarded(base, request, body);
      const isText = answer.body.equals(Buffer.from(answer.body.toString("utf8")));
      const text = answer.body.toString(isText ? "utf8" : "base64");
      const method = request.method ?? "GET";
      const requested = { method, path: filter.path(request.url ?? "/"), body: filter.body(body) };
      const withOrigin = (value: string): string => filter.body(value.replaceAll(base, ORIGIN));
      const kept = Object.entries(answer.headers).filter(([name]) => KEPT_HEADERS.includes(name));
      recorded.push({
        ...requested,
        status: answer.status,
        headers: Object.fromEntries(kept.map(([name, value]) => [name, withOrigin(value)])),
        answer: isText ? withOrigin(text) : text,
        ...(!isText && { base64: true }),
      });
      // The client follows links to this server, so that these requests are recorded, too.
      const local = (value: string): string => value.replaceAll(base, own);
      return {
        status: answer.status,
        headers: Object.fromEntries(kept.map(([name, value]) => [name, local(value)])),
        body: isText ? Buffer.from(local(text)) : answer.body,
      };
    },
    async () => {
      const recording: Recording = { version: 1, target: base, requests: recorded };
      await writeFile(file, `${JSON.stringify(recording, undefined, 2)}\n`);
    },
  );
}

/** Sends a request to the API. */
async function forwarded(base: string, request: IncomingMessage, body: string): Promise<Answer> {
  const { method = "GET", url = "/" } = request;
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    OWN_HEADERS.includes(name) || value === undefined
      ? []
      : [[name, String(value)] as [string, string]],
  );
  const answer = await fetch(base + url, {
    method,
    headers,
    redirect: "manual",
    ...(body !== "" && { body }),
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

/**
 * Starts a local server that gives the answers of a recording, without the API. A request is the same as a recorded one if
 * method, path, parameters and body are; credentials do not count. If a request was recorded several times, the answers come in
 * that order, and then the last one again. Any other request is answered with status 400 and the nearest recorded request.
 *
 * @throws {ArgumentError} the file cannot be read, or is not a recording
 */
export async function replayApi(options: ReplayApiOptions): Promise<ApiServer> {
  checkOptions("replayApi()", options, ["file"]);
  const { requests } = await recordingOf(options.file);
  const filter = new SecretFilter([]);
  const answers = new Map<string, RecordedRequest[]>();
  for (const request of requests) {
    const key = keyOf(request);
    answers.set(key, [...(answers.get(key) ?? []), request]);
  }
  return serve(filter, (request, body, own) => {
    const method = request.method ?? "GET";
    const asked = { method, path: filter.path(request.url ?? "/"), body: filter.body(body) };
    const found = answers.get(keyOf(asked));
    const next = found !== undefined && found.length > 1 ? found.shift() : found?.[0];
    return Promise.resolve(next === undefined ? miss(asked, requests) : replayed(next, own));
  });
}

/** A request as text. Two requests with the same text get the same answers. */
function keyOf({ method, path, body }: Pick<RecordedRequest, "method" | "path" | "body">): string {
  return body === "" ? `${method} ${path}` : `${method} ${path} ${body}`;
}

function replayed(recorded: RecordedRequest, own: string): Answer {
  const local = (value: string): string => value.replaceAll(ORIGIN, own);
  const headers = Object.entries(recorded.headers).map(([name, value]) => [name, local(value)]);
  return {
    status: recorded.status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body:
      recorded.base64 === true
        ? Buffer.from(recorded.answer, "base64")
        : Buffer.from(local(recorded.answer)),
  };
}

function miss(
  asked: Pick<RecordedRequest, "method" | "path" | "body">,
  requests: readonly RecordedRequest[],
): Answer {
  const key = keyOf(asked);
  const common = (other: string): number => {
    let same = 0;
    while (same < key.length && key[same] === other[same]) same += 1;
    return same;
  };
  const [nearest] = requests.map(keyOf).sort((a, b) => common(b) - common(a));
  const message = `The recording has no request ${key}. The nearest one is ${nearest ?? "none"}.`;
  return json(400, { message });
}

function json(status: number, body: object): Answer {
  const headers = { "content-type": "application/json" };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}

async function recordingOf(file: string): Promise<Recording> {
  try {
    const recording = JSON.parse(await readFile(file, "utf8")) as Partial<Recording>;
    if (recording.version === 1 && Array.isArray(recording.requests)) return recording as Recording;
  } catch (error) {
    throw new ArgumentError("file", `Cannot read the recording ${file}: ${thrownMessage(error)}`, {
      cause: error,
    });
  }
  throw new ArgumentError("file", `${file} is not a recording of recordApi().`);
}

/** A server on a free port of this machine. */
async function serve(
  filter: SecretFilter,
  answer: (request: IncomingMessage, body: string, own: string) => Promise<Answer>,
  close: () => Promise<void> = () => Promise.resolve(),
): Promise<ApiServer> {
  const requests: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push(`${request.method ?? "GET"} ${filter.path(request.url ?? "/")}`);
    const { status, headers, body } = await answer(
      request,
      Buffer.concat(chunks).toString("utf8"),
      urlOf(server),
    ).catch((error: unknown) =>
      json(502, { message: `The API cannot be reached: ${thrownMessage(error)}` }),
    );
    response.writeHead(status, { ...headers, "content-length": body.length });
    response.end(body);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = urlOf(server);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    }).then(close);
    return stopped;
  };
  return { url, requests, stop, [Symbol.asyncDispose]: stop };
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
