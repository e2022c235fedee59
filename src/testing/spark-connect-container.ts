/** A Spark Connect server in a container, for tests. */
import { randomBytes } from "node:crypto";
import type { StartedTestContainer } from "testcontainers";
import { ArgumentError } from "../errors.js";
import { isLoopback } from "../transport/connection-string.js";
import { AnswersRpc } from "./answers-rpc.js";
import { ensureSparkConnectImage, type SparkConnectImageOptions } from "./spark-connect-image.js";
import { AbstractStartedContainer, GenericContainer, testcontainers } from "./testcontainers.js";

const CONNECT_PORT = 15002;
const UI_PORT = 4040;
const TOKEN_VARIABLE = "SPARK_CONNECT_AUTHENTICATE_TOKEN";

/**
 * A container with a Spark Connect server, for testcontainers. All `with…()` methods of `GenericContainer`
 * work. It has started when Spark answers an RPC; `withStartupTimeout()` sets the longest wait, by default
 * 120 s. Each container has a new token, and refuses calls without it. Needs the package testcontainers.
 *
 * @example
 * ```ts
 * const container = await SparkConnectContainer.build();
 * await using spark = await container.start();
 * const session = await SparkSession.builder().remote(spark.url).create();
 * ```
 */
export class SparkConnectContainer extends GenericContainer {
  #token = randomBytes(32).toString("hex");
  #conf: Readonly<Record<string, string>> = {};
  #ui = false;

  /** @param image an image built from this package's docker/Dockerfile, for example by {@link build} */
  constructor(image: string) {
    super(image);
    this.withWaitStrategy(
      new AnswersRpc(async (ports) => {
        const { host } = (await testcontainers().getContainerRuntimeClient()).info.containerRuntime;
        return urlOf(host, ports.getBinding(CONNECT_PORT), this.#token);
      }),
    );
  }

  /**
   * A container of this package's image, with Spark, Delta Lake and the Python packages that the
   * packaged sources and foreachBatch need. The first call on an engine builds the image, which takes
   * minutes. Later calls reuse it.
   *
   * @throws {LocalSparkError} `IMAGE_NOT_BUILT`
   */
  static async build(options: SparkConnectImageOptions = {}): Promise<SparkConnectContainer> {
    return new SparkConnectContainer(await ensureSparkConnectImage(options));
  }

  /** Sets Spark settings, in addition to the image's own. */
  withSparkConf(conf: Readonly<Record<string, string>>): this {
    this.#conf = { ...this.#conf, ...conf };
    return this;
  }

  /** Starts Spark's web UI, at `uiUrl` of the started container. */
  withSparkUi(): this {
    this.#ui = true;
    return this;
  }

  /** Sets the token that callers must send, instead of a random one. */
  withToken(token: string): this {
    if (!/^[\x21-\x3a\x3c-\x7e]+$/.test(token)) {
      throw new ArgumentError(
        "token",
        "The token must be printable ASCII without blanks and semicolons, because it is part of the connection string.",
      );
    }
    this.#token = token;
    return this;
  }

  /**
   * Starts the container and waits until Spark answers an RPC.
   *
   * @throws Spark does not answer within the startup timeout (default: 120 s)
   */
  override async start(): Promise<StartedSparkConnectContainer> {
    this.withExposedPorts(CONNECT_PORT, ...(this.#ui ? [UI_PORT] : []));
    this.withEnvironment({ [TOKEN_VARIABLE]: this.#token, SPARKTIDE_UI: String(this.#ui) });
    const conf = Object.entries(this.#conf);
    if (conf.length > 0) {
      this.withCommand(conf.flatMap(([key, value]) => ["--conf", `${key}=${value}`]));
    }
    return new StartedSparkConnectContainer(await super.start(), this.#token, this.#ui);
  }
}

/** A running {@link SparkConnectContainer}. */
export class StartedSparkConnectContainer extends AbstractStartedContainer {
  /** The token that callers must send. {@link url} contains it. */
  readonly token: string;
  readonly #ui: boolean;

  constructor(started: StartedTestContainer, token: string, ui: boolean) {
    super(started);
    this.token = token;
    this.#ui = ui;
  }

  /** The connection string with the token: `sc://localhost:PORT/;token=…`. PySpark accepts it too. */
  get url(): string {
    return urlOf(this.getHost(), this.getMappedPort(CONNECT_PORT), this.token);
  }

  /** The address of Spark's web UI. Undefined without `withSparkUi()`. */
  get uiUrl(): string | undefined {
    return this.#ui ? `http://${this.getHost()}:${this.getMappedPort(UI_PORT)}` : undefined;
  }
}

/** The connection string. The port has no TLS, so for another host it must turn TLS off, which a token turns on. */
function urlOf(host: string, port: number, token: string): string {
  const url = `sc://${host}:${port}/;token=${token}`;
  return isLoopback(host) ? url : `${url};use_ssl=false`;
}
