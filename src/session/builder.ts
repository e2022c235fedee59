import { ArgumentError } from "../errors.js";
import { checkMethods } from "../option-check.js";
import type { LocalSparkOptions } from "../local/local-spark-options.js";
import type { KeepaliveOptions } from "../transport/connection-string.js";
import { checkSessionId } from "../transport/connection-string.js";
import type { TlsOptions, TokenSource } from "../transport/channel.js";
import type { RetryPolicy } from "../transport/retry.js";
import type { Tracer } from "../transport/tracing.js";
import type { Logger } from "../connection/logger.js";
import type { DeployableDataSource } from "../connection/deployable-data-source.js";
import { checkInterval } from "./heartbeat.js";
import type { ConfValue } from "./runtime-conf.js";
import type { SparkSession } from "./spark-session.js";

/** Everything a builder was told. */
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
  /** False: none; omitted: at the interval the server's timeout asks for. */
  readonly heartbeat?: false | { readonly intervalMs: number } | undefined;
  readonly releaseOnStop?: boolean | undefined;
}

/** How sessions are made from settings; given by connect.ts. */
export interface SessionMaker {
  create(settings: SessionSettings): Promise<SparkSession>;
  getOrCreate(settings: SessionSettings): Promise<SparkSession>;
}

/** Describes a session step by step; nothing happens before `create()` or `getOrCreate()`. */
export class SparkSessionBuilder {
  readonly #maker: SessionMaker;
  #settings: SessionSettings = { conf: {}, dataSources: [] };

  /** @internal Use SparkSession.builder(). */
  constructor(maker: SessionMaker) {
    this.#maker = maker;
  }

  /** The server, as PySpark writes it: `sc://host:15002/;token=…`. Default: the environment's SPARK_REMOTE. */
  remote(url: string): this {
    return this.#with({ remote: url });
  }

  /** Starts an embedded Spark instead, owned by the session and stopped with it. */
  local(options: LocalSparkOptions = {}): this {
    return this.#with({ local: options });
  }

  /** A Spark configuration key, set when the session is made. */
  config(key: string, value: ConfValue): this {
    return this.#with({ conf: { ...this.#settings.conf, [key]: String(value) } });
  }

  /**
   * Pins the session's id, so that another process with the same id and user finds this session and
   * its queries; stop() then leaves the session on the server, unless `releaseOnStop` is true.
   *
   * @throws {ArgumentError} the id is no UUID
   */
  sessionId(uuid: string, options: { readonly releaseOnStop?: boolean } = {}): this {
    return this.#with({
      sessionId: checkSessionId(uuid),
      releaseOnStop: options.releaseOnStop ?? false,
    });
  }

  /**
   * How often the session tells the server that it is in use; a session without a call for an hour is
   * closed there, its streaming queries with it. Default: min(5 minutes, a quarter of the server's own
   * timeout). False: never.
   *
   * @throws {ArgumentError} the interval is below 100 milliseconds
   */
  heartbeat(options: false | { readonly intervalMs: number }): this {
    return this.#with({
      heartbeat: options === false ? false : { intervalMs: checkInterval(options.intervalMs) },
    });
  }

  /** Who the session belongs to. Default: the connection string's, else SPARK_USER, else USER. */
  userId(name: string): this {
    return this.#with({ userId: name });
  }

  /** A name for the server's logs. */
  appName(name: string): this {
    return this.#with({ appName: name });
  }

  /** Python data sources that are deployed when the session is made. */
  dataSources(...sources: readonly DeployableDataSource[]): this {
    return this.#with({ dataSources: [...this.#settings.dataSources, ...sources] });
  }

  /** The server's token, or a function asked before each call. */
  token(token: TokenSource): this {
    return this.#with({ token });
  }

  /** Uses TLS, with these certificates; omitted ones are the system's. */
  tls(options: TlsOptions = {}): this {
    return this.#with({ tls: options });
  }

  /** Allows a token over plaintext to another machine, for networks that are trusted. */
  allowInsecureToken(): this {
    return this.#with({ allowInsecureToken: true });
  }

  /**
   * HTTP/2 pings that find a dead connection. Default: off. A server that finds them too frequent closes the
   * connection; operations are then continued on another one, which pings half as often.
   */
  keepalive(options: KeepaliveOptions): this {
    return this.#with({ keepalive: options });
  }

  /** When failed calls are tried again. Default: PySpark's numbers. */
  retryPolicy(policy: RetryPolicy): this {
    return this.#with({ retryPolicy: policy });
  }

  /** Milliseconds the server may take to answer for the first time. Default 10 000. */
  connectTimeoutMs(ms: number): this {
    if (!Number.isFinite(ms) || ms <= 0) {
      throw new ArgumentError("connectTimeoutMs", "connectTimeoutMs must be a positive number.");
    }
    return this.#with({ connectTimeoutMs: ms });
  }

  /** Where the client logs. Default: nowhere. */
  logger(logger: Logger): this {
    return this.#with({ logger });
  }

  /** Makes a span for each call to the server: `trace.getTracer("app")` of @opentelemetry/api. Default: none. */
  tracer(tracer: Tracer): this {
    return this.#with({ tracer });
  }

  /**
   * The live session of this process with the same server (or the same options of local()), user and session id,
   * else a new one; two calls at once get the same one. On a live session the configuration is set and the data
   * sources are registered, as in PySpark. Its logger, tracer and timeouts stay those it was made with.
   *
   * @throws {ArgumentError} a setting is given that cannot change on the live session and differs from its own, as
   * another token, TLS or keepalive; the message names all of them, and nothing was changed
   * @throws {AnalysisException} a configuration key is static, or a value is of the wrong type
   * @throws {SparkConnectionError} the server does not answer within `connectTimeoutMs`
   */
  getOrCreate(): Promise<SparkSession> {
    return this.#maker.getOrCreate(this.#settings);
  }

  /** Always a new session. */
  create(): Promise<SparkSession> {
    return this.#maker.create(this.#settings);
  }

  #with(settings: Partial<SessionSettings>): this {
    this.#settings = { ...this.#settings, ...settings };
    return this;
  }
}

checkMethods(SparkSessionBuilder.prototype, {
  sessionId: [1, ["releaseOnStop"]],
  heartbeat: [([first]) => (first === false ? 1 : 0), ["intervalMs"]],
  tls: [0, ["ca", "cert", "key", "serverName"]],
  keepalive: [0, ["timeMs", "timeoutMs", "withoutCalls"]],
});
