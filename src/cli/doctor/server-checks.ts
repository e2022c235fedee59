import { SparkConnectionError, SparkError, type SparkSession } from "../../index.js";
import { isLoopback } from "../../transport/connection-string.js";
import type { CommandContext } from "../command.js";
import { remoteEndpoint, remoteKeys, remoteValue, sessionBuilder, type Remote } from "../remote.js";
import { result, splitAdvice, type CheckResult } from "./check.js";
import { WORKER_CHECKS, workerChecks } from "./worker-checks.js";

/** The lines of Spark that the client is tested on; see docs/compatibility.md. */
const TESTED_LINES: readonly string[] = ["4.0", "4.1", "4.2", "4.3"];
/** Clocks that differ by less are no reason for anything to fail. */
const CLOCK_TOLERANCE_MS = 5_000;

const DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";

/** Checks a server, from whether it can be reached to whether its Python workers work. */
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
  return names.map((name) => result(name, "skip", "The server was not reached."));
}

/** The client's errors say what to do; what else failed at the first call is the server's own. */
function unreachable(error: SparkError): CheckResult {
  const { problem, advice } = splitAdvice(error);
  const fix = advice === "" ? "Check the address, and the server's log." : advice;
  const code = error instanceof SparkConnectionError ? ` (${error.code})` : "";
  return result("server", "fail", `${problem}${code}`, fix);
}

/** What the address says of TLS and of the token; whether it holds true shows when it is used. */
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
        ? result("tls", "ok", "Plaintext, which does not leave this machine.")
        : result(
            "tls",
            "warn",
            "The connection is plaintext: what travels, rows and code, can be read and changed on the way.",
            "Have the server, or a proxy before it, speak TLS, and add ;use_ssl=true to the address.",
          ),
    hasToken || hasHeaders
      ? result("token", "ok", "A token is sent, and the server takes it.")
      : result(
          "token",
          "warn",
          "No token is sent, and the server asks for none: whoever reaches its port can run code there.",
          "Start the server with a token (SPARK_CONNECT_AUTHENTICATE_TOKEN) and add ;token=… to the address.",
        ),
  ];
}

export function versionCheck(version: string): CheckResult {
  const line = version.split(".").slice(0, 2).join(".");
  return TESTED_LINES.includes(line)
    ? result("version", "ok", `Spark ${line} is one of those the client is tested on.`)
    : result(
        "version",
        "warn",
        `Spark ${version} is none of those the client is tested on (${TESTED_LINES.join(", ")}).`,
        "Look for a newer sparktide, or test what you use.",
      );
}

async function deltaCheck(
  spark: SparkSession,
  version: string,
  signal: AbortSignal,
): Promise<CheckResult> {
  const extensions = await spark.conf.getOption("spark.sql.extensions", { signal });
  if (extensions?.includes(DELTA_EXTENSION) === true) {
    return result("delta", "ok", "Delta Lake is there.");
  }
  const line = version.split(".").slice(0, 2).join(".");
  return result(
    "delta",
    "warn",
    "Delta Lake is not there: format delta and deltaTable() fail.",
    line === "4.3"
      ? "Delta Lake has no release for Spark 4.3; use Spark 4.2 where you need it."
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
    "Set both by NTP: tokens and certificates are judged by them, and times in data come from the server's.",
  );
}

/** How far the server's clock is off, at the least: it was read somewhere between question and answer. */
export function clockSkewMs(askedAt: number, serverAt: number, answeredAt: number): number {
  if (serverAt > answeredAt) return serverAt - answeredAt;
  return serverAt < askedAt ? serverAt - askedAt : 0;
}
