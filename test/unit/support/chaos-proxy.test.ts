import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChaosProxy, type ChaosOptions, type Fault } from "../../support/chaos-proxy.js";
import { eventually } from "../../support/eventually.js";

const NEVER = { min: 1e9, max: 1e9 };
const AT_1000 = { min: 1000, max: 1000 };
const MESSAGE = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251));

/** A client's end of a connection: the bytes received, and how it ended. */
class Caller {
  readonly socket: Socket;
  readonly received: Buffer[] = [];
  /** `end` for FIN, otherwise the error's code. */
  ended: string | undefined;

  constructor(port: number) {
    this.socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    this.socket.on("data", (data: Buffer) => this.received.push(data));
    this.socket.on("end", () => (this.ended = "end"));
    this.socket.on("error", (error: NodeJS.ErrnoException) => (this.ended = error.code));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.received);
  }
}

describe("ChaosProxy", () => {
  let echo: Server;
  let echoed: Socket[];
  const callers: Caller[] = [];

  beforeEach(async () => {
    echoed = [];
    echo = createServer({ allowHalfOpen: true }, (socket) => {
      echoed.push(socket);
      socket.on("error", () => undefined);
      socket.pipe(socket);
    });
    await once(echo.listen(0, "127.0.0.1"), "listening");
  });

  afterEach(async () => {
    for (const { socket } of callers.splice(0)) socket.destroy();
    for (const socket of echoed) socket.destroy();
    await once(echo.close(), "close");
  });

  /** A proxy with only this fault, every 1000 bytes of the answer. */
  function proxyWith(fault: Fault, options: Partial<ChaosOptions> = {}): Promise<ChaosProxy> {
    return ChaosProxy.start({
      target: { host: "127.0.0.1", port: (echo.address() as AddressInfo).port },
      seed: 7,
      weights: { [fault]: 1 },
      bytesUp: NEVER,
      bytesDown: AT_1000,
      stallMs: { min: 20, max: 20 },
      slowBytesPerSecond: { min: 20_000, max: 20_000 },
      slowBytes: 1e9,
      ...options,
    });
  }

  function call(proxy: ChaosProxy, message: Buffer = MESSAGE): Caller {
    const caller = new Caller(proxy.port);
    callers.push(caller);
    caller.socket.write(message);
    return caller;
  }

  async function ended(caller: Caller): Promise<string> {
    return eventually(() => caller.ended ?? false, { withinMs: 10_000 });
  }

  it("forwards every byte and both FINs while no fault is due", async () => {
    await using proxy = await proxyWith("reset", { bytesDown: NEVER });
    const caller = call(proxy);
    caller.socket.end();
    expect(await ended(caller)).toBe("end");
    expect(caller.bytes.equals(MESSAGE)).toBe(true);
    expect(proxy.faults).toEqual([]);
  });

  it("resets both sides after the configured number of bytes", async () => {
    await using proxy = await proxyWith("reset");
    const caller = call(proxy);
    // libuv reports a RST directly after data as an end.
    expect(["end", "ECONNRESET"]).toContain(await ended(caller));
    expect(caller.bytes.length).toBeLessThanOrEqual(1000);
    expect(proxy.faults).toEqual([
      { connection: 0, direction: "down", atByte: 1000, fault: "reset" },
    ]);
    await eventually(() => echoed[0]?.destroyed === true, { withinMs: 10_000 });
  });

  it("ends both sides with FIN in the middle of a message, after forwarding the bytes before it", async () => {
    await using proxy = await proxyWith("fin");
    const caller = call(proxy);
    expect(await ended(caller)).toBe("end");
    expect(caller.bytes.equals(MESSAGE.subarray(0, 1000))).toBe(true);
    await eventually(() => echoed[0]?.readableEnded === true, { withinMs: 10_000 });
  });

  it("forwards everything in order after each stall", async () => {
    await using proxy = await proxyWith("stall");
    const caller = call(proxy);
    caller.socket.end();
    expect(await ended(caller)).toBe("end");
    expect(caller.bytes.equals(MESSAGE)).toBe(true);
    expect(proxy.count("stall")).toBe(10);
  });

  it("forwards everything on a slow link, no faster than configured", async () => {
    await using proxy = await proxyWith("slow");
    const startedAt = performance.now();
    const caller = call(proxy);
    caller.socket.end();
    expect(await ended(caller)).toBe("end");
    expect(caller.bytes.equals(MESSAGE)).toBe(true);
    // 9000 bytes at 20 000 bytes per second; timers may fire slightly early.
    expect(performance.now() - startedAt).toBeGreaterThan(400);
  });

  it("drops one direction of a half-open link and hides the client's FIN from the server", async () => {
    await using proxy = await proxyWith("halfOpen");
    const caller = call(proxy);
    await eventually(() => caller.bytes.length === 1000, { withinMs: 10_000 });
    caller.socket.write("still heard");
    await eventually(() => echoed[0]?.bytesRead === MESSAGE.length + 11, { withinMs: 10_000 });
    caller.socket.end();
    // Only the proxy answers the client's FIN.
    expect(await ended(caller)).toBe("end");
    expect(caller.bytes.length).toBe(1000);
    expect(echoed[0]?.readableEnded).toBe(false);
    expect(echoed[0]?.destroyed).toBe(false);
  });

  it("causes the same faults at the same bytes of the same connection for the same seed", async () => {
    const faultsOf = async (seed: number): Promise<unknown> => {
      await using proxy = await proxyWith("stall", {
        seed,
        weights: { stall: 1, slow: 1, reset: 0.2 },
        bytesDown: { min: 100, max: 3000 },
        stallMs: { min: 1, max: 2 },
        slowBytesPerSecond: { min: 1e6, max: 1e7 },
      });
      for (let connection = 0; connection < 3; connection++) {
        const caller = call(proxy);
        caller.socket.end();
        await ended(caller);
      }
      return proxy.faults;
    };
    const first = await faultsOf(1);
    expect(await faultsOf(1)).toEqual(first);
    expect(await faultsOf(2)).not.toEqual(first);
  });

  it("resets a client if the server cannot be reached", async () => {
    const { port } = echo.address() as AddressInfo;
    await using proxy = await proxyWith("stall", { target: { host: "127.0.0.1", port } });
    await once(echo.close(), "close");
    expect(await ended(call(proxy))).toBe("ECONNRESET");
    echo.listen(0, "127.0.0.1");
  });

  it("ends every connection on stop(), including half-open ones", async () => {
    const proxy = await proxyWith("halfOpen");
    const caller = call(proxy);
    await eventually(() => proxy.count("halfOpen") === 1, { withinMs: 10_000 });
    await proxy.stop();
    await ended(caller);
    await eventually(() => echoed[0]?.readableEnded === true, { withinMs: 10_000 });
  });
});
