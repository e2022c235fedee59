import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import base64 from "../gen/files/cluster-worker.js";

/** The program that runs in Node.js beside a Python worker. */
export interface WorkerProgram {
  /** The SHA-256 of the program's text, in hexadecimal. */
  readonly sha256: string;
  /** The text as gzip. */
  readonly gzip: Buffer;
}

/** The worker program of this version, from `src/cluster/worker/`. */
export function workerProgram(): WorkerProgram {
  const gzip = Buffer.from(base64, "base64");
  return { sha256: createHash("sha256").update(gunzipSync(gzip)).digest("hex"), gzip };
}

/** The name under which the session has the program; `bridge/locate.py` has the same rule. */
export function workerArtifactName({ sha256 }: Pick<WorkerProgram, "sha256">): string {
  return `sparktide-${sha256}-worker.mjs.gz`;
}
