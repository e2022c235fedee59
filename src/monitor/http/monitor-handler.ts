import type { IncomingMessage, ServerResponse } from "node:http";
import { API_VERSION, type PlanDocument } from "../documents.js";
import type { HistoryRange } from "../history/stream-history.js";
import type { LiveHub } from "../live/live-hub.js";
import type { MonitoredService } from "../monitored-service.js";
import { metricsAnswer } from "../open-metrics.js";
import type { Redaction } from "../redaction.js";
import type { WatchedStreams } from "../watched-streams.js";
import type { StreamStatus } from "../../supervisor/stream-status.js";
import type { Access } from "./access.js";
import { send, sendFailure, sendJson, writeHead } from "./answers.js";
import { isCommand, type CommandAnswer, type Commands } from "./commands.js";
import { failureOf, HttpFailure } from "./http-failure.js";
import { bodyOf } from "./request-body.js";
import { pageFile, sendPage } from "./send-page.js";

const LONGEST_PLAN = 200_000;
const LONGEST_MESSAGE = 2_000;
const HOUR = 3_600_000;
const DEFAULT_POINTS = 500;
const MOST_POINTS = 5_000;
const INDEX = "index.html";
/** The addresses beside the API and the files of the page. */
const PLAIN: ReadonlySet<string> = new Set(["metrics", "healthz", "readyz"]);
const NOT_FOUND = "NOT_FOUND";

/**
 * Answers a request of node:http. Express and Connect call it with `next`, which it calls for addresses that the monitor does not
 * have.
 */
export type MonitorHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** The parts of a monitor that answer requests. */
export interface HandlerParts {
  readonly service: MonitoredService;
  readonly streams: WatchedStreams;
  readonly live: LiveHub;
  readonly access: Access;
  readonly redaction: Redaction;
  /** Undefined: the monitor accepts no commands. */
  readonly commands: Commands | undefined;
  readonly basePath: string;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}

/** Makes the handler of a monitor. */
export function monitorHandler(parts: HandlerParts): MonitorHandler {
  return (request, response, next) => {
    const path = pathOf(request, parts.basePath);
    if (path === undefined) {
      if (next !== undefined) next();
      else fail(parts, { request, response }, notFound());
      return;
    }
    answer(parts, request, response, path).catch((error: unknown) => {
      const failure = failureOf(error);
      // The server into which the monitor is mounted may have this address.
      if (failure.code === NOT_FOUND && next !== undefined) next();
      else fail(parts, { request, response }, failure);
    });
  };
}

/** The path below the monitor's address, without the query. Undefined: the request is not for the monitor. */
function pathOf({ url = "/" }: IncomingMessage, basePath: string): string | undefined {
  const [path = "/"] = url.split("?", 1);
  if (basePath === "") return path;
  if (path === basePath) return "";
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
}

async function answer(
  parts: HandlerParts,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const [, first = "", ...rest] = path.split("/");
  const isApi = first === "api" && (rest[0] === "streams" || rest[0] === "live");
  const isPlain = rest.length === 0 && PLAIN.has(first);
  const file =
    isApi || isPlain || rest.length > 0 ? undefined : await pageFile(first === "" ? INDEX : first);
  if (!isApi && !isPlain && file === undefined) throw notFound();
  parts.access.checkHost(request);
  const [, search = ""] = (request.url ?? "").split("?", 2);
  const exchange = { request, response, query: new URLSearchParams(search) };
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isApi) {
    parts.access.checkSite(request);
    parts.access.checkToken(request);
    if (isRead) await readApi(parts, exchange, rest);
    else await command(parts, exchange, rest);
    return;
  }
  if (!isRead) throw wrongMethod("GET, HEAD");
  if (first === "metrics") {
    parts.access.checkToken(request);
    const { contentType, text } = metricsAnswer(parts.service, request.headers.accept ?? "");
    send(request, response, { contentType, headers: { Vary: "Accept" } }, text);
  } else if (first === "healthz" || first === "readyz") probe(parts, exchange, first);
  else if (first === "" && needsSlash(request, path)) redirect(exchange);
  else if (file !== undefined) sendPage(request, response, file);
}

function probe({ service }: HandlerParts, { request, response }: Exchange, name: string): void {
  const { healthy, ready, connected } = service.health();
  const isGood = name === "healthz" ? healthy : ready;
  const document = { apiVersion: API_VERSION, healthy, ready, connected };
  sendJson(request, response, document, isGood ? 200 : 503);
}

async function readApi(
  parts: HandlerParts,
  exchange: Exchange,
  [first, encoded, detail, ...more]: readonly string[],
): Promise<void> {
  const { streams } = parts;
  const { request, response, query } = exchange;
  if (first === "live" && encoded === undefined) {
    connect(parts, exchange);
    return;
  }
  if (first !== "streams" || more.length > 0) throw notFound();
  if (encoded === undefined) {
    sendJson(request, response, streams.streamsDocument());
    return;
  }
  const status = requireStream(streams, decoded(encoded));
  if (detail === undefined) sendJson(request, response, streams.streamDocument(status));
  else if (detail === "history") {
    const history = streams.history(status.name);
    sendJson(request, response, history.document(rangeOf(query, history.newest)));
  } else if (detail === "plan") sendJson(request, response, await planDocument(parts, status.name));
  else throw notFound();
}

