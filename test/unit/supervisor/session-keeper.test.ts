import { describe, expect, it } from "vitest";
import { SessionError, SparkConnectionError } from "../../../src/errors.js";
import { FakeSpark } from "./support/fake-spark.js";
import { Supervised } from "./support/supervised.js";

const CUT = new SparkConnectionError("UNAVAILABLE", "cut", { endpoint: "spark:15002" });
const DENIED = new SparkConnectionError("UNAUTHENTICATED", "who?", { endpoint: "spark:15002" });

describe("the supervisor's session", () => {
  it("is opened again and again after failures, with waits of up to half a minute", async () => {
    const supervised = new Supervised();
    supervised.clock.chance = 0.999_999;
    let tries = 0;
    supervised.connecting = () =>
      ++tries > 12 ? Promise.resolve(new FakeSpark()) : Promise.reject(CUT);
    await supervised.run();
    await supervised.clock.advance(600_000);
    const delays = supervised.events.flatMap((event) =>
      event[0] === "disconnected" ? [event[1].delayMs] : [],
    );
    expect(delays.slice(0, 7)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
    expect(delays).toHaveLength(12);
    expect(supervised.names.slice(-2)).toEqual(["connected", "started"]);
    expect(supervised.supervisor.health()).toMatchObject({ ready: true, connected: true });
    await supervised.supervisor.stop();
  });

  it("is replaced when it is lost, whichever call notices it, and its streams start again", async () => {
    const byEvent = await new Supervised().run();
    await byEvent.spark.listener?.onGap?.({
      reason: "sessionLost",
      error: byEvent.spark.lose(),
      queries: [],
    });
    await byEvent.clock.advance(1_000);
    const bySweep = await new Supervised().run();
    bySweep.spark.lose();
    await bySweep.clock.advance(11_000);
    for (const supervised of [byEvent, bySweep]) {
      expect(supervised.names).toEqual([
        "connected",
        "started",
        "sessionLost",
        "connected",
        "started",
      ]);
      expect(supervised.sparks).toHaveLength(2);
      expect(supervised.sparks[0]?.stops).toBe(1);
      expect(supervised.spark.besides).toEqual([]);
      expect(supervised.supervisor.status()[0]).toMatchObject({ state: "running", restarts: 1 });
      await supervised.supervisor.stop();
    }
  });

  it("does not count as a stream's failure when it is lost", async () => {
    const supervised = await new Supervised({ restart: { maxRestarts: 0 } }).run();
    for (let losses = 0; losses < 5; losses++) {
      supervised.spark.lose();
      await supervised.clock.advance(60_000);
    }
    expect(supervised.supervisor.status()[0]).toMatchObject({ state: "running", restarts: 5 });
    await supervised.supervisor.stop();
  });

  it("is opened after longer and longer waits if each session is lost at once", async () => {
    const supervised = new Supervised({ restart: { maxRestarts: 0 } });
    supervised.starting = (spark) => Promise.reject(spark.lose());
    await supervised.run();
    await supervised.clock.advance(600_000);
    expect(supervised.sparks.length).toBeGreaterThan(10);
    expect(supervised.sparks.length).toBeLessThan(60);
    await supervised.supervisor.stop();
  });

  it("survives an outage with its queries", async () => {
    const supervised = await new Supervised({ restart: { maxRestarts: 0 } }).run();
    supervised.spark.loss = CUT;
    await supervised.clock.advance(120_000);
    expect(supervised.supervisor.health()).toMatchObject({ ready: false, connected: false });
    supervised.spark.loss = undefined;
    await supervised.clock.advance(30_000);
    expect(supervised.names[0]).toBe("connected");
    expect(supervised.names.at(-1)).toBe("reconnected");
    expect(new Set(supervised.names.slice(2, -1))).toEqual(new Set(["disconnected"]));
    expect(supervised.queries).toHaveLength(1);
    expect(supervised.sparks).toHaveLength(1);
    expect(supervised.supervisor.health()).toMatchObject({ ready: true, connected: true });
    await supervised.supervisor.stop();
  });

  it("does not restart a query if another run took its checkpoint during an outage", async () => {
    const supervised = await new Supervised().run();
    supervised.spark.loss = CUT;
    await supervised.query.end();
    await supervised.clock.advance(60_000);
    expect(supervised.names).not.toContain("superseded");
    supervised.spark.loss = undefined;
    await supervised.clock.advance(60_000);
    expect(supervised.names.at(-1)).toBe("superseded");
    expect(supervised.queries).toHaveLength(1);
  });

  it("counts a connection failure of a start as the stream's failure only if the server answers", async () => {
    const supervised = new Supervised({ restart: { maxRestarts: 1, initialBackoffMs: 100 } });
    supervised.starting = (spark) => {
      spark.loss = CUT;
      return Promise.reject(CUT);
    };
    await supervised.run();
    await supervised.clock.advance(60_000);
    expect(supervised.names).not.toContain("restarting");
    let starts = 0;
    supervised.starting = () => {
      starts += 1;
      return Promise.reject(CUT);
    };
    supervised.spark.loss = undefined;
    await supervised.clock.advance(60_000);
    expect(supervised.names.slice(-2)).toEqual(["restarting", "fatal"]);
    expect(starts).toBe(2);
  });

  it("treats the loss of another session in start() as the stream's failure", async () => {
    const supervised = new Supervised();
    supervised.starting = () =>
      Promise.reject(new SessionError("SESSION_CLOSED", "closed", "another"));
    await supervised.run();
    expect(supervised.names).toEqual(["connected", "restarting"]);
    await supervised.supervisor.stop();
  });

  it("is not opened again if the server refuses the credentials, at first or later", async () => {
    const now = new Supervised();
    now.connecting = () => Promise.reject(DENIED);
    await now.run();
    expect(await now.ended).toMatchObject({ failures: [{ stream: "a", error: DENIED }] });
    expect(now.last("fatal").reason).toBe("connection");

    const later = await new Supervised().run();
    later.spark.loss = DENIED;
    await later.clock.advance(10_000);
    expect(later.last("fatal")).toMatchObject({ reason: "connection", error: DENIED });
    expect(later.sparks).toHaveLength(1);
  });

  it("is not opened again if connect() pins a closed session, but is if a session is closed after it opened", async () => {
    const pinned = new Supervised();
    pinned.connecting = () => Promise.reject(new FakeSpark().lose());
    await pinned.run();
    expect(pinned.last("fatal").reason).toBe("connection");

    const closed = new Supervised();
    closed.connecting = () => {
      const spark = new FakeSpark();
      if (closed.sparks.length === 0) spark.lose();
      return Promise.resolve(spark);
    };
    await closed.run();
    await closed.clock.advance(1_000);
    expect(closed.names).toEqual(["disconnected", "connected", "started"]);
    expect(closed.sparks[0]?.stops).toBe(1);
    await closed.supervisor.stop();
  });

  it("does not block a stop while connect() hangs, and is closed if it opens later", async () => {
    const supervised = new Supervised();
    let late: ((spark: FakeSpark) => void) | undefined;
    supervised.connecting = () => new Promise((resolve) => (late = resolve));
    await supervised.run();
    const stopping = supervised.supervisor.stop();
    await supervised.clock.advance(10_000);
    await stopping;
    const spark = new FakeSpark();
    late?.(spark);
    await supervised.clock.settle();
    expect(spark.stops).toBe(1);
  });
});
