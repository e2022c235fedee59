/** What an embedded Spark can be asked for, and what is refused before anything starts. */
import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import type { Environment } from "./install/cache-folder.js";
import type { ProgressListener } from "./progress.js";
import type { ReadinessProbe } from "./server/readiness-probe.js";
import { type SparkRelease, sparkRelease } from "./install/spark-versions.js";

/** What an embedded Spark needs installed. */
export interface PrepareOptions {
  /** A release such as `4.2.1` or a line such as `4.2`; by default the newest one with Delta Lake. */
  readonly sparkVersion?: string | undefined;
  /** Adds Delta Lake; by default true where Delta has a release for this Spark. */
  readonly delta?: boolean | undefined;
  /** Spark settings; they win over the embedded Spark's own. `spark.jars.packages` is resolved once and kept. */
  readonly conf?: Readonly<Record<string, string>> | undefined;
  /** `local[2]` by default. */
  readonly master?: string | undefined;
  /** Hears what a long set-up does. */
  readonly onProgress?: ProgressListener | undefined;
  /** Ends the set-up or the start, and every program it runs. */
  readonly signal?: AbortSignal | undefined;
}

/** How to start an embedded Spark. */
export interface LocalSparkOptions extends PrepareOptions {
  /** Port on 127.0.0.1; 0, the default, lets the system choose a free one. */
  readonly port?: number | undefined;
  /** Java heap in MiB; 1024 by default. Python workers come on top. */
  readonly heapMb?: number | undefined;
  /** Further options for Java, after ours; e.g. `-XX:TieredStopAtLevel=1` starts faster and computes more slowly. */
  readonly javaOptions?: readonly string[] | undefined;
  /** Environment variables for Spark and its Python workers, beside those of this process. */
  readonly env?: Environment | undefined;
  /** Time for the server to answer once it was started, in milliseconds; 120 000 by default. */
  readonly startTimeoutMs?: number | undefined;
  /** Time for {@link LocalSpark.stop} before the server is killed, in milliseconds; 60 000 by default. */
  readonly stopTimeoutMs?: number | undefined;
  /** Says when the server is ready; by default one RPC that asks for its version. */
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

/** {@link LocalSparkOptions} with every default filled in. */
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

/** Settings an embedded server must keep to be reachable from this machine alone. */
const ADDRESS_KEYS: readonly string[] = [
  "spark.connect.grpc.binding.address",
  "spark.driver.bindAddress",
  "spark.driver.host",
];

/** Settings that have an option of their own, or none. */
const RESERVED_KEYS: Readonly<Record<string, string>> = {
  "spark.connect.grpc.binding.port": "Use the option port.",
  "spark.connect.authenticate.token": "Each embedded Spark makes its own token; read it from url.",
  "spark.master": "Use the option master.",
  "spark.driver.memory": "Use the option heapMb.",
};

/** Whether an address can be reached from this machine only. */
function isLoopback(address: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(address);
}

function requireInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ArgumentError(
    name,
    `${name} must be a whole number from ${least} to ${most}, not ${value}.`,
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
    throw new ArgumentError("env", "Each embedded Spark makes its own token; read it from url.");
  }
}

function notLoopback(argument: string, key: string): ArgumentError {
  return new ArgumentError(
    argument,
    `${key} must be a loopback address: an embedded Spark is reachable from this machine only. ` +
      "For a server that others can reach, start Spark Connect yourself and use remote().",
  );
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {ArgumentError} before any I/O
 */
export function serverRequest(options: LocalSparkOptions): ServerRequest {
  checkOptions("The embedded Spark", options, LOCAL_OPTIONS);
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
      `master ${JSON.stringify(master)} is not local, local[N], local-cluster[…] or spark://HOST:PORT.`,
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

/** Whether Spark starts separate executor processes for this master. */
export function hasExecutors(master: string): boolean {
  return !/^local(\[.+\])?$/.test(master);
}
