import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import base64 from "../gen/files/cluster-worker.js";

/** The program that runs beside the Python workers. */
export function workerProgram(): { readonly sha256: string; readonly gzip: Buffer } {
  const gzip = Buffer.from(base64, "base64");
  return { sha256: createHash("sha256").update(gunzipSync(gzip)).digest("hex"), gzip };
}
