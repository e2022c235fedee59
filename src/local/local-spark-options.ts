/** The options of an embedded Spark, and their checks before anything starts. */
import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import type { Environment } from "../files/cache-folder.js";
import type { ProgressListener } from "./progress.js";
import type { ReadinessProbe } from "./server/readiness-probe.js";
import { type SparkRelease, sparkRelease } from "./install/spark-versions.js";

/** Options of the installation of an embedded Spark. */
export interface PrepareOptions {
  /** A release such as `4.2.1` or a line such as `4.2`. Default: the newest release with Delta Lake. */
  readonly sparkVersion?: string | undefined;
  /** Adds Delta Lake. Default: true if Delta has a release for this Spark. */
  readonly delta?: boolean | undefined;
  /**
   * Spark settings. They override the embedded Spark's own settings. Packages in `spark.jars.packages` are
   * resolved once and then cached.
   */
  readonly conf?: Readonly<Record<string, string>> | undefined;
  /** The Spark master. Default: `local[2]`. */
  readonly master?: string | undefined;
  /** Receives progress reports of the installation and the start. */
  readonly onProgress?: ProgressListener | undefined;
  /** Aborts the installation or the start, and ends every program that it runs. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of an embedded Spark. */
export interface LocalSparkOptions extends PrepareOptions {
  /** Port on 127.0.0.1. Default: 0, which lets the system choose a free port. */
  readonly port?: number | undefined;
  /** Size of the Java heap in MiB, without the Python workers. Default: 1024. */
  readonly heapMb?: number | undefined;
  /** More options for Java, after ours. For example, `-XX:TieredStopAtLevel=1` starts faster but computes slower. */
  readonly javaOptions?: readonly string[] | undefined;
  /** Environment variables for Spark and its Python workers, in addition to those of this process. */
  readonly env?: Environment | undefined;
  /** Longest wait for the started server's first answer, in milliseconds. Default: 120 000. */
  readonly startTimeoutMs?: number | undefined;
  /** Time after which `LocalSpark.stop()` kills the server, in milliseconds. Default: 60 000. */
  readonly stopTimeoutMs?: number | undefined;
  /** Checks whether the server is ready. Default: one RPC that asks for its version. */
  readonly probe?: ReadinessProbe | undefined;
}

const LOCAL_OPTIONS: readonly (keyof LocalSparkOptions)[] = [
  "sparkVersion",
  "delta",
  "conf",
  "master",
  "onProgress",
  "signal",
  "port",
  "heapMb",
  "javaOptions",
  "env",
  "startTimeoutMs",
  "stopTimeoutMs",
  "probe",
];

/** {@link LocalSparkOptions} with all defaults. */
export interface ServerRequest {
  readonly release: SparkRelease;
  readonly delta: boolean;
  readonly conf: Readonly<Record<string, string>>;
  readonly master: string;
  readonly port: number;
  readonly heapMb: number;
  readonly javaOptions: readonly string[];
  readonly env: Environment;
  readonly startTimeoutMs: number;
  readonly stopTimeoutMs: number;
}

/** Settings that must be loopback addresses, so that only this machine can reach an embedded server. */
const ADDRESS_KEYS: readonly string[] = [
  "spark.connect.grpc.binding.address",
  "spark.driver.bindAddress",
  "spark.driver.host",
];

/** Settings that cannot be set in conf, and what to do instead. */
const RESERVED_KEYS: Readonly<Record<string, string>> = {
  "spark.connect.grpc.binding.port": "Use the option port.",
  "spark.connect.authenticate.token":
    "Each embedded Spark creates its own token; read it from url.",
  "spark.master": "Use the option master.",
  "spark.driver.memory": "Use the option heapMb.",
};

/** True if only this machine can reach the address. */
function isLoopback(address: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(address);
}

function requireInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ArgumentError(
    name,
    `${name} must be a whole number from ${least} to ${most}, got ${value}.`,
  );
}

function checkConf(conf: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(conf)) {
    // Callers without types pass numbers and booleans here.
    if (typeof (value as unknown) !== "string") {
      throw new ArgumentError("conf", `conf[${JSON.stringify(key)}] must be a string.`);
    }
    if (!key.startsWith("spark.")) {
      throw new ArgumentError(
        "conf",
        `conf key ${JSON.stringify(key)} does not start with "spark.".`,
      );
    }
    const advice = RESERVED_KEYS[key];
    if (advice !== undefined) {
      throw new ArgumentError("conf", `${key} cannot be set for an embedded Spark. ${advice}`);
    }
    if (ADDRESS_KEYS.includes(key) && !isLoopback(value)) throw notLoopback("conf", key);
  }
}

function checkEnv(env: Environment): void {
  const address = env["SPARK_LOCAL_IP"];
  if (address !== undefined && !isLoopback(address)) throw notLoopback("env", "SPARK_LOCAL_IP");
  if (env["SPARK_CONNECT_AUTHENTICATE_TOKEN"] !== undefined) {
    throw new ArgumentError(
      "env",
      "SPARK_CONNECT_AUTHENTICATE_TOKEN cannot be set for an embedded Spark. Each one creates its own token; read it from url.",
    );
  }
}

function notLoopback(argument: string, key: string): ArgumentError {
  return new ArgumentError(
    argument,
    `${key} must be a loopback address, because only this machine may reach an embedded Spark. ` +
      "For a server that other machines can reach, start Spark Connect yourself and use remote().",
  );
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {ArgumentError} before any I/O
 */
export function serverRequest(options: LocalSparkOptions): ServerRequest {
  checkOptions("the embedded Spark", options, LOCAL_OPTIONS);
  const release = sparkRelease(options.sparkVersion);
  const { conf = {}, env = {}, port = 0, heapMb = 1024, master = "local[2]" } = options;
  const { javaOptions = [], startTimeoutMs = 120_000, stopTimeoutMs = 60_000 } = options;
  requireInteger("port", port, 0, 65_535);
  requireInteger("heapMb", heapMb, 512, 1_048_576);
  requireInteger("startTimeoutMs", startTimeoutMs, 1, 2 ** 31 - 1);
  requireInteger("stopTimeoutMs", stopTimeoutMs, 0, 2 ** 31 - 1);
  if (!/^(local(\[.+\])?|local-cluster\[.+\]|spark:\/\/.+)$/.test(master)) {
    throw new ArgumentError(
      "master",
      `master must be local, local[N], local-cluster[…] or spark://HOST:PORT, got ${JSON.stringify(master)}.`,
    );
  }
  checkConf(conf);
  checkEnv(env);
  if (options.delta === true && release.delta === undefined) {
    throw new ArgumentError(
      "delta",
      `Delta Lake has no release for Spark ${release.version}. Leave delta out, or use sparkVersion 4.2.`,
    );
  }
  const delta = options.delta ?? release.delta !== undefined;
  return {
    release,
    delta,
    conf,
    master,
    port,
    heapMb,
    javaOptions,
    env,
    startTimeoutMs,
    stopTimeoutMs,
  };
}

/** True if Spark starts separate executor processes for this master. */
export function hasExecutors(master: string): boolean {
  return !/^local(\[.+\])?$/.test(master);
}
