import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { monitorPage } from "../../files/packaged-files.js";
import { send, writeHead } from "./answers.js";
import { HttpFailure } from "./http-failure.js";

interface PageFile {
  readonly contentType: string;
  readonly zipped: Buffer;
  readonly etag: string;
}

let loading: Promise<ReadonlyMap<string, PageFile>> | undefined;

/** The files of the page, by name. Nothing else can be asked for. */
function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  loading ??= load();
  return loading;
}

async function load(): Promise<ReadonlyMap<string, PageFile>> {
  const files = Object.entries(await monitorPage()).map(([name, { contentType, base64 }]) => {
    const zipped = Buffer.from(base64, "base64");
    const etag = `"${createHash("sha256").update(zipped).digest("base64url").slice(0, 22)}"`;
    return [name, { contentType, zipped, etag }] as const;
  });
  return new Map(files);
}

/** Whether the page has a file of this name. */
export async function isPageFile(name: string): Promise<boolean> {
  return (await pageFiles()).has(name);
}

/** Sends a file of the page. */
export async function sendPageFile(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
): Promise<void> {
  const file = (await pageFiles()).get(name);
  if (file === undefined) throw new HttpFailure(404, "NOT_FOUND", "The monitor has no such page.");
  const { contentType, zipped, etag } = file;
  // A new release has new files under the same names, so a browser asks each time.
  const headers = { "Cache-Control": "no-cache", ETag: etag, Vary: "Accept-Encoding" };
  if (request.headers["if-none-match"] === etag) {
    writeHead(response, { status: 304, contentType, headers });
    response.end();
    return;
  }
  const acceptsGzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  if (acceptsGzip)
    send(
      request,
      response,
      { contentType, headers: { ...headers, "Content-Encoding": "gzip" } },
      zipped,
    );
  else send(request, response, { contentType, headers }, gunzipSync(zipped));
}
