/** One Spark for all test files of a run: started by the main process of the test runner, found by its workers. */
import { mkdtemp, readFile } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "../errors.js";
import { SparkSession } from "../index.js";
import type { LocalSpark, LocalSparkOptions, SetupProgress } from "../local/index.js";
import { parseConnectionString } from "../transport/connection-string.js";
import { SESSION_TIMES_VARIABLE } from "./test-session.js";

/** Options of {@link startTestSpark}: those of the embedded Spark, and one more. */
export interface TestSparkOptions extends LocalSparkOptions {
  /** Whether to print at the end how long Spark and the sessions of the tests took. Default: true. */
  readonly report?: boolean | undefined;
}

/** The Spark of this process, for all projects and all copies of this module. */
interface Shared {
  readonly options: string;
  readonly running: Promise<Running>;
  users: number;
}

interface Running {
  readonly spark: LocalSpark | undefined;
  /** What the report says about the server. */
  readonly text: string;
  /** A folder for the file to which each session adds a line. */
  readonly folder: string;
  readonly removeOnExit: () => void;
}

const SHARED = Symbol.for("sparktide.testing.spark");
const shared = globalThis as { [SHARED]?: Shared | undefined };

/** A step of the start prints nothing before this time. */
const SILENT_MS = 5_000;
const REPEAT_EVERY_MS = 5_000;

/**
 * Starts one embedded Spark for all tests of a run, for the global setup of a test runner. The workers of the runner find it
 * through the variable `SPARK_REMOTE`, which `testSession()` and `SparkSession.builder()` read. If the variable is
 * already set, the tests use that server and nothing starts.
 *
 * The server ends with this process, even after Ctrl-C or SIGKILL. Several calls in one process share it.
 *
 * `sparktide/testing/vitest` and `sparktide/testing/jest` call this without options.
 *
 * @returns stops the server and prints the report; the last of several calls stops it
 * @throws {ArgumentError} an option is wrong, or another call in this process had other options
 * @throws {LocalSparkError} the installation or the start failed
 *
 * A global setup with options is a file that exports
 * `default () => startTestSpark({ conf: { "spark.sql.session.timeZone": "UTC" } })`.
 */
export async function startTestSpark(options: TestSparkOptions = {}): Promise<() => Promise<void>> {
  const text = JSON.stringify(options);
  const own = (shared[SHARED] ??= { options: text, running: start(options), users: 0 });
  if (own.options !== text)
    throw new ArgumentError(
      "options",
      `All calls of startTestSpark() in one process share one Spark, so they must have the same options. The first call had ${own.options}, this one has ${text}.`,
    );
  own.users++;
  try {
    await own.running;
  } catch (error) {
    shared[SHARED] = undefined;
    throw error;
  }
  return once(() => stopTestSpark(options.report));
}

/** Whether this process has started, or is starting, the Spark of its tests. */
export function hasTestSpark(): boolean {
  return shared[SHARED] !== undefined;
}

/** Ends one use of the Spark of this process. The last use stops it. */
export async function stopTestSpark(report = true): Promise<void> {
  const own = shared[SHARED];
  if (own === undefined || --own.users > 0) return;
  shared[SHARED] = undefined;
  const { spark, text, folder, removeOnExit } = await own.running;
  const sessions = await sessionsText(folder);
  try {
    await spark?.stop();
  } finally {
    if (spark !== undefined) delete process.env["SPARK_REMOTE"];
    process.env[SESSION_TIMES_VARIABLE] = "";
    process.off("exit", removeOnExit);
    removeOnExit();
  }
  if (report) process.stderr.write(`${text}; ${sessions}\n`);
}

async function start(options: TestSparkOptions): Promise<Running> {
  const startedAt = performance.now();
  const { report, ...local } = options;
  const remote = process.env["SPARK_REMOTE"] ?? "";
  const spark = remote === "" ? await startLocal(local, report) : undefined;
  if (spark !== undefined) process.env["SPARK_REMOTE"] = spark.url;
  const folder = await mkdtemp(join(tmpdir(), "sparktide-times-"));
  process.env[SESSION_TIMES_VARIABLE] = join(folder, "sessions");
  const removeOnExit = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", removeOnExit);
  const text =
    spark === undefined
      ? remoteText(remote, local)
      : `Spark ${spark.sparkVersion} started in ${seconds(performance.now() - startedAt)}`;
  return { spark, text, folder, removeOnExit };
}

async function startLocal(options: LocalSparkOptions, report = true): Promise<LocalSpark> {
  // Loaded on demand, because the test files import this module too.
  const { LocalSpark, progressText } = await import("../local/index.js");
  let writtenAt = 0;
  const onProgress = (progress: SetupProgress): void => {
    const { elapsedMs } = progress;
    // The first start on a machine downloads Spark. Later starts print nothing.
    if (elapsedMs < SILENT_MS || performance.now() - writtenAt < REPEAT_EVERY_MS) return;
    writtenAt = performance.now();
    process.stderr.write(`${progressText(progress)}\n`);
  };
  const spark = await LocalSpark.start({ ...(report ? { onProgress } : {}), ...options });
  try {
    await warmUp(spark.url);
    return spark;
  } catch (error) {
    await spark.stop();
    throw error;
  }
}

/**
 * Runs a first query. It takes seconds, because Java loads and compiles Spark's classes. Without this, the first test
 * would wait for them, and fail at its time limit.
 */
async function warmUp(url: string): Promise<void> {
  const spark = await SparkSession.builder().remote(url).create();
  try {
    const rows = spark.createDataFrame([{ key: "a", value: 1 }]);
    await rows.groupBy("key").sum("value").collect();
  } finally {
    await spark.stop();
  }
}

/** The server's address without the token, and a warning if options have no effect on it. */
function remoteText(remote: string, options: LocalSparkOptions): string {
  const { host, port } = parseConnectionString(remote);
  const names = Object.keys(options);
  const unused =
    names.length === 0 ? "" : `, without the options ${names.join(", ")} of startTestSpark()`;
  return `Spark at ${host}:${port} (SPARK_REMOTE)${unused}`;
}

/** `12 sessions made in 0.3 s`. */
async function sessionsText(folder: string): Promise<string> {
  const lines = await readFile(join(folder, "sessions"), "utf8").catch(() => "");
  const times = lines.split("\n").filter(Boolean).map(Number);
  const sum = times.reduce((total, ms) => total + ms, 0);
  return `${times.length} ${times.length === 1 ? "session" : "sessions"} made in ${seconds(sum)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function once(stop: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  return () => (stopped ??= stop());
}
