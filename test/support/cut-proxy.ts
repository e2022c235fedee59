import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A TCP proxy whose connections can be cut, and kept from coming back. */
export class CutProxy implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isDown = false;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param target asked for each connection: a server that is started again may have moved */
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

  /** Resets every connection; new ones are refused until up(). */
  down(): void {
    this.#isDown = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
  up(): void {
    this.#isDown = false;
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
