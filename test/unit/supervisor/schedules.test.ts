import { describe, expect, it } from "vitest";
import { ArgumentError, SparkException } from "../../../src/errors.js";
import type { Schedule } from "../../../src/supervisor/dynamic-stream.js";
import { dueTimesOf, overdue } from "../../../src/supervisor/stream-schedule.js";
import { ends, Supervised } from "./support/supervised.js";

const MINUTE = 60_000;
const at = (text: string): number => Date.parse(text);

describe("a schedule", () => {
  it("with a cron expression is due by the clock of its time zone, also when summer time begins", () => {
    const { after, text } = dueTimesOf({ cron: "30 2 * * *", timeZone: "Europe/Berlin" });
    const times = [at("2026-03-27T12:00:00Z")];
    for (let runs = 0; runs < 3; runs++) times.push(after(times.at(-1) ?? 0));
    // On 29 March the clock goes from 02:00 to 03:00, so the run of 02:30 is due at 03:00.
    expect(times.slice(1).map((ms) => new Date(ms).toISOString())).toEqual([
      "2026-03-28T01:30:00.000Z",
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
    expect(text).toBe("30 2 * * * in Europe/Berlin");
  });

  it("with an interval is due at once, and then after each interval", () => {
    const { first, after, text } = dueTimesOf({ every: "15 minutes" });
    expect([first(7), after(7), text]).toEqual([7, 7 + 15 * MINUTE, "every 15 minutes"]);
  });

  it("counts the due times that have passed", () => {
    const times = dueTimesOf({ every: "1 minute" });
    expect(overdue(times, 0, MINUTE - 1)).toBeUndefined();
    expect(overdue(times, 0, 3.5 * MINUTE)).toEqual({
      firstAtMs: MINUTE,
      lastAtMs: 3 * MINUTE,
      count: 3,
    });
    const year = overdue(times, 0, 366 * 24 * 60 * MINUTE);
    expect(year).toMatchObject({ count: 1_000, lastAtMs: 366 * 24 * 60 * MINUTE });
  });

  it.each([
    [{}, "schedule", "needs either every or cron"],
    [{ every: "1 minute", cron: "* * * * *" }, "schedule", "needs either every or cron"],
    [{ every: "soon" }, "schedule.every", '"15 minutes"'],
    [{ every: "0 minutes" }, "schedule.every", '"15 minutes"'],
    [{ every: "1 minute", timeZone: "UTC" }, "schedule.timeZone", "needs schedule.cron"],
    [{ cron: "* * * *" }, "schedule.cron", "five fields"],
    [{ cron: "0 0 30 2 *" }, "schedule.cron", "never due"],
    [{ cron: "0 * * * *", timeZone: "Berlin" }, "schedule.timeZone", '"Europe/Berlin"'],
    [{ at: "noon" }, "at", "Unknown option at"],
  ])("refuses %j", (schedule, argument, message) => {
    const read = (): unknown => dueTimesOf(schedule as unknown as Schedule);
    expect(read).toThrow(ArgumentError);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ argument }) as Error);
  });
});

describe("a scheduled stream", () => {
  async function scheduled(): Promise<Supervised> {
    return new Supervised({
      schedule: { every: "10 minutes" },
      restart: { maxRestarts: 0 },
    }).run();
  }
  async function finish(supervised: Supervised): Promise<void> {
    await supervised.query.end();
    await supervised.clock.settle();
  }

  it("runs at its due times, waits between them, and does not end the supervisor", async () => {
    const supervised = await scheduled();
    const { supervisor, clock } = supervised;
    expect(supervisor.status()[0]).toMatchObject({
      state: "running",
      schedule: "every 10 minutes",
      nextRunAtMs: undefined,
    });
    const startedMs = clock.date();
    await clock.advance(MINUTE);
    await finish(supervised);
    expect(supervisor.status()[0]).toMatchObject({
      state: "waiting",
      nextRunAtMs: startedMs + 10 * MINUTE,
    });
    expect(supervisor.health()).toMatchObject({ healthy: true, ready: true });
    await clock.advance(9 * MINUTE - 1);
    expect(supervised.queries).toHaveLength(1);
    await clock.advance(1);
    expect(supervised.queries).toHaveLength(2);
    expect(supervised.names).not.toContain("missedRuns");
    await supervisor.stop();
  });

  it("does not overlap itself: it reports the runs that were due meanwhile, and runs once for them", async () => {
    const supervised = await scheduled();
    const startedMs = supervised.clock.date();
    await supervised.clock.advance(35 * MINUTE);
    expect(supervised.queries).toHaveLength(1);
    await finish(supervised);
    expect(supervised.queries).toHaveLength(2);
    expect(supervised.last("missedRuns")).toEqual({
      stream: "a",
      missed: 3,
      firstAtMs: startedMs + 10 * MINUTE,
    });
    await finish(supervised);
    expect(supervised.supervisor.status()[0]?.nextRunAtMs).toBe(startedMs + 40 * MINUTE);
    await supervised.supervisor.stop();
  });

  it("runs on command between two due times, and only once at a time", async () => {
    const supervised = await scheduled();
    const { supervisor } = supervised;
    await ends(supervised, supervisor.runNow("a"));
    expect(supervised.queries).toHaveLength(1);
    await finish(supervised);
    await ends(supervised, supervisor.runNow("a"));
    await supervised.clock.settle();
    expect(supervised.queries).toHaveLength(2);
    await finish(supervised);
    expect(supervisor.status()[0]?.state).toBe("waiting");
    await supervisor.stop();
  });

  it("waits for its next run after too many failures in a row, and ends after an error that no restart fixes", async () => {
    const supervised = await scheduled();
    const outage = new SparkException("no answer", { errorClass: "IO", sqlState: "58030" });
    await supervised.query.end(outage);
    await supervised.clock.settle();
    expect(supervised.supervisor.status()[0]).toMatchObject({
      state: "waiting",
      lastError: outage,
    });
    expect(supervised.last("restarting").delayMs).toBeGreaterThan(9 * MINUTE);
    await supervised.clock.advance(10 * MINUTE);
    expect(supervised.queries).toHaveLength(2);
    await supervised.query.end(new SparkException("no table", { sqlState: "42P01" }));
    await supervised.clock.settle();
    expect(await supervised.ended).toMatchObject({ code: "STREAMS_FAILED" });
  });

  it("starts nothing while it is paused", async () => {
    const supervised = await scheduled();
    await finish(supervised);
    await ends(supervised, supervised.supervisor.pause("a"));
    await supervised.clock.advance(60 * MINUTE);
    expect(supervised.queries).toHaveLength(1);
    await ends(supervised, supervised.supervisor.resume("a"));
    await supervised.clock.settle();
    expect(supervised.queries).toHaveLength(2);
    await supervised.supervisor.stop();
  });

  it("is refused without an end, and runNow() is refused without a schedule", async () => {
    const wrong = (): unknown => new Supervised({ schedule: { every: "1 minute" }, ends: false });
    expect(wrong).toThrow(/has a schedule, so it must end/);
    const supervised = await new Supervised().run();
    const running = ends(supervised, supervised.supervisor.runNow("a"));
    await expect(running).rejects.toThrow(/has no schedule/);
    await supervised.supervisor.stop();
  });
});
