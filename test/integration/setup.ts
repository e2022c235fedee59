import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { SparkSession } from "../../src/index.js";
import { LocalSpark, prepareLocalSpark } from "../../src/local/index.js";
import { startReplayApi } from "../../examples/demo/replay-api.js";
import { QUICK_JAVA } from "../support/quick-java.js";

const REPLAY_SOURCES = fileURLToPath(new URL("../../python-udsource/src", import.meta.url));

declare module "vitest" {
  interface ProvidedContext {
    /** Connection string of the Spark that all integration tests share. */
    readonly sparkUrl: string;
    /** The server's Spark release, as `4.2.1`. */
    readonly sparkVersion: string;
    readonly hasDelta: boolean;
    /** The replay API servers. Each worker of the run uses its own, because tests change its state. */
    readonly apiUrls: readonly string[];
    /** The Python that has pyspark. */
    readonly python: string;
    /** A folder that the tests and Spark can write to. The run removes it at its end. */
    readonly workFolder: string;
  }
}

/**
 * Settings that make small queries fast. The tests in a container run with Spark's defaults.
 *
 * - Most queries of the tests run once on a few rows: Spark would need more time to generate and compile code than
 *   to run it.
 * - A query has two tasks at a time, whatever the master. The master has more slots, so that a task that only waits
 *   does not delay the tests of the other worker.
 * - By default, Spark starts a program, `readlink`, several times for each batch of a stream on a local disk.
 */
function forSmallQueries(sparkVersion: string): Record<string, string> {
  const streaming = "org.apache.spark.sql.execution.streaming";
  const folder = sparkVersion.startsWith("4.0.") ? streaming : `${streaming}.checkpointing`;
  return {
    "spark.default.parallelism": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.streaming.checkpointFileManagerClass": `${folder}.FileSystemBasedCheckpointFileManager`,
  };
}

/** Extra settings for the shared Spark. `npm run test:cut` uses them to make it cut streams. */
function extraConf(): Record<string, string> {
  return JSON.parse(process.env["SPARKTIDE_TEST_SPARK_CONF"] ?? "{}") as Record<string, string>;
}

/** The version of the server, and whether it has Delta Lake, which some Spark releases lack. */
async function askServer(url: string): Promise<{ version: string; hasDelta: boolean }> {
  await using spark = await SparkSession.builder().remote(url).create();
  const extensions = await spark.conf.getOption("spark.sql.extensions");
  return {
    version: await spark.version(),
    hasDelta: extensions?.includes("DeltaSparkSessionExtension") ?? false,
  };
}

/**
 * Starts the Spark that all tests of the run share and a replay server for each worker, and stops them at the end.
 *
 * SPARKTIDE_TEST_REMOTE: connection string of a server to use instead; it must see this machine's disk.
 * SPARKTIDE_TEST_SPARK_VERSION: another Spark release than the default one.
 * SPARKTIDE_TEST_MASTER: another Spark master.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { pythonPath, sparkVersion } = await prepareLocalSpark({
    sparkVersion: process.env["SPARKTIDE_TEST_SPARK_VERSION"],
  });
  const workFolder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
  const apis = await Promise.all(
    Array.from({ length: project.config.maxWorkers }, () =>
      startReplayApi(pythonPath, REPLAY_SOURCES),
    ),
  );
  const remote = process.env["SPARKTIDE_TEST_REMOTE"];
  const spark =
    remote === undefined
      ? await LocalSpark.start({
          heapMb: 1536,
          javaOptions: QUICK_JAVA,
          conf: { ...forSmallQueries(sparkVersion), ...extraConf() },
          sparkVersion,
          master: process.env["SPARKTIDE_TEST_MASTER"] ?? "local[4]",
        })
      : undefined;
  const sparkUrl = spark?.url ?? remote ?? "";
  project.provide("sparkUrl", sparkUrl);
  const { version, hasDelta } = await askServer(sparkUrl);
  project.provide("sparkVersion", version);
  project.provide("hasDelta", hasDelta);
  project.provide(
    "apiUrls",
    apis.map(({ url }) => url),
  );
  project.provide("python", pythonPath);
  project.provide("workFolder", workFolder);
  return async () => {
    await spark?.stop();
    for (const api of apis) await api[Symbol.asyncDispose]();
    await rm(workFolder, { recursive: true, force: true });
  };
}
