import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

/** A static file of the monitor's page. */
export interface PageFile {
  /** The name in the address, such as `monitor.js`. The page is `index.html`. */
  readonly name: string;
  readonly contentType: string;
  /** Changes with the content; for the header `ETag`, with its quotes. */
  readonly etag: string;
  /** The content with gzip, for clients that accept it. */
  readonly gzip: Buffer;
  readonly body: Buffer;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** The Content-Security-Policy that the page works under. It loads nothing from elsewhere, and has no inline code or style. */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The files of the page by name. They are loaded at the first call. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const { default: json } = await import("../gen/files/monitor-page.js");
  const files = Object.entries(JSON.parse(json) as Record<string, string>);
  return new Map(
    files.map(([name, base64]) => {
      const gzip = Buffer.from(base64, "base64");
      const body = gunzipSync(gzip);
      const hash = createHash("sha256").update(body).digest("base64url").slice(0, 20);
      const extension = name.slice(name.lastIndexOf(".") + 1);
      const contentType = CONTENT_TYPES[extension] ?? "application/octet-stream";
      return [name, { name, contentType, etag: `"${hash}"`, gzip, body }];
    }),
  );
}