async function planDocument(
  { service, redaction }: HandlerParts,
  name: string,
): Promise<PlanDocument> {
  const plan = await service.explainString?.(name);
  return {
    apiVersion: API_VERSION,
    plan: plan === undefined ? null : redaction.text(plan, LONGEST_PLAN),
  };
}

function connect({ live }: HandlerParts, { request, response, query }: Exchange): void {
  if (!live.hasRoom)
    throw new HttpFailure(503, "TOO_MANY_CLIENTS", "Too many pages are open. Close some of them.");
  writeHead(response, {
    contentType: "text/event-stream; charset=utf-8",
    // nginx would hold the events back.
    headers: { "X-Accel-Buffering": "no" },
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const { "last-event-id": id } = request.headers;
  live.connect(response, query.get("stream") ?? undefined, typeof id === "string" ? id : undefined);
}

async function command(
  { access, commands, streams }: HandlerParts,
  { request, response }: Exchange,
  [first, encoded, name, ...more]: readonly string[],
): Promise<void> {
  if (first !== "streams" || more.length > 0) throw notFound();
  if (commands === undefined)
    throw new HttpFailure(
      403,
      "COMMANDS_OFF",
      "This monitor accepts no commands. Start it with control: true and a token.",
    );
  access.checkCommand(request);
  const { method } = request;
  const stream = encoded === undefined ? undefined : decoded(encoded);
  let result: CommandAnswer;
  if (stream === undefined) {
    if (method !== "POST") throw wrongMethod("GET, HEAD, POST");
    result = await commands.add(await bodyOf(request), request);
  } else if (name === undefined) {
    if (method !== "PUT" && method !== "DELETE") throw wrongMethod("GET, HEAD, PUT, DELETE");
    requireKnown(streams, stream);
    const body = await bodyOf(request);
    result = await (method === "PUT"
      ? commands.upgrade(stream, body, request)
      : commands.give("remove", stream, body, request));
  } else {
    if (!isCommand(name)) throw notFound();
    if (method !== "POST") throw wrongMethod("POST");
    requireKnown(streams, stream);
    result = await commands.give(name, stream, await bodyOf(request), request);
  }
  sendJson(request, response, result.document, result.status);
}

/** @throws {HttpFailure} 404, with the names of the streams */
function requireStream(streams: WatchedStreams, name: string): StreamStatus {
  const status = streams.status(name);
  if (status !== undefined) return status;
  const names = streams
    .names()
    .slice(0, 20)
    .map((one) => JSON.stringify(one));
  throw new HttpFailure(
    404,
    "STREAM_NOT_FOUND",
    `No stream is named ${JSON.stringify(name.slice(0, 200))}. ${names.length === 0 ? "The monitor has no streams" : `Streams: ${names.join(", ")}`}.`,
  );
}

/** A service in standby has no streams, and says so itself. */
function requireKnown(streams: WatchedStreams, name: string): void {
  if (streams.names().length > 0) requireStream(streams, name);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpFailure(400, "INVALID_ARGUMENT", "The stream's name is not encoded correctly.");
  }
}

/** @param newest the time of the newest point, which is in the future if the clock of the server is fast */
function rangeOf(query: URLSearchParams, newest: number): HistoryRange {
  const time = (name: string, otherwise: number): number => {
    const text = query.get(name);
    if (text === null) return otherwise;
    const ms = Date.parse(text);
    if (!Number.isNaN(ms)) return ms;
    throw new HttpFailure(400, "INVALID_ARGUMENT", `${name} must be a time in ISO 8601.`);
  };
  const toMs = time("to", Math.max(Date.now(), newest));
  const fromMs = time("from", toMs - HOUR);
  if (fromMs >= toMs)
    throw new HttpFailure(400, "INVALID_ARGUMENT", "from must be a time before to.");
  const points = Number(query.get("points") ?? DEFAULT_POINTS);
  if (!Number.isInteger(points) || points < 1 || points > MOST_POINTS)
    throw new HttpFailure(
      400,
      "INVALID_ARGUMENT",
      `points must be a whole number from 1 to ${MOST_POINTS}.`,
    );
  return { fromMs, toMs, points };
}

/** Addresses in the page are relative, so the page's own address must end with a slash. */
function needsSlash(request: IncomingMessage, path: string): boolean {
  return path === "" || !originalPath(request).endsWith("/");
}

/** Express removes the mounted path from `url`, and keeps all of it in `originalUrl`. */
function originalPath(request: IncomingMessage): string {
  const original: unknown = Reflect.get(request, "originalUrl");
  const url = typeof original === "string" ? original : (request.url ?? "/");
  return url.split("?", 1)[0] ?? "/";
}

function redirect({ request, response }: Exchange): void {
  // Only the last part, relative: a whole path that begins with two slashes would be the address of a host.
  const last = originalPath(request).split("/").at(-1) ?? "";
  const contentType = "text/plain; charset=utf-8";
  send(request, response, { status: 308, contentType, headers: { Location: `./${last}/` } }, "");
}

function fail(
  { redaction }: HandlerParts,
  { request, response }: Omit<Exchange, "query">,
  failure: HttpFailure,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendFailure(request, response, failure, redaction.text(failure.message, LONGEST_MESSAGE));
}

function notFound(): HttpFailure {
  return new HttpFailure(404, NOT_FOUND, "The monitor has no such address.");
}

function wrongMethod(allowed: string): HttpFailure {
  return new HttpFailure(405, "WRONG_METHOD", `This address allows ${allowed}.`, {
    Allow: allowed,
  });
}
