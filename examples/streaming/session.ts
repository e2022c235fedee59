import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SparkSession } from "sparktide";
import { progressLine } from "sparktide/local";

/** Connects to the server in SPARK_REMOTE, or starts an embedded Spark. */
export function connect(): Promise<SparkSession> {
  const builder = SparkSession.builder();
  const local = process.env["SPARK_REMOTE"] === undefined;
  return (local ? builder.local({ onProgress: progressLine() }) : builder).create();
}

/** The folder for tables and checkpoints: the one on the command line, or a new temporary folder. */
export async function dataFolder(): Promise<string> {
  const given = process.argv[2];
  if (given === undefined) return mkdtemp(join(tmpdir(), "sparktide-example-"));
  await mkdir(given, { recursive: true });
  return given;
}
