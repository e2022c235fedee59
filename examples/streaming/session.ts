import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SparkSession } from "sparktide";
import { progressLine } from "sparktide/local";

/** The server that SPARK_REMOTE names, or an embedded Spark of the example's own. */
export function connect(): Promise<SparkSession> {
  const builder = SparkSession.builder();
  const local = process.env["SPARK_REMOTE"] === undefined;
  return (local ? builder.local({ onProgress: progressLine() }) : builder).create();
}

/** Where tables and checkpoints go: the folder given on the command line, or a new one. */
export async function dataFolder(): Promise<string> {
  const given = process.argv[2];
  if (given === undefined) return mkdtemp(join(tmpdir(), "sparktide-example-"));
  await mkdir(given, { recursive: true });
  return given;
}
