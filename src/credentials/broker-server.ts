import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { BearerKey } from "../bearer-key.js";
import { SparkError } from "../errors.js";
import { thrownMessage } from "../thrown-value.js";

const MOST_BYTES = 64 * 1024;
const STATUS: Readonly<Record<string, number>> = {
  KEY_WRONG: 401,
  NOT_FOUND: 404,
  BAD_REQUEST: 400,
  CREDENTIAL_LOGIN_NEEDED: 409,
  CREDENTIAL_REFUSED: 424,
};

/** What a broker answers: the documents of its two paths. */
export interface BrokerCalls {
  /** @param refused SHA-256 of a token that an API refused */
  readonly token: (name: string, refused: string | undefined) => Promise<object>;
  readonly budget: (name: string, requests: number, maxWaitMs: number) => object;
}

/** Where a broker listens. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
}

/**
 * Starts the server.
 *
 * @throws {SparkError} code BROKER_NOT_LISTENING
 */
export async function serve(
  { host, port, tls }: BrokerAddress,
  key: BearerKey,
  calls: BrokerCalls,
): Promise<{ readonly server: Server; readonly url: string }> {
  const listener: RequestListener = (request, response) => {
    void answer(request, response, key, calls);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(
        new SparkError(
          "BROKER_NOT_LISTENING",
          `The broker cannot listen on ${host}:${port}: ${error.message}. Choose another port (0 takes a free one).`,
          { cause: error },
        ),
      );
    });
    server.listen({ host, port }, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const name = host.includes(":") ? `[${host}]` : host;
  return { server, url: `${tls === undefined ? "http" : "https"}://${name}:${bound}` };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  key: BearerKey,
  calls: BrokerCalls,
): Promise<void> {
  let status = 200;
  let document: object;
  try {
    document = await carriedOut(request, key, calls);
  } catch (error) {
    const code = error instanceof SparkError ? error.code : "BROKER_FAILED";
    // Anything else passes: the provider or the state is silent, or another process is active.
    status = STATUS[code] ?? 503;
    document = { error: { code, message: thrownMessage(error) } };
  }
  const text = `${JSON.stringify(document)}\n`;
  response.writeHead(status, {
    "Cache-Control": "no-store",
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    ...(status === 401 && { "WWW-Authenticate": "Bearer" }),
  });
  response.end(text);
}

async function carriedOut(
  request: IncomingMessage,
  key: BearerKey,
  calls: BrokerCalls,
): Promise<object> {
  if (key.matches(request.headers.authorization) !== true)
    throw new SparkError("KEY_WRONG", "The key of this request is not the broker's key.");
  const [, kind, encoded = ""] = /^\/v1\/(tokens|budgets)\/([^/?]+)$/.exec(request.url ?? "") ?? [];
  if (kind === undefined || request.method !== "POST")
    throw new SparkError(
      "NOT_FOUND",
      "A broker answers POST /v1/tokens/NAME and /v1/budgets/NAME.",
    );
  const name = decoded(encoded);
  const body = await bodyOf(request);
  if (kind === "tokens") {
    const { refused } = body;
    return calls.token(name, typeof refused === "string" ? refused : undefined);
  }
  const { requests, maxWaitMs } = body;
  if (!isCount(requests) || requests < 1 || !isCount(maxWaitMs))
    throw new SparkError("BAD_REQUEST", "requests and maxWaitMs must be whole numbers.");
  return calls.budget(name, requests, maxWaitMs);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SparkError("BAD_REQUEST", "The name in the path is not percent-encoded UTF-8.");
  }
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new SparkError("BAD_REQUEST", "The body is too large.");
    parts.push(part);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString("utf8") || "{}");
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // The error below says the same.
  }
  throw new SparkError("BAD_REQUEST", "The body must be a JSON object.");
}
