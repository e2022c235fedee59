import { ArgumentError } from "../errors.js";
import { refuseMethods } from "../absent-methods.js";
import { checkMethods } from "../option-check.js";
import { kindOf, shown } from "../value-kind.js";
import { checkNodeChoice, type NodeChoice } from "../javascript/node/node-choice.js";
import type { LocalSparkOptions } from "../local/local-spark-options.js";
import type { KeepaliveOptions } from "../transport/connection-string.js";
import { checkSessionId } from "../transport/connection-string.js";
import type { TlsOptions, TokenSource } from "../transport/channel.js";
import type { RetryPolicy } from "../transport/retry.js";
import type { Meter, Tracer } from "../transport/telemetry/open-telemetry.js";
import { followUserCalls } from "../user-calls.js";
import type { Logger } from "../connection/logger.js";
import type { DeployableDataSource } from "../connection/deployable-data-source.js";
import { checkDataSource } from "./registration/check-data-source.js";
import { checkInterval } from "./heartbeat.js";
import type { ConfValue } from "./runtime-conf.js";
import type { SparkSession } from "./spark-session.js";

/** All settings of a builder. */
export interface SessionSettings {
  readonly remote?: string | undefined;
  readonly local?: LocalSparkOptions | undefined;
  readonly conf: Readonly<Record<string, string>>;
  readonly sessionId?: string | undefined;
  readonly userId?: string | undefined;
  readonly appName?: string | undefined;
  readonly dataSources: readonly DeployableDataSource[];
  readonly token?: TokenSource | undefined;
  readonly tls?: TlsOptions | undefined;
  readonly allowInsecureToken?: boolean | undefined;
  readonly keepalive?: KeepaliveOptions | undefined;
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly connectTimeoutMs?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly tracer?: Tracer | undefined;
  readonly internalSpans?: boolean | undefined;
  readonly meter?: Meter | undefined;
  /** False for no heartbeat. Default: an interval that depends on the server's session timeout. */
  readonly heartbeat?: false | { readonly intervalMs: number } | undefined;
  readonly releaseOnStop?: boolean | undefined;
  readonly javascript?: JavaScriptOptions | undefined;
}

/** How JavaScript functions and data sources run on Spark's workers. */
export interface JavaScriptOptions {
  /** Where the Node.js on the workers comes from. Default: `auto`. */
  readonly node?: NodeChoice | undefined;
}

/** Creates sessions from settings; connect.ts implements it. */
export interface SessionMaker {
  create(settings: SessionSettings): Promise<SparkSession>;
  getOrCreate(settings: SessionSettings): Promise<SparkSession>;
}

/** Describes a session step by step. Nothing is sent before `create()` or `getOrCreate()`. */
export class SparkSessionBuilder {
  readonly #maker: SessionMaker;
  #settings: SessionSettings = { conf: {}, dataSources: [] };

  /** @internal Use SparkSession.builder(). */
  constructor(maker: SessionMaker) {
    this.#maker = maker;
  }

  /**
   * Sets the server, as in PySpark: `sc://host:15002/;token=…`. Default: the environment variable SPARK_REMOTE.
   *
   * @example SparkSession.builder().remote("sc://spark.example.com:443/;use_ssl=true");
   */
  remote(url: string): this {
    return this.#with({ remote: url });
  }

  /**
   * Starts an embedded Spark instead of connecting to a server. The session owns it and stops it.
   *
   * @example SparkSession.builder().local({ sparkVersion: "4.2.1" });
   */
  local(options: LocalSparkOptions = {}): this {
    return this.#with({ local: options });
  }

  /**
   * Sets a Spark configuration key of the session.
   *
   * @throws {ArgumentError} the key is not text, or the value is not text, a number or a boolean
   * @example SparkSession.builder().config("spark.sql.session.timeZone", "UTC");
   */
  config(key: string, value: ConfValue): this {
    checkConf(key, value);
    return this.#with({ conf: { ...this.#settings.conf, [key]: String(value) } });
  }

