/**
 * The composition root: the only file that wires the layers together. It turns a builder's settings
 * into a session that has been answered by a server.
 */
import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { DataFrameReader } from "./dataframe/read-write/dataframe-reader.js";
import { DataFrame } from "./dataframe/dataframe.js";
import { TableValuedFunctions } from "./dataframe/table-valued-functions.js";
import { ArgumentError, ProtocolError, SparkConnectionError, SparkError } from "./errors.js";
import type { LocalSpark } from "./local/index.js";
import { SparkSessionBuilder, type SessionSettings } from "./session/builder.js";
import { Heartbeat } from "./session/heartbeat.js";
import { LiveSessions, type SessionRequest } from "./session/live-sessions.js";
import { PYTHON_VERSION_KEY } from "./connection/python-worker-version.js";
import type { SessionFactories } from "./connection/session-context.js";
import { SparkConnection } from "./connection/spark-connection.js";
import { SparkVersion } from "./connection/spark-version.js";
import { installBuilder, SparkSession } from "./session/spark-session.js";
import { DataStreamReader } from "./streaming/data-stream-reader.js";
import { DataStreamWriter } from "./streaming/data-stream-writer.js";
import { StreamingQueryManager } from "./streaming/streaming-query-manager.js";
import type { Channel, ChannelOptions } from "./transport/channel.js";
import { parseConnectionString, type ConnectionTarget } from "./transport/connection-string.js";
import { DEFAULT_RETRY_POLICY } from "./transport/retry.js";
import { SparkConnectClient } from "./transport/spark-connect-client.js";
import { VERSION } from "./version.js";

/** What the server may take to answer for the first time. */
const CONNECT_TIMEOUT_MS = 10_000;
const OLDEST_SPARK_MAJOR = 4;

const factories: SessionFactories = {
  dataFrame: (context, relation) => new DataFrame(context, relation),
  dataFrameReader: (context) => new DataFrameReader(context),
  dataStreamReader: (context) => new DataStreamReader(context),
  dataStreamWriter: (context, relation) => new DataStreamWriter(context, relation),
  streamingQueryManager: (context) => new StreamingQueryManager(context.connection),
  tableValuedFunctions: (context) => new TableValuedFunctions(context),
};

const liveSessions = new LiveSessions();

function userIdOf(settings: SessionSettings, target: ConnectionTarget): string {
  const environment = process.env["SPARK_USER"] ?? process.env["USER"];
  return settings.userId ?? target.userId ?? environment ?? userInfo().username;
}

function clientType(settings: SessionSettings, target: ConnectionTarget): string {
  const agent = target.userAgent ?? process.env["SPARK_CONNECT_USER_AGENT"] ?? settings.appName;
  const self = `sparktide/${VERSION} os/${process.platform} node/${process.versions.node}`;
  return agent === undefined ? self : `${agent} ${self}`;
}

/** Where to connect; a token from the environment stands in for one that is not given. */
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

/** What tells the sessions of getOrCreate() apart: server or embedded Spark, user and session id. */
function sessionRequest(settings: SessionSettings): SessionRequest {
  const { local, userId = "", sessionId = "" } = settings;
  if (local !== undefined) {
    refuseTwoServers(settings);
    // Options that are functions only watch the start.
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
  // Loaded only when asked for: most processes never start a Spark of their own.
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
): Promise<SparkSession> {
  const pinned = settings.sessionId ?? target.sessionId;
  const channel = await openChannel(target, settings);
  const client = new SparkConnectClient(channel, {
    sessionId: pinned ?? randomUUID(),
    userId: userIdOf(settings, target),
    clientType: clientType(settings, target),
    retryPolicy: settings.retryPolicy,
    tracer: settings.tracer,
    onRetry: (event) => {
      settings.logger?.warn(event, "a call to Spark failed and is tried again");
    },
  });
  // An embedded server that dies fails every call at once, instead of after the retries.
  local?.closed.then(
    (exitCode) => {
      client.fail(serverDied(channel.endpoint, exitCode));
    },
    () => undefined,
  );
  try {
    const deadlineMs = settings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    const [version, { arrowCodec }] = await Promise.all([
      firstAnswer(client, deadlineMs),
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
      factories,
      heartbeat,
      connectBeside: (sessionId) =>
        connect(
          { ...settings, sessionId, local: undefined, releaseOnStop: true },
          { ...target, sessionId: undefined },
        ),
      releaseOnStop: settings.releaseOnStop ?? pinned === undefined,
      pythonVersion,
      localSpark: local,
    });
    await session.dataSource.register(...settings.dataSources);
    return session;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** grpc-js takes a while to load, so it is loaded by whoever connects. */
async function openChannel(target: ConnectionTarget, options: ChannelOptions): Promise<Channel> {
  const channels = await import("./transport/channel.js");
  return channels.openChannel(target, options);
}

/** The server's version: the first thing asked, so that a wrong address or token fails here. */
async function firstAnswer(
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
      `The server at ${client.endpoint} runs Spark ${version}; this client needs Spark 4.0 or newer.`,
    );
  }
  return version;
}

/**
 * The version of the server at a connection string: one call, tried once.
 *
 * @throws {SparkConnectionError} it does not answer
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
    clientType: clientType({ conf: {}, dataSources: [] }, target),
    retryPolicy: { ...DEFAULT_RETRY_POLICY, maxRetries: 0 },
  });
  try {
    const version = await firstAnswer(client, CONNECT_TIMEOUT_MS, signal);
    await client.releaseSession({ signal });
    return version;
  } finally {
    await client.close();
  }
}

function serverDied(endpoint: string, exitCode: number): SparkConnectionError {
  return new SparkConnectionError(
    "SERVER_DIED",
    `The embedded Spark at ${endpoint} ended unexpectedly (exit code ${exitCode}); its log tells why. Start a new one.`,
    { endpoint },
  );
}

installBuilder(() => new SparkSessionBuilder({ create, getOrCreate }));
