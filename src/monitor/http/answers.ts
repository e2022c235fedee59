import type { IncomingMessage, ServerResponse } from "node:http";
import { API_VERSION, type FailureDocument } from "../documents.js";
import { PAGE_POLICY } from "../page-files.js";
import type { HttpFailure } from "./http-failure.js";

/** The headers of every answer. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": PAGE_POLICY,
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** An answer without its body. */
export interface AnswerHead {
  readonly status?: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes the head of an answer. */
export function writeHead(
  response: ServerResponse,
  { status = 200, contentType, headers = {} }: AnswerHead,
): void {
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    "Cache-Control": "no-store",
    "Content-Type": contentType,
    ...headers,
  });
}

/** Sends an answer. A request with the method HEAD gets its head. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  head: AnswerHead,
  body: string | Uint8Array,
): void {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const headers = { ...head.headers, "Content-Length": String(bytes.length) };
  writeHead(response, { ...head, headers });
  if (request.method === "HEAD") response.end();
  else response.end(bytes);
}

/** Sends a document as JSON. */
export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  document: object,
  status = 200,
): void {
  const contentType = "application/json; charset=utf-8";
  send(request, response, { status, contentType }, `${JSON.stringify(document)}\n`);
}

/** Sends the reason why a request failed. `message` has no secrets. */
export function sendFailure(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, headers }: HttpFailure,
  message: string,
): void {
  const document: FailureDocument = { apiVersion: API_VERSION, error: { code, message } };
  const head = { status, contentType: "application/json; charset=utf-8", headers };
  send(request, response, head, `${JSON.stringify(document)}\n`);
}
