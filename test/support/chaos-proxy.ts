import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { SeededRandom, type Range } from "./seeded-random.js";

/**
 * A fault of a connection.
 *
 * - `reset`: both sides get a RST; bytes on their way are lost.
 * - `fin`: both sides get a FIN in the middle of the data.
 * - `stall`: no byte moves in either direction for a while, then the transfer continues.
 * - `halfOpen`: bytes of one direction are lost until a side gives up; the server gets no signal.
 * - `slow`: a few bytes per second for a while.
 */
export type Fault = "reset" | "fin" | "stall" | "halfOpen" | "slow";

/** A fault that occurred, and its position. */
export interface FaultRecord {
  readonly connection: number;
  readonly direction: Direction;
  /** Bytes that this direction had transferred before the fault. */
  readonly atByte: number;
  readonly fault: Fault;
}

/** `up` is from the client to the server. */
type Direction = "up" | "down";

/** Seconds between two pieces on a slow connection. */
const SLOW_PIECE_SECONDS = 0.05;

/** The faults of the proxy and their frequency. */
export interface ChaosOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** With the same seed, the nth connection of two proxies gets the same faults at the same bytes. */
  readonly seed: number;
  /** The relative frequency of each fault. A fault that is not listed never occurs. */
  readonly weights: Readonly<Partial<Record<Fault, number>>>;
  /** Bytes between two faults, client to server. */
  readonly bytesUp: Range;
  /** Bytes between two faults, server to client. */
  readonly bytesDown: Range;
  readonly stallMs: Range;
  readonly slowBytesPerSecond: Range;
  /** How long a connection stays slow. */
  readonly slowBytes: number;
}

/** A fault-injecting TCP proxy. Faults depend on the transferred bytes and never on the clock. */
export class ChaosProxy implements AsyncDisposable {
  readonly port: number;
  /** All faults so far, oldest first. */
  readonly faults: FaultRecord[] = [];
  readonly #server: Server;
  readonly #links: Set<Link>;

  private constructor(server: Server, links: Set<Link>) {
    this.#server = server;
    this.#links = links;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(options: ChaosOptions): Promise<ChaosProxy> {
    const links = new Set<Link>();
    let connections = 0;
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new ChaosProxy(server, links);
    server.on("connection", (client) => {
      const link = new Link(client, connections++, options, (record) => {
        proxy.faults.push(record);
      });
      links.add(link);
      void link.closed.then(() => links.delete(link));
    });
    return proxy;
  }

  count(...faults: readonly Fault[]): number {
    return this.faults.filter(({ fault }) => faults.includes(fault)).length;
  }

  /** Ends every connection and stops listening. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    for (const link of this.#links) link.destroy();
    await once(this.#server, "close");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/** One connection with a lane for each direction. Both lanes stall and end together. */
class Link {
  readonly closed: Promise<unknown>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #ended = new AbortController();
  /** `ending`: drops further bytes; `halfOpen`: does not pass the end of one side to the other. */
  #state: "open" | "halfOpen" | "ending" = "open";
  #stalled: Promise<unknown> = Promise.resolve();

  constructor(
    client: Socket,
    connection: number,
    options: ChaosOptions,
    note: (record: FaultRecord) => void,
  ) {
    this.#client = client;
    this.#server = connect({ ...options.target, allowHalfOpen: true, noDelay: true });
    const closed = [client, this.#server].map((socket) => {
      // Broken connections are expected here, and the readers of the sockets get the errors.
      socket.on("error", () => undefined);
      return new Promise((resolve) => socket.once("close", resolve));
    });
    this.closed = Promise.all(closed);
    const lane = (direction: Direction): Lane =>
      new Lane(
        options,
        new SeededRandom(options.seed, connection, direction === "up" ? 1 : 2),
        direction === "up" ? options.bytesUp : options.bytesDown,
        (fault, atByte) => {
          note({ connection, direction, atByte, fault });
        },
      );
    void this.#carry(client, this.#server, lane("up"));
    void this.#carry(this.#server, client, lane("down"));
  }

