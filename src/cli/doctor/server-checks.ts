import { SparkConnectionError, SparkError, type SparkSession } from "../../index.js";
import { isLoopback } from "../../transport/connection-string.js";
import type { CommandContext } from "../command.js";
import { remoteEndpoint, remoteKeys, remoteValue, sessionBuilder, type Remote } from "../remote.js";
import { result, splitAdvice, type CheckResult } from "./check.js";
import { WORKER_CHECKS, workerChecks } from "./worker-checks.js";

/** The release lines of Spark that the client is tested with; see docs/compatibility.md. */
const TESTED_LINES: readonly string[] = ["4.0", "4.1", "4.2", "4.3"];
/** A smaller difference between the clocks causes no failures. */
const CLOCK_TOLERANCE_MS = 5_000;

const DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";

/** Checks a server: connection, TLS, token, version, Delta Lake, Python workers and clock. */
export async function serverChecks(
  context: CommandContext,
  remote: Remote,
): Promise<CheckResult[]> {
  const { environment, signal } = context;
  const transport = transportChecks(remote, environment);
  const startedAt = performance.now();
  let spark: SparkSession;
  try {
    const builder = await sessionBuilder(context, remote);
    spark = await builder.heartbeat(false).create();
  } catch (error) {
    if (!(error instanceof SparkError)) throw error;
    return [
      unreachable(error),
      ...skipped(["tls", "token", "version", "delta", ...WORKER_CHECKS, "clock"]),
    ];
  }
  await using session = spark;
  signal.throwIfAborted();
  const elapsedMs = Math.round(performance.now() - startedAt);
  const version = await session.version();
  const { host, port } = remoteEndpoint(remote.url);
  return [
    result("server", "ok", `Spark ${version} at ${host}:${port} answered within ${elapsedMs} ms`),
    ...transport,
    versionCheck(version),
    await deltaCheck(session, version, signal),
    ...(await workerChecks(session, version, signal)),
    await clockCheck(session, signal),
  ];
}

function skipped(names: readonly string[]): CheckResult[] {
  return names.map((name) => result(name, "skip", "The connection to the server failed."));
}

/** The client's own errors contain advice. Other errors of the first call come from the server. */
function unreachable(error: SparkError): CheckResult {
  const { problem, advice } = splitAdvice(error);
  const fix = advice === "" ? "Check the address, and the server's log." : advice;
  const code = error instanceof SparkConnectionError ? ` (${error.code})` : "";
  return result("server", "fail", `${problem}${code}`, fix);
}

/** Checks TLS and the token by the address alone. The connection shows whether the server accepts them. */
export function transportChecks(
  { url }: Remote,
  environment: CommandContext["environment"],
): CheckResult[] {
  const { host } = remoteEndpoint(url);
  const isLocal = isLoopback(host);
  const keys = remoteKeys(url);
  const environmentToken = environment["SPARK_CONNECT_AUTHENTICATE_TOKEN"] ?? "";
  const hasToken = keys.includes("token") || environmentToken !== "";
  const hasHeaders = keys.some((key) => /auth|token|key/i.test(key));
  const wantsTls = remoteValue(url, "use_ssl")?.toLowerCase();
  const usesTls = wantsTls === "true" || (wantsTls === undefined && hasToken && !isLocal);
  return [
    usesTls
      ? result("tls", "ok", "The connection uses TLS, and the server's certificate is trusted.")
      : isLocal
        ? result("tls", "ok", "The connection is plaintext, and does not leave this machine.")
        : result(
            "tls",
            "warn",
            "The connection is plaintext: others on the network can read and change rows and code.",
            "Set up TLS on the server or on a proxy in front of it, and add ;use_ssl=true to the address.",
          ),
    hasToken || hasHeaders
      ? result("token", "ok", "The client sends a token, and the server accepts it.")
      : result(
          "token",
          "warn",
          "The server requires no token: anyone who can reach its port can run code there.",
          "Start the server with a token (SPARK_CONNECT_AUTHENTICATE_TOKEN) and add ;token=… to the address.",
        ),
  ];
}

export function versionCheck(version: string): CheckResult {
  const line = version.split(".").slice(0, 2).join(".");
  return TESTED_LINES.includes(line)
    ? result("version", "ok", `The client is tested with Spark ${line}.`)
    : result(
        "version",
        "warn",
        `The client is not tested with Spark ${version}, only with ${TESTED_LINES.join(", ")}.`,
        "Look for a newer sparktide, or test your own use of it.",
      );
}

async function deltaCheck(
  spark: SparkSession,
  version: string,
  signal: AbortSignal,
): Promise<CheckResult> {
  const extensions = await spark.conf.getOption("spark.sql.extensions", { signal });
  if (extensions?.includes(DELTA_EXTENSION) === true) {
    return result("delta", "ok", "Delta Lake is installed.");
  }
  const line = version.split(".").slice(0, 2).join(".");
  return result(
    "delta",
    "warn",
    "Delta Lake is not installed: the format delta and deltaTable() fail.",
    line === "4.3"
      ? "Delta Lake has no release for Spark 4.3. Use Spark 4.2 if you need Delta Lake."
      : `Start the server with --packages io.delta:delta-spark_${line}_2.13:4.4.0, --conf spark.sql.extensions=${DELTA_EXTENSION} and --conf spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog.`,
  );
}

async function clockCheck(spark: SparkSession, signal: AbortSignal): Promise<CheckResult> {
  const df = await spark.sql("SELECT unix_micros(current_timestamp())", [], { signal });
  const askedAt = Date.now();
  const [row] = await df.collect({ rowMode: "array", signal });
  const answeredAt = Date.now();
  const serverMs = Number(row?.[0]) / 1000;
  const skewMs = clockSkewMs(askedAt, serverMs, answeredAt);
  const seconds = `${(Math.abs(skewMs) / 1000).toFixed(1)} s`;
  if (Math.abs(skewMs) <= CLOCK_TOLERANCE_MS) {
    return result(
      "clock",
      "ok",
      skewMs === 0 ? "Both clocks agree." : `The clocks differ by ${seconds}.`,
    );
  }
  return result(
    "clock",
    "warn",
    `The server's clock is ${seconds} ${skewMs > 0 ? "ahead of" : "behind"} this machine's.`,
    "Synchronise both with NTP. Tokens and certificates expire by these clocks, and timestamps in data come from the server's.",
  );
}

/** The smallest possible difference of the clocks: the server read its clock between request and response. */
export function clockSkewMs(askedAt: number, serverAt: number, answeredAt: number): number {
  if (serverAt > answeredAt) return serverAt - answeredAt;
  return serverAt < askedAt ? serverAt - askedAt : 0;
}
