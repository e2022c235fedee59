import type { IncomingMessage, ServerResponse } from "node:http";
import { pageFiles, type PageFile } from "../page-files.js";
import { send, writeHead } from "./answers.js";

let loading: ReturnType<typeof pageFiles> | undefined;

/** The file of the page with this name. Clients can get no other files. */
export async function pageFile(name: string): Promise<PageFile | undefined> {
  loading ??= pageFiles();
  return (await loading).get(name);
}

/** Sends a file of the page, unless the client has it already. */
export function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  { contentType, etag, gzip, body }: PageFile,
): void {
  // A new release has new files under the same names, so a browser asks each time.
  const headers = { "Cache-Control": "no-cache", ETag: etag, Vary: "Accept-Encoding" };
  if (request.headers["if-none-match"] === etag) {
    writeHead(response, { status: 304, contentType, headers });
    response.end();
    return;
  }
  const acceptsGzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  const zipped = { ...headers, "Content-Encoding": "gzip" };
  if (acceptsGzip) send(request, response, { contentType, headers: zipped }, gzip);
  else send(request, response, { contentType, headers }, body);
}
