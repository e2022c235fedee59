import { beforeEach, describe, expect, it } from "vitest";
import type {
  LeaseHolder,
  StateLease,
  StateStore,
} from "../../../src/supervisor/store/state-store.js";
import type { SupervisedStreamOptions } from "../../../src/supervisor/supervisor-options.js";
import type { StreamSupervisorOptions } from "../../../src/supervisor/supervisor-options.js";
import { FakeSpark } from "./support/fake-spark.js";
import { ends, Supervised } from "./support/supervised.js";

const LEASE_MS = 10_000;
const OUTAGE = new Error("no connection");

/** A state in memory, which two supervisors of one test share. The test takes leases away, and lets calls fail. */
class SharedStore implements StateStore {
  readonly location = "a test";
  text: string | undefined;
  #holder: object | undefined;
  trouble: Error | undefined;
  /** Runs before the next compareAndSet(). */
  beforeWrite: (() => Promise<void>) | undefined;

  read(): Promise<string | undefined> {
    return this.#answer(() => this.text);
  }

  async compareAndSet(expected: string | undefined, next: string | undefined): Promise<boolean> {
    const before = this.beforeWrite;
    this.beforeWrite = undefined;
    await before?.();
    return this.#answer(() => {
      if (this.text !== expected) return false;
      this.text = next;
      return true;
    });
  }

  tryLease(): Promise<StateLease | LeaseHolder> {
    return this.#answer(() => {
      if (this.#holder !== undefined) return { heldBy: "process 17 on host-a" };
      const lease = {
        renew: () => this.#answer(() => this.#holder === lease),
        release: () =>
          this.#answer(() => {
            if (this.#holder === lease) this.#holder = undefined;
          }),
      };
      this.#holder = lease;
      return lease;
    });
  }

  /** The time of the lease is over. */
  expire(): void {
    this.#holder = undefined;
  }

  #answer<T>(answer: () => T): Promise<T> {
    return this.trouble === undefined ? Promise.resolve(answer()) : Promise.reject(this.trouble);
  }
}

let state: SharedStore;
/** The server's sessions by id. */
let sessions: Map<string, FakeSpark>;
beforeEach(() => {
  state = new SharedStore();
  sessions = new Map();
});

async function begun(
  stream: Partial<SupervisedStreamOptions> = {},
  options: Partial<StreamSupervisorOptions> = {},
): Promise<Supervised> {
  const supervised = new Supervised(stream, {
    state,
    standby: true,
    leaseMs: LEASE_MS,
    ...options,
  });
  supervised.connecting = () => Promise.resolve(new FakeSpark(undefined, sessions));
  return supervised.run();
}

/** Two supervisors: the first is active, the second waits. */
async function pair(
  stream: Partial<SupervisedStreamOptions> = {},
): Promise<[Supervised, Supervised]> {
  const first = await begun(stream);
  return [first, await begun(stream)];
}

/** Lets the second supervisor take over while the first one is suspended, and does not notice it. */
async function takesOver(second: Supervised): Promise<void> {
  state.expire();
  await second.clock.advance(500);
  expect(second.names).toContain("tookOver");
}

