/**
 * The composition root: the only file that wires the layers together. It turns a builder's settings
 * into a session that is connected to a server.
 */
import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { ArgumentError, SparkConnectionError } from "./errors.js";
import type { LocalSpark } from "./local/index.js";
import { SparkSessionBuilder, type SessionSettings } from "./session/builder.js";
import { Heartbeat } from "./session/heartbeat.js";
import { LiveSessions, type SessionRequest } from "./session/live-sessions.js";
import { PYTHON_VERSION_KEY } from "./connection/python-worker-version.js";
import { SparkConnection } from "./connection/spark-connection.js";
import { SparkVersion } from "./connection/spark-version.js";
import { installBuilder, SparkSession } from "./session/spark-session.js";
import { clientType } from "./transport/client-type.js";
import { parseConnectionString, type ConnectionTarget } from "./transport/connection-string.js";
import { CONNECT_TIMEOUT_MS, openChannel, requireSpark4 } from "./transport/server-version.js";
import { SparkConnectClient } from "./transport/spark-connect-client.js";

const liveSessions = new LiveSessions();

function userIdOf(settings: SessionSettings, target: ConnectionTarget): string {
  const environment = process.env["SPARK_USER"] ?? process.env["USER"];
  return settings.userId ?? target.userId ?? environment ?? userInfo().username;
}

/** The server to connect to. If the settings have no token, the environment's token is used. */
function targetOf(settings: SessionSettings): ConnectionTarget {
  const remote = settings.remote ?? process.env["SPARK_REMOTE"];
  if (remote === undefined || remote === "") {
    throw new ArgumentError(
      "remote",
      'No server is named. Call remote("sc://host:15002"), set SPARK_REMOTE, or call local() for an embedded Spark.',
    );
  }
  const target = parseConnectionString(remote);
  const token = target.token ?? process.env["SPARK_CONNECT_AUTHENTICATE_TOKEN"];
  return token === undefined || token === "" ? target : { ...target, token };
}

/** The key by which getOrCreate() finds a session: server or embedded Spark, user and session id. */
function sessionRequest(settings: SessionSettings): SessionRequest {
  const { local, userId = "", sessionId = "" } = settings;
  if (local !== undefined) {
    refuseTwoServers(settings);
    // JSON leaves out functions. Options that are functions only report progress.
    return { key: JSON.stringify([local, userId, sessionId]), settings, target: undefined };
  }
  const target = targetOf(settings);
  const id = settings.sessionId ?? target.sessionId ?? "";
  const key = JSON.stringify([target.host, target.port, userIdOf(settings, target), id]);
  return { key, settings, target };
}

function refuseTwoServers({ remote, local }: SessionSettings): void {
  if (remote === undefined || local === undefined) return;
  throw new ArgumentError("local", "Call either remote() or local(), not both.");
}

async function create(settings: SessionSettings): Promise<SparkSession> {
  if (settings.local === undefined) return connect(settings, targetOf(settings));
  refuseTwoServers(settings);
  // Loaded on demand: most processes never start an embedded Spark.
  const { LocalSpark } = await import("./local/index.js");
  const local = await LocalSpark.start(settings.local);
  try {
    return await connect(settings, parseConnectionString(local.url), local);
  } catch (error) {
    await local.stop();
    throw error;
  }
}

async function getOrCreate(settings: SessionSettings): Promise<SparkSession> {
  return liveSessions.getOrCreate(sessionRequest(settings), () => create(settings));
}

async function connect(
  settings: SessionSettings,
  target: ConnectionTarget,
  local?: LocalSpark,
  // The workers of a standalone cluster run on other machines.
  isEmbedded: boolean = local !== undefined &&
    settings.local?.master?.startsWith("spark:") !== true,
): Promise<SparkSession> {
  const pinned = settings.sessionId ?? target.sessionId;
  const channel = await openChannel(target, settings);
  const client = new SparkConnectClient(channel, {
    sessionId: pinned ?? randomUUID(),
    userId: userIdOf(settings, target),
    clientType: clientType(target, settings.appName),
    retryPolicy: settings.retryPolicy,
    telemetry: {
      tracer: settings.tracer,
      meter: settings.meter,
      internalSpans: settings.internalSpans,
      onError: (message) => {
        settings.logger?.warn(
          { error: message },
          "the tracer or the meter failed; queries continue",
        );
      },
    },
    onRetry: (event) => {
      settings.logger?.warn(event, "a call to Spark failed and will be retried");
    },
  });
  // When an embedded server dies, calls fail at once instead of after all retries.
  local?.closed.then(
    (exitCode) => {
      client.fail(serverDied(channel.endpoint, exitCode));
    },
    () => undefined,
  );
  try {
    const deadlineMs = settings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    const [version, { arrowCodec }] = await Promise.all([
      requireSpark4(client, deadlineMs),
      import("./connection/arrow-codec.js"),
    ]);
    const connection = new SparkConnection(
      client,
      new SparkVersion(version),
      arrowCodec,
      settings.logger,
    );
    const { [PYTHON_VERSION_KEY]: pythonVersion, ...conf } = settings.conf;
    const pairs = Object.entries(conf).map(([key, value]) => ({ key, value }));
    if (pairs.length > 0) {
      await client.config({ case: "set", value: { pairs } }, { deadlineMs });
    }
    const heartbeat = new Heartbeat(client, settings.logger);
    if (settings.heartbeat !== false)
      await heartbeat.start(deadlineMs, settings.heartbeat?.intervalMs);
    const session = new SparkSession({
      connection,
      heartbeat,
      connectBeside: (sessionId) =>
        connect(
          { ...settings, sessionId, local: undefined, releaseOnStop: true },
          { ...target, sessionId: undefined },
          undefined,
          isEmbedded,
        ),
      releaseOnStop: settings.releaseOnStop ?? pinned === undefined,
      pythonVersion,
      node: { choice: settings.javascript?.node ?? "auto", isEmbedded },
      localSpark: local,
    });
    await session.dataSource.register(...settings.dataSources);
    return session;
  } catch (error) {
    await client.close();
    throw error;
  }
}

function serverDied(endpoint: string, exitCode: number): SparkConnectionError {
  return new SparkConnectionError(
    "SERVER_DIED",
    `The embedded Spark at ${endpoint} exited unexpectedly (exit code ${exitCode}). Read its log for the reason, then start a new one.`,
    { endpoint },
  );
}

installBuilder(() => new SparkSessionBuilder({ create, getOrCreate }));
