import { randomUUID } from "node:crypto";
import { ProtocolError, SparkError } from "../errors.js";
import type { Channel, ChannelOptions } from "./channel.js";
import { clientType } from "./client-type.js";
import { parseConnectionString, type ConnectionTarget } from "./connection-string.js";
import { DEFAULT_RETRY_POLICY } from "./retry.js";
import { SparkConnectClient } from "./spark-connect-client.js";

/** Default for the longest wait for a server's first answer, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 10_000;
const OLDEST_SPARK_MAJOR = 4;

/** Opens a channel. Loads grpc-js only now, because loading it takes long. */
export async function openChannel(
  target: ConnectionTarget,
  options: ChannelOptions,
): Promise<Channel> {
  const channels = await import("./channel.js");
  return channels.openChannel(target, options);
}

/**
 * Requests the server's version. This is the first call of a session, so a wrong address or token fails here.
 *
 * @throws {SparkError} code SPARK_TOO_OLD: the server is older than Spark 4.0
 */
export async function requireSpark4(
  client: SparkConnectClient,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<string> {
  const answer = await client.analyze(
    { case: "sparkVersion", value: {} },
    { deadlineMs: timeoutMs, signal },
  );
  if (answer.result.case !== "sparkVersion") {
    throw new ProtocolError("NO_ANSWER", "The server did not answer with its Spark version.");
  }
  const { version } = answer.result.value;
  if (Number.parseInt(version, 10) < OLDEST_SPARK_MAJOR) {
    throw new SparkError(
      "SPARK_TOO_OLD",
      `The server at ${client.endpoint} runs Spark ${version}. This client needs Spark 4.0 or newer.`,
    );
  }
  return version;
}

/**
 * Requests the version of the server at a connection string, without retries.
 *
 * @throws {SparkConnectionError} the server does not answer
 */
export async function sparkVersionAt(
  remote: string,
  signal: AbortSignal,
  options: ChannelOptions = {},
): Promise<string> {
  const target = parseConnectionString(remote);
  const client = new SparkConnectClient(await openChannel(target, options), {
    sessionId: randomUUID(),
    userId: "sparktide-probe",
    clientType: clientType(target),
    retryPolicy: { ...DEFAULT_RETRY_POLICY, maxRetries: 0 },
  });
  try {
    const version = await requireSpark4(client, CONNECT_TIMEOUT_MS, signal);
    await client.releaseSession({ signal });
    return version;
  } finally {
    await client.close();
  }
}