  /**
   * Pins the session's id, so that another process with the same id and user finds this session and
   * its queries. stop() then leaves the session on the server, unless `releaseOnStop` is true.
   *
   * @throws {ArgumentError} the id is not a UUID
   * @example SparkSession.builder().sessionId("0f0e4dd6-7a0e-4c4e-9a53-8d8f1bd1b9f4");
   */
  sessionId(uuid: string, options: { readonly releaseOnStop?: boolean } = {}): this {
    return this.#with({
      sessionId: checkSessionId(uuid, "sessionId"),
      releaseOnStop: options.releaseOnStop ?? false,
    });
  }

  /**
   * Sets how often the client tells the server that the session is in use. The server closes a session
   * after an hour without a call, and stops its streaming queries. Default: the smaller of 5 minutes and a
   * quarter of the server's session timeout. False: never.
   *
   * @throws {ArgumentError} the interval is below 100 milliseconds
   * @example SparkSession.builder().heartbeat({ intervalMs: 60_000 });
   */
  heartbeat(options: false | { readonly intervalMs: number }): this {
    return this.#with({
      heartbeat: options === false ? false : { intervalMs: checkInterval(options.intervalMs) },
    });
  }

  /**
   * Sets the user who owns the session. Default: from the connection string, else SPARK_USER, else USER.
   *
   * @example SparkSession.builder().userId("ann");
   */
  userId(name: string): this {
    return this.#with({ userId: name });
  }

  /**
   * Sets the application name for the server's logs.
   *
   * @example SparkSession.builder().appName("prices");
   */
  appName(name: string): this {
    return this.#with({ appName: name });
  }

  /**
   * Adds Python data sources to deploy when the session is created.
   *
   * @example SparkSession.builder().dataSources(weather, coingecko);
   */
  dataSources(...sources: readonly DeployableDataSource[]): this {
    for (const source of sources) checkDataSource(source);
    return this.#with({ dataSources: [...this.#settings.dataSources, ...sources] });
  }

  /**
   * Sets where the Node.js comes from that runs functions and data sources of `sparktide/cluster` on Spark's workers:
   *
   * - `"auto"`: the client's own executable, if the workers have it (always with local()); else `node` on the workers'
   *   PATH, if it is Node.js 20.19 or newer; else `"upload"`. Default.
   * - `"client"`: the client's own executable, which must exist under the same path on the workers.
   * - `"path"`: `node` on the workers' PATH.
   * - `"upload"`: the client downloads Node.js 24 with npm once, keeps it in `~/.cache/sparktide`, and sends 53 MB once
   *   a session. For workers on Linux (x64 or arm64) with glibc 2.28 or newer.
   * - an absolute path on the workers.
   *
   * Nothing is sent before the session's first use of such a function or source. That use fails if a worker has no
   * usable Node.js, and names its host, version and platform.
   *
   * @throws {ArgumentError} the value is unknown, or is `"client"` in a program that runs on Bun, Deno or Electron
   * @example SparkSession.builder().remote("sc://localhost:15002").javascript({ node: "path" });
   */
  javascript(options: JavaScriptOptions): this {
    const { node = "auto" } = options;
    return this.#with({ javascript: { node: checkNodeChoice(node) } });
  }

  /**
   * Sets the token for the server, or a function that returns one before each call.
   *
   * @example SparkSession.builder().token(async () => readFile("/run/secrets/token", "utf8"));
   */
  token(token: TokenSource): this {
    return this.#with({ token });
  }

  /**
   * Uses TLS with these certificates. Default: the system's certificates.
   *
   * @example SparkSession.builder().tls({ ca: await readFile("ca.pem") });
   */
  tls(options: TlsOptions = {}): this {
    return this.#with({ tls: options });
  }

  /**
   * Allows sending a token in plaintext to another machine, for trusted networks.
   *
   * @example SparkSession.builder().remote("sc://10.0.0.5/;use_ssl=false;token=abc").allowInsecureToken();
   */
  allowInsecureToken(): this {
    return this.#with({ allowInsecureToken: true });
  }

  /**
   * Turns on HTTP/2 pings, which detect a dead connection. Default: off. A server that considers the pings too
   * frequent closes the connection. Operations then continue on a new connection, which pings half as often.
   *
   * @example SparkSession.builder().keepalive({ timeMs: 30_000, timeoutMs: 10_000 });
   */
  keepalive(options: KeepaliveOptions): this {
    return this.#with({ keepalive: options });
  }

  /**
   * Sets when failed calls are retried. Default: PySpark's values.
   *
   * @example SparkSession.builder().retryPolicy({ ...DEFAULT_RETRY_POLICY, maxRetries: 3 });
   */
  retryPolicy(policy: RetryPolicy): this {
    return this.#with({ retryPolicy: policy });
  }

  /**
   * Sets the longest wait for the server's first answer, in milliseconds. Default 10 000.
   *
   * @example SparkSession.builder().connectTimeoutMs(5_000);
   */
  connectTimeoutMs(ms: number): this {
    if (!Number.isFinite(ms) || ms <= 0) {
      throw new ArgumentError(
        "connectTimeoutMs",
        `connectTimeoutMs must be a positive number, got ${shown(ms)}.`,
      );
    }
    return this.#with({ connectTimeoutMs: ms });
  }

  /**
   * Sets the client's logger. Default: none.
   *
   * @example SparkSession.builder().logger(console);
   */
  logger(logger: Logger): this {
    return this.#with({ logger });
  }

  /**
   * Sets a tracer of OpenTelemetry, such as `trace.getTracer("app")`. Default: none. A method that sends requests gets a
   * span, such as `DataFrame.collect`, under the caller's active span. Its requests get spans below it, and carry
   * `traceparent`. Spans hold names, ids, counts and error codes, but no SQL text and no values.
   *
   * @param options.internalSpans whether requests that the client sends by itself have spans too: heartbeats, polls of
   *   streams, the events of listeners. Default: false
   * @throws {ArgumentError} the value is not a tracer
   * @see docs/guides/observability.md
   * @example
   * // const tracer = trace.getTracer("prices"), with trace of "@opentelemetry/api"
   * SparkSession.builder().tracer(tracer);
   */
  tracer(tracer: Tracer, options: { readonly internalSpans?: boolean } = {}): this {
    requireMethod("tracer", tracer, "startActiveSpan", "trace.getTracer()");
    followUserCalls();
    return this.#with({ tracer, internalSpans: options.internalSpans ?? false });
  }

  /**
   * Sets a meter of OpenTelemetry, such as `metrics.getMeter("app")`. Default: none. The client records the durations
   * of methods in seconds (`db.client.operation.duration`), the rows and bytes that they return, retries and reattaches.
   *
   * @throws {ArgumentError} the value is not a meter
   * @see docs/guides/observability.md
   * @example
   * // const meter = metrics.getMeter("prices"), with metrics of "@opentelemetry/api"
   * SparkSession.builder().meter(meter);
   */
  meter(meter: Meter): this {
    requireMethod("meter", meter, "createHistogram", "metrics.getMeter()");
    followUserCalls();
    return this.#with({ meter });
  }

  /**
   * Returns the live session of this process with the same server (or the same options of local()), user and
   * session id, or else a new session. Concurrent calls get the same session. As in PySpark, the call sets the
   * configuration and registers the data sources on a live session. It does not change the session's logger,
   * tracer, meter and timeouts.
   *
   * @throws {ArgumentError} a setting differs that cannot change on a live session, such as the token, TLS or
   * keepalive. The message names all such settings, and the call changes nothing
   * @throws {AnalysisException} a configuration key is static, or a value has the wrong type
   * @throws {SparkConnectionError} the server does not answer within `connectTimeoutMs`
   * @example const session = await SparkSession.builder().remote("sc://localhost:15002").getOrCreate();
   */
  getOrCreate(): Promise<SparkSession> {
    return this.#maker.getOrCreate(this.#settings);
  }

  /**
   * Creates a new session.
   *
   * @example await using session = await SparkSession.builder().local().create();
   */
  create(): Promise<SparkSession> {
    return this.#maker.create(this.#settings);
  }

  #with(settings: Partial<SessionSettings>): this {
    this.#settings = { ...this.#settings, ...settings };
    return this;
  }
}

