import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { SparkSession } from "../../src/index.js";
import { LocalSpark, prepareLocalSpark } from "../../src/local/index.js";
import { startReplayApi } from "../../examples/demo/replay-api.js";

const REPLAY_SOURCES = fileURLToPath(new URL("../../python-udsource/src", import.meta.url));

declare module "vitest" {
  interface ProvidedContext {
    /** Connection string of the Spark that all integration tests share. */
    readonly sparkUrl: string;
    /** The server's Spark release, as `4.2.1`. */
    readonly sparkVersion: string;
    readonly hasDelta: boolean;
    /** The replay API server. */
    readonly apiUrl: string;
    /** The Python with pyspark in it. */
    readonly python: string;
    /** A folder that both the tests and Spark can write to; removed at the end. */
    readonly workFolder: string;
  }
}

/** Settings for the shared Spark beside its own: `npm run test:cut` makes it cut streams with them. */
function extraConf(): Record<string, string> {
  return JSON.parse(process.env["SPARKTIDE_TEST_SPARK_CONF"] ?? "{}") as Record<string, string>;
}

/** The server's version, and whether it has Delta: not every release of Spark has a Delta Lake. */
async function askServer(url: string): Promise<{ version: string; hasDelta: boolean }> {
  await using spark = await SparkSession.builder().remote(url).create();
  const extensions = await spark.conf.getOption("spark.sql.extensions");
  return {
    version: await spark.version(),
    hasDelta: extensions?.includes("DeltaSparkSessionExtension") ?? false,
  };
}

/**
 * Starts the Spark and the replay server that the whole run shares; stops both at its end. With
 * SPARKTIDE_TEST_REMOTE, a connection string, the tests run on that server, which must see this
 * machine's disk; with SPARKTIDE_TEST_SPARK_VERSION on that release instead of the default one, and
 * with SPARKTIDE_TEST_MASTER on that master.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sparkVersion = process.env["SPARKTIDE_TEST_SPARK_VERSION"];
  const { pythonPath } = await prepareLocalSpark({ sparkVersion });
  const workFolder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
  const api = await startReplayApi(pythonPath, REPLAY_SOURCES);
  const remote = process.env["SPARKTIDE_TEST_REMOTE"];
  const spark =
    remote === undefined
      ? await LocalSpark.start({
          heapMb: 1536,
          conf: extraConf(),
          sparkVersion,
          master: process.env["SPARKTIDE_TEST_MASTER"],
        })
      : undefined;
  const sparkUrl = spark?.url ?? remote ?? "";
  project.provide("sparkUrl", sparkUrl);
  const { version, hasDelta } = await askServer(sparkUrl);
  project.provide("sparkVersion", version);
  project.provide("hasDelta", hasDelta);
  project.provide("apiUrl", api.url);
  project.provide("python", pythonPath);
  project.provide("workFolder", workFolder);
  return async () => {
    await spark?.stop();
    await api[Symbol.asyncDispose]();
    await rm(workFolder, { recursive: true, force: true });
  };
}