describe("a supervisor in standby", () => {
  it("waits without a session, and takes over when the other one stops", async () => {
    const [first, second] = await pair();
    await second.clock.advance(60_000);
    expect(second.events).toEqual([["standby", { heldBy: "process 17 on host-a" }]]);
    expect(second.sparks).toEqual([]);
    expect(first.supervisor.role).toBe("active");
    expect(second.supervisor.role).toBe("standby");
    expect(second.supervisor.health()).toMatchObject({ healthy: true, ready: false });
    await first.supervisor.stop();
    await second.clock.advance(500);
    expect(second.last("tookOver")).toEqual({ waitedMs: 60_500 });
    expect(second.supervisor.role).toBe("active");
    expect(second.query.running).toBe(true);
    await second.supervisor.stop();
    expect(await second.ended).toBeUndefined();
  });

  it("refuses commands, and names the process that takes them", async () => {
    const [first, second] = await pair();
    await expect(second.supervisor.pause("a")).rejects.toMatchObject({
      code: "SUPERVISOR_NOT_ACTIVE",
      message: expect.stringContaining("process 17 on host-a") as string,
    });
    await first.supervisor.stop();
    await second.supervisor.stop();
  });

  it("carries out commands from the moment it takes over", async () => {
    const [first, second] = await pair();
    let pausing: Promise<void> | undefined;
    second.supervisor.on("tookOver", () => (pausing = second.supervisor.pause("a")));
    await first.supervisor.stop();
    await second.clock.advance(500);
    await ends(second, pausing ?? Promise.reject(new Error("not called")));
    expect(second.supervisor.status()[0]?.state).toBe("paused");
    await second.supervisor.stop();
  });

  it("ends without an error when it is stopped", async () => {
    const [first, second] = await pair();
    await second.supervisor.stop();
    expect(await second.ended).toBeUndefined();
    expect(first.query.running).toBe(true);
    await first.supervisor.stop();
  });

  it("continues to wait while the store does not answer, and reports that once", async () => {
    const [first, second] = await pair();
    state.trouble = OUTAGE;
    await second.clock.advance(5_000);
    state.trouble = undefined;
    expect(second.names).toEqual(["standby", "stateFailed"]);
    await first.supervisor.stop();
    await second.clock.advance(500);
    expect(second.names).toContain("tookOver");
    await second.supervisor.stop();
  });

  it("fails at its start if the store does not answer", async () => {
    state.trouble = OUTAGE;
    const supervised = await begun();
    expect(await supervised.ended).toBe(OUTAGE);
  });
});

describe("a supervisor that was suspended for longer than its lease", () => {
  it("leaves its queries and its session to the other one, and goes back to standby", async () => {
    const [first, second] = await pair();
    await takesOver(second);
    await first.clock.advance(LEASE_MS);
    expect(first.query.stops).toBe(0);
    expect(first.spark).toMatchObject({ stops: 0, leaves: 1 });
    expect(first.last("leaseLost").error).toMatchObject({ code: "STATE_LEASE_LOST" });
    expect(first.names.slice(-2)).toEqual(["leaseLost", "standby"]);
    expect(first.names).not.toContain("stopped");
    expect(second.last("adopted")).toMatchObject({ runId: first.query.runId });
    await second.supervisor.stop();
    await first.clock.advance(500);
    expect(first.supervisor.role).toBe("active");
    expect(first.query.running).toBe(true);
    await first.supervisor.stop();
  });

  it("fails without standby: true", async () => {
    const first = await begun({}, { standby: false });
    const second = await begun();
    await takesOver(second);
    await first.clock.advance(LEASE_MS);
    expect(await first.ended).toMatchObject({ code: "STATE_LEASE_LOST" });
    expect(first.query.running).toBe(true);
    await second.supervisor.stop();
  });

  it("does not restart, and does not report, a query that the other one has replaced", async () => {
    const [first, second] = await pair({ adopt: false });
    const { listener } = first.spark;
    await takesOver(second);
    // The first one was suspended, and hears of the end of its query before it renews its lease.
    first.clock.skip(LEASE_MS);
    first.spark.listener = listener;
    await first.query.end();
    await first.clock.settle();
    expect(first.queries).toHaveLength(1);
    expect(first.names).not.toContain("superseded");
    expect(first.names.slice(-2)).toEqual(["leaseLost", "standby"]);
    await second.supervisor.stop();
    await first.supervisor.stop();
  });

  it("does not stop a query if the suspension came while the stop waited for its batch", async () => {
    const [first, second] = await pair();
    first.query.isTriggerActive = true;
    const stopping = first.supervisor.stop();
    await first.clock.advance(1_000);
    await takesOver(second);
    first.clock.skip(LEASE_MS);
    first.query.isTriggerActive = false;
    await ends(first, stopping);
    expect(first.query).toMatchObject({ running: true, stops: 0 });
    expect(first.spark).toMatchObject({ stops: 0, leaves: 1 });
    await second.supervisor.stop();
  });

  it("stops a query that it had begun to start, because nobody else knows it", async () => {
    let answer: (() => void) | undefined;
    const first = new Supervised({}, { state, standby: true, leaseMs: LEASE_MS });
    first.connecting = () => Promise.resolve(new FakeSpark(undefined, sessions));
    first.starting = async (spark) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return spark.start();
    };
    await first.run();
    const second = await begun();
    await takesOver(second);
    first.clock.skip(LEASE_MS);
    answer?.();
    await first.clock.settle();
    expect(first.query).toMatchObject({ running: false, stops: 1 });
    expect(second.query.running).toBe(true);
    await second.supervisor.stop();
    await first.supervisor.stop();
  });

  it("rejects the command that it was carrying out", async () => {
    const [first, second] = await pair();
    first.query.isTriggerActive = true;
    const restarting = first.supervisor.restart("a");
    restarting.catch(() => undefined);
    await first.clock.advance(1_000);
    await takesOver(second);
    first.clock.skip(LEASE_MS);
    first.query.isTriggerActive = false;
    await expect(ends(first, restarting)).rejects.toMatchObject({ code: "STATE_LEASE_LOST" });
    expect(first.queries).toHaveLength(1);
    await second.supervisor.stop();
    await first.supervisor.stop();
  });

  it("does not write over the state of the other one", async () => {
    const [first, second] = await pair();
    await second.clock.settle();
    // The suspension comes between its look at the lease and its write.
    state.beforeWrite = async () => {
      await takesOver(second);
      await ends(second, second.supervisor.pause("a"));
      first.clock.skip(LEASE_MS);
    };
    const stopping = first.supervisor.stop("a");
    await expect(ends(first, stopping)).rejects.toMatchObject({ code: "STATE_LEASE_LOST" });
    expect(JSON.parse(state.text ?? "")).toMatchObject({ kept: { a: { desired: "paused" } } });
    await second.supervisor.stop();
    await first.supervisor.stop();
  });
});

