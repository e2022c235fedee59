import { mkdir, rename, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { LocalSpark } from "../../src/local/index.js";

/** Where a server can be found, and the token it was started with. */
function address({ url }: LocalSpark): { port: number; token: string } {
  const [, port = "", token = ""] = /:(\d+)\/;token=(.+)$/.exec(url) ?? [];
  return { port: Number(port), token };
}

/**
 * A Spark that can be killed and started again behind one port, and whose network can be cut. The
 * token that is valid now is in a file, as a service's secret store would hold it.
 */
export class RestartableSpark implements AsyncDisposable {
  readonly tokenFile: string;
  readonly #proxy: Server;
  readonly #links = new Set<Socket>();
  #spark: LocalSpark | undefined;
  #isCut = false;

  private constructor(tokenFile: string, proxy: Server) {
    this.tokenFile = tokenFile;
    this.#proxy = proxy;
  }

  static async start(tokenFile: string): Promise<RestartableSpark> {
    const proxy = createServer();
    const spark = new RestartableSpark(tokenFile, proxy);
    proxy.on("connection", (client) => {
      spark.#link(client);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    await spark.#startServer();
    return spark;
  }

  /** The port that clients use; the same over restarts. */
  get port(): number {
    return (this.#proxy.address() as AddressInfo).port;
  }

  /** Kills the server as a machine's failure would, and starts it again. */
  async killAndRestart(): Promise<void> {
    const spark = this.#spark;
    if (spark === undefined) return;
    process.kill(spark.pid, "SIGKILL");
    await spark.closed;
    await this.#startServer();
  }

  /** Breaks every connection and lets none through until it is mended. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#links) socket.destroy();
  }
  mend(): void {
    this.#isCut = false;
  }

  /** A connection string for now, past the cuttable link. */
  get directUrl(): string {
    return this.#spark?.url ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#proxy.close();
    await this.#spark?.stop();
  }

  async #startServer(): Promise<void> {
    // The whole log of offsets is the journal that the tables are compared with.
    const conf = { "spark.sql.streaming.minBatchesToRetain": "10000" };
    this.#spark = await LocalSpark.start({ heapMb: 2048, conf });
    await mkdir(dirname(this.tokenFile), { recursive: true });
    await writeFile(`${this.tokenFile}.new`, address(this.#spark).token, { mode: 0o600 });
    await rename(`${this.tokenFile}.new`, this.tokenFile);
  }

  #link(client: Socket): void {
    if (this.#isCut || this.#spark === undefined) {
      client.destroy();
      return;
    }
    const server = connect(address(this.#spark).port, "127.0.0.1");
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#links.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#links.delete(from);
        to.destroy();
      });
    }
  }
}