refuseMethods(SparkSessionBuilder.prototype, "The builder", {
  master:
    'Call remote("sc://host:15002") for a server, or local({ master: "local[2]" }) for an embedded Spark.',
});

function checkConf(key: unknown, value: unknown): void {
  if (typeof key !== "string") {
    throw new ArgumentError(
      "key",
      `config() takes a key and a value, got ${shown(key)} as the key. Call it once for each key.`,
    );
  }
  if (["string", "number", "bigint", "boolean"].includes(typeof value)) return;
  throw new ArgumentError(
    key,
    `The value of ${key} must be a string, number or boolean, got ${kindOf(value)}.`,
  );
}

/** Callers in JavaScript may pass anything, such as the provider in place of the tracer. */
function requireMethod(argument: string, value: unknown, method: string, from: string): void {
  const isObject = typeof value === "object" && value !== null;
  if (isObject && method in value) return;
  throw new ArgumentError(
    argument,
    `${argument}() takes an object with the method ${method}(), as ${from} of @opentelemetry/api returns it.`,
  );
}

checkMethods(SparkSessionBuilder.prototype, {
  tracer: [1, ["internalSpans"]],
  sessionId: [1, ["releaseOnStop"]],
  heartbeat: [([first]) => (first === false ? 1 : 0), ["intervalMs"]],
  javascript: [0, ["node"]],
  tls: [0, ["ca", "cert", "key", "serverName"]],
  keepalive: [0, ["timeMs", "timeoutMs", "withoutCalls"]],
});
