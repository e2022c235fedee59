import { describe, expect, it, vi } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import type { Logger } from "../../../src/connection/logger.js";
import { StreamSupervisor } from "../../../src/supervisor/stream-supervisor.js";
import type { StreamSupervisorOptions } from "../../../src/supervisor/supervisor-options.js";
import { FakeSpark } from "./support/fake-spark.js";
import { Supervised } from "./support/supervised.js";

const start = (): never => {
  throw new Error("not started here");
};
const stream = { name: "a", start };

function made(options: Partial<StreamSupervisorOptions>): () => StreamSupervisor {
  const connect = (): Promise<never> => Promise.reject(new Error("not connected here"));
  return () => new StreamSupervisor({ connect, streams: [stream], ...options });
}

describe("StreamSupervisor", () => {
  it.each([
    ["streams that are not an array", { streams: stream as never }, "streams"],
    ["standby without a state", { standby: true }, "standby"],
    ["a lease below a second", { state: "x", leaseMs: 999 }, "leaseMs"],
    ["a stream without a name", { streams: [{ name: " ", start }] }, "name"],
    ["two streams with the same name", { streams: [stream, stream] }, "streams"],
    ["a negative shutdownTimeoutMs", { shutdownTimeoutMs: -1 }, "shutdownTimeoutMs"],
    [
      "a stallAfterTriggers of 0",
      { streams: [{ ...stream, stallAfterTriggers: 0 }] },
      "stallAfterTriggers",
    ],
    [
      "a stallAfterTriggers without triggerIntervalMs",
      { streams: [{ ...stream, stallAfterTriggers: 2 }] },
      "stallAfterTriggers",
    ],
    ["a stallAfterMs of 0", { streams: [{ ...stream, stallAfterMs: 0 }] }, "stallAfterMs"],
  ])("refuses %s before any I/O", (_, options, argument) => {
    expect(made(options)).toThrow(ArgumentError);
    expect(made(options)).toThrow(expect.objectContaining({ argument }) as Error);
  });

  it("refuses a second run()", async () => {
    const supervised = await new Supervised().run();
    await expect(supervised.supervisor.run()).rejects.toMatchObject({
      code: "SUPERVISOR_RAN_BEFORE",
    });
    await supervised.supervisor.stop();
    await expect(supervised.supervisor.run()).rejects.toMatchObject({
      code: "SUPERVISOR_RAN_BEFORE",
    });
  });

  it("starts nothing if the signal is already aborted, and stops if it aborts later", async () => {
    const before = await new Supervised().run(AbortSignal.abort());
    expect(await before.ended).toBeUndefined();
    expect(before.sparks).toEqual([]);
    expect(before.names).toEqual(["stopped"]);

    const aborting = new AbortController();
    const later = await new Supervised().run(aborting.signal);
    aborting.abort();
    await later.clock.settle();
    expect(await later.ended).toBeUndefined();
    expect(later.names).toEqual(["connected", "started", "stopped"]);
  });

  it("is not ready before its streams run, nor after they have stopped", async () => {
    const supervised = new Supervised();
    expect(supervised.supervisor.health()).toMatchObject({ ready: false, connected: false });
    await supervised.run();
    expect(supervised.supervisor.health()).toEqual({
      healthy: true,
      ready: true,
      connected: true,
      streams: [{ name: "a", state: "running", isStalled: false }],
    });
    await supervised.supervisor.stop();
    expect(supervised.supervisor.health()).toMatchObject({ ready: false, connected: false });
  });

  it("keeps a handler's error or rejection away from the streams and the other handlers", async () => {
    const error = vi.fn();
    const logger: Logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error };
    const supervised = new Supervised({}, { logger });
    const heard: string[] = [];
    supervised.supervisor
      .on("started", () => {
        throw new Error("thrown");
      })
      .on("started", () => Promise.reject(new Error("awaited")))
      .on("started", ({ stream: name }) => void heard.push(name));
    await supervised.run();
    expect(heard).toEqual(["a"]);
    expect(error).toHaveBeenCalledTimes(2);
    expect(supervised.supervisor.health().ready).toBe(true);
    await supervised.supervisor.stop();
  });

  it("does not call a handler after off()", async () => {
    const supervised = new Supervised();
    const handler = vi.fn();
    supervised.supervisor.on("connected", handler).off("connected", handler);
    await supervised.run();
    expect(handler).not.toHaveBeenCalled();
    await supervised.supervisor.stop();
  });

  it("continues with the other streams if one is fatal, and resolves when it is stopped", async () => {
    const spark = new FakeSpark();
    const supervisor = new StreamSupervisor({
      connect: () => Promise.resolve(spark.asSession()),
      streams: [
        { name: "bad", start: () => Promise.reject(new ArgumentError("x", "no")) },
        { name: "good", start: () => Promise.resolve(spark.start().asQuery()) },
      ],
    });
    const fatal = new Promise((resolve) => supervisor.on("fatal", resolve));
    const running = supervisor.run();
    await fatal;
    expect(supervisor.status().map(({ state }) => state)).toEqual(["fatal", "running"]);
    expect(supervisor.health()).toMatchObject({ healthy: false, ready: false });
    await supervisor.stop();
    await running;
  });

  it("listens to the process' signals only with handleSignals, and only during run()", async () => {
    const listeners = (): number =>
      process.listenerCount("SIGTERM") + process.listenerCount("SIGINT");
    const before = listeners();
    const silent = await new Supervised().run();
    expect(listeners()).toBe(before);
    await silent.supervisor.stop();

    const supervised = await new Supervised({}, { handleSignals: true }).run();
    expect(listeners()).toBe(before + 2);
    supervised.query.isTriggerActive = true;
    process.emit("SIGTERM");
    await supervised.clock.advance(1_000);
    expect(supervised.query.stops).toBe(0);
    process.emit("SIGINT");
    await supervised.clock.settle();
    expect(await supervised.ended).toBeUndefined();
    expect(supervised.last("stopped").graceful).toBe(false);
    expect(listeners()).toBe(before);
  });

  it("is stopped by `await using`", async () => {
    const supervised = new Supervised();
    {
      await using supervisor = supervised.supervisor;
      await supervised.run();
      expect(supervisor.health().ready).toBe(true);
    }
    expect(supervised.names.at(-1)).toBe("stopped");
  });
});
