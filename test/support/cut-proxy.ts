import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** The address of a server. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A TCP proxy that can cut its connections and refuse new ones, and counts bytes. */
export class CutProxy implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isDown = false;
  #bytesToClients = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param target called for each connection, because a restarted server may have another port */
  static async start(target: () => Address): Promise<CutProxy> {
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new CutProxy(server);
    server.on("connection", (client) => {
      proxy.#carry(client, target());
    });
    return proxy;
  }

  /** Resets every connection, and refuses new ones until up(). */
  down(): void {
    this.#isDown = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
  up(): void {
    this.#isDown = false;
  }

  /** The bytes that all clients have received from the server. */
  get bytesToClients(): number {
    return this.#bytesToClients;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.down();
    await once(this.#server, "close");
  }

  #carry(client: Socket, target: Address): void {
    if (this.#isDown) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ ...target, noDelay: true });
    server.on("data", ({ length }: Buffer) => {
      this.#bytesToClients += length;
    });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
