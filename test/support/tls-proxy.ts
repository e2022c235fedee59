import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { createServer, type Server, type TlsOptions } from "node:tls";

/** Accepts TLS with HTTP/2 on loopback and forwards to a plaintext port. */
export class TlsProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(options: TlsOptions, targetPort: number): Promise<TlsProxy> {
    const server = createServer({ ALPNProtocols: ["h2"], ...options });
    const proxy = new TlsProxy(server);
    server.on("secureConnection", (socket) => {
      const upstream = connect(targetPort, "127.0.0.1");
      for (const [from, to] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        proxy.#sockets.add(from);
        from.on("error", () => to.destroy());
        from.on("close", () => {
          proxy.#sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
    // If the client refuses the certificate, it ends the handshake. Ignore that error.
    server.on("tlsClientError", () => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
