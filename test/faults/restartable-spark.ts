import { rename, writeFile } from "node:fs/promises";
import { LocalSpark } from "../../src/local/index.js";
import { CutProxy } from "../support/cut-proxy.js";
import { portAndToken } from "../support/spark-address.js";

/** Keeps the whole offset log, because the test compares the tables with it. */
const CONF = { "spark.sql.streaming.minBatchesToRetain": "10000" };

/**
 * A Spark behind a fixed port: tests can kill and restart it, and cut its network. The current token
 * is in a file, as in the secret store of a service.
 */
export class RestartableSpark implements AsyncDisposable {
  readonly tokenFile: string;
  readonly #proxy: CutProxy;
  #spark: LocalSpark;

  private constructor(tokenFile: string, proxy: CutProxy, spark: LocalSpark) {
    this.tokenFile = tokenFile;
    this.#proxy = proxy;
    this.#spark = spark;
  }

  static async start(tokenFile: string): Promise<RestartableSpark> {
    const proxy = await CutProxy.start(() => ({
      host: "127.0.0.1",
      port: portAndToken(restartable.#spark).port,
    }));
    const restartable = new RestartableSpark(tokenFile, proxy, await startServer(tokenFile));
    return restartable;
  }

  /** The port that clients use. It stays the same across restarts. */
  get port(): number {
    return this.#proxy.port;
  }

  /** A connection string until the next restart. It bypasses the proxy that can be cut. */
  get directUrl(): string {
    return this.#spark.url;
  }

  /** Kills the server, like a machine failure, and starts it again. */
  async killAndRestart(): Promise<void> {
    process.kill(this.#spark.pid, "SIGKILL");
    await this.#spark.closed;
    this.#spark = await startServer(this.tokenFile);
  }

  /** Breaks every connection, and refuses new ones until mend(). */
  cut(): void {
    this.#proxy.down();
  }
  mend(): void {
    this.#proxy.up();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy[Symbol.asyncDispose]();
    await this.#spark.stop();
  }
}

async function startServer(tokenFile: string): Promise<LocalSpark> {
  const spark = await LocalSpark.start({ heapMb: 2048, conf: CONF });
  await writeFile(`${tokenFile}.new`, portAndToken(spark).token, { mode: 0o600 });
  await rename(`${tokenFile}.new`, tokenFile);
  return spark;
}
