/** Spark Connect in a container of its own, for tests. */
import { randomBytes } from "node:crypto";
import type { StartedTestContainer } from "testcontainers";
import { ArgumentError } from "../errors.js";
import { isLoopback } from "../transport/connection-string.js";
import { AnswersRpc } from "./answers-rpc.js";
import { ensureSparkConnectImage, type SparkConnectImageOptions } from "./spark-connect-image.js";
import {
  AbstractStartedContainer,
  GenericContainer,
  getContainerRuntimeClient,
} from "./testcontainers.js";

const CONNECT_PORT = 15002;
const UI_PORT = 4040;
const TOKEN_VARIABLE = "SPARK_CONNECT_AUTHENTICATE_TOKEN";

/**
 * A container with a Spark Connect server, for testcontainers: every `with…()` of `GenericContainer` is
 * there. It counts as started once Spark answered an RPC, within 120 s unless `withStartupTimeout()`
 * says otherwise, and takes the calls of those alone who know its token, made anew for each container.
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

  /** @param image an image built from this package's docker/Dockerfile; {@link build} makes one */
  constructor(image: string) {
    super(image);
    this.withWaitStrategy(
      new AnswersRpc(async (ports) => {
        const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
        return urlOf(host, ports.getBinding(CONNECT_PORT), this.#token);
      }),
    );
  }

  /**
   * A container of the image that this package's Dockerfile describes: Spark, Delta Lake and what the
   * packaged sources and foreachBatch need. Built by the first call on an engine, which takes minutes;
   * found again by every later one.
   *
   * @throws {LocalSparkError} `IMAGE_NOT_BUILT`
   */
  static async build(options: SparkConnectImageOptions = {}): Promise<SparkConnectContainer> {
    return new SparkConnectContainer(await ensureSparkConnectImage(options));
  }

  /** Settings of Spark, beside the image's own. */
  withSparkConf(conf: Readonly<Record<string, string>>): this {
    this.#conf = { ...this.#conf, ...conf };
    return this;
  }

  /** Spark's web interface, at `uiUrl` of the started container. */
  withSparkUi(): this {
    this.#ui = true;
    return this;
  }

  /** The token callers have to send, instead of one made anew. */
  withToken(token: string): this {
    if (!/^[\x21-\x3a\x3c-\x7e]+$/.test(token)) {
      throw new ArgumentError(
        "token",
        "The token must be printable ASCII without blanks and semicolons, as it travels in the connection string.",
      );
    }
    this.#token = token;
    return this;
  }

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
  /** The token callers have to send; {@link url} has it too. */
  readonly token: string;
  readonly #ui: boolean;

  constructor(started: StartedTestContainer, token: string, ui: boolean) {
    super(started);
    this.token = token;
    this.#ui = ui;
  }

  /** Spark Connect connection string, token included: `sc://localhost:PORT/;token=…`. PySpark takes it too. */
  get url(): string {
    return urlOf(this.getHost(), this.getMappedPort(CONNECT_PORT), this.token);
  }

  /** Spark's web interface, when `withSparkUi()` asked for it. */
  get uiUrl(): string | undefined {
    return this.#ui ? `http://${this.getHost()}:${this.getMappedPort(UI_PORT)}` : undefined;
  }
}

/** The engine maps ports to plaintext; only on this machine is that understood with a token. */
function urlOf(host: string, port: number, token: string): string {
  const url = `sc://${host}:${port}/;token=${token}`;
  return isLoopback(host) ? url : `${url};use_ssl=false`;
}