  destroy(): void {
    this.#state = "ending";
    this.#ended.abort();
    this.#client.destroy();
    this.#server.destroy();
  }

  /** Transfers the bytes of one direction in pieces, each up to the next fault. */
  async #carry(from: Socket, to: Socket, lane: Lane): Promise<void> {
    try {
      // A plain `for await` would destroy the socket at its FIN, while the other lane still uses it.
      const chunks = from.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
      for await (const chunk of chunks) {
        let rest = chunk;
        while (rest.length > 0) {
          const piece = rest.subarray(0, lane.room);
          rest = rest.subarray(piece.length);
          await this.#stalled;
          await this.#pause(lane.slowMs(piece.length));
          // Continue to read: a socket closes with FIN, and not with RST, only after all bytes are read.
          if (this.#state === "ending" || lane.swallows || !to.writable) continue;
          if (!to.write(piece)) await drained(to);
          this.#strike(lane.carried(piece.length), lane);
        }
      }
      if (this.#state === "open") to.end();
      else from.end();
    } catch {
      if (this.#state !== "halfOpen") reset(to);
    }
  }

  #strike(fault: Fault | undefined, lane: Lane): void {
    if (fault === "stall") {
      this.#stalled = this.#pause(lane.stallMs());
    } else if (fault === "halfOpen") {
      this.#state = "halfOpen";
      lane.swallows = true;
    } else if (fault === "reset") {
      this.#state = "ending";
      reset(this.#client);
      reset(this.#server);
    } else if (fault === "fin") {
      this.#state = "ending";
      this.#client.end();
      this.#server.end();
    }
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.#ended.signal }).catch(() => undefined);
  }
}

/** Sends RST only. Node's resetAndDestroy() sends a FIN first, so set its internal flag directly. */
function reset(socket: Socket): void {
  Object.assign(socket, { resetAndClosing: true }).destroy();
}

/** Resolves when the socket accepts more data, or is closed. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
}

/** One direction of a connection: counts the bytes and chooses the faults. */
class Lane {
  /** Whether this lane drops bytes. */
  swallows = false;
  readonly #options: ChaosOptions;
  readonly #random: SeededRandom;
  readonly #bytesBetween: Range;
  readonly #record: (fault: Fault, atByte: number) => void;
  #carried = 0;
  #untilFault: number;
  #slowBytesLeft = 0;
  #bytesPerSecond = 0;

  constructor(
    options: ChaosOptions,
    random: SeededRandom,
    bytesBetween: Range,
    record: (fault: Fault, atByte: number) => void,
  ) {
    this.#options = options;
    this.#random = random;
    this.#bytesBetween = bytesBetween;
    this.#record = record;
    this.#untilFault = random.logUniform(bytesBetween);
  }

  /** The largest number of bytes that may move in one piece. */
  get room(): number {
    if (this.#slowBytesLeft <= 0) return this.#untilFault;
    return Math.min(this.#untilFault, Math.ceil(this.#bytesPerSecond * SLOW_PIECE_SECONDS));
  }

  slowMs(bytes: number): number {
    return this.#slowBytesLeft > 0 ? (bytes / this.#bytesPerSecond) * 1000 : 0;
  }

  stallMs(): number {
    return this.#random.logUniform(this.#options.stallMs);
  }

  /** Counts transferred bytes. Returns the fault that is due, if any. */
  carried(bytes: number): Fault | undefined {
    this.#carried += bytes;
    this.#slowBytesLeft -= bytes;
    this.#untilFault -= bytes;
    if (this.#untilFault > 0) return undefined;
    this.#untilFault = this.#random.logUniform(this.#bytesBetween);
    const fault = this.#random.pick(this.#options.weights);
    if (fault === "slow") {
      this.#slowBytesLeft = this.#options.slowBytes;
      this.#bytesPerSecond = this.#random.logUniform(this.#options.slowBytesPerSecond);
    }
    this.#record(fault, this.#carried);
    return fault;
  }
}
