import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A way to a server that a test can shut, as a network cut does, and open again. */
export class TcpGate implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isOpen = true;

  private constructor(targetPort: number) {
    this.#server = createServer((near) => {
      this.#keep(near);
      if (!this.#isOpen) {
        near.destroy();
        return;
      }
      const far = connect(targetPort, "localhost");
      this.#keep(far);
      near.pipe(far).pipe(near);
      near.once("close", () => far.destroy());
      far.once("close", () => near.destroy());
    });
  }

  /** Opens a way to a port of this machine. */
  static async to(targetPort: number): Promise<TcpGate> {
    const gate = new TcpGate(targetPort);
    await new Promise<void>((resolve) => gate.#server.listen(0, "localhost", resolve));
    return gate;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks all connections and refuses new ones. */
  shut(): void {
    this.#isOpen = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  open(): void {
    this.#isOpen = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.shut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // A cut connection is what the gate is for.
    socket.on("error", () => undefined);
    socket.once("close", () => this.#sockets.delete(socket));
  }
}