describe("a supervisor whose store does not answer", () => {
  it("keeps its lease if the store answers again before somebody else takes it", async () => {
    const first = await begun();
    state.trouble = OUTAGE;
    await first.clock.advance(3 * LEASE_MS);
    state.trouble = undefined;
    await first.clock.advance(LEASE_MS);
    await ends(first, first.supervisor.pause("a"));
    expect(first.names).not.toContain("leaseLost");
    await first.supervisor.stop();
  });

  it("carries out nothing once its lease is over, and says why", async () => {
    const first = await begun();
    state.trouble = OUTAGE;
    await first.clock.advance(LEASE_MS);
    const pausing = ends(first, first.supervisor.pause("a"));
    await expect(pausing).rejects.toMatchObject({ code: "STATE_LEASE_LOST", cause: OUTAGE });
    expect(first.query).toMatchObject({ running: true, stops: 0 });
    state.trouble = undefined;
    state.expire();
    await first.clock.advance(1_000);
    expect(first.supervisor.role).toBe("active");
    expect(first.query.running).toBe(true);
    await first.supervisor.stop();
  });

  it("ends its run when it is stopped, because the lease ends by itself", async () => {
    const first = await begun();
    state.trouble = OUTAGE;
    await first.supervisor.stop();
    expect(await first.ended).toBeUndefined();
    expect(first.query.running).toBe(false);
  });
});

describe("the next process after one that was killed", () => {
  it("stops the query of a stream that was being paused", async () => {
    const first = await begun();
    const { query } = first;
    query.isTriggerActive = true;
    const pausing = first.supervisor.pause("a");
    await first.clock.advance(200);
    // The first one is dead from here on: nothing of it runs any more.
    const second = await begun();
    await takesOver(second);
    expect(second.supervisor.status()[0]?.state).toBe("paused");
    expect(query.running).toBe(false);
    await second.supervisor.stop();
    query.isTriggerActive = false;
    first.clock.skip(LEASE_MS);
    await expect(ends(first, pausing)).rejects.toMatchObject({ code: "STATE_LEASE_LOST" });
    await first.supervisor.stop();
  });

  it("continues a run of a schedule that was under way", async () => {
    const [first, second] = await pair({ schedule: { every: "1 hour" } });
    await takesOver(second);
    expect(second.last("adopted")).toMatchObject({ runId: first.query.runId });
    expect(second.supervisor.status()[0]?.state).toBe("running");
    await first.clock.advance(LEASE_MS);
    await second.supervisor.stop();
    await first.supervisor.stop();
  });
});
